/*
 * hands: input as people make it, and what follows from it, for tests.
 *
 * The generator of research/algorithms.md, appendix A: bursts of 1 + floor(Exp(11))
 * events, each followed by a gap (lognormal, median .17 s, sigma .55), then a pause: 70 %
 * lognormal 1.5 s, 25 % 8 s, 5 % 60 s, sigma .8.  Times in seconds.  Its own generator of
 * numbers, so that a test sees the same on every machine.
 */
#ifndef FARHAND_TEST_HANDS_H
#define FARHAND_TEST_HANDS_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HANDS_MOST 65536 /* events of one stream */

struct chance {
	uint64_t state;
	double spare; /* normal numbers come in pairs; 0: none */
};

/* splitmix64 [Steele, Lea and Flood, OOPSLA 2014] */
static inline uint64_t
chance_word(struct chance *c)
{
	uint64_t z = c->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* In (0, 1). */
static inline double
chance_unit(struct chance *c)
{
	return ((double)(chance_word(c) >> 12) + .5) / 4503599627370496.0;
}

static inline double
chance_between(struct chance *c, double low, double high)
{
	return low + (high - low) * chance_unit(c);
}

static inline double
chance_exp(struct chance *c, double mean)
{
	return -mean * log(chance_unit(c));
}

/* [Box and Muller, Annals of Mathematical Statistics 29 (1958)] */
static inline double
chance_normal(struct chance *c)
{
	const double spare = c->spare;
	double r, turn;

	c->spare = 0;
	if (spare != 0)
		return spare;
	r = sqrt(-2 * log(chance_unit(c)));
	turn = 6.283185307179586 * chance_unit(c);
	c->spare = r * sin(turn);
	return r * cos(turn);
}

static inline double
chance_lognormal(struct chance *c, double median, double sigma)
{
	return median * exp(sigma * chance_normal(c));
}

static inline double
chance_gap(struct chance *c)
{
	return chance_lognormal(c, .17, .55);
}

static inline unsigned
chance_events(struct chance *c)
{
	return 1 + (unsigned)chance_exp(c, 11);
}

static inline double
chance_pause(struct chance *c)
{
	const double which = chance_unit(c);
	const double median = which < .70 ? 1.5 : which < .95 ? 8 : 60;

	return chance_lognormal(c, median, .8);
}

/* Times in order. */
struct stream {
	unsigned n;
	double at[HANDS_MOST];
};

static inline void
stream_add(struct stream *s, double at)
{
	if (s->n < HANDS_MOST)
		s->at[s->n++] = at;
}

/* Nearly in order already: delays are short. */
static inline void
stream_sort(struct stream *s)
{
	for (unsigned i = 1; i < s->n; i++) {
		const double v = s->at[i];
		unsigned k = i;

		for (; k > 0 && s->at[k - 1] > v; k--)
			s->at[k] = s->at[k - 1];
		s->at[k] = v;
	}
}

/* Both streams' events in order, in the first. */
static inline void
stream_merge(struct stream *s, const struct stream *with)
{
	static struct stream both;
	unsigned i = 0, k = 0;

	both.n = 0;
	while (i < s->n || k < with->n) {
		if (k >= with->n || (i < s->n && s->at[i] <= with->at[k]))
			stream_add(&both, s->at[i++]);
		else
			stream_add(&both, with->at[k++]);
	}
	memcpy(s->at, both.at, both.n * sizeof(both.at[0]));
	s->n = both.n;
}

/* A beat from a random phase on, to and fro by jitter. */
static inline void
stream_beat(struct stream *s, struct chance *c, double period, double jitter, double until)
{
	s->n = 0;
	for (double at = chance_between(c, 0, period); at < until; at += period)
		stream_add(s, at + chance_between(c, -jitter, jitter));
}

/* Events at no time in particular, so many a second. */
static inline void
stream_poisson(struct stream *s, struct chance *c, double rate, double until)
{
	s->n = 0;
	for (double at = chance_exp(c, 1 / rate); at < until; at += chance_exp(c, 1 / rate))
		stream_add(s, at);
}

/* A hand at work: bursts, one by one. */
#define HAND_BURST_S 10.6 /* a burst and its pause, on average */

struct hand {
	struct chance *chance;
	double next; /* when the next burst begins */
};

static inline struct hand
hand_new(struct chance *c)
{
	return (struct hand){ c, chance_pause(c) };
}

/* Append one burst to a stream, events in [the return, out->n). */
static inline unsigned
hand_burst(struct hand *h, struct stream *out)
{
	const unsigned from = out->n;
	const unsigned events = chance_events(h->chance);
	double at = h->next;

	for (unsigned i = 0; i < events; i++) {
		stream_add(out, at);
		at += chance_gap(h->chance);
	}
	h->next = at + chance_pause(h->chance);
	return from;
}

static inline void
hand_work(struct chance *c, struct stream *out, double until)
{
	struct hand h = hand_new(c);

	out->n = 0;
	while (h.next < until)
		hand_burst(&h, out);
}

/* Who is there: on lognormal 15 min, off 5 min, sigma .8; [i] even: comes, odd: goes. */
static inline void
presence(struct chance *c, struct stream *out, double until)
{
	out->n = 0;
	for (double at = 0; at < until;) {
		stream_add(out, at);
		at += chance_lognormal(c, 900, .8);
		stream_add(out, at);
		at += chance_lognormal(c, 300, .8);
	}
}

/* Leave out of a stream what is not in someone's presence. */
static inline void
stream_within(struct stream *s, const struct stream *there)
{
	unsigned kept = 0, k = 0;

	for (unsigned i = 0; i < s->n; i++) {
		while (k < there->n && there->at[k] <= s->at[i])
			k++;
		if (k % 2 == 1)
			s->at[kept++] = s->at[i];
	}
	s->n = kept;
}

static inline int64_t
in_us(double seconds)
{
	return (int64_t)(seconds * 1e6);
}

#endif
