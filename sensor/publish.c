/*
 * publish: an alert is committed first; only then may anyone send it.
 *
 * Into a store on disk by way of the clerk; into one in memory at once.
 */
#include "publish.h"

#include <stdlib.h>

#include "clerk.h"
#include "ops/log.h"
#include "scribe.h"

#define TRIM_EVERY 1024 /* alerts */

struct publish {
	struct publish_options o;
	struct publish_stats stats;
	struct clerk *clerk;   /* of a store on disk; NULL: in memory */
	struct scribe *scribe; /* NULL: no flow records */
	bool losing;           /* an alert was lost, and was said */
	char alert_line[ALERT_LINE];
};

static void
lose(struct publish *p, const char *why)
{
	p->stats.lost++;
	if (!p->losing)
		log_error("%s", why);
	p->losing = true;
}

/* Into a store in memory, which waits for nothing. */
static void
put(struct publish *p, struct line *line)
{
	int result;

	line->seq = store_last_seq(p->o.store) + 1;
	result = store_put(p->o.store, line);
	if (result < 0) {
		lose(p, "no memory for an alert");
		return;
	}
	p->losing = false;
	if (result > 0) {
		p->stats.repeats++;
		return;
	}
	p->stats.alerts++;
	if (p->stats.alerts % TRIM_EVERY == 0)
		store_trim(p->o.store, p->o.keep);
	if (p->o.courier != NULL)
		courier_wake(p->o.courier);
}

void
publish_alert(struct publish *p, const struct alert *a)
{
	struct line line = {
		.id = a->id,
		.rule = ecs_rule(a),
		.case_id = a->of != NULL ? a->of->id : "",
		.severity = a->severity,
		.body = p->alert_line,
		.length = ecs_alert(a, p->o.run, p->alert_line),
	};

	if (line.length == 0)
		lose(p, "an alert does not fit its line");
	else if (p->clerk != NULL)
		clerk_take(p->clerk, &line);
	else
		put(p, &line);
}

void
publish_flow(struct publish *p, const struct flow_record *r)
{
	scribe_take(p->scribe, r);
}

void
publish_settle(struct publish *p)
{
	if (p->clerk != NULL)
		clerk_settle(p->clerk);
}

void
publish_finish(struct publish *p)
{
	if (p->scribe != NULL)
		scribe_flush(p->scribe);
	if (p->clerk == NULL)
		return;
	publish_settle(p);
	clerk_stop(p->clerk);
}

void
publish_stats(const struct publish *p, struct publish_stats *out)
{
	struct clerk_stats clerk;

	*out = p->stats;
	out->flows_failed = p->scribe != NULL && scribe_failed(p->scribe);
	if (p->clerk == NULL)
		return;
	clerk_stats(p->clerk, &clerk);
	out->alerts += clerk.alerts;
	out->repeats += clerk.repeats;
	out->waiting += clerk.waiting;
	out->lost += clerk.lost;
}

static int
start_clerk(struct publish *p)
{
	const struct clerk_options o = {
		.store = p->o.store,
		.courier = p->o.courier,
		.waiting_most = p->o.waiting_most,
		.keep = p->o.keep,
		.patient = p->o.patient,
	};

	if (o.store == NULL || !store_on_disk(o.store))
		return 0;
	p->clerk = clerk_start(&o);
	return p->clerk != NULL ? 0 : -1;
}

struct publish *
publish_new(const struct publish_options *o)
{
	struct publish *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		log_error("no memory to publish");
		return NULL;
	}
	p->o = *o;
	if (o->flows != NULL) {
		p->scribe = scribe_open(o->flows, o->run, o->geo, o->flows_thread);
		if (p->scribe == NULL)
			goto err;
	}
	if (start_clerk(p) == 0)
		return p;
err:
	publish_free(p);
	return NULL;
}

void
publish_free(struct publish *p)
{
	if (p == NULL)
		return;
	clerk_free(p->clerk);
	scribe_close(p->scribe);
	free(p);
}
