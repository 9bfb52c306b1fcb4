/*
 * outbox: offers what the store holds to every sink, each at its own pace.
 *
 *   cursor ............ last_taken ...... offered ............. newest
 *   the sink has it     in flight         refused by it          not offered yet
 *
 * A line that a sink will never take (PUT_NEVER) is passed over once everything
 * before it is delivered.
 */
#include "deliver/outbox.h"

#include <stdlib.h>
#include <time.h>

#include "ops/log.h"

#define SLICE_MS 10  /* how long one sink may keep the others waiting */
#define BATCH    256 /* lines offered to one sink before the next has its turn */

struct lane_out {
	struct sink *sink;
	uint64_t cursor;     /* all up to here is delivered, or refused */
	uint64_t last_taken; /* newest line the sink took */
	uint64_t offered;    /* newest line it took or refused */
	bool hungry;         /* it took all it was offered, and there is more */
	const char *trouble;
	bool gone;
};

struct outbox {
	struct store *store;
	unsigned sinks;
	struct lane_out lane[OUTBOX_SINKS];
	uint64_t passed, refused; /* lines the cursors went over; of them refused */
};

struct outbox *
outbox_new(struct store *s, struct sink *const *sink, unsigned sinks)
{
	struct outbox *o = calloc(1, sizeof(*o));

	if (o == NULL || sinks > OUTBOX_SINKS) {
		log_error("outbox: %s", o == NULL ? "no memory" : "too many sinks");
		free(o);
		return NULL;
	}
	o->store = s;
	o->sinks = sinks;
	for (unsigned i = 0; i < sinks; i++) {
		o->lane[i].sink = sink[i];
		o->lane[i].cursor = store_cursor(s, sink[i]->name);
		o->lane[i].offered = o->lane[i].cursor;
	}
	return o;
}

void
outbox_free(struct outbox *o)
{
	if (o == NULL)
		return;
	for (unsigned i = 0; i < o->sinks; i++)
		o->lane[i].sink->close(o->lane[i].sink->self);
	free(o);
}

struct offer {
	struct outbox *box;
	struct lane_out *to;
};

static bool
offer_line(void *arg, const struct line *line)
{
	struct offer *o = arg;
	const enum put put = o->to->sink->put(o->to->sink->self, line);

	o->to->hungry = put != PUT_LATER;
	if (put == PUT_LATER)
		return false;
	o->to->offered = line->seq;
	if (put == PUT_OK) {
		o->to->last_taken = line->seq;
	} else {
		o->box->refused++;
		log_error("%s: refuses alert %s for good (%zu bytes); it stays in the store",
		    o->to->sink->name, line->id, line->length);
	}
	return true;
}

static void
move_cursor(struct outbox *o, struct lane_out *l, uint64_t to)
{
	if (to == l->cursor)
		return;
	l->cursor = to;
	store_set_cursor(o->store, l->sink->name, to);
}

static void
take_state(struct outbox *o, struct lane_out *l, const struct sink_state *state)
{
	uint64_t reached = state->acked;

	l->trouble = state->trouble;
	l->gone = state->gone;
	if (state->rewind_to != 0) {
		l->offered = state->rewind_to - 1;
		l->last_taken = 0;
		move_cursor(o, l, l->offered);
		return;
	}
	if (reached >= l->last_taken)
		reached = l->offered; /* nothing is in flight */
	if (reached > l->cursor) {
		o->passed += reached - l->cursor;
		move_cursor(o, l, reached);
	}
}

/* One round over all sinks.  True when each has everything up to newest. */
static bool
round_trip(struct outbox *o, uint64_t newest, int wait_ms)
{
	bool all = true;

	for (unsigned i = 0; i < o->sinks; i++) {
		struct lane_out *l = &o->lane[i];
		struct offer to = { o, l };
		struct sink_state state = { 0 };

		l->hungry = false;
		if (l->offered < newest)
			store_after(o->store, l->offered, BATCH, offer_line, &to);
		l->sink->poll(l->sink->self, l->cursor < newest ? wait_ms : 0, &state);
		take_state(o, l, &state);
		l->hungry = l->hungry && l->offered < newest;
		all = all && l->cursor >= newest;
	}
	return all;
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Can a sink take more at once, so that it need not be waited for? */
static bool
is_hungry(const struct outbox *o)
{
	for (unsigned i = 0; i < o->sinks; i++) {
		if (o->lane[i].hungry)
			return true;
	}
	return false;
}

bool
outbox_turn(struct outbox *o, int wait_ms)
{
	const int64_t end_ms = now_ms() + wait_ms;
	int64_t began_ms, left_ms;
	int slice_ms = 0;
	bool all;

	do {
		began_ms = now_ms();
		all = round_trip(o, store_last_seq(o->store), slice_ms);
		left_ms = end_ms - now_ms();
		/* A sink that lacks something, yet returns at once, must not make us spin. */
		if (!all && slice_ms > 0 && now_ms() == began_ms)
			nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
		slice_ms = is_hungry(o) ? 0 : left_ms < SLICE_MS ? (int)left_ms : SLICE_MS;
	} while (!all && left_ms > 0);
	return all;
}

void
outbox_stats(const struct outbox *o, struct outbox_stats *out)
{
	const uint64_t newest = store_last_seq(o->store);
	bool hope = false;

	*out = (struct outbox_stats){ .refused = o->refused };
	if (o->passed > o->refused)
		out->delivered = o->passed - o->refused;
	for (unsigned i = 0; i < o->sinks; i++) {
		const struct lane_out *l = &o->lane[i];
		const uint64_t behind = newest > l->cursor ? newest - l->cursor : 0;

		if (behind > out->behind)
			out->behind = behind;
		hope = hope || (behind > 0 && !l->gone);
		if (out->trouble == NULL)
			out->trouble = l->trouble;
	}
	out->hopeless = out->behind > 0 && !hope;
}
