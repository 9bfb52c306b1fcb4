/*
 * Regularity of onsets: the measures on streams known by heart, and the table of
 * research/algorithms.md 8 (J1) by the generator of its appendix A.
 *
 * How the appendix is read where it leaves room: the gaps of "human typing/mouse" are
 * from burst to burst; of the jiggle with 30 % human, three gaps in ten are such; the
 * median of an even number of gaps is the upper one; half-octaves start at .1 s.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "detect/regularity.h"
#include "hands.h"

#define TOLERANCE .03
#define HOUR      3600.0

static void
every(struct regularity *r, double period, unsigned onsets)
{
	for (unsigned i = 0; i < onsets; i++)
		regularity_onset(r, in_us(HOUR + period * i));
}

static void
nothing_is_unknown(void **state)
{
	struct regularity r = { 0 };
	struct regularity_measure m;

	(void)state;
	for (unsigned onsets = 0; onsets <= REGULARITY_LEAST; onsets++) {
		regularity_measure(&r, &m);
		assert_int_equal(m.gaps, onsets > 0 ? onsets - 1 : 0);
		assert_int_equal(regularity_judge(&m), RHYTHM_UNKNOWN);
		regularity_onset(&r, in_us(HOUR + onsets));
	}
	regularity_measure(&r, &m);
	assert_int_equal(regularity_judge(&m), RHYTHM_MACHINE);
	assert_true(sizeof(r) <= 160);
}

static void
a_clock_is_a_clock(void **state)
{
	static const unsigned periods[] = { 1, 5, 10, 15, 20, 30, 60, 120 };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct regularity r = { 0 };
		struct regularity_measure m;

		every(&r, periods[i], 40);
		regularity_measure(&r, &m);
		assert_true(fabs(m.burstiness + 1) < 1e-9);
		assert_true(m.entropy == 0 && m.spread == 0);
		assert_true(fabs(m.rayleigh - 40) < 1e-6);
		assert_int_equal(m.period_s, periods[i]);
	}
}

/* Every tenth second, of which nine in ten are left out: gaps of any length, one phase. */
static void
a_phase_is_kept_over_any_gap(void **state)
{
	struct regularity r = { 0 };
	struct regularity_measure m;
	struct chance c = { .state = 1 };
	int64_t at_us = in_us(HOUR);

	(void)state;
	for (unsigned i = 0; i < 60; i++) {
		at_us += 10000000 * (int64_t)(1 + chance_exp(&c, i % 10 == 0 ? 1000 : 10));
		regularity_onset(&r, at_us);
	}
	regularity_measure(&r, &m);
	assert_true(m.burstiness > 0);
	assert_true(m.rayleigh > 59);
	assert_int_equal(regularity_judge(&m), RHYTHM_MACHINE);
}

static void
what_goes_back_is_dropped(void **state)
{
	struct regularity r = { 0 }, same;
	struct regularity_measure m;

	(void)state;
	every(&r, 7, 40);
	same = r;
	regularity_onset(&r, in_us(HOUR));
	regularity_onset(&r, INT64_MIN);
	assert_int_equal(r.back, 2);
	r.back = 0;
	assert_memory_equal(&r, &same, sizeof(r));
	regularity_onset(&r, INT64_MAX);
	regularity_measure(&r, &m);
	assert_int_equal(m.gaps, 40);
}

static void
all_at_once_is_a_machine(void **state)
{
	struct regularity r = { 0 };
	struct regularity_measure m;

	(void)state;
	for (unsigned i = 0; i < 100; i++)
		regularity_onset(&r, 0);
	regularity_measure(&r, &m);
	assert_int_equal(m.gaps, REGULARITY_GAPS);
	assert_int_equal(m.period_s, 0);
	assert_int_equal(regularity_judge(&m), RHYTHM_MACHINE);
}

/* What a stream was does not matter once it has changed. */
static void
the_latest_gaps_count(void **state)
{
	struct regularity r = { 0 };
	struct regularity_measure m;
	struct chance c = { .state = 2 };
	double at = HOUR;

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		regularity_onset(&r, in_us(at += 20));
	for (unsigned i = 0; i <= REGULARITY_GAPS; i++)
		regularity_onset(&r, in_us(at += chance_lognormal(&c, 20, 1)));
	regularity_measure(&r, &m);
	assert_int_equal(regularity_judge(&m), RHYTHM_HAND);
}

enum process { HUMAN, SPARSE, FIXED, LOOSE, WIDE, WIDER, POISSON, JIGGLE, PROCESSES };

static double
burst_to_burst(struct chance *c)
{
	double gap;

	do {
		gap = chance_pause(c);
		for (unsigned i = chance_events(c); i > 0; i--)
			gap += chance_gap(c);
	} while (gap < .5);
	return gap;
}

static double
gap_of(struct chance *c, enum process kind)
{
	switch (kind) {
	case HUMAN:
		return burst_to_burst(c);
	case SPARSE:
		return chance_lognormal(c, 20, 1);
	case FIXED:
		return 20 + chance_between(c, -.05, .05);
	case LOOSE:
		return 20 * chance_between(c, .75, 1.25);
	case WIDE:
		return chance_between(c, 30, 90);
	case WIDER:
		return chance_between(c, 5, 120);
	case POISSON:
		return chance_exp(c, 60);
	case JIGGLE:
	case PROCESSES:
		break;
	}
	return chance_unit(c) < .7 ? gap_of(c, FIXED) : burst_to_burst(c);
}

struct tally {
	double burstiness, entropy; /* means */
	double even, tight, anti;   /* shares: entropy < 2, spread < .10, burstiness < -.15 */
	double machine;
};

static struct tally
measure(enum process kind, unsigned gaps, unsigned trials)
{
	struct chance c = { .state = 500 + kind };
	struct tally t = { 0 };

	for (unsigned i = 0; i < trials; i++) {
		struct regularity r = { 0 };
		struct regularity_measure m;
		double at = HOUR;

		regularity_onset(&r, in_us(at));
		for (unsigned k = 0; k < gaps; k++)
			regularity_onset(&r, in_us(at += gap_of(&c, kind)));
		regularity_measure(&r, &m);
		t.burstiness += m.burstiness / trials;
		t.entropy += m.entropy / trials;
		t.even += (m.entropy < 2 ? 1.0 : 0) / trials;
		t.tight += (m.spread < .10 ? 1.0 : 0) / trials;
		t.anti += (m.burstiness < -.15 ? 1.0 : 0) / trials;
		t.machine += (regularity_judge(&m) == RHYTHM_MACHINE ? 1.0 : 0) / trials;
	}
	return t;
}

static void
compare(const char *what, double measured, double published, double tolerance)
{
	printf("  %-14s %+.3f (%+.3f) %+.3f\n", what, measured, published, measured - published);
	assert_true(fabs(measured - published) <= tolerance);
}

static void
processes_measure_as_published(void **state)
{
	static const struct {
		const char *name;
		double burstiness, entropy, even, tight, anti;
	} rows[PROCESSES] = {
		{ "human", .19, 3.1, 0, 0, .040 },
		{ "human sparse, lognormal 20 s", .04, 3.2, 0, 0, .036 },
		{ "20 s +- 50 ms", -1.0, 0, 1, 1, 1 },
		{ "20 s +- 25 %", -.75, .9, 1, .18, 1 },
		{ "uniform 30-90 s", -.55, 1.8, 1, 0, 1 },
		{ "uniform 5-120 s", -.31, 2.7, .001, 0, .998 },
		{ "exponential 60 s", -.02, 3.3, 0, 0, .04 },
		{ "20 s jiggle, 30 % human", -.30, 1.5, .89, .99, .80 },
	};

	(void)state;
	for (enum process k = HUMAN; k < PROCESSES; k++) {
		const struct tally t = measure(k, 32, 4000);

		printf("J1 %s, n 32 (machine: %.3f)\n", rows[k].name, t.machine);
		compare("B", t.burstiness, rows[k].burstiness, TOLERANCE);
		compare("H", t.entropy, rows[k].entropy, TOLERANCE + .05); /* told to one place */
		compare("P(H < 2)", t.even, rows[k].even, TOLERANCE);
		compare("P(MAD/med<.1)", t.tight, rows[k].tight, TOLERANCE);
		compare("P(B < -.15)", t.anti, rows[k].anti, TOLERANCE);
	}
}

/* Section 9: a hand is taken for a machine in no more than .5 %, a beat found in 95 %. */
static void
hands_pass_and_beats_do_not(void **state)
{
	static const enum process hands[] = { HUMAN, SPARSE };
	static const enum process beats[] = { FIXED, LOOSE, WIDE, JIGGLE };

	(void)state;
	for (unsigned gaps = 32; gaps <= 64; gaps += 32) {
		for (unsigned i = 0; i < 2; i++) {
			const double p = measure(hands[i], gaps, 4000).machine;

			printf("J1 hand %u, n %u: machine %.4f (<= .005)\n", i, gaps, p);
			assert_true(p <= .005);
		}
		for (unsigned i = 0; i < 4; i++)
			assert_true(measure(beats[i], gaps, 500).machine >= .95);
	}
}

/* What the rule leaves alone: burstiness at n 64 would tell these from those hands. */
static void
burstiness_alone_wants_more_gaps(void **state)
{
	const double human = measure(HUMAN, 64, 4000).anti;

	(void)state;
	printf("J1 n 64: P(B < -.15) of a hand %.4f (.003), of uniform 5-120 s %.3f\n", human,
	    measure(WIDER, 64, 1000).anti);
	assert_true(human <= .006);
	assert_true(measure(WIDER, 64, 1000).anti >= .99);
	assert_true(measure(WIDER, 64, 1000).machine <= .01);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_unknown),
		cmocka_unit_test(a_clock_is_a_clock),
		cmocka_unit_test(a_phase_is_kept_over_any_gap),
		cmocka_unit_test(what_goes_back_is_dropped),
		cmocka_unit_test(all_at_once_is_a_machine),
		cmocka_unit_test(the_latest_gaps_count),
		cmocka_unit_test(processes_measure_as_published),
		cmocka_unit_test(hands_pass_and_beats_do_not),
		cmocka_unit_test(burstiness_alone_wants_more_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
