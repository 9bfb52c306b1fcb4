/*
 * The contract of a sink: it takes finished lines.
 *
 * A sink is used by one thread, the courier.  `put` may keep the line in flight;
 * it is the sink's until `poll` or `put` reports a higher `acked`.  Delivery is
 * at least once, in order; the id lets consumers drop repeats.
 */
#ifndef FARHAND_SINK_H
#define FARHAND_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line as the outbox holds it: all pointers lent for the call. */
struct line {
	uint64_t seq;                    /* 1.., ascending without holes */
	const char *id, *rule, *case_id; /* case_id "" if none */
	unsigned severity;
	const char *body; /* one JSON object, no newline */
	size_t length;
};

enum put {
	PUT_OK,    /* taken: delivered, or in flight */
	PUT_LATER, /* not now (away, full): offer it again after poll */
	PUT_NEVER  /* this line will never be taken (too large): counted, go on */
};

struct sink_state {
	uint64_t acked;      /* all lines up to this seq are delivered */
	uint64_t rewind_to;  /* 0, or: the receiver lost this line and what came after; offer again
				from it */
	const char *trouble; /* NULL: well.  Else a short static word, "refused", "oom", ... */
	bool gone;           /* the receiver is gone for good: nobody need wait */
};

struct sink {
	const char *name;
	enum put (*put)(void *self, const struct line *line);
	/* Let it work for up to wait_ms; at most `wait_ms` may pass. */
	void (*poll)(void *self, int wait_ms, struct sink_state *out);
	void (*close)(void *self);
	void *self;
};

#endif
