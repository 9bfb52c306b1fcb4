/*
 * books: what the sensor saw and missed, for alerts and for the log.
 */
#ifndef FARHAND_BOOKS_H
#define FARHAND_BOOKS_H

#include "desk.h"
#include "publish.h"
#include "team.h"

struct books {
	struct team *team;                          /* lent */
	bool live;                                  /* its last line tells drops even if none */
	struct capture_stats captured;              /* as of the last tick */
	uint64_t evicted, tcp_two_way, tcp_one_way; /* flows closed so far */
	uint64_t dropped_told, unreadable_told;
	bool one_way_told;
	bool nothing_read; /* all frames so far were of link types we do not read */
};

/* Each event, before it is handed on; at a tick the operator hears what went wrong. */
void books_event(struct books *b, const struct event *ev);
/* What was seen and missed up to the event being handed on. */
void books_health(const struct books *b, const struct event *ev, struct health *out);

/* The last line of the log. */
void books_end(struct books *b, const struct registry *r, const struct desk *d,
    const struct judge *j, const struct publish *p);

#endif
