/*
 * publish: alerts into the store, as lines; flow records into a file.
 */
#ifndef FARHAND_PUBLISH_H
#define FARHAND_PUBLISH_H

#include "courier.h"
#include "deliver/ecs.h"
#include "deliver/store.h"
#include "people/geo.h"

struct publish;

struct publish_options {
	struct store *store;         /* lent */
	struct courier *courier;     /* lent; woken after each commit; NULL: none */
	const struct run_facts *run; /* lent */
	struct geo *geo;             /* lent; where flows' ends are; NULL: unknown */
	const char *flows;           /* path, "-" stdout, NULL none */
	bool flows_thread;           /* they are written by a thread of their own */
	uint64_t waiting_most;       /* alerts held in memory while the store fails */
	uint64_t keep;               /* alerts kept in the store though delivered */
	bool patient;                /* publish_alert may wait for a disk that works */
};

struct publish_stats {
	uint64_t alerts;   /* committed */
	uint64_t repeats;  /* id was in the store already */
	uint64_t waiting;  /* the store has not taken them yet */
	uint64_t lost;     /* waited in vain: more than waiting_most; or no memory */
	bool flows_failed; /* the flow file could not be written whole */
};

/* NULL after log_error. */
struct publish *publish_new(const struct publish_options *o);
void publish_free(struct publish *p); /* NULL allowed */

void publish_alert(struct publish *p, const struct alert *a);
void publish_flow(struct publish *p, const struct flow_record *r);
/* Wait until the store has taken all alerts, or has refused. */
void publish_settle(struct publish *p);
/* That, and write out all flow records; nothing is published after.  Alerts that still wait
 * then are lost. */
void publish_finish(struct publish *p);
void publish_stats(const struct publish *p, struct publish_stats *out);

#endif
