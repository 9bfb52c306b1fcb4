/*
 * clerk: a commit waits for the disk, the packets must not.
 *
 *   desk ─ copy ─▶ first ... last ─ up to BATCH ─▶ one transaction ─▶ the courier is woken
 *
 * After the first alert some are let gather, and what comes during a commit goes with the
 * next: the slower the disk, the more share its waiting.  While the store fails (disk full)
 * alerts wait, in order; the oldest give way when there are too many, counted.
 */
#include "clerk.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ops/log.h"
#include "thread.h"

enum { BATCH = 256, PATIENT_MOST = 4 * BATCH, TRIM_EVERY = 1024 };

#define GATHER_NS (5 * 1000000)
#define RETRY_S   1

/* An alert as a line; its texts are in `text`, one behind the other. */
struct waiting {
	struct waiting *next;
	struct line line;
	char text[];
};

struct clerk {
	struct clerk_options o;
	pthread_t thread;
	pthread_mutex_t lock;         /* of what follows */
	pthread_cond_t wake, settled; /* settled: a try was made */
	struct waiting *first, **last;
	uint64_t busy; /* of those that wait: taken out of the queue, being committed */
	struct clerk_stats stats;
	uint64_t tries, failed; /* so far; of them the last that failed */
	bool failing;           /* the last try did */
	bool losing;            /* an alert was lost since the store last took one, and was said */
	bool hurry, end, ended;
};

static const char *
copy_text(char **at, const char *text, size_t n)
{
	char *to = *at;

	memcpy(to, text, n);
	to[n] = '\0';
	*at += n + 1;
	return to;
}

static struct waiting *
waiting_new(const struct line *line)
{
	const size_t id = strlen(line->id), rule = strlen(line->rule),
		     case_id = strlen(line->case_id);
	struct waiting *w = malloc(sizeof(*w) + id + rule + case_id + line->length + 4);
	char *at;

	if (w == NULL)
		return NULL;
	at = w->text;
	w->next = NULL;
	w->line = *line;
	w->line.id = copy_text(&at, line->id, id);
	w->line.rule = copy_text(&at, line->rule, rule);
	w->line.case_id = copy_text(&at, line->case_id, case_id);
	w->line.body = copy_text(&at, line->body, line->length);
	return w;
}

static void
lose(struct clerk *c, const char *why)
{
	c->stats.lost++;
	if (!c->losing)
		log_error("%s", why);
	c->losing = true;
}

static struct waiting *
unlink_first(struct clerk *c)
{
	struct waiting *w = c->first;

	c->first = w->next;
	if (c->first == NULL)
		c->last = &c->first;
	return w;
}

/* What is being committed does not count: if that fails it comes back, and is the oldest. */
static void
keep_within(struct clerk *c)
{
	while (c->stats.waiting - c->busy > c->o.waiting_most) {
		free(unlink_first(c));
		c->stats.waiting--;
		lose(c,
		    "too many alerts wait for the store (limits.outbox_alerts); "
		    "the oldest are lost");
	}
}

void
clerk_take(struct clerk *c, const struct line *line)
{
	struct waiting *w = waiting_new(line);

	pthread_mutex_lock(&c->lock);
	if (w == NULL) {
		lose(c, "no memory for an alert");
		pthread_mutex_unlock(&c->lock);
		return;
	}
	while (c->o.patient && !c->failing && c->stats.waiting >= PATIENT_MOST)
		pthread_cond_wait(&c->settled, &c->lock);
	if (c->first == NULL)
		pthread_cond_signal(&c->wake);
	*c->last = w;
	c->last = &w->next;
	c->stats.waiting++;
	keep_within(c);
	pthread_mutex_unlock(&c->lock);
}

/* A store that failed is left alone for a while. */
static void
let_rest(struct clerk *c)
{
	struct timespec until;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += RETRY_S;
	while (rc == 0 && !c->hurry && !c->end)
		rc = pthread_cond_timedwait(&c->wake, &c->lock, &until);
}

/* Wait for the first, and a moment for those that come with it. */
static void
await_work(struct clerk *c)
{
	while (c->first == NULL && !c->end)
		pthread_cond_wait(&c->wake, &c->lock);
	if (c->failing) {
		let_rest(c);
	} else if (!c->hurry && !c->end && c->stats.waiting < BATCH) {
		pthread_mutex_unlock(&c->lock);
		nanosleep(&(struct timespec){ .tv_nsec = GATHER_NS }, NULL);
		pthread_mutex_lock(&c->lock);
	}
}

static unsigned
take_out(struct clerk *c, struct waiting *w[BATCH], struct line line[BATCH])
{
	unsigned n = 0;

	for (; n < BATCH && c->first != NULL; n++) {
		w[n] = unlink_first(c);
		line[n] = w[n]->line;
	}
	c->busy = n;
	c->tries++;
	return n;
}

static void
put_back(struct clerk *c, struct waiting *const w[], unsigned n)
{
	c->failing = true;
	c->failed = c->tries;
	for (unsigned i = n; i-- > 0; c->first = w[i]) {
		w[i]->next = c->first;
		if (c->first == NULL)
			c->last = &w[i]->next;
	}
	c->busy = 0;
	keep_within(c);
}

static void
count(struct clerk *c, struct waiting *const w[], const struct line line[], unsigned n)
{
	c->failing = c->losing = false;
	c->busy = 0;
	c->stats.waiting -= n;
	for (unsigned i = 0; i < n; i++) {
		c->stats.alerts += line[i].seq != 0;
		c->stats.repeats += line[i].seq == 0;
		free(w[i]);
	}
}

static bool
commit(const struct clerk *c, struct line line[], unsigned n, unsigned *since_trim)
{
	if (store_put_all(c->o.store, line, n) != 0)
		return false;
	*since_trim += n;
	if (*since_trim >= TRIM_EVERY) {
		store_trim(c->o.store, c->o.keep);
		*since_trim = 0;
	}
	if (c->o.courier != NULL)
		courier_wake(c->o.courier);
	return true;
}

static void *
run(void *arg)
{
	struct clerk *c = arg;
	struct waiting *w[BATCH];
	struct line line[BATCH];
	unsigned n, since_trim = 0;
	bool put;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		await_work(c);
		if (c->end)
			break;
		n = take_out(c, w, line);
		pthread_mutex_unlock(&c->lock);
		put = commit(c, line, n, &since_trim);
		pthread_mutex_lock(&c->lock);
		if (put)
			count(c, w, line, n);
		else
			put_back(c, w, n);
		pthread_cond_broadcast(&c->settled);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static int
start(struct clerk *c)
{
	pthread_condattr_t monotonic;

	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&c->wake, &monotonic);
	pthread_cond_init(&c->settled, NULL);
	pthread_condattr_destroy(&monotonic);
	return thread_start(&c->thread, run, c);
}

struct clerk *
clerk_start(const struct clerk_options *o)
{
	struct clerk *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		log_error("no memory for the clerk");
		return NULL;
	}
	c->o = *o;
	c->last = &c->first;
	if (start(c) != 0) {
		log_error("cannot start the clerk's thread");
		free(c);
		return NULL;
	}
	return c;
}

void
clerk_settle(struct clerk *c)
{
	uint64_t tries;

	pthread_mutex_lock(&c->lock);
	tries = c->tries; /* one that has begun does not know yet what changed since */
	c->hurry = true;
	pthread_cond_signal(&c->wake);
	while (!c->ended && c->stats.waiting > 0 && c->failed <= tries)
		pthread_cond_wait(&c->settled, &c->lock);
	c->hurry = false;
	pthread_mutex_unlock(&c->lock);
}

void
clerk_stop(struct clerk *c)
{
	if (c->ended)
		return;
	pthread_mutex_lock(&c->lock);
	c->end = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	c->ended = true;
}

void
clerk_stats(struct clerk *c, struct clerk_stats *out)
{
	pthread_mutex_lock(&c->lock);
	*out = c->stats;
	pthread_mutex_unlock(&c->lock);
}

void
clerk_free(struct clerk *c)
{
	if (c == NULL)
		return;
	clerk_stop(c);
	while (c->first != NULL)
		free(unlink_first(c));
	pthread_cond_destroy(&c->settled);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
