/*
 * lane_close: flows end: idle ones at ticks, all at the end.
 *
 * Live, those of a tick are closed little by little over the next seconds: what they
 * raise would else come all at once, and hold up the packets and alerts that follow.
 *
 * Each shard names its own; they go in one order over all, so that what is told does not
 * depend on who owns which shard.
 */
#include "lane_private.h"

#define AHEAD     8               /* rows */
#define SPREAD_US (TICK_US / 2)   /* live: in which a tick's idle rows are closed, evenly */
#define SLICE_US  1000            /* live: from slice to slice, at least */
#define SLICE     1024            /* live: rows of a slice, at most, a shard */

static void
sort(struct shard *s)
{
	struct flows_due *const sorted = flows_due_sort(s->due, s->spare, s->found);

	if (sorted == s->due)
		return;
	s->spare = s->due;
	s->due = sorted;
}

/* Of the shards' rows that wait to be closed, the shard with the first by ordinal; NULL: none. */
static struct shard *
first_found(struct lane *l)
{
	struct shard *first = NULL;

	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		struct shard *s = &l->shard[i];

		if (s->closed < s->found &&
		    (first == NULL ||
			s->due[s->closed].ordinal < first->due[first->closed].ordinal))
			first = s;
	}
	return first;
}

/* Closing is by time, and rows lie by chance: have the next ones at hand. */
static void
look_ahead(const struct shard *s)
{
	if (s->closed + AHEAD < s->found)
		flows_prefetch(s->due[s->closed + AHEAD].row);
	if (s->closed + AHEAD / 2 < s->found)
		flows_prefetch_close(s->flows, s->due[s->closed + AHEAD / 2].row);
}

static void
sort_found(struct lane *l)
{
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes)
		sort(&l->shard[i]);
}

static void
close_found(struct lane *l)
{
	sort_found(l);
	while ((l->at = first_found(l)) != NULL) {
		const struct flows_due *d = &l->at->due[l->at->closed++];

		look_ahead(l->at);
		l->key.minor = l->o.live ? MINOR_PACKET : MINOR_CLOSE + d->ordinal;
		flows_close(l->at->flows, d->row);
	}
}

/* Tell of the windows that are over. */
static void
end_windows(struct lane *l, int64_t tick_us)
{
	if (tick_us % WINDOW_US != 0)
		return;
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		struct shard *s = &l->shard[i];

		s->closed = 0;
		s->found = rhythms_due(s->rhythms, tick_us, s->due);
	}
	sort_found(l);
	while ((l->at = first_found(l)) != NULL) {
		const struct flows_due *d = &l->at->due[l->at->closed++];

		l->key.minor = l->o.live ? MINOR_PACKET : d->ordinal;
		lane_window(l, d->row);
	}
}

/* Write at most so many of the shard's idle rows to its `due`. */
static void
find_due(struct shard *s, int64_t tick_us, uint32_t most)
{
	s->closed = 0;
	s->found = flows_due(s->flows, tick_us, s->due, most);
}

/* How many of a shard's idle rows now, so that they last until the spread is over. */
static uint32_t
slice_of(const struct lane *l, uint32_t idle)
{
	const int64_t gone_us = l->now_us - l->sliced_us;
	const int64_t left_us = l->slice_us + SPREAD_US - l->sliced_us;
	const int64_t rows = gone_us < left_us ? 1 + idle * gone_us / left_us : SLICE;

	return rows < SLICE ? (uint32_t)rows : SLICE;
}

void
lane_close_slice(struct lane *l)
{
	uint32_t idle = 0;

	if (l->slice_us == 0 || l->now_us - l->sliced_us < SLICE_US)
		return;
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		struct shard *s = &l->shard[i];

		find_due(s, l->slice_us, slice_of(l, flows_idle(s->flows)));
		idle += flows_idle(s->flows) - s->found;
	}
	close_found(l);
	l->sliced_us = l->now_us;
	if (idle == 0)
		l->slice_us = 0;
}

void
lane_idle(struct lane *l, int64_t now_us)
{
	if (now_us > l->now_us) {
		l->now_us = now_us;
		l->key.major = (uint64_t)now_us;
	}
	lane_take(l, NULL, 0);
}

static void
emit_bare(struct lane *l, enum event_kind kind, uint64_t minor)
{
	l->key.minor = minor;
	lane_tell(l, lane_event(l, kind, NULL));
}

void
lane_tick(
    struct lane *l, int64_t tick_us, uint64_t last, uint64_t by, const struct front_counts *counts)
{
	l->now_us = tick_us;
	l->ordinal = last;
	l->counts = counts;
	l->key.major = l->o.live ? (uint64_t)tick_us : by;
	end_windows(l, tick_us);
	if (l->o.live) {
		l->slice_us = l->sliced_us = tick_us;
		for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes)
			find_due(&l->shard[i], tick_us, 0);
	} else {
		for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes)
			find_due(&l->shard[i], tick_us, l->rows);
		close_found(l);
	}
	if (l->o.index == 0)
		emit_bare(l, EVENT_TICK, MINOR_TICK);
}

void
lane_close_all(struct lane *l)
{
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		struct shard *s = &l->shard[i];

		s->closed = 0;
		s->found = flows_all(s->flows, s->due, l->rows);
	}
	close_found(l);
}

void
lane_end(struct lane *l, int64_t now_us, uint64_t last, const struct front_counts *counts)
{
	l->now_us = now_us;
	l->ordinal = last;
	l->counts = counts;
	l->key.major = UINT64_MAX;
	lane_close_all(l);
	if (l->o.index == 0)
		emit_bare(l, EVENT_END, MINOR_PACKET);
}
