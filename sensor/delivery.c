/*
 * delivery: where alerts go.
 *
 * Live keeps its store in the state directory and sends as configured.  A replay
 * keeps its own, in memory unless told, writes to stdout, and sends nowhere else
 * unless told.
 */
#include "delivery.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "deliver/sinks.h"
#include "ops/log.h"

struct delivery {
	const struct options *o;
	struct store *store;
	struct sink *sink[OUTBOX_SINKS]; /* until the outbox owns them */
	unsigned sinks;
	struct outbox *outbox;
	struct courier *courier;
	struct publish *publish;
};

static int
add_sink(struct delivery *d, struct sink *s)
{
	if (s == NULL)
		return -1;
	d->sink[d->sinks++] = s;
	return 0;
}

static int
open_sinks(struct delivery *d, const struct config *c)
{
	const bool live = d->o->command == COMMAND_LIVE;
	const bool flows_own_stdout = d->o->flows != NULL && strcmp(d->o->flows, "-") == 0;
	const char *file = d->o->alerts;

	if (file == NULL && live && c->alert_file[0] != '\0')
		file = c->alert_file;
	if (file == NULL && !flows_own_stdout && !(live && c->redis.on))
		file = "-";
	if (file != NULL && strcmp(file, "-") == 0 && flows_own_stdout) {
		log_error("flows and alerts cannot both go to stdout");
		return -1;
	}
	if (file != NULL && add_sink(d, sink_lines_open(file)) != 0)
		return -1;
	return c->redis.on ? add_sink(d, sink_redis_open(&c->redis)) : 0;
}

static int
open_store(struct delivery *d, const struct config *c)
{
	char path[sizeof(c->state_dir) + 32];
	const char *store = d->o->store;

	if (store == NULL && d->o->command == COMMAND_LIVE) {
		if (mkdir(c->state_dir, 0750) != 0 && errno != EEXIST) {
			log_error("cannot make the state directory %s: %s", c->state_dir,
			    strerror(errno));
			return -1;
		}
		snprintf(path, sizeof(path), "%s/farhand.sqlite", c->state_dir);
		store = path;
	}
	d->store = store_open(store);
	return d->store != NULL ? 0 : -1;
}

/* Who reads the store later, and a Redis that comes back empty, want what was delivered too. */
static bool
keeps_delivered(const struct delivery *d, const struct config *c)
{
	return d->o->command == COMMAND_LIVE || d->o->store != NULL || c->redis.on;
}

static int
open_all(struct delivery *d, const struct config *c, const struct run_facts *run, struct geo *geo)
{
	struct publish_options o = {
		.run = run,
		.geo = geo,
		.flows = d->o->flows,
		.flows_thread = c->lanes > 1,
		.waiting_most = c->limits.outbox_alerts,
		.keep = keeps_delivered(d, c) ? c->limits.outbox_alerts : 0,
		.patient = d->o->command != COMMAND_LIVE,
	};

	if (open_store(d, c) != 0 || open_sinks(d, c) != 0)
		return -1;
	d->outbox = outbox_new(d->store, d->sink, d->sinks);
	if (d->outbox == NULL)
		return -1;
	d->sinks = 0; /* the outbox closes them */
	d->courier = courier_start(d->outbox);
	if (d->courier == NULL)
		return -1;
	o.store = d->store;
	o.courier = d->courier;
	d->publish = publish_new(&o);
	return d->publish != NULL ? 0 : -1;
}

bool
delivery_check(const struct config *c)
{
	struct sink *redis;

	if (!c->redis.on)
		return true;
	redis = sink_redis_open(&c->redis);
	if (redis != NULL)
		redis->close(redis->self);
	return redis != NULL;
}

struct delivery *
delivery_open(
    const struct options *o, const struct config *c, const struct run_facts *run, struct geo *geo)
{
	struct delivery *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		log_error("no memory for delivery");
		return NULL;
	}
	d->o = o;
	if (open_all(d, c, run, geo) != 0) {
		delivery_close(d);
		return NULL;
	}
	return d;
}

void
delivery_close(struct delivery *d)
{
	static const volatile int at_once = 1;

	if (d == NULL)
		return;
	publish_free(d->publish); /* which wakes the courier */
	courier_stop(d->courier, 0, &at_once);
	outbox_free(d->outbox);
	for (unsigned i = 0; i < d->sinks; i++)
		d->sink[i]->close(d->sink[i]->self);
	store_close(d->store);
	free(d);
}

struct publish *
delivery_publish(struct delivery *d)
{
	return d->publish;
}

bool
delivery_finish(struct delivery *d, const volatile int *stop)
{
	struct publish_stats s;
	struct outbox_stats out;
	bool all;

	publish_finish(d->publish);
	publish_stats(d->publish, &s);
	all = courier_stop(d->courier, d->o->patience_ms, stop);
	d->courier = NULL;
	outbox_stats(d->outbox, &out);
	if (!all)
		log_error("alerts not delivered: %" PRIu64 "%s%s%s", out.behind,
		    out.trouble != NULL ? ", " : "", out.trouble != NULL ? out.trouble : "",
		    d->o->command == COMMAND_LIVE || d->o->store != NULL ? "; the store keeps them"
									 : "");
	if (s.lost + s.waiting > 0)
		log_error(
		    "alerts lost, as the store did not take them: %" PRIu64, s.lost + s.waiting);
	return all && s.lost + s.waiting == 0 && !s.flows_failed && out.refused == 0;
}
