/*
 * lane_close: flows end: idle ones at ticks, all at the end.
 *
 * Live, a tick's are closed little by little over the next seconds, and so are windows
 * told of: what they raise would else come all at once, and hold up the packets and alerts
 * that follow.
 *
 * Each shard names its own; they go in one order over all, so that what is told does not
 * depend on who owns which shard.
 */
#include "lane_private.h"

#define AHEAD     8             /* rows */
#define SPREAD_US (TICK_US / 2) /* live: in which a tick's work is done, evenly */
#define SLICE_US  1000          /* live: from slice to slice, at least */
#define SLICE     1024          /* live: rows, and blocks, of a slice, at most, a shard */

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

		if (s->done < s->found &&
		    (first == NULL || s->due[s->done].ordinal < first->due[first->done].ordinal))
			first = s;
	}
	return first;
}

/* Closing is by time, and rows lie by chance: have the next ones at hand. */
static void
look_ahead(const struct shard *s)
{
	if (s->done + AHEAD < s->found)
		flows_prefetch(s->due[s->done + AHEAD].row);
	if (s->done + AHEAD / 2 < s->found)
		flows_prefetch_close(s->flows, s->due[s->done + AHEAD / 2].row);
}

static void
sort_found(struct lane *l)
{
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes)
		sort(&l->shard[i]);
}

/* Live, what is told comes when it is told. */
static void
set_minor(struct lane *l, uint64_t minor)
{
	l->key.minor = l->o.live ? MINOR_PACKET : minor;
}

static void
close_found(struct lane *l)
{
	sort_found(l);
	while ((l->at = first_found(l)) != NULL) {
		const struct flows_due *d = &l->at->due[l->at->done++];

		look_ahead(l->at);
		set_minor(l, MINOR_CLOSE + d->ordinal);
		flows_close(l->at->flows, d->row);
	}
}

static void
tell_found(struct lane *l)
{
	sort_found(l);
	while ((l->at = first_found(l)) != NULL) {
		const struct flows_due *d = &l->at->due[l->at->done++];

		set_minor(l, d->ordinal);
		lane_window(l, d->row);
	}
}

/* Windows that are over, of at most so many blocks. */
static void
find_windows(struct shard *s, int64_t tick_us, uint32_t most)
{
	s->done = 0;
	s->found = rhythms_due(s->rhythms, tick_us, &s->window, most, s->due);
}

/* At most so many idle rows. */
static void
find_idle(struct shard *s, int64_t tick_us, uint32_t most)
{
	s->done = 0;
	s->found = flows_due(s->flows, tick_us, s->due, most);
}

/* How many of a shard's that wait now, so that they last until the spread is over. */
static uint32_t
slice_of(const struct lane *l, uint32_t waiting)
{
	const int64_t gone_us = l->now_us - l->sliced_us;
	const int64_t left_us = l->slice_us + SPREAD_US - l->sliced_us;
	const int64_t n = gone_us < left_us ? 1 + waiting * gone_us / left_us : SLICE;

	return n < SLICE ? (uint32_t)n : SLICE;
}

void
lane_slice(struct lane *l)
{
	bool all = true;

	if (l->slice_us == 0 || l->now_us - l->sliced_us < SLICE_US)
		return;
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		struct shard *s = &l->shard[i];

		find_windows(s, l->slice_us, slice_of(l, rhythms_left(s->rhythms, s->window)));
		all = all && rhythms_left(s->rhythms, s->window) == 0;
	}
	tell_found(l);
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		struct shard *s = &l->shard[i];

		find_idle(s, l->slice_us, slice_of(l, flows_idle(s->flows)));
		all = all && flows_idle(s->flows) == s->found;
	}
	close_found(l);
	l->sliced_us = l->now_us;
	if (all)
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

/* All that a tick brings, or live: nothing yet, only what it is. */
static void
look_through(struct lane *l, int64_t tick_us, uint32_t most)
{
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		struct shard *s = &l->shard[i];

		s->done = s->found = 0;
		if (tick_us % WINDOW_US != 0)
			continue;
		s->window = 0;
		find_windows(s, tick_us, most);
	}
	tell_found(l);
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes)
		find_idle(&l->shard[i], tick_us, most);
	close_found(l);
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
	if (l->o.live)
		l->slice_us = l->sliced_us = tick_us;
	look_through(l, tick_us, l->o.live ? 0 : UINT32_MAX);
	if (l->o.index == 0)
		emit_bare(l, EVENT_TICK, MINOR_TICK);
}

void
lane_close_all(struct lane *l)
{
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes) {
		struct shard *s = &l->shard[i];

		s->done = 0;
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
	if (l->slice_us != 0) /* a half minute's windows before those of the one begun */
		look_through(l, l->slice_us, UINT32_MAX);
	lane_close_all(l);
	if (l->o.index == 0)
		emit_bare(l, EVENT_END, MINOR_PACKET);
}
