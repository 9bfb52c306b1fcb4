/*
 * sink_redis_reply: what an error reply of Redis means for delivery.
 *
 * Told by the reply's first word, as servers and forks agree on it; "ERR" alone
 * needs a look at the sentence.  What is not known counts as a fault of setup:
 * the line is kept and tried again, and someone reads the reply in the log.
 */
#include "deliver/sink_redis_reply.h"

#include <string.h>

struct fault
fault_of(const char *text)
{
	static const struct {
		const char *lead;
		struct fault fault;
	} known[] = {
		{ "LOADING", { FAULT_TRANSIENT, "loading" } },
		{ "MASTERDOWN", { FAULT_TRANSIENT, "masterdown" } },
		{ "TRYAGAIN", { FAULT_TRANSIENT, "tryagain" } },
		{ "CLUSTERDOWN", { FAULT_TRANSIENT, "clusterdown" } },
		{ "BUSY", { FAULT_TRANSIENT, "busy" } },
		{ "ERR max number of clients", { FAULT_TRANSIENT, "maxclients" } },
		{ "OOM", { FAULT_FULL, "oom" } },
		{ "MISCONF", { FAULT_FULL, "misconf" } },
		{ "NOREPLICAS", { FAULT_FULL, "noreplicas" } },
		{ "READONLY", { FAULT_NODE, "readonly" } },
		{ "MOVED", { FAULT_NODE, "moved" } },
		{ "ASK", { FAULT_NODE, "moved" } },
		{ "NOAUTH", { FAULT_SETUP, "auth" } },
		{ "WRONGPASS", { FAULT_SETUP, "auth" } },
		{ "ERR AUTH", { FAULT_SETUP, "auth" } },
		{ "NOPERM", { FAULT_SETUP, "noperm" } },
		{ "WRONGTYPE", { FAULT_SETUP, "wrongtype" } },
		{ "DENIED", { FAULT_SETUP, "denied" } },
		{ "ERR unknown command", { FAULT_SETUP, "unsupported" } },
	};

	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const size_t n = strlen(known[i].lead);

		if (strncmp(text, known[i].lead, n) == 0 && strchr(" \r", text[n]) != NULL)
			return known[i].fault;
	}
	return (struct fault){ FAULT_SETUP, "error" };
}

bool
fault_is_refusal(const struct fault *f)
{
	return strcmp(f->trouble, "noperm") == 0 || strcmp(f->trouble, "unsupported") == 0;
}
