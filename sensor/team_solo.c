/*
 * team_solo: a team of one: capture, front, lane and the caller on one thread.
 *
 *   lane ─ event ─▶ queue ─ round 0 ... 1 ... 2 ... ─▶ the caller
 *
 * The caller's tables are large: events wait in a short queue, so that what each needs of
 * them is on its way from memory while those before it are worked on.
 */
#include <stdlib.h>
#include <string.h>

#include "team_private.h"

enum { IDLE_MS = 100, QUEUE_EVENTS = 128, QUEUE_BYTES = 64 * 1024, AHEAD = 4 };

struct waiting {
	const struct event *ev;
	/* Seen up to it, and flows opened. */
	const struct front_counts *counts;
	uint64_t opened;
};

struct queue {
	unsigned n;
	size_t used;
	const struct waiting *now; /* being handed on */
	struct waiting waiting[QUEUE_EVENTS];
	_Alignas(8) unsigned char bytes[QUEUE_BYTES];
};

int
team_solo_open(struct team *t)
{
	t->queue = calloc(1, sizeof(*t->queue));
	return t->queue != NULL ? 0 : -1;
}

void
team_solo_close(struct team *t)
{
	free(t->queue);
}

static void
fetch(const struct team *t, unsigned i, unsigned round)
{
	if (t->o.soon != NULL && i < t->queue->n)
		t->o.soon(t->arg, t->queue->waiting[i].ev, round);
}

static void
hand_on(struct team *t)
{
	struct queue *q = t->queue;

	/* Of a few events, as most batches have, these are all there is of fetching. */
	for (unsigned i = 0; i < 2 * AHEAD; i++)
		fetch(t, i, 1);
	for (unsigned i = 0; i < AHEAD; i++)
		fetch(t, i, 2);
	for (unsigned i = 0; i < q->n; i++) {
		fetch(t, i + 2 * AHEAD, 1);
		fetch(t, i + AHEAD, 2);
		q->now = &q->waiting[i];
		t->fn(t->arg, q->now->ev);
	}
	q->n = 0;
	q->used = 0;
}

void
team_solo_event(void *arg, struct ring_key key, const struct event *ev)
{
	struct team *t = arg;
	struct queue *q = t->queue;
	const size_t n = event_bytes(ev);

	(void)key;
	if (q->n == QUEUE_EVENTS || QUEUE_BYTES - q->used < n + 8)
		hand_on(t);
	memcpy(q->bytes + q->used, ev, n);
	q->waiting[q->n] = (struct waiting){
		.ev = (const struct event *)(const void *)(q->bytes + q->used),
		.counts = lane_counts(t->member[0].lane),
		.opened = lane_opened(t->member[0].lane),
	};
	q->used += (n + 7) & ~(size_t)7;
	q->n++;
	fetch(t, q->n - 1, 0);
}

void
team_solo_counts(const struct team *t, struct front_counts *out, uint64_t *opened)
{
	*out = *t->queue->now->counts;
	*opened = t->queue->now->opened;
}

/* Counts are of the batch: what was told of it is handed on before the next. */
static void
take(struct team *t, struct parcel *const batch[], unsigned n)
{
	lane_take(t->member[0].lane, batch, n);
	hand_on(t);
}

static void
tick(struct team *t, int64_t tick_us, uint64_t by)
{
	lane_tick(t->member[0].lane, tick_us, front_ordinal(t->front), by, front_counts(t->front));
	hand_on(t);
}

static void
take_frames(struct team *t, const struct frame f[], unsigned n)
{
	struct parcel parcel[CAPTURE_BATCH], *batch[CAPTURE_BATCH];
	struct look look[CAPTURE_BATCH];
	unsigned full = 0;
	int64_t tick_us;

	front_look(t->front, f, n, parcel, look);
	for (unsigned i = 0; i < n; i++) {
		if (front_ticks(t->front, f[i].at_us, &tick_us)) {
			take(t, batch, full);
			full = 0;
			tick(t, tick_us, f[i].ordinal);
		}
		if (!front_turn(t->front, &f[i], &look[i], &parcel[i]))
			continue;
		batch[full++] = &parcel[i];
		if (parcel[i].p.reassembled) {
			take(t, batch, full);
			full = 0;
		}
	}
	take(t, batch, full);
}

static void
take_time(struct team *t, int64_t now_us)
{
	int64_t tick_us;

	if (front_idle(t->front, now_us, &tick_us))
		tick(t, tick_us, 0);
	lane_idle(t->member[0].lane, front_now_us(t->front));
	hand_on(t);
}

int
team_solo_run(struct team *t)
{
	struct capture *c = t->o.capture[0];
	struct frame f[CAPTURE_BATCH];
	enum capture_got got;
	unsigned n;

	while ((got = c->next(c, IDLE_MS, f, &n)) == CAPTURE_FRAMES || got == CAPTURE_IDLE) {
		if (got == CAPTURE_FRAMES)
			take_frames(t, f, n);
		else
			take_time(t, f[0].at_us);
	}
	lane_end(t->member[0].lane, front_now_us(t->front), front_ordinal(t->front),
	    front_counts(t->front));
	hand_on(t);
	return got == CAPTURE_ERROR_ ? -1 : 0;
}
