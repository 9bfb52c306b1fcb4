/*
 * joint: see joint.h.  Of two flows only what windows keep can be compared: an onset is
 * answered if the other side was busy in its half second or the next, what it sends in answer
 * has no size of its own, and who ends a silence of all flows is not known.
 */
#include "detect/joint.h"

#include <math.h>

static uint16_t
sum16(uint16_t a, uint16_t b)
{
	return (uint16_t)((unsigned)a + b < UINT16_MAX ? (unsigned)a + b : UINT16_MAX);
}

static void
add_onsets(struct window_side *to, const struct window_side *from)
{
	const unsigned n = from->onsets < WINDOW_ONSETS ? from->onsets : WINDOW_ONSETS;

	for (unsigned k = 0; k < n && to->onsets < WINDOW_ONSETS; k++) {
		unsigned i = to->onsets++;

		for (; i > 0 && window_onset_us(to, i - 1) > window_onset_us(from, k); i--)
			to->onset_ms[i] = to->onset_ms[i - 1];
		to->onset_ms[i] = from->onset_ms[k];
	}
}

static void
add_side(struct window_side *to, const struct window_side *from)
{
	if (from->packets > to->packets) /* who sends most sets the pace */
		to->gap_cv = from->gap_cv;
	to->quiet = to->packets == 0 || from->quiet < to->quiet ? from->quiet : to->quiet;
	to->input |= from->input;
	to->busy |= from->busy;
	to->bytes += from->bytes;
	to->packets = sum16(to->packets, from->packets);
	to->small = sum16(to->small, from->small);
	to->masked = sum16(to->masked, from->masked);
	to->gaps = sum16(to->gaps, from->gaps);
	to->human_gaps = sum16(to->human_gaps, from->human_gaps);
	to->pairs = sum16(to->pairs, from->pairs);
	to->led = (uint8_t)(to->led + from->led < UINT8_MAX ? to->led + from->led : UINT8_MAX);
	to->pulses = (uint8_t)(to->pulses > from->pulses ? to->pulses : from->pulses);
	add_onsets(to, from);
}

/* Slots in which the other side is busy, and those aside from input. */
static void
answer(struct window_side *in, const struct window_side *screen)
{
	const uint64_t near = in->input | in->input << 1 | in->input << 2;
	const uint64_t all = (1ull << WINDOW_SLOTS) - 1, follows = screen->busy | screen->busy >> 1;
	const int aside = __builtin_popcountll(~near & all);

	in->asked = in->answered = 0;
	for (unsigned i = 0; i < in->onsets; i++) {
		const int64_t slot = window_onset_us(in, i) / SLOT_US;

		if (window_onset_led(in, i))
			continue;
		in->asked++;
		in->answered = (uint8_t)(in->answered + (follows >> slot & 1));
	}
	in->chance =
	    (uint8_t)(aside >= 10 ? 100 * __builtin_popcountll(follows & ~near & all) / aside
				  : UINT8_MAX);
}

/* What the screen sends a second after input, and otherwise. */
static void
rates(struct window_side *in, const struct window_side *screen)
{
	const uint64_t near = in->input | in->input << 1 | in->input << 2;
	float sum[2] = { 0, 0 };
	unsigned n[2] = { 0, 0 };

	for (unsigned i = 0; i < WINDOW_SECONDS; i++) {
		const bool on = (near >> 2 * i & 3) != 0;

		sum[on] += window_loud(screen, i);
		n[on]++;
	}
	in->rate = n[1] > 0 ? (uint32_t)(sum[1] / (float)n[1]) : 0;
	in->rest = n[0] > 0 ? (uint32_t)(sum[0] / (float)n[0]) : UINT32_MAX;
}

/* Which flow sends most, and which gives most input, of each side. */
static void
note_most(struct joint *j, const struct window *w, enum side inner)
{
	for (int i = 0; i < 2; i++) {
		const struct window_side *x = &w->side[i == 0 ? inner : side_other(inner)];
		const uint32_t input = (uint32_t)(x->small - x->masked);

		if (x->bytes > j->most_bytes[i]) {
			j->most_bytes[i] = x->bytes;
			j->bytes_by[i] = j->flows;
		}
		if (input > j->most_input[i]) {
			j->most_input[i] = input;
			j->input_by[i] = j->flows;
		}
	}
}

/* The screen of either end by one flow, the other end's input by another. */
static bool
is_split(const struct joint *j)
{
	const int end = j->most_bytes[0] < j->most_bytes[1]; /* whose screen */

	return j->flows >= 2 && j->most_input[!end] > 0 && j->bytes_by[end] != j->input_by[!end];
}

bool
joint_rules(const struct joint *j)
{
	return j->split >= 2 && 2u * j->split > j->whole;
}

bool
joint_add(struct joint *j, const struct window *w, enum side inner, struct window *done)
{
	const bool later = w->start_us != j->seen_us;
	const bool over = later && j->seen_us != 0 && j->flows >= 2;

	if (over) {
		*done = j->sum;
		answer(&done->side[1], &done->side[0]);
		answer(&done->side[0], &done->side[1]);
		for (int i = 0; i < 2; i++)
			window_set_loud(&done->side[i], j->bytes[i]);
		rates(&done->side[1], &done->side[0]);
		rates(&done->side[0], &done->side[1]);
	}
	if (later && j->seen_us != 0 && j->whole < UINT16_MAX) {
		j->whole++;
		j->split = (uint16_t)(j->split + is_split(j));
	}
	if (later) {
		memset(j->most_bytes, 0, sizeof(j->most_bytes));
		memset(j->most_input, 0, sizeof(j->most_input));
		memset(&j->sum, 0, sizeof(j->sum));
		memset(j->bytes, 0, sizeof(j->bytes));
		j->sum.start_us = j->seen_us = w->start_us;
		j->sum.from = WINDOW_SLOTS;
		j->flows = 0;
	}
	j->flows = (uint8_t)(j->flows + (j->flows < UINT8_MAX));
	note_most(j, w, inner);
	j->sum.from = w->from < j->sum.from ? w->from : j->sum.from;
	j->sum.to = w->to > j->sum.to ? w->to : j->sum.to;
	j->sum.carrier = w->carrier;
	for (unsigned i = 0; i < WINDOW_SECONDS; i++) {
		j->bytes[0][i] += window_loud(&w->side[inner], i);
		j->bytes[1][i] += window_loud(&w->side[side_other(inner)], i);
	}
	add_side(&j->sum.side[0], &w->side[inner]);
	add_side(&j->sum.side[1], &w->side[side_other(inner)]);
	return over;
}

bool
joint_values(struct session *s, const struct window *done, enum side host, float value[FEATURES])
{
	if (!session_values(s, done, host, value))
		return false;
	value[FEATURE_ANSWER_BYTES] = NAN;
	return true;
}
