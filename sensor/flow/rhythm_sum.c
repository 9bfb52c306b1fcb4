/*
 * rhythm_sum: once a window: what its counters show.
 */
#include "flow/rhythm_private.h"

#include <math.h>

#define PULSE_BYTES 100000u
#define QUIET_BYTES 500u
#define ASIDE_LEAST 10 /* spans aside from input below which chance is not known */

uint8_t
second_code(uint32_t bytes)
{
	int e;

	if (bytes < 16)
		return (uint8_t)bytes;
	e = 28 - __builtin_clz(bytes); /* so that bytes >> e is 8 to 15 */
	return (uint8_t)((unsigned)(e + 1) << 3 | (bytes >> e & 7));
}

uint32_t
second_bytes(uint8_t code)
{
	if (code < 16)
		return code;
	return (8u | (code & 7u)) << ((code >> 3) - 1);
}

/* The middle of the median answer's class, in units of 16 bytes. */
static uint16_t
median_answer(const struct pulse *p)
{
	unsigned all = 0, seen = 0;
	int c = 0;

	for (int i = 0; i < ANSWERS; i++)
		all += p->answer[i];
	if (all == 0)
		return 0;
	while (c < ANSWERS - 1 && 2 * (seen + p->answer[c]) < all)
		seen += p->answer[c++];
	return (uint16_t)((48u << c) / 16);
}

static unsigned
asked(const struct pulse *p)
{
	unsigned n = 0;

	for (int i = 0; i < ANSWERS; i++)
		n += p->answer[i];
	return n < UINT8_MAX ? n : UINT8_MAX;
}

static bool
has_input(const struct pulse *p, unsigned slot)
{
	return slot < WINDOW_SLOTS && (p->input >> slot & 1) != 0;
}

/*
 * Spans of the window as long as an answer may take, aside from this end's input: in how many
 * of a hundred does the other end burst by itself?
 */
static uint8_t
chance(const struct rhythm *m, int end, unsigned to)
{
	const struct pulse *p = &m->end[end], *other = &m->end[!end];
	const unsigned span = (rhythm_patience(m, !end) + 500) / 1000, fines = to * 5u;
	unsigned aside = 0, bursts = 0;

	for (unsigned i = m->from * 5u; i + span < fines; i++) {
		const unsigned slot = i / 5;
		bool burst = false;

		if (has_input(p, slot) || (slot > 0 && has_input(p, slot - 1)) ||
		    has_input(p, slot + 1))
			continue;
		for (unsigned j = i; j < i + span; j++)
			burst = burst || (other->fine[j / 64] >> j % 64 & 1) != 0;
		aside++;
		bursts += burst;
	}
	return (uint8_t)(aside >= ASIDE_LEAST ? bursts * 100 / aside : UINT8_MAX);
}

/* What the other end sends a second while this one gives input, and otherwise. */
static void
rates(const struct rhythm *m, int end, unsigned to, struct window_side *out)
{
	const struct pulse *p = &m->end[end], *other = &m->end[!end];
	uint64_t sum[2] = { 0, 0 };
	unsigned n[2] = { 0, 0 };

	for (unsigned i = m->from / 2; i < (to + 1u) / 2; i++) {
		const bool on = has_input(p, 2 * i) || has_input(p, 2 * i + 1) ||
		    (i > 0 && (has_input(p, 2 * i - 1) || has_input(p, 2 * i - 2)));

		sum[on] += second_bytes(other->second[i]);
		n[on]++;
	}
	out->rate = n[1] > 0 ? (uint32_t)(sum[1] / n[1]) : 0;
	out->rest = n[0] > 0 ? (uint32_t)(sum[0] / n[0]) : UINT32_MAX;
}

static void
loud(const struct pulse *p, struct window_side *out)
{
	float bytes[WINDOW_SECONDS];

	for (int i = 0; i < WINDOW_SECONDS; i++)
		bytes[i] = (float)second_bytes(p->second[i]);
	window_set_loud(out, bytes);
}

static void
seconds(const struct rhythm *m, int end, unsigned to, struct window_side *out)
{
	const struct pulse *p = &m->end[end];
	uint64_t burst = 0;
	bool after_silence = m->from == 0;

	for (unsigned i = m->from / 2; i < (to + 1u) / 2; i++) {
		const uint32_t bytes = second_bytes(p->second[i]);

		if (bytes >= QUIET_BYTES) {
			burst += bytes;
			continue;
		}
		out->quiet++;
		out->pulses = (uint8_t)(out->pulses + (after_silence && burst >= PULSE_BYTES));
		after_silence = true;
		burst = 0;
	}
}

static void
gaps(const struct pulse *p, struct window_side *out)
{
	const float n = p->gap_count;
	float mean, spread;

	if (p->gap_count < 1)
		return;
	mean = p->gap_sum / n;
	spread = p->gap_squares / n - mean * mean;
	spread = mean > 0 && spread > 0 ? 100 * sqrtf(spread) / mean : 0;
	out->gap_cv = (uint8_t)(spread < UINT8_MAX ? spread : UINT8_MAX);
}

static void
sum_end(struct rhythm *m, int end, uint8_t to, struct window_side *out)
{
	const int64_t over_us = m->start_us + to * SLOT_US;
	struct pulse *p = &m->end[end];

	p->second[p->second_at] = second_code(p->second_bytes);
	out->input = p->input;
	out->busy = p->busy;
	out->bytes = p->bytes;
	out->packets = p->packets;
	out->small = p->small;
	out->masked = p->masked;
	out->gaps = p->gaps;
	out->human_gaps = p->human_gaps;
	out->pairs = p->pairs;
	out->onsets = p->onsets;
	out->asked = (uint8_t)asked(p);
	out->answered = p->answered;
	out->led = p->led;
	out->answer = median_answer(p);
	out->echo = p->echo;
	out->begins = p->begins;
	out->wakes = p->wakes;
	out->events = p->events;
	out->fresh = p->fresh;
	out->echoed = p->echoed;
	out->bursts = p->bursts;
	out->prompted = p->prompted;
	out->cover_ms = p->cover_ms;
	out->still_ms = rhythm_still(m, end, (uint32_t)(over_us / TENTH_US));
	memcpy(out->onset_ms, p->onset_ms, sizeof(out->onset_ms));
	gaps(p, out);
	seconds(m, end, to, out);
	loud(p, out);
}

void
rhythm_sum(struct rhythm *m, uint8_t to, struct window *out)
{
	memset(out, 0, sizeof(*out));
	out->start_us = m->start_us;
	out->from = m->from;
	out->to = to > WINDOW_SLOTS ? WINDOW_SLOTS : to;
	out->carrier = m->carrier;
	for (int end = 0; end < 2; end++)
		sum_end(m, end, out->to, &out->side[end ^ m->row->first]);
	for (int end = 0; end < 2; end++) {
		struct window_side *s = &out->side[end ^ m->row->first];

		s->chance = chance(m, end, out->to);
		rates(m, end, out->to, s);
	}
}
