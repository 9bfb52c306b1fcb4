/*
 * desk: events go to whom they concern.
 */
#include "desk_private.h"

#include <stdlib.h>

#include "ops/log.h"

void
desk_place(const struct desk *d, const struct addr *a, struct place *out)
{
	const struct config_range *range = registry_range(d->o.registry, a, d->now_us);

	memset(out, 0, sizeof(*out));
	if (d->o.geo != NULL)
		geo_find(d->o.geo, a, out);
	out->network = (uint8_t)catalogue_network(d->o.catalogue, out->asn);
	if (range != NULL && range->network != NETWORK_UNKNOWN)
		out->network = range->network;
}

static void
take_finding(void *arg, const struct finding *f)
{
	struct desk *d = arg;
	struct health health = { 0 };

	d->o.health(d->o.arg, d->ev, &health);
	judge_finding(d->o.judge, f, d->now_us, &health);
}

void
desk_show(struct desk *d, const struct sight *s)
{
	detect_see(d->detect, s, take_finding, d);
}

static void
see_device(struct desk *d, const struct event *ev)
{
	const struct flow *f = &ev->flow;
	const struct endpoint *end = registry_at(d->o.registry, &f->end[0], &f->mac[0],
	    desk_vantage(d, f->source), f->source, d->now_us);

	if (end != NULL)
		desk_endpoint(d, ev, end);
}

static void
pass_time(struct desk *d)
{
	struct health health = { 0 };

	d->o.health(d->o.arg, d->ev, &health);
	judge_tick(d->o.judge, d->now_us, &health);
}

void
desk_event(struct desk *d, const struct event *ev)
{
	d->now_us = ev->at_us;
	d->ev = ev;
	/* At least as new as the one by which the lane named its flow. */
	if (d->o.editions != NULL)
		d->o.catalogue = editions_take(d->o.editions, d->o.reader);
	switch (ev->kind) {
	case EVENT_FLOW_NAMED:
	case EVENT_FLOW_UPDATE:
	case EVENT_WINDOW:
	case EVENT_FLOW_CLOSE:
		desk_flow(d, ev);
		break;
	case EVENT_MESSAGE:
		desk_message(d, ev);
		break;
	case EVENT_DEVICE:
		see_device(d, ev);
		break;
	case EVENT_MASKED:
		desk_masked(d, ev);
		break;
	case EVENT_TICK:
	case EVENT_END:
		pass_time(d);
		break;
	case EVENT_KINDS:
		break;
	}
}

void
desk_fetch(const struct desk *d, const struct event *ev, unsigned round)
{
	const struct flow *f = &ev->flow;
	/* Of one lane's records the scribe, on this thread, asks where the ends are. */
	const bool places = d->o.geo != NULL && d->o.record != NULL &&
	    ev->kind == EVENT_FLOW_CLOSE && d->o.config->lanes == 1;

	/* Most are of DNS, and ask for none of this. */
	if (ev->kind == EVENT_MESSAGE)
		return;
	if (round == 0)
		resolved_fetch(d->resolved, &f->end[SIDE_SERVER]);
	for (int i = 0; i < 2; i++) {
		const uint32_t id = registry_fetch(d->o.registry, &f->end[i], &f->mac[i], round);

		if (round == 2 && id != 0)
			__builtin_prefetch(&d->told[(id - 1) & (d->tolds - 1)], 1);
		if (round == 0 && places)
			geo_fetch(d->o.geo, &f->end[i]);
	}
}

uint64_t
desk_evicted(const struct desk *d)
{
	return detect_evicted(d->detect);
}

struct desk *
desk_new(const struct desk_options *o)
{
	const struct config_limits *l = &o->config->limits;
	struct desk *d = calloc(1, sizeof(*d));

	if (d == NULL)
		goto err0;
	d->o = *o;
	for (d->tolds = 16; d->tolds < l->endpoints && d->tolds < 1u << 31;)
		d->tolds *= 2;
	d->told = calloc(d->tolds, sizeof(d->told[0]));
	d->told_name = calloc(d->tolds, sizeof(d->told_name[0]));
	d->resolved = resolved_new(l->dns_names);
	d->detect = detect_new(l->subjects);
	if (d->told == NULL || d->told_name == NULL || d->resolved == NULL || d->detect == NULL)
		goto err1;
	return d;
err1:
	desk_free(d);
err0:
	log_error("no memory for %u endpoints", l->endpoints);
	return NULL;
}

void
desk_free(struct desk *d)
{
	if (d == NULL)
		return;
	detect_free(d->detect);
	resolved_free(d->resolved);
	free(d->told_name);
	free(d->told);
	free(d);
}
