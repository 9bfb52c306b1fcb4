/*
 * clerk: the thread that commits alerts to a store on disk, many at a time.
 */
#ifndef FARHAND_CLERK_H
#define FARHAND_CLERK_H

#include "courier.h"
#include "deliver/store.h"

struct clerk;

struct clerk_options {
	struct store *store;     /* lent */
	struct courier *courier; /* lent; woken after each commit; NULL: none */
	uint64_t waiting_most;   /* alerts held in memory while the store fails */
	uint64_t keep;           /* alerts kept in the store though delivered */
	bool patient;            /* who brings alerts can wait while the store works */
};

struct clerk_stats {
	uint64_t alerts;  /* committed */
	uint64_t repeats; /* id was in the store already */
	uint64_t waiting; /* not committed yet */
	uint64_t lost;    /* waited in vain: more than waiting_most, or no memory */
};

/* NULL after log_error. */
struct clerk *clerk_start(const struct clerk_options *o);
void clerk_free(struct clerk *c); /* ends the thread; NULL allowed */

/* Takes a copy; its seq is the clerk's to give.  Waits for no disk, unless patient. */
void clerk_take(struct clerk *c, const struct line *line);
/* Wait until all is committed, or a try failed. */
void clerk_settle(struct clerk *c);
/* Commit no more; what waits stays counted as waiting. */
void clerk_stop(struct clerk *c);
void clerk_stats(struct clerk *c, struct clerk_stats *out);

#endif
