/*
 * publish: an alert is committed first; only then may anyone send it.
 *
 * Into a store on disk by way of the clerk; into one in memory at once.
 */
#include "publish.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clerk.h"
#include "ops/log.h"

#define TRIM_EVERY  1024  /* alerts */
#define WRITE_BYTES 65536 /* of flow records, at the least, in one write */

struct publish {
	struct publish_options o;
	struct publish_stats stats;
	struct clerk *clerk; /* of a store on disk; NULL: in memory */
	int flows;           /* file descriptor, -1 none */
	size_t used;
	bool losing; /* an alert was lost, and was said */
	char alert_line[ALERT_LINE];
	char flow_lines[WRITE_BYTES + FLOW_LINE];
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
publish_settle(struct publish *p)
{
	if (p->clerk != NULL)
		clerk_settle(p->clerk);
}

void
publish_finish(struct publish *p)
{
	publish_flush(p);
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
	if (p->clerk == NULL)
		return;
	clerk_stats(p->clerk, &clerk);
	out->alerts += clerk.alerts;
	out->repeats += clerk.repeats;
	out->waiting += clerk.waiting;
	out->lost += clerk.lost;
}

static int
open_flows(struct publish *p)
{
	if (p->o.flows == NULL)
		return 0;
	p->flows = strcmp(p->o.flows, "-") == 0
	    ? STDOUT_FILENO
	    : open(p->o.flows, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (p->flows >= 0)
		return 0;
	log_error("%s: %s", p->o.flows, strerror(errno));
	return -1;
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
	p->flows = -1;
	if (open_flows(p) != 0 || start_clerk(p) != 0) {
		publish_free(p);
		return NULL;
	}
	return p;
}

void
publish_free(struct publish *p)
{
	if (p == NULL)
		return;
	clerk_free(p->clerk);
	if (p->flows >= 0 && p->flows != STDOUT_FILENO)
		close(p->flows);
	free(p);
}
