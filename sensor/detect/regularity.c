/*
 * regularity: see regularity.h.
 *
 * Only gaps are kept: phases relative to the oldest onset do as well as absolute
 * ones, and sums made anew for each judgement do not drift.
 */
#include "detect/regularity.h"

#include <math.h>
#include <string.h>

#define TICK_US    8000
#define COMMON     15000u /* ticks of 120 s, which each period divides */
#define CAP        UINT16_MAX
#define LOWEST_BIN 12.5 /* ticks of 0.1 s: where the half-octaves start */
#define BINS       32   /* half-octaves of 0.1 s up to beyond the cap */
#define REPEATS    8    /* a period is looked for where the onsets span so many */
#define BURSTINESS (-.15)
#define ENTROPY    2.0
#define SPREAD     .10
#define RAYLEIGH   15.9 /* ln(8 / 1e-6) */
#define PI         3.14159265358979323846

static const uint8_t periods_s[] = { 1, 5, 10, 15, 20, 30, 60, 120 };

void
regularity_onset(struct regularity *r, int64_t at_us)
{
	const int64_t tick = at_us / TICK_US;
	uint64_t gap;

	if (r->onsets > 0 && tick < r->last_tick) {
		r->back++;
		return;
	}
	if (r->onsets > 0) {
		gap = (uint64_t)tick - (uint64_t)r->last_tick;
		if (gap > CAP)
			gap = gap % COMMON + (CAP / COMMON - 1) * COMMON;
		r->gap[r->next] = (uint16_t)gap;
		r->next = (uint16_t)((r->next + 1u) % REGULARITY_GAPS);
	}
	r->last_tick = tick;
	if (r->onsets < UINT32_MAX)
		r->onsets++;
}

/* The gaps in order of time; how many. */
static unsigned
unroll(const struct regularity *r, uint16_t out[REGULARITY_GAPS])
{
	const uint32_t had = r->onsets > 0 ? r->onsets - 1 : 0;
	const unsigned n = had < REGULARITY_GAPS ? had : REGULARITY_GAPS;

	for (unsigned i = 0; i < n; i++)
		out[i] = r->gap[(r->next + REGULARITY_GAPS - n + i) % REGULARITY_GAPS];
	return n;
}

static double
burstiness(const uint16_t *gap, unsigned n)
{
	double sum = 0, squares = 0, mean, sd;

	for (unsigned i = 0; i < n; i++)
		sum += gap[i];
	mean = sum / n;
	for (unsigned i = 0; i < n; i++)
		squares += (gap[i] - mean) * (gap[i] - mean);
	sd = n > 1 ? sqrt(squares / (n - 1)) : 0;
	return sd + mean > 0 ? (sd - mean) / (sd + mean) : -1;
}

static double
entropy(const uint16_t *gap, unsigned n)
{
	unsigned count[BINS] = { 0 };
	double bits = 0;

	for (unsigned i = 0; i < n; i++) {
		const double octaves = gap[i] > LOWEST_BIN ? log2(gap[i] / LOWEST_BIN) : 0;

		count[(unsigned)(2 * octaves)]++;
	}
	for (unsigned b = 0; b < BINS; b++) {
		const double p = (double)count[b] / n;

		bits -= count[b] > 0 ? p * log2(p) : 0;
	}
	return bits;
}

/* Sorts; the upper of the middle two where they are even in number. */
static uint16_t
median(uint16_t *x, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		const uint16_t v = x[i];
		unsigned k = i;

		for (; k > 0 && x[k - 1] > v; k--)
			x[k] = x[k - 1];
		x[k] = v;
	}
	return x[n / 2];
}

static double
spread(const uint16_t *gap, unsigned n)
{
	uint16_t x[REGULARITY_GAPS];
	uint16_t middle;

	memcpy(x, gap, n * sizeof(x[0]));
	middle = median(x, n);
	for (unsigned i = 0; i < n; i++)
		x[i] = (uint16_t)(x[i] > middle ? x[i] - middle : middle - x[i]);
	return middle > 0 ? (double)median(x, n) / middle : 0;
}

/* n R^2 at a period. */
static double
coherence(const uint16_t *gap, unsigned n, unsigned period_ticks)
{
	double re = 1, im = 0;
	uint32_t at = 0;

	for (unsigned i = 0; i < n; i++) {
		at += gap[i];
		re += cos(2 * PI * (at % period_ticks) / period_ticks);
		im += sin(2 * PI * (at % period_ticks) / period_ticks);
	}
	return (re * re + im * im) / (n + 1);
}

static void
look_for_periods(const uint16_t *gap, unsigned n, struct regularity_measure *out)
{
	uint32_t span = 0;

	for (unsigned i = 0; i < n; i++)
		span += gap[i];
	for (unsigned i = 0; i < sizeof(periods_s); i++) {
		const unsigned ticks = periods_s[i] * 1000000u / TICK_US;
		double z;

		if (span < REPEATS * ticks)
			break;
		z = coherence(gap, n, ticks);
		if (z >= out->rayleigh) {
			out->rayleigh = z;
			out->period_s = periods_s[i];
		}
	}
}

void
regularity_measure(const struct regularity *r, struct regularity_measure *out)
{
	uint16_t gap[REGULARITY_GAPS];

	memset(out, 0, sizeof(*out));
	out->gaps = unroll(r, gap);
	if (out->gaps == 0)
		return;
	out->burstiness = burstiness(gap, out->gaps);
	out->entropy = entropy(gap, out->gaps);
	out->spread = spread(gap, out->gaps);
	look_for_periods(gap, out->gaps, out);
}

enum rhythm
regularity_judge(const struct regularity_measure *m)
{
	if (m->gaps < REGULARITY_LEAST)
		return RHYTHM_UNKNOWN;
	if (m->entropy < ENTROPY && m->burstiness < BURSTINESS)
		return RHYTHM_MACHINE;
	if (m->spread < SPREAD || m->rayleigh > RAYLEIGH)
		return RHYTHM_MACHINE;
	return RHYTHM_HAND;
}
