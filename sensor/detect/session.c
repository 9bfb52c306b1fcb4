/*
 * session: features of a window [research/algorithms.md 2.3], and their sum over windows.
 */
#include "detect/session.h"

#include <math.h>

#define SPARE_BYTES  200.0f /* so that few bytes make no great ratio */
#define EVEN_CV      80 /* percent: below, packets are evenly spaced; of hands it is 150 and more */
#define EVEN_PPS     10.0f
#define ASKED_LEAST  2
#define FOLLOWS      0.15f /* answered, or modulation: below, nothing follows input */
#define INPUTS_LEAST 4
#define WAKES_LEAST  5 /* of a session: below, a share of them says nothing */
#define SHARE_LEAST  10
#define FRESH_LEAST  5 /* expected by chance */
#define LOUD_STEP    0.1505150f /* log10 of half an octave */

static unsigned
covered(const struct window *w)
{
	return w->to > w->from ? (unsigned)(w->to - w->from) : 0;
}

static float
seconds_with_input(const struct window *w, const struct window_side *in)
{
	unsigned n = 0;

	for (unsigned i = 0; i < WINDOW_SECONDS; i++)
		n += (in->input >> 2 * i & 3) != 0;
	return fminf(1, (float)n * 2 / (float)covered(w));
}

static float
share(unsigned part, unsigned whole, unsigned least)
{
	return whole >= least && whole > 0 ? (float)part / (float)whole : NAN;
}

static float
least(float a, float b)
{
	return isnan(a) || a > b ? b : a;
}

static void
values_of_sizes(const struct window_side *in, const struct window_side *screen, float v[FEATURES])
{
	v[FEATURE_SIZE_RATIO] =
	    log10f(((float)screen->bytes + SPARE_BYTES) / ((float)in->bytes + SPARE_BYTES));
	v[FEATURE_SMALL_INPUT] = share(in->small, in->packets, INPUTS_LEAST);
	v[FEATURE_CHATTER] = share(screen->small, screen->packets, INPUTS_LEAST);
	v[FEATURE_SMALL_RATIO] = log10f(
	    ((float)(in->small - in->masked) + 1) / ((float)(screen->small - screen->masked) + 1));
}

static void
values_of_times(const struct window *w, const struct window_side *in, float v[FEATURES])
{
	const float pps = (float)in->packets * 2 / (float)covered(w);
	const unsigned inputs = in->gaps;
	const float slots = (float)__builtin_popcountll(in->input);

	v[FEATURE_INPUT_TIME] = seconds_with_input(w, in);
	v[FEATURE_INPUT_RATE] = inputs > 0 ? log10f((float)inputs / slots) : NAN;
	v[FEATURE_ISOCHRONOUS] = pps >= EVEN_PPS && in->gap_cv < EVEN_CV ? pps : 0;
	v[FEATURE_HUMAN_GAPS] = least(
	    share(in->human_gaps, in->gaps, INPUTS_LEAST), share(in->pairs, inputs, INPUTS_LEAST));
}

static void
values_of_answers(const struct window_side *in, const struct window_side *screen, unsigned slots,
    float v[FEATURES])
{
	const float chance = in->chance == UINT8_MAX ? NAN : (float)in->chance / 100;

	v[FEATURE_ANSWERED] = share(in->answered, in->asked, ASKED_LEAST) - chance;
	v[FEATURE_LED] = share(in->led, in->onsets, ASKED_LEAST);
	v[FEATURE_MODULATION] = in->rest == UINT32_MAX
	    ? NAN
	    : log10f(((float)in->rate + SPARE_BYTES) / ((float)in->rest + SPARE_BYTES));
	v[FEATURE_ANSWER_BYTES] = in->asked > 0 ? log10f((float)in->answer * 16) : NAN;
	v[FEATURE_PULSES] = screen->pulses;
	v[FEATURE_QUIET] = (float)screen->quiet * 2 / (float)slots;
}

/* Means up to now, but of what is of the session anyway. */
static void
join_means(struct session *s, float v[FEATURES])
{
	for (int i = 0; i < FEATURES; i++) {
		if (i == FEATURE_LOUDEST)
			continue; /* the most so far, see loudest() */
		if (!isnan(v[i]) && s->known[i] < UINT16_MAX) {
			s->value[i] += v[i];
			s->known[i]++;
		}
		if (i != FEATURE_AGE && s->pool[i].whole == 0)
			v[i] = session_mean(s, (enum feature)i);
	}
	/* People talk to each other in small packets; neither waits for the other. */
	if (isnan(v[FEATURE_ANSWERED]) || isnan(v[FEATURE_MODULATION]))
		v[FEATURE_CHATTER] = NAN;
	else if (fmaxf(v[FEATURE_ANSWERED], v[FEATURE_MODULATION]) >= FOLLOWS)
		v[FEATURE_CHATTER] = 0;
}

/* Of pairs of a second after input and one aside, in how many the screen sends more after input. */
static float
rises(const struct window *w, const struct window_side *in, const struct window_side *screen)
{
	float bytes[2][WINDOW_SECONDS];
	unsigned n[2] = { 0, 0 }, more = 0;

	for (unsigned i = w->from / 2u; i < (w->to + 1u) / 2; i++) {
		const uint64_t near = in->input | in->input << 1;
		const bool on = (near >> 2 * i & 3) != 0;

		bytes[on][n[on]++] = window_loud(screen, i);
	}
	for (unsigned i = 0; i < n[1]; i++) {
		for (unsigned j = 0; j < n[0]; j++)
			more += bytes[1][i] > bytes[0][j] ? 2 : bytes[1][i] == bytes[0][j];
	}
	return n[0] >= 3 && n[1] >= 3 ? (float)more / (float)(2 * n[0] * n[1]) : NAN;
}

/* Not more than all: what is counted with a window may belong to one that was not scored. */
static float
pool(struct session *s, enum feature f, float part, float whole, float least)
{
	struct pool *p = &s->pool[f];

	p->part += part;
	p->whole += whole;
	return p->whole >= least ? fminf(1, p->part / p->whole) : NAN;
}

/* A screen that has another picture, or a page of text, cannot send it in a few hundred bytes. */
static float
loudest(struct session *s, const struct window_side *screen)
{
	const float now = LOUD_STEP * (float)screen->loudest;

	s->value[FEATURE_LOUDEST] = fmaxf(s->value[FEATURE_LOUDEST], now);
	s->known[FEATURE_LOUDEST] = 1;
	return s->value[FEATURE_LOUDEST];
}

/* Of all that the session had so far: shares, and the loudest second. */
static void
values_of_all(struct session *s, const struct window *w, const struct window_side *in,
    const struct window_side *screen, float v[FEATURES])
{
	const float cover = fminf(1, (float)in->cover_ms / (500.0f * (float)covered(w)));
	const float still = fminf(1, (float)screen->still_ms / (500.0f * (float)covered(w)));
	const float by_chance = cover * (float)screen->bursts;

	v[FEATURE_LOUDEST] = loudest(s, screen);
	v[FEATURE_INITIATIVE] = pool(
	    s, FEATURE_INITIATIVE, in->wakes, (float)(in->begins + screen->begins), WAKES_LEAST);
	v[FEATURE_FRESH] =
	    pool(s, FEATURE_FRESH, in->fresh, (float)in->events * still, FRESH_LEAST);
	v[FEATURE_ECHO] = pool(s, FEATURE_ECHO, in->echoed, in->events, SHARE_LEAST);
	v[FEATURE_PROMPTED] = pool(
	    s, FEATURE_PROMPTED, (float)screen->prompted - by_chance, screen->bursts, SHARE_LEAST);
}

bool
session_values(struct session *s, const struct window *w, enum side host, float v[FEATURES])
{
	const struct window_side *screen = &w->side[host], *in = &w->side[side_other(host)];

	if (__builtin_popcountll(in->input) < SESSION_INPUT_SLOTS ||
	    covered(w) < SESSION_SEEN_SLOTS)
		return false;
	values_of_sizes(in, screen, v);
	values_of_times(w, in, v);
	values_of_answers(in, screen, covered(w), v);
	values_of_all(s, w, in, screen, v);
	v[FEATURE_RISES] = rises(w, in, screen);
	v[FEATURE_AGE] = s->first_us != 0 ? (float)(w->start_us - s->first_us) / 60e6f : 0;
	join_means(s, v);
	return true;
}

float
session_score(const struct card *card, const float v[FEATURES], float part[FEATURES])
{
	float sum[FEATURE_GROUPS] = { 0 }, score = card->base;

	for (int i = 0; i < FEATURES; i++) {
		const struct card_feature *f = &card->feature[i];
		unsigned bin = 0;

		part[i] = 0;
		if (f->bins == 0)
			continue;
		while (bin + 1 < f->bins && v[i] >= f->edge[bin])
			bin++;
		part[i] = isnan(v[i]) ? f->unknown : f->weight[bin];
		sum[f->group] += part[i];
	}
	for (int g = 0; g < FEATURE_GROUPS; g++)
		score += card->group[g].scale *
		    fminf(fmaxf(sum[g], card->group[g].least), card->group[g].most);
	return score;
}

void
session_add(struct session *s, const struct scorecard *card, const struct window *w,
    const float value[FEATURES])
{
	if (s->active == UINT16_MAX)
		return;
	if (s->first_us == 0)
		s->first_us = w->start_us;
	s->last_us = w->start_us + WINDOW_US;
	s->active++;
	for (int k = 0; k < CARDS; k++) {
		float part[FEATURES];

		s->score[k] += session_score(&card->card[k], value, part);
		for (int i = 0; i < FEATURES; i++)
			s->part[k][i] += part[i];
	}
}

enum card_kind
session_kind(const struct session *s)
{
	return s->score[CARD_SHELL] > s->score[CARD_DESKTOP] ? CARD_SHELL : CARD_DESKTOP;
}

float
session_llr(const struct scorecard *card, const struct session *s)
{
	const float n = s->active;

	if (s->active == 0)
		return 0;
	return fminf(s->score[session_kind(s)] / (1 + (n - 1) * card->alike), card->most);
}

float
session_mean(const struct session *s, enum feature f)
{
	if (s->pool[f].whole > 0)
		return fminf(1, s->pool[f].part / s->pool[f].whole);
	return s->known[f] > 0 ? s->value[f] / (float)s->known[f] : NAN;
}
