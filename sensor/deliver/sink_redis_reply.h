/*
 * sink_redis_reply: what an error reply of Redis means for delivery.
 */
#ifndef FARHAND_SINK_REDIS_REPLY_H
#define FARHAND_SINK_REDIS_REPLY_H

#include <stdbool.h>

enum fault_class {
	FAULT_TRANSIENT, /* passes by itself: try again on the same connection */
	FAULT_FULL,      /* the server cannot take writes safely: likewise */
	FAULT_NODE,      /* not the node to write to: connect anew */
	FAULT_SETUP      /* someone must change something; tried again all the same */
};

struct fault {
	enum fault_class class;
	const char *trouble; /* short static word for sink_state */
};

/* By the text after the '-' of an error reply. */
struct fault fault_of(const char *text);

/* Is it a refusal of this command alone, while others may work? */
bool fault_is_refusal(const struct fault *f);

#endif
