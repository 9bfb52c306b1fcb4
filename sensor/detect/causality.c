/*
 * causality: see causality.h.
 */
#include "detect/causality.h"

#include <math.h>

#define RECENT         2  /* slots: the event's and the one before */
#define PAST_FROM      8  /* slots before: chance is measured from here ... */
#define PAST_TO        64 /* ... up to here, in pairs as wide as the recent one */
#define LEAST_EXPECTED .5 /* hits: a register that was silent all along promises none */

double
causality_excess(double h, double mu)
{
	return h > mu && mu > 0 ? h * log(h / mu) - (h - mu) : 0;
}

double
causality_bar(unsigned pairs)
{
	const double many = log(pairs > 0 ? pairs : 1) + 9;

	return many > CAUSALITY_RAISE ? many : CAUSALITY_RAISE;
}

void
lag_onset(struct lag *l, int64_t after_us)
{
	l->n++;
	if (after_us > 0 && after_us <= LAG_WITHIN_US) {
		const int64_t b = (after_us - 1) * LAG_BINS / LAG_WITHIN_US;

		l->h++;
		if (l->bin[b] < UINT16_MAX)
			l->bin[b]++;
	} else if (after_us >= LAG_FROM_US && after_us < LAG_TO_US) {
		l->c++;
	}
}

double
lag_expected(const struct lag *l)
{
	return (l->c + 1.0) * LAG_WITHIN_US / (LAG_TO_US - LAG_FROM_US);
}

double
lag_llr(const struct lag *l)
{
	return causality_excess(l->h, lag_expected(l));
}

uint32_t
lag_modal_us(const struct lag *l)
{
	unsigned best = 0;

	for (unsigned b = 1; b < LAG_BINS; b++)
		best = l->bin[b] > l->bin[best] ? b : best;
	return l->h == 0 ? 0 : (2 * best + 1) * LAG_WITHIN_US / (2 * LAG_BINS);
}

void
input_start(struct input *in, int64_t at_us)
{
	in->slots = 0;
	in->newest = in->since = at_us / SLOT_US;
}

/* The register as it is when the newest slot is `slot`. */
static uint64_t
slots_at(const struct input *in, int64_t slot)
{
	const int64_t ahead = slot - in->newest;

	return ahead < PAST_TO ? in->slots << ahead : 0;
}

void
input_seen(struct input *in, int64_t at_us)
{
	const int64_t slot = at_us / SLOT_US;

	if (slot < in->newest) {
		if (in->newest - slot < PAST_TO)
			in->slots |= 1ull << (in->newest - slot);
		return;
	}
	in->slots = slots_at(in, slot) | 1;
	in->newest = slot;
}

/* The share of pairs of neighbours with input in either, of those long past. */
static double
usual(uint64_t slots)
{
	const uint64_t either = (slots | slots >> 1) >> PAST_FROM;
	const unsigned pairs = PAST_TO - PAST_FROM - (RECENT - 1);

	return __builtin_popcountll(either & ((1ull << pairs) - 1)) / (double)pairs;
}

void
drive_event(struct drive *d, const struct input *in, int64_t at_us)
{
	const int64_t slot = at_us / SLOT_US;
	uint64_t slots;

	if (slot < in->newest || slot - in->since < PAST_TO || d->n == UINT32_MAX)
		return;
	slots = slots_at(in, slot);
	d->n++;
	d->h += (slots & ((1u << RECENT) - 1)) != 0 ? 1 : 0;
	d->mu += usual(slots);
}

double
drive_llr(const struct drive *d)
{
	const double mu = d->mu > LEAST_EXPECTED ? d->mu : LEAST_EXPECTED;
	double llr;

	if (d->h <= mu)
		return 0;
	llr = d->h * log(d->h / mu);
	if (d->h < d->n)
		llr += (d->n - d->h) * log((d->n - d->h) / (d->n - mu));
	return llr;
}

double
drive_excess(const struct drive *d)
{
	return d->n > 0 ? (d->h - d->mu) / d->n : 0;
}
