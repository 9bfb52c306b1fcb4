/*
 * relay: see relay.h.
 */
#include "detect/relay.h"

#define STALE_US   (5 * MINUTE_US) /* a flow that was silent so long gives way */
#define ALL_MS     30000           /* of a window */
#define GROUP_US   (2 * SECOND_US) /* flows opened within are one event */
#define SHELL_SIZE 16              /* answers of less are echoes; units of 16 bytes */
#define ECHO_US    100             /* unit of window_side.echo */

/* Of an end's own accord: what follows the other at once acknowledges a screen, it may be. */
static void
note_onsets(struct relay_line *l, const struct window *w, const struct window_side *in)
{
	const unsigned kept = in->onsets < WINDOW_ONSETS ? in->onsets : WINDOW_ONSETS;

	l->onsets = 0;
	l->known_ms =
	    in->onsets > WINDOW_ONSETS ? (uint16_t)(in->onset_ms[kept - 1] & ~ONSET_LED) : ALL_MS;
	for (unsigned i = 0; i < kept; i++) {
		if (window_onset_led(in, i))
			continue;
		l->onset_ms[l->onsets++] = in->onset_ms[i];
		regularity_onset(&l->beat, w->start_us + window_onset_us(in, i));
	}
}

/* The flow's latest window, with input from one of its sides. */
static void
note_line(struct relay_line *l, const struct sight *s, const struct window *w, enum side from)
{
	const struct window_side *in = &w->side[from];
	const uint64_t back = (uint64_t)l->back_rest + w->side[side_other(from)].bytes;

	l->flow = s->flow->id;
	l->peer = s->peer;
	l->first_us = l->first_us != 0 ? l->first_us : w->start_us;
	l->start_us = w->start_us;
	l->whole = w->from == 0;
	l->input = in->input;
	l->packets = in->packets > in->masked ? (uint32_t)(in->packets - in->masked) : 0;
	l->back_kb = (uint32_t)(back / 1024);
	l->back_rest = (uint16_t)(back % 1024);
	note_onsets(l, w, in);
}

static int64_t
onset_at(const struct relay_line *l, unsigned i)
{
	return l->start_us + l->onset_ms[i] * 1000LL;
}

/* Up to when the onsets of a window are known. */
static int64_t
known_until(const struct relay_line *l, int64_t start_us)
{
	return l->start_us == start_us ? start_us + l->known_ms * 1000LL : INT64_MAX;
}

/* Onsets are told to the millisecond; of one millisecond, Y's is the later. */
static void
count_lags(struct lag *lag, const struct relay_line *x, const struct relay_line *y)
{
	const unsigned onsets = x->start_us == y->start_us ? x->onsets : 0;
	const int64_t limit_us = known_until(x, y->start_us) < known_until(y, y->start_us)
	    ? known_until(x, y->start_us)
	    : known_until(y, y->start_us);
	int64_t latest_us = x->before_us;
	unsigned k = 0;

	for (unsigned i = 0; i < y->onsets && onset_at(y, i) <= limit_us; i++) {
		for (; k < onsets && onset_at(x, k) <= onset_at(y, i); k++)
			latest_us = onset_at(x, k);
		lag_onset(lag, latest_us != 0 ? onset_at(y, i) - latest_us + 1 : INT64_MAX);
	}
}

/* What passed each of two flows in the window; a flow that was silent has none. */
static void
count_packets(
    struct relay_pair *p, const struct relay_line *x, const struct relay_line *y, int64_t start_us)
{
	const bool in = x->start_us == start_us, out = y->start_us == start_us;

	if ((in && !x->whole) || (out && !y->whole) || (!in && !out))
		return;
	confined_window(&p->keys, in ? x->packets : 0, out ? y->packets : 0);
	confined_window(&p->bulk, out ? y->back_kb : 0, in ? x->back_kb : 0);
}

/* Input up to a slot, from the first not yet told of. */
static unsigned
tell_input(struct relay_in *in, unsigned from, int64_t until_us)
{
	for (; from < WINDOW_SLOTS && in->past_us + from * SLOT_US <= until_us; from++) {
		if ((in->past >> from & 1) != 0)
			input_seen(&in->input, in->past_us + from * SLOT_US);
	}
	return from;
}

/* The past window's input and what was opened until the one at hand, in order of time. */
static void
count_driven(struct relay *r, struct relay_in *in)
{
	int64_t before_us = 0;
	unsigned slot = 0;

	for (unsigned i = 0; i < r->opens && r->opened_us[i] < r->start_us; i++) {
		const int64_t at_us = r->opened_us[i];

		slot = tell_input(in, slot, at_us);
		if (in->past_us != 0 && at_us - before_us > GROUP_US)
			drive_event(&in->drive, &in->input, at_us);
		before_us = at_us;
	}
	tell_input(in, slot, INT64_MAX);
	in->past_us = r->start_us;
	in->past = in->line.start_us == r->start_us ? in->line.input : 0;
}

static void
settle_line(struct relay_line *l, int64_t start_us)
{
	if (l->start_us == start_us && l->onsets > 0)
		l->before_us = onset_at(l, l->onsets - 1);
}

static bool
is_pair(const struct relay_line *x, const struct relay_line *y)
{
	return x->flow != 0 && y->flow != 0 && x->flow != y->flow &&
	    !addr_equal(&x->peer, &y->peer);
}

/* All windows of that half minute have come. */
static void
settle(struct relay *r)
{
	unsigned settled = 0;

	for (unsigned i = 0; i < RELAY_INS; i++) {
		struct relay_in *in = &r->in[i];

		if (in->line.flow == 0)
			continue;
		for (unsigned k = 0; k < RELAY_OUTS; k++) {
			if (!is_pair(&in->line, &r->out[k]))
				continue;
			if (r->out[k].start_us == r->start_us)
				count_lags(&r->pair[i][k].lag, &in->line, &r->out[k]);
			count_packets(&r->pair[i][k], &in->line, &r->out[k], r->start_us);
		}
		count_driven(r, in);
		settle_line(&in->line, r->start_us);
	}
	while (settled < r->opens && r->opened_us[settled] < r->start_us)
		settled++;
	r->opens = (uint8_t)(r->opens - settled);
	memmove(r->opened_us, r->opened_us + settled, r->opens * sizeof(r->opened_us[0]));
}

/* A flow's first window tells when the machine opened it; what was settled is past. */
static void
note_opening(struct relay *r, const struct sight *s, const struct window *w)
{
	const int64_t at_us = s->flow->first_us;
	unsigned i = r->opens;

	if (w->from == 0 || s->inner != SIDE_CLIENT || flow_roles_assumed(s->flow) ||
	    at_us < w->start_us - WINDOW_US || r->opens == RELAY_OPENED)
		return;
	for (; i > 0 && r->opened_us[i - 1] > at_us; i--)
		r->opened_us[i] = r->opened_us[i - 1];
	r->opened_us[i] = at_us;
	r->opens++;
}

static void
begin_pairs(struct relay *r, unsigned in, unsigned out)
{
	struct relay_pair *p = &r->pair[in][out];

	memset(p, 0, sizeof(*p));
	confined_start(&p->keys, CONFINED_KEYS);
	confined_start(&p->bulk, CONFINED_BULK);
	if (is_pair(&r->in[in].line, &r->out[out]) && r->pairs < UINT16_MAX)
		r->pairs++;
}

static struct relay_in *
find_in(struct relay *r, const struct sight *s, const struct window *w, float score)
{
	struct relay_in *spare = NULL;

	for (unsigned i = 0; i < RELAY_INS; i++) {
		struct relay_in *in = &r->in[i];

		if (in->line.flow == s->flow->id)
			return in;
		if (spare == NULL &&
		    (in->line.flow == 0 || w->start_us - in->line.start_us > STALE_US ||
			steered_is_not(&in->steered)))
			spare = in;
	}
	if (spare == NULL || !steered_may(s, score))
		return NULL;
	memset(spare, 0, sizeof(*spare));
	spare->line.flow = s->flow->id;
	spare->line.peer = s->peer;
	input_start(&spare->input, w->start_us);
	for (unsigned k = 0; k < RELAY_OUTS; k++)
		begin_pairs(r, (unsigned)(spare - r->in), k);
	return spare;
}

static struct relay_in *
note_in(struct relay *r, const struct sight *s, const struct window *w)
{
	const enum side far = side_other(s->inner);
	const struct window_side *asks = &w->side[far];
	struct relay_in *in;
	float score;

	if (s->allowed != NULL || s->sanctioned_peer)
		return NULL;
	score = steered_score(s, w);
	in = find_in(r, s, w, score);
	if (in == NULL)
		return NULL;
	steered_add(&in->steered, s, score);
	if (asks->asked > 0)
		in->shell = asks->answer < SHELL_SIZE;
	chain_sample(&in->chain, w->start_us, asks->echo * (uint32_t)ECHO_US,
	    s->flow->rtt_us[s->inner], asks->asked, in->shell ? CHAIN_SHELL_US : CHAIN_DESKTOP_US);
	note_line(&in->line, s, w, far);
	return in;
}

/* A free place, a stale one's, or that of the one with the least input ever. */
static struct relay_line *
spare_out(struct relay *r, int64_t now_us)
{
	struct relay_line *least = &r->out[0];

	for (unsigned k = 0; k < RELAY_OUTS; k++) {
		struct relay_line *l = &r->out[k];

		if (now_us - l->start_us > STALE_US)
			memset(l, 0, sizeof(*l));
		if (l->beat.onsets < least->beat.onsets)
			least = l;
	}
	return least;
}

/* One with more input in one window than another ever had takes its place. */
static struct relay_line *
find_out(struct relay *r, const struct sight *s, const struct window *w)
{
	const uint32_t onsets = w->side[s->inner].onsets;
	struct relay_line *spare;

	for (unsigned k = 0; k < RELAY_OUTS; k++) {
		if (r->out[k].flow == s->flow->id)
			return &r->out[k];
	}
	spare = spare_out(r, w->start_us);
	if (spare->beat.onsets >= onsets)
		return NULL;
	memset(spare, 0, sizeof(*spare));
	spare->flow = s->flow->id;
	spare->peer = s->peer;
	for (unsigned i = 0; i < RELAY_INS; i++)
		begin_pairs(r, i, (unsigned)(spare - r->out));
	return spare;
}

static uint16_t
live_pairs(const struct relay *r)
{
	unsigned n = 0;

	for (unsigned i = 0; i < RELAY_INS * RELAY_OUTS; i++)
		n += is_pair(&r->in[i / RELAY_OUTS].line, &r->out[i % RELAY_OUTS]) ? 1 : 0;
	return (uint16_t)n;
}

struct relay_in *
relay_see(struct relay *r, const struct sight *s, const struct window *w)
{
	const int32_t day = (int32_t)(w->start_us / DAY_US);
	struct relay_line *out;
	struct relay_in *in;

	if (w->start_us < r->start_us)
		return NULL;
	if (r->start_us != 0 && w->start_us > r->start_us)
		settle(r);
	r->start_us = w->start_us;
	if (day != r->day)
		r->pairs = live_pairs(r);
	r->day = day;
	note_opening(r, s, w);
	in = note_in(r, s, w);
	if (in != NULL && steered_is(&in->steered))
		return in;
	out = find_out(r, s, w);
	if (out != NULL)
		note_line(out, s, w, s->inner);
	return NULL;
}
