/*
 * team_live: each lane captures for itself.
 *
 *   frames ─▶ front ─┬─ its own shards ─▶ lane
 *                    └─ another's: mail ─▶ that lane
 *
 * The kernel chooses the lane by the outermost IP header.  What it cannot see, the packet in
 * a tunnel and the datagram put together of IPv6 fragments, may be another lane's: it is
 * handed over, its payload copied.  A ring that is full refuses, and that is counted.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "ops/log.h"
#include "team_private.h"

int
team_live_open(struct team *t)
{
	for (unsigned i = 0; i < t->lanes; i++) {
		struct member *m = &t->member[i];

		m->front = front_new(t->o.duplicate_us);
		if (m->front == NULL)
			goto err;
		for (unsigned k = 0; k < t->lanes; k++) {
			if (k != i && ring_open(&m->mail[k], MAIL_RING_BYTES) != 0)
				goto err;
		}
	}
	return 0;
err:
	log_error("no memory for %u lanes", t->lanes);
	return -1;
}

void
team_live_close(struct team *t)
{
	for (unsigned i = 0; i < t->lanes; i++) {
		front_free(t->member[i].front);
		for (unsigned k = 0; k < t->lanes; k++)
			ring_close(&t->member[i].mail[k]);
	}
}

/* A parcel in the mail: itself, then its payload. */
static void
hand_over(struct member *m, unsigned to, const struct parcel *parcel)
{
	struct ring *mail = &m->team->member[to].mail[m->index];
	const size_t payload = parcel->p.payload.n;
	struct ring_record *r =
	    ring_try(mail, 0, (struct ring_key){ 0, 0 }, sizeof(*parcel) + payload);

	if (r == NULL) {
		m->mail_lost++;
		return;
	}
	memcpy(r->body, parcel, sizeof(*parcel));
	if (payload > 0)
		memcpy(r->body + sizeof(*parcel), parcel->p.payload.p, payload);
	ring_flush(mail);
}

/* The lane's clock never goes back, though the frames of others may be ahead or behind. */
static void
set_clock(struct member *m, struct parcel *parcel)
{
	if (parcel->now_us > m->now_us)
		m->now_us = parcel->now_us;
	parcel->now_us = m->now_us;
}

static void
take_mail(struct member *m, struct ring *mail)
{
	struct parcel parcel, *one = &parcel;
	const struct ring_record *r;

	while ((r = ring_look(mail)) != NULL) {
		memcpy(&parcel, r->body, sizeof(parcel));
		parcel.p.payload.p = r->body + sizeof(parcel);
		parcel.p.l3 = view_of(NULL, 0);
		set_clock(m, &parcel);
		lane_take(m->lane, &one, 1);
		ring_pop(mail);
	}
}

static void
tick(struct member *m, int64_t tick_us)
{
	lane_tick(m->lane, tick_us, front_ordinal(m->front), 0, front_counts(m->front));
	team_note(m, m->team->o.capture[m->index], front_counts(m->front), lane_opened(m->lane));
}

static void
take_frames(struct member *m, const struct frame f[], unsigned n)
{
	struct parcel parcel[CAPTURE_BATCH], *own[CAPTURE_BATCH];
	struct look look[CAPTURE_BATCH];
	unsigned owns = 0, to;
	int64_t tick_us;

	front_look(m->front, f, n, parcel, look);
	for (unsigned i = 0; i < n; i++) {
		struct parcel *p = &parcel[i];

		if (front_ticks(m->front, f[i].at_us, &tick_us)) {
			lane_take(m->lane, own, owns);
			owns = 0;
			tick(m, tick_us);
		}
		if (!front_turn(m->front, &f[i], &look[i], p))
			continue;
		to = spread_lane(p->shard, m->team->lanes);
		if (to != m->index) {
			hand_over(m, to, p);
			continue;
		}
		set_clock(m, p);
		own[owns++] = p;
		if (p->p.reassembled) {
			lane_take(m->lane, own, owns);
			owns = 0;
		}
	}
	lane_take(m->lane, own, owns);
}

static void
take_time(struct member *m, int64_t now_us)
{
	int64_t tick_us;

	if (front_idle(m->front, now_us, &tick_us))
		tick(m, tick_us);
	if (now_us > m->now_us)
		m->now_us = now_us;
	lane_idle(m->lane, m->now_us);
}

static void
take_all_mail(struct member *m)
{
	for (unsigned i = 0; i < m->team->lanes; i++) {
		if (i != m->index)
			take_mail(m, &m->mail[i]);
	}
}

/* Others may still hand over what they fetched before they were told to stop. */
static void
take_last_mail(struct member *m)
{
	atomic_fetch_add(&m->team->ended, 1);
	while (atomic_load(&m->team->ended) < m->team->lanes) {
		take_all_mail(m);
		(void)poll(NULL, 0, 1);
	}
	take_all_mail(m);
}

void *
team_live_lane(void *arg)
{
	struct member *m = arg;
	struct team *t = m->team;
	struct capture *c = t->o.capture[m->index];
	struct frame f[CAPTURE_BATCH];
	enum capture_got got;
	unsigned n;

	while ((got = c->next(c, LIVE_WAIT_MS, f, &n)) == CAPTURE_FRAMES || got == CAPTURE_IDLE) {
		if (got == CAPTURE_FRAMES)
			take_frames(m, f, n);
		else
			take_time(m, f[0].at_us);
		take_all_mail(m);
		team_so_far(m, (uint64_t)m->now_us);
		ring_flush(&m->told);
	}
	if (got == CAPTURE_ERROR_)
		atomic_store(&t->failed, true);
	take_last_mail(m);
	team_note(m, c, front_counts(m->front), lane_opened(m->lane));
	lane_end(m->lane, m->now_us, front_ordinal(m->front), front_counts(m->front));
	team_so_far(m, UINT64_MAX);
	ring_flush(&m->told);
	return NULL;
}
