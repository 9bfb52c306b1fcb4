/*
 * outbox: takes committed alerts from the store to every sink, each at its pace.
 *
 * Runs on the courier's thread; capture and judgement never wait for it.
 */
#ifndef FARHAND_OUTBOX_H
#define FARHAND_OUTBOX_H

#include <stdbool.h>

#include "deliver/store.h"

#define OUTBOX_SINKS 8

struct outbox;

struct outbox *outbox_new(struct store *s, struct sink *const *sink, unsigned sinks);
void outbox_free(struct outbox *o); /* closes the sinks; NULL allowed */

/*
 * Offer what is new, let the sinks work, for up to wait_ms.  True: every sink has
 * everything; it then returns at once, without waiting.  A sink's cursor is
 * committed after each of its acknowledgements, so that a crash repeats little.
 *
 * Where a sink's receiver lost lines, they are offered again from rewind_to on,
 * that line included (0 means none, so it could not say "from the first").
 */
bool outbox_turn(struct outbox *o, int wait_ms);

struct outbox_stats {
	uint64_t delivered,
	    refused;         /* lines, over all sinks; refused: PUT_NEVER, named in the log */
	uint64_t behind;     /* lines the slowest sink still lacks */
	const char *trouble; /* of the first sink in trouble, else NULL */
	bool hopeless;       /* no sink that lacks something will ever take it */
};
void outbox_stats(const struct outbox *o, struct outbox_stats *out);

#endif
