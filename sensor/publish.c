/*
 * publish: an alert is committed first; only then may anyone send it.
 *
 * While the store fails (disk full) alerts wait in memory, in order; the oldest
 * give way when there are too many, counted.
 */
#include "publish.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ops/log.h"

#define TRIM_EVERY  1024  /* alerts */
#define WRITE_BYTES 65536 /* of flow records, at the least, in one write */

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
	int flows; /* file descriptor, -1 none */
	size_t used;
	bool losing; /* an alert was lost since the store last took one, and was said */
	char alert_line[ALERT_LINE];
	char flow_lines[WRITE_BYTES + FLOW_LINE];
};

static int
commit(struct publish *p, struct line *line)
{
	line->seq = store_last_seq(p->o.store) + 1;
	return store_put(p->o.store, line);
}

static void
waiting_free(struct waiting *w)
{
	free(w->body);
	free(w);
}

static struct waiting *
waiting_new(const struct line *line)
{
	struct waiting *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	snprintf(w->id, sizeof(w->id), "%s", line->id);
	snprintf(w->rule, sizeof(w->rule), "%s", line->rule);
	snprintf(w->case_id, sizeof(w->case_id), "%s", line->case_id);
	w->severity = (uint8_t)line->severity;
	w->body = strndup(line->body, line->length);
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
lose(struct publish *p, const char *why)
{
	p->stats.lost++;
	if (!p->losing)
		log_error("%s", why);
	p->losing = true;
}

static void
hold(struct publish *p, const struct line *line)
{
	struct waiting *w = waiting_new(line);

	if (w == NULL) {
		lose(p, "no memory for an alert");
		return;
	}
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
	lose(p, "too many alerts wait for the store (limits.outbox_alerts); the oldest are lost");
}

void
publish_retry(struct publish *p)
{
	while (p->first != NULL) {
		struct waiting *w = p->first;
		struct line line = {
			.id = w->id,
			.rule = w->rule,
			.case_id = w->case_id,
			.severity = w->severity,
			.body = w->body,
			.length = strlen(w->body),
		};
		const int result = commit(p, &line);

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
	struct line line = {
		.id = a->id,
		.rule = ecs_rule(a),
		.case_id = a->of != NULL ? a->of->id : "",
		.severity = a->severity,
		.body = p->alert_line,
		.length = ecs_alert(a, p->o.run, p->alert_line),
	};
	int result;

	if (line.length == 0) {
		lose(p, "an alert does not fit its line");
		return;
	}
	result = p->first == NULL ? commit(p, &line) : -1;
	if (result < 0)
		hold(p, &line);
	else
		count_commit(p, result);
}

static void
flows_fail(struct publish *p, int error)
{
	if (!p->stats.flows_failed)
		log_error("%s: flow records end here: %s", p->o.flows, strerror(error));
	p->stats.flows_failed = true;
}

void
publish_flow(struct publish *p, const struct flow_record *r)
{
	size_t n;

	/* A record missing in the middle would not be missed: the file ends where it fails. */
	if (p->stats.flows_failed)
		return;
	n = ecs_flow(r, p->o.run, p->flow_lines + p->used);
	if (n == 0)
		flows_fail(p, EMSGSIZE);
	p->used += n;
	if (p->used >= WRITE_BYTES)
		publish_flush(p);
}

void
publish_flush(struct publish *p)
{
	size_t done = 0;

	while (done < p->used && !p->stats.flows_failed) {
		const ssize_t n = write(p->flows, p->flow_lines + done, p->used - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			flows_fail(p, n == 0 ? EIO : errno);
	}
	p->used = 0;
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
	p->flows = -1;
	if (o->flows != NULL)
		p->flows = strcmp(o->flows, "-") == 0
		    ? STDOUT_FILENO
		    : open(o->flows, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (o->flows != NULL && p->flows < 0) {
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
	if (p->flows >= 0 && p->flows != STDOUT_FILENO)
		close(p->flows);
	free(p);
}
