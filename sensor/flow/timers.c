/*
 * timers: ageing by a wheel for each class, a slot a tick.
 *
 *   slot: | due | HALF: 7 | CLOSED: 2 | ONE: 19 | OTHER: 19 | TCP: 91 |
 *
 * A row lies in the slot of the tick by which it would be due, had no packet come
 * since.  A packet does not move it: when its slot comes up, or a full table looks
 * for the cheapest, it goes on to where it belongs by then.  So it is never later
 * in its wheel than its due tick; a change to a class that waits less moves it at
 * once.  Each move is paid for by a packet, or by the row's coming and going.
 *
 * Times are hostile: a tick may be any multiple, years on from the last, and two
 * ticks may share a slot.  Then rows are looked at too early, never too late.
 */
#include "flow/timers.h"

#include <assert.h>

#include "farhand/event.h"

#define TICKS(us) ((us) / TICK_US)

/* A class has a slot for each of its idle ticks, and for the one begun. */
enum {
	SLOT_DUE = 0, /* due, or to be looked at by the next tick */
	SLOT_HALF = 1,
	SLOT_CLOSED = SLOT_HALF + TICKS(FLOW_IDLE_HALF_US) + 1,
	SLOT_ONE = SLOT_CLOSED + TICKS(FLOW_IDLE_CLOSED_US) + 1,
	SLOT_OTHER = SLOT_ONE + TICKS(FLOW_IDLE_UDP_US) + 1,
	SLOT_TCP = SLOT_OTHER + TICKS(FLOW_IDLE_UDP_US) + 1,
	SLOTS = SLOT_TCP + TICKS(FLOW_IDLE_TCP_US) + 1
};
_Static_assert((int)SLOTS == (int)TIMER_SLOTS && SLOTS <= UINT8_MAX, "a row's due is a slot");

static const struct {
	int64_t ticks;
	unsigned first;
} wheels[IDLES] = {
	[IDLE_HALF] = { TICKS(FLOW_IDLE_HALF_US), SLOT_HALF },
	[IDLE_CLOSED] = { TICKS(FLOW_IDLE_CLOSED_US), SLOT_CLOSED },
	[IDLE_ONE] = { TICKS(FLOW_IDLE_UDP_US), SLOT_ONE },
	[IDLE_OTHER] = { TICKS(FLOW_IDLE_UDP_US), SLOT_OTHER },
	[IDLE_TCP] = { TICKS(FLOW_IDLE_TCP_US), SLOT_TCP },
};

/* No tick yet: before all there can be, with room to count from it. */
#define TICK_NONE (INT64_MIN / TICK_US - 1)

int64_t timers_idle_us(enum idle class)
{
	return wheels[class].ticks * TICK_US;
}

void
timers_begin(struct flows *t)
{
	t->tick = TICK_NONE;
}

/* The first tick by which the row is idle. */
static int64_t
due_tick(const struct flow_row *row)
{
	const int64_t down = TICKS(row->seen_us);

	/* Division goes towards zero, this up. */
	return down + (row->seen_us > down * TICK_US) + wheels[row->idle].ticks;
}

static unsigned
slot_at(enum idle class, int64_t tick)
{
	const int64_t slots = wheels[class].ticks + 1;
	const int64_t at = tick % slots;

	return wheels[class].first + (unsigned)(at < 0 ? at + slots : at);
}

static unsigned
slot_of(const struct flows *t, const struct flow_row *row)
{
	const int64_t tick = due_tick(row);

	return tick <= t->tick ? SLOT_DUE : slot_at((enum idle)row->idle, tick);
}

/* Last in its slot; it is in none. */
static void
link_row(struct flows *t, struct flow_row *row)
{
	const uint32_t index = (uint32_t)(row - t->rows);
	struct row_list *list;

	row->due = (uint8_t)slot_of(t, row);
	t->idle += row->due == SLOT_DUE;
	list = &t->slot[row->due];
	row->timer_prev = list->last;
	row->timer_next = 0;
	*(list->last != 0 ? &t->rows[list->last].timer_next : &list->first) = index;
	list->last = index;
}

void
timers_remove(struct flows *t, struct flow_row *row)
{
	struct row_list *list = &t->slot[row->due];
	const uint32_t prev = row->timer_prev, next = row->timer_next;

	t->idle -= row->due == SLOT_DUE;
	*(prev != 0 ? &t->rows[prev].timer_next : &list->first) = next;
	*(next != 0 ? &t->rows[next].timer_prev : &list->last) = prev;
}

static void
move(struct flows *t, struct flow_row *row)
{
	timers_remove(t, row);
	link_row(t, row);
}

void
timers_change(struct flows *t, struct flow_row *row, enum idle class)
{
	const uint8_t was = row->idle;

	row->idle = class & 15;
	if (was == IDLES) {
		if (t->tick == TICK_NONE)
			t->tick = TICKS(row->seen_us);
		link_row(t, row);
	} else if (wheels[class].ticks < wheels[was].ticks) {
		move(t, row);
	}
}

/* A slot's tick has come: all in it go on to where they belong. */
static void
turn(struct flows *t, unsigned slot)
{
	uint32_t i = t->slot[slot].first;

	t->slot[slot] = (struct row_list){ 0, 0 };
	while (i != 0) {
		struct flow_row *row = &t->rows[i];

		i = row->timer_next;
		link_row(t, row);
	}
}

static void
advance(struct flows *t, int64_t tick)
{
	const int64_t last = t->tick;

	if (tick <= last)
		return;
	t->tick = tick;
	for (unsigned c = 0; c < IDLES; c++) {
		const int64_t slots = wheels[c].ticks + 1;

		/* However far the clock jumped, once round is all. */
		for (int64_t at = tick - last > slots ? tick - slots : last; at < tick; at++)
			turn(t, slot_at((enum idle)c, at + 1));
	}
}

uint32_t
flows_due(struct flows *t, int64_t tick_us, struct flows_due *out, uint32_t most)
{
	uint32_t n = 0, next;

	advance(t, TICKS(tick_us));
	for (uint32_t i = t->slot[SLOT_DUE].first; i != 0 && n < most; i = next) {
		struct flow_row *row = &t->rows[i];

		next = row->timer_next;
		if (due_tick(row) > t->tick)
			move(t, row); /* put back by the caller, and seen again since */
		else
			out[n++] = (struct flows_due){ row->seen_ordinal, row };
	}
	return n;
}

uint32_t
flows_idle(const struct flows *t)
{
	return t->idle;
}

/* The first row of a slot that belongs there still; NULL: none does. */
static struct flow_row *
first_of(struct flows *t, unsigned slot)
{
	while (t->slot[slot].first != 0) {
		struct flow_row *row = &t->rows[t->slot[slot].first];

		if (slot_of(t, row) == slot)
			return row;
		move(t, row);
	}
	return NULL;
}

static struct flow_row *
oldest_of(struct flows *t, enum idle class)
{
	struct flow_row *row = NULL;

	for (int64_t i = 0; i <= wheels[class].ticks && row == NULL; i++)
		row = first_of(t, slot_at(class, t->tick + 1 + i));
	return row;
}

struct flow_row *
timers_cheapest(struct flows *t)
{
	struct flow_row *row = first_of(t, SLOT_DUE);

	assert(t->stats.live > 0);
	/* Where slots are shared a row may move behind us: the second time round all are at rest.
	 */
	while (row == NULL) {
		for (unsigned c = 0; c < IDLES && row == NULL; c++)
			row = oldest_of(t, (enum idle)c);
	}
	return row;
}
