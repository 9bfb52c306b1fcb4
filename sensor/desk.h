/*
 * desk: the event plane: who is it, where is it, and what follows.
 *
 * Receives the events of the lanes in order; joins them with persons, leases,
 * resolved names and places into sights; shows those to the detectors; hands
 * their findings to the judge.  Everything that correlates flows lives here.
 */
#ifndef FARHAND_DESK_H
#define FARHAND_DESK_H

#include "classify/editions.h"
#include "deliver/ecs.h"
#include "detect/detect.h"
#include "judge/judge.h"
#include "people/geo.h"
#include "people/registry.h"

struct desk;

struct desk_options {
	const struct config *config;
	const struct catalogue *catalogue;
	struct editions *editions; /* later catalogues, as this reader; NULL: none */
	unsigned reader;
	const struct scorecard *card; /* NULL: sizes and times are not judged */
	struct geo *geo; /* NULL: no database */
	struct registry *registry;
	struct judge *judge;
	bool live; /* sources are the configured interfaces, else all have the replay vantage */
	/* Every flow, when it closes; NULL: not wanted. */
	void (*record)(void *arg, const struct flow_record *r);
	void (*health)(void *arg, const struct event *ev, struct health *out);
	void *arg;
};

/* All of o is lent and must outlive it.  NULL after log_error. */
struct desk *desk_new(const struct desk_options *o);
void desk_free(struct desk *d); /* NULL allowed */

/* Rows of detectors' memory given up for want of room. */
uint64_t desk_evicted(const struct desk *d);

/*
 * health(o.arg, ev, out) is asked when an alert may be told: what the sensor has seen and
 * missed up to the event.
 */
void desk_event(struct desk *d, const struct event *ev);
/* desk_event will be called with it soon: in rounds 0 to 2, what it needs is fetched meanwhile. */
void desk_fetch(const struct desk *d, const struct event *ev, unsigned round);

#endif
