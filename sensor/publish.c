/*
 * publish: an alert is committed first; only then may anyone send it.
 *
 * While the store fails (disk full) alerts wait in memory, in order; the oldest
 * give way when there are too many, counted.
 */
#include "publish.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/log.h"

#define TRIM_EVERY 1024 /* alerts */

/* An alert as a line, on its way into the store. */
struct waiting {
	struct waiting *next;
	char id[ALERT_ID], rule[16], case_id[CASE_ID];
	uint8_t severity;
	char *body;
};

struct publish {
	struct publish_options o;
	struct publish_stats stats;
	struct waiting *first, **last;
	FILE *flows;
	bool losing; /* an alert was lost since the store last took one, and was said */
};

static int
commit(struct publish *p, const struct waiting *w)
{
	const struct line line = {
		.seq = store_last_seq(p->o.store) + 1,
		.id = w->id,
		.rule = w->rule,
		.case_id = w->case_id,
		.severity = w->severity,
		.body = w->body,
		.length = strlen(w->body),
	};

	return store_put(p->o.store, &line);
}

static void
waiting_free(struct waiting *w)
{
	free(w->body);
	free(w);
}

static struct waiting *
waiting_new(struct publish *p, const struct alert *a)
{
	struct waiting *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	snprintf(w->id, sizeof(w->id), "%s", a->id);
	w->severity = a->severity;
	if (a->finding != NULL)
		snprintf(w->rule, sizeof(w->rule), "%s", a->finding->by->rule);
	else if (a->of != NULL && a->of->rules[0] != NULL)
		snprintf(w->rule, sizeof(w->rule), "%s", a->of->rules[0]);
	if (a->of != NULL)
		snprintf(w->case_id, sizeof(w->case_id), "%s", a->of->id);
	w->body = ecs_alert(a, p->o.run);
	if (w->body == NULL) {
		free(w);
		return NULL;
	}
	return w;
}

static void
count_commit(struct publish *p, int result)
{
	p->losing = false;
	if (result != 0) {
		p->stats.repeats++;
		return;
	}
	p->stats.alerts++;
	if (p->stats.alerts % TRIM_EVERY == 0)
		store_trim(p->o.store, p->o.keep);
	if (p->o.courier != NULL)
		courier_wake(p->o.courier);
}

static void
hold(struct publish *p, struct waiting *w)
{
	*p->last = w;
	p->last = &w->next;
	if (++p->stats.waiting <= p->o.waiting_most)
		return;
	w = p->first;
	p->first = w->next;
	if (p->first == NULL)
		p->last = &p->first;
	waiting_free(w);
	p->stats.waiting--;
	p->stats.lost++;
	if (!p->losing)
		log_error("more than %" PRIu64 " alerts wait for the store; the oldest are lost",
		    p->o.waiting_most);
	p->losing = true;
}

void
publish_retry(struct publish *p)
{
	while (p->first != NULL) {
		struct waiting *w = p->first;
		int result = commit(p, w);

		if (result < 0)
			return;
		p->first = w->next;
		if (p->first == NULL)
			p->last = &p->first;
		p->stats.waiting--;
		count_commit(p, result);
		waiting_free(w);
	}
}

void
publish_alert(struct publish *p, const struct alert *a)
{
	struct waiting *w = waiting_new(p, a);
	int result;

	if (w == NULL) {
		p->stats.lost++;
		log_error("no memory for an alert");
		return;
	}
	result = p->first == NULL ? commit(p, w) : -1;
	if (result < 0) {
		hold(p, w);
		return;
	}
	count_commit(p, result);
	waiting_free(w);
}

static void
flows_fail(struct publish *p)
{
	if (!p->stats.flows_failed)
		log_error("%s: flow records end here: %s", p->o.flows, strerror(errno));
	p->stats.flows_failed = true;
}

void
publish_flow(struct publish *p, const struct flow_record *r)
{
	char *line;

	/* A record missing in the middle would not be missed: the file ends where it fails. */
	if (p->stats.flows_failed)
		return;
	errno = ENOMEM;
	line = ecs_flow(r, p->o.run);
	if (line == NULL || fputs(line, p->flows) == EOF || fputc('\n', p->flows) == EOF)
		flows_fail(p);
	free(line);
}

void
publish_flush(struct publish *p)
{
	if (p->flows != NULL && fflush(p->flows) != 0)
		flows_fail(p);
}

void
publish_stats(const struct publish *p, struct publish_stats *out)
{
	*out = p->stats;
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
	p->last = &p->first;
	if (o->flows != NULL)
		p->flows = strcmp(o->flows, "-") == 0 ? stdout : fopen(o->flows, "w");
	if (o->flows != NULL && p->flows == NULL) {
		log_error("%s: %s", o->flows, strerror(errno));
		free(p);
		return NULL;
	}
	return p;
}

void
publish_free(struct publish *p)
{
	if (p == NULL)
		return;
	while (p->first != NULL) {
		struct waiting *w = p->first;

		p->first = w->next;
		waiting_free(w);
	}
	if (p->flows != NULL && p->flows != stdout)
		fclose(p->flows);
	free(p);
}
