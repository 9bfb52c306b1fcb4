/*
 * team: makes the lanes, and merges what they tell.
 *
 * Each lane's ring is in order of its keys, so the least of the rings' first records is
 * next.  A lane that has nothing to tell says how far it is.
 */
#include "team_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ops/log.h"
#include "thread.h"

void
team_tell_event(void *arg, struct ring_key key, const struct event *ev)
{
	struct member *m = arg;
	const size_t n = event_bytes(ev);

	memcpy(ring_write(&m->told, TOLD_EVENT, key, n)->body, ev, n);
}

void
team_so_far(struct member *m, uint64_t major)
{
	(void)ring_write(&m->told, TOLD_SO_FAR, (struct ring_key){ major, MINOR_SO_FAR }, 0);
}

void
team_note(struct member *m, struct capture *c, const struct front_counts *counts, uint64_t opened)
{
	struct capture_stats captured;

	c->stats(c, &captured);
	pthread_mutex_lock(&m->mutex);
	m->captured = captured;
	m->counts = *counts;
	m->opened = opened;
	pthread_mutex_unlock(&m->mutex);
}

static int
open_member(struct team *t, unsigned i)
{
	struct member *m = &t->member[i];
	struct lane_options o = t->o.lane;

	m->team = t;
	m->index = o.index = i;
	pthread_mutex_init(&m->mutex, NULL);
	if (t->lanes > 1 && ring_open(&m->told, EVENT_RING_BYTES) != 0) {
		log_error("no memory for lane %u", i);
		return -1;
	}
	m->lane =
	    t->lanes == 1 ? lane_new(&o, team_solo_event, t) : lane_new(&o, team_tell_event, m);
	return m->lane != NULL ? 0 : -1;
}

static int
open_rest(struct team *t)
{
	if (t->o.lane.live && t->lanes > 1)
		return team_live_open(t);
	t->front = front_new(t->o.duplicate_us);
	if (t->front == NULL) {
		log_error("no memory for the decoder");
		return -1;
	}
	return t->lanes > 1 ? team_replay_open(t) : team_solo_open(t);
}

struct team *
team_new(const struct team_options *o)
{
	struct team *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		log_error("no memory for %u lanes", o->lane.lanes);
		return NULL;
	}
	t->o = *o;
	t->lanes = o->lane.lanes;
	assert(t->lanes <= LANES_MOST);
	for (unsigned i = 0; i < t->lanes; i++) {
		if (open_member(t, i) != 0)
			goto err;
	}
	if (open_rest(t) != 0)
		goto err;
	return t;
err:
	team_free(t);
	return NULL;
}

void
team_free(struct team *t)
{
	if (t == NULL)
		return;
	for (unsigned i = 0; i < t->lanes; i++) {
		struct member *m = &t->member[i];

		if (m->team == NULL)
			continue;
		lane_free(m->lane);
		ring_close(&m->told);
		pthread_mutex_destroy(&m->mutex);
	}
	team_live_close(t);
	team_replay_close(t);
	team_solo_close(t);
	front_free(t->front);
	free(t);
}

static bool
is_before(struct ring_key a, struct ring_key b)
{
	return a.major != b.major ? a.major < b.major : a.minor < b.minor;
}

/* The member whose first record is next. */
static struct member *
next_member(struct team *t)
{
	struct member *next = &t->member[0];
	struct ring_key least = ring_peek(&next->told)->key;

	for (unsigned i = 1; i < t->lanes; i++) {
		const struct ring_key key = ring_peek(&t->member[i].told)->key;

		if (is_before(key, least)) {
			next = &t->member[i];
			least = key;
		}
	}
	return next;
}

/* All lanes are done with the crate that was merged: its room is free. */
static void
crate_done(struct team *t)
{
	const uint64_t n = gate_at(&t->merged);
	const struct crate *c = &t->crate[n % CRATES];

	for (unsigned i = 0; i < t->lanes; i++)
		t->opened += c->opened[i];
	gate_raise(&t->merged, n + 1);
}

/* Tell the caller of the next events of a ring: see team_options.soon. */
static void
look_ahead(struct team *t, struct member *m)
{
	const struct ring_record *r;

	while (m->ahead < m->handed + SOON && (r = ring_ahead(&m->told)) != NULL) {
		if (r->kind != TOLD_EVENT)
			continue;
		m->soon[m->ahead % SOON] = (const struct event *)(const void *)r->body;
		t->o.soon(t->arg, m->soon[m->ahead % SOON], 0);
		m->ahead++;
		for (unsigned round = 1; round <= 2; round++) {
			const uint64_t nearer = round * SOON / 4 + 1;

			if (m->ahead >= m->handed + nearer)
				t->o.soon(t->arg, m->soon[(m->ahead - nearer) % SOON], round);
		}
	}
}

static void
merge(struct team *t)
{
	for (;;) {
		struct member *m = next_member(t);
		struct ring_record *r = ring_peek(&m->told);

		if (r->kind == TOLD_EVENT) {
			struct event *ev = (struct event *)(void *)r->body;
			t->key = r->key;
			if (t->o.soon != NULL)
				look_ahead(t, m);
			m->handed++;
			/* Live lanes' clocks differ a little; the desk's never goes back. */
			if (t->o.lane.live && ev->at_us < t->now_us)
				ev->at_us = t->now_us;
			t->now_us = ev->at_us;
			t->fn(t->arg, ev);
		} else if (r->key.major == UINT64_MAX) {
			return; /* the last of each, and nothing is before it */
		} else if (!t->o.lane.live && ++t->so_far == t->lanes) {
			t->so_far = 0;
			crate_done(t);
		}
		ring_pop(&m->told);
	}
}

static int
start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	const int rc = thread_start(thread, run, arg);

	if (rc != 0)
		log_error("no thread for a lane: %s", strerror(rc));
	return rc;
}

/* Let the threads that were started come to their end. */
static void
call_off(struct team *t, unsigned started)
{
	atomic_fetch_add(&t->ended, t->lanes - started);
	if (!t->o.lane.live)
		team_replay_over(t);
	for (unsigned i = 0; t->o.lane.live && i < t->lanes; i++)
		capture_stop(t->o.capture[i]);
}

static int
run_threads(struct team *t)
{
	const bool live = t->o.lane.live;
	unsigned started = 0;
	int rc = 0;

	for (; started < t->lanes && rc == 0; started += rc == 0)
		rc = start(&t->member[started].thread, live ? team_live_lane : team_replay_lane,
		    &t->member[started]);
	if (rc == 0 && !live)
		rc = start(&t->reader, team_replay_reader, t);
	if (rc == 0)
		merge(t);
	else
		call_off(t, started);
	for (unsigned i = 0; i < started; i++)
		pthread_join(t->member[i].thread, NULL);
	if (rc == 0 && !live) {
		pthread_join(t->reader, NULL);
		team_note(&t->member[0], t->o.capture[0], front_counts(t->front), 0);
	}
	return rc != 0 || atomic_load(&t->failed) ? -1 : 0;
}

int
team_run(struct team *t, void (*fn)(void *arg, const struct event *ev), void *arg)
{
	t->fn = fn;
	t->arg = arg;
	return t->lanes == 1 ? team_solo_run(t) : run_threads(t);
}
