/*
 * team_replay: one reads and decodes, the lanes do the rest.
 *
 *   frames ─▶ crate 0 | crate 1 | ... | crate 31     filled: by the reader, in turn
 *                 ▲ each lane reads all of them      merged: free to be filled again
 *
 * A crate ends where it is full, and before each tick, so that all lanes tick between the
 * same two packets.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/log.h"
#include "team_private.h"

int
team_replay_open(struct team *t)
{
	if (gate_open(&t->filled) != 0 || gate_open(&t->merged) != 0 ||
	    (t->crate = aligned_alloc(CACHE_LINE, CRATES * sizeof(t->crate[0]))) == NULL) {
		log_error("no memory for the reader of %u lanes", t->lanes);
		return -1;
	}
	return 0;
}

void
team_replay_close(struct team *t)
{
	if (t->crate == NULL)
		return;
	free(t->crate);
	gate_close(&t->merged);
	gate_close(&t->filled);
}

void
team_replay_over(struct team *t)
{
	t->crate[0].over = true;
	t->crate[0].tick_us = 0;
	gate_raise(&t->filled, 1);
}

/* ---- the reader ---- */

static struct crate *
next_crate(struct team *t)
{
	const uint64_t n = gate_at(&t->filled);
	struct crate *c = &t->crate[n % CRATES];

	/* Where all are full, wait for some of them. */
	if (n - gate_at(&t->merged) == CRATES)
		gate_wait(&t->merged, n - CRATES + CRATES_AT_ONCE);
	c->parcels = c->used = 0;
	c->ticks = c->over = false;
	memset(c->listed, 0, sizeof(c->listed));
	return c;
}

static struct crate *
ship(struct team *t, struct crate *c)
{
	c->last = front_ordinal(t->front);
	gate_raise(&t->filled, gate_at(&t->filled) + 1);
	return c->over ? NULL : next_crate(t);
}

static struct crate *
put_tick(struct team *t, struct crate *c, int64_t tick_us, uint64_t by)
{
	if (c->parcels > 0 || c->ticks)
		c = ship(t, c);
	c->ticks = true;
	c->tick_us = tick_us;
	c->tick_by = by;
	c->tick_last = front_ordinal(t->front);
	c->tick_counts = *front_counts(t->front);
	team_note(&t->member[0], t->o.capture[0], &c->tick_counts, 0);
	return c;
}

/* A lane had them last: by the frame after the next they are here. */
static void
fetch_next(struct crate *c)
{
	const unsigned char *at =
	    (const unsigned char *)&c->parcel[c->parcels] + 2 * sizeof(c->parcel[0]);

	for (size_t i = 0; i < sizeof(c->parcel[0]); i += CACHE_LINE)
		__builtin_prefetch(at + i, 1);
	__builtin_prefetch(c->bytes + c->used + 4 * CACHE_LINE, 1);
	__builtin_prefetch(c->bytes + c->used + 5 * CACHE_LINE, 1);
}

/* Keep what a lane looks at; the headers are read. */
static void
keep_payload(struct crate *c, struct packet *p)
{
	unsigned char *to = c->bytes + c->used;

	memcpy(to, p->payload.p, p->payload.n);
	c->used += (unsigned)p->payload.n;
	p->payload.p = to;
	p->l3 = view_of(NULL, 0);
}

static struct crate *
put_frame(struct team *t, struct crate *c, const struct frame *f)
{
	struct parcel *parcel;
	unsigned lane;

	if (c->parcels == CRATE_PARCELS || CRATE_BYTES - c->used < f->bytes.n + UINT16_MAX)
		c = ship(t, c);
	parcel = &c->parcel[c->parcels];
	fetch_next(c);
	if (!front_frame(t->front, f, parcel))
		return c;
	if (parcel->p.payload.n > 0)
		keep_payload(c, &parcel->p);
	lane = spread_lane(parcel->shard, t->lanes);
	c->list[lane][c->listed[lane]++] = (uint16_t)c->parcels++;
	return c;
}

void *
team_replay_reader(void *arg)
{
	struct team *t = arg;
	struct capture *capture = t->o.capture[0];
	struct crate *c = next_crate(t);
	struct frame f[CAPTURE_BATCH];
	int64_t tick_us;
	unsigned n;

	while (capture->next(capture, -1, f, &n) == CAPTURE_FRAMES) {
		for (unsigned i = 0; i < n; i++) {
			if (front_ticks(t->front, f[i].at_us, &tick_us))
				c = put_tick(t, c, tick_us, f[i].ordinal);
			c = put_frame(t, c, &f[i]);
		}
	}
	if (c->parcels > 0 || c->ticks)
		c = ship(t, c);
	c->over = true;
	c->tick_us = front_now_us(t->front);
	c->tick_last = front_ordinal(t->front);
	c->tick_counts = *front_counts(t->front);
	ship(t, c);
	return NULL;
}

/* ---- a lane ---- */

/* What the reader wrote is in the other processor's cache. */
static void
fetch(const struct parcel *p)
{
	const unsigned char *at = (const unsigned char *)p;

	for (size_t i = 0; i < sizeof(*p); i += CACHE_LINE)
		__builtin_prefetch(at + i);
}

static void
take_parcels(struct member *m, struct crate *c)
{
	const uint16_t *list = c->list[m->index];
	const unsigned listed = c->listed[m->index];
	struct parcel *batch[CAPTURE_BATCH];
	unsigned n = 0;

	for (unsigned i = 0; i < listed; i++) {
		batch[n++] = &c->parcel[list[i]];
		__builtin_prefetch(c->parcel[list[i]].p.payload.p);
		if (i + CAPTURE_BATCH < listed)
			fetch(&c->parcel[list[i + CAPTURE_BATCH]]);
		if (n == CAPTURE_BATCH || i + 1 == listed) {
			lane_take(m->lane, batch, n);
			n = 0;
		}
	}
}

void *
team_replay_lane(void *arg)
{
	struct member *m = arg;
	struct team *t = m->team;
	struct crate *c;

	for (uint64_t n = 0, opened = 0;; n++) {
		/* The merger is told now and then, and before this lane waits. */
		if (n % CRATES_AT_ONCE == 0 || gate_at(&t->filled) == n)
			ring_flush(&m->told);
		gate_wait(&t->filled, n + 1);
		c = &t->crate[n % CRATES];
		if (c->over)
			break;
		if (c->ticks)
			lane_tick(m->lane, c->tick_us, c->tick_last, c->tick_by, &c->tick_counts);
		take_parcels(m, c);
		c->opened[m->index] = (unsigned)(lane_opened(m->lane) - opened);
		opened = lane_opened(m->lane);
		team_so_far(m, c->last);
	}
	lane_end(m->lane, c->tick_us, c->tick_last, &c->tick_counts);
	team_so_far(m, UINT64_MAX);
	ring_flush(&m->told);
	return NULL;
}
