/*
 * The confined difference of packet counts: its bounds against random walks
 * (research/algorithms.md 1.5), step by step and by windows, and what a relay gives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "detect/confined.h"
#include "hands.h"

#define MOST      CONFINED_KEYS
#define TOLERANCE .25 /* of what was published: the second of some ten hits */

/* The walk's share that stayed within `places` places, one of them `start`, for n steps. */
static double
kept_within(unsigned places, unsigned start, unsigned n)
{
	double p[MOST + 3] = { 0 }, next[MOST + 3] = { 0 }, sum = 0;

	p[start + 1] = 1;
	for (unsigned step = 0; step < n; step++) {
		for (unsigned i = 1; i <= places; i++)
			next[i] = (p[i - 1] + p[i + 1]) / 2;
		memcpy(p, next, sizeof(p));
	}
	for (unsigned i = 1; i <= places; i++)
		sum += p[i];
	return sum;
}

/* Exactly: a range r fits M - r + 1 of the places of walls M apart, and M - r of the closer. */
static double
range_within(unsigned most, unsigned n)
{
	double p = 0;

	for (unsigned start = 0; start <= most; start++)
		p += kept_within(most + 1, start, n);
	for (unsigned start = 0; start < most; start++)
		p -= kept_within(most, start, n);
	return p;
}

static void
walks_stay_within_as_published(void **state)
{
	static const struct {
		unsigned n;
		double found, bound; /* published */
	} rows[] = { { 800, 2.9e-3, 4.7e-3 }, { 1200, 4.5e-5, 7.9e-5 } };
	const unsigned trials = 1000000;
	struct chance c = { .state = 600 };
	unsigned kept[2] = { 0 };

	(void)state;
	for (unsigned t = 0; t < trials; t++) {
		struct confined k;
		uint64_t coins = 0;

		confined_start(&k, MOST);
		for (unsigned step = 0; step < rows[1].n && k.restarts == 0; step++) {
			coins = step % 64 == 0 ? chance_word(&c) : coins >> 1;
			confined_step(&k, (coins & 1) != 0 ? 1 : -1);
			kept[0] += k.passed == rows[0].n ? 1 : 0;
		}
		kept[1] += k.passed == rows[1].n ? 1 : 0;
	}
	for (unsigned i = 0; i < 2; i++) {
		const struct confined k = { .most = MOST, .passed = rows[i].n };
		const double found = (double)kept[i] / trials,
			     exact = range_within(MOST, rows[i].n);
		const double bound = exp(confined_ln_by_steps(&k));

		printf("B4 M %d, n %u: found %.2e (%.1e), exactly %.2e, bound %.2e (%.1e)\n", MOST,
		    rows[i].n, found, rows[i].found, exact, bound, rows[i].bound);
		assert_true(fabs(rows[i].found - exact) < TOLERANCE * exact);
		assert_true(fabs(found - exact) < 4 * sqrt(exact / trials));
		assert_true(fabs(bound / rows[i].bound - 1) < .02);
		assert_true(found <= bound && exact <= bound);
	}
}

static void
so_many_packets_for_one_in_a_million(void **state)
{
	static const struct {
		unsigned most, packets; /* published */
	} rows[] = { { CONFINED_KEYS, 1630 }, { CONFINED_BULK, 9600 } };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct confined k;

		confined_start(&k, rows[i].most);
		for (; confined_ln_by_steps(&k) > log(1e-6); k.passed++)
			continue;
		printf(
		    "B4 M %u: 1e-6 by %u packets (%u)\n", rows[i].most, k.passed, rows[i].packets);
		assert_true(fabs((double)k.passed / rows[i].packets - 1) < .03);
	}
}

/* The sum of k coins, +1 or -1 each; k a multiple of 64. */
static int
coins(struct chance *c, unsigned k)
{
	int heads = 0;

	for (unsigned i = 0; i < k; i += 64)
		heads += __builtin_popcountll(chance_word(c));
	return 2 * heads - (int)k;
}

static void
the_bound_by_windows_holds(void **state)
{
	static const unsigned sizes[] = { 64, 256, 1024 };
	const unsigned trials = 200000;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct chance c = { .state = 610 + i };
		unsigned kept[31] = { 0 };
		double bound[31] = { 0 };

		for (unsigned t = 0; t < trials; t++) {
			struct confined k;

			confined_start(&k, MOST);
			for (unsigned w = 1; w <= 30; w++) {
				const int sum = coins(&c, sizes[i]);
				const int in = ((int)sizes[i] + sum) / 2;

				confined_window(&k, (uint32_t)in, sizes[i] - (uint32_t)in);
				if (k.restarts > 0)
					break;
				kept[w]++;
				bound[w] = exp(confined_ln_by_windows(&k));
			}
		}
		printf(
		    "B4 by windows of %u packets, M %d: after 3 %.1e (bound %.1e), 6 %.1e (%.1e)\n",
		    sizes[i], MOST, (double)kept[3] / trials, bound[3], (double)kept[6] / trials,
		    bound[6]);
		for (unsigned w = 1; w <= 30; w++)
			assert_true(kept[w] <= bound[w] * trials + 4 * sqrt(bound[w] * trials));
	}
}

/* A forward of 40 packets a window, a few of them on their way as it ends. */
static void
a_relay_is_certain_within_minutes(void **state)
{
	struct confined steps, windows;
	struct chance c = { .state = 620 };
	unsigned by = 0, behind = 0;

	(void)state;
	confined_start(&steps, MOST);
	confined_start(&windows, MOST);
	for (unsigned w = 1; w <= 60; w++) {
		const unsigned in = 200 + (unsigned)(chance_word(&c) % 400);
		const unsigned left = (unsigned)(chance_word(&c) % 5);

		for (unsigned i = 0; i < in; i++) {
			confined_step(&steps, 1);
			confined_step(&steps, -1);
		}
		confined_window(&windows, in, in + behind - left);
		behind = left;
		if (by == 0 && confined_ln_by_windows(&windows) <= log(1e-6))
			by = w;
	}
	assert_int_equal(steps.restarts + windows.restarts, 0);
	assert_true(confined_ln_by_steps(&steps) < log(1e-6));
	printf("B4 a forward of some 400 packets a window: 1e-6 after %u windows\n", by);
	assert_in_range(by, 5, 40);
}

/* Two calls of one codec: as many packets, and no relay. */
static void
clocks_do_not_vary(void **state)
{
	struct confined calls, relay;

	(void)state;
	confined_start(&calls, MOST);
	confined_start(&relay, MOST);
	for (unsigned w = 0; w < 100; w++) {
		confined_window(&calls, 1500 + w % 3, 1501);
		confined_window(&relay, 100 + w % 10 * 20, 100 + w % 10 * 20);
	}
	assert_int_equal(calls.restarts, 0);
	assert_true(confined_ln_by_windows(&calls) < log(1e-6));
	assert_false(confined_varies(&calls));
	assert_true(confined_varies(&relay));
}

static void
each_start_is_one_more_trial(void **state)
{
	struct confined once, twice;

	(void)state;
	confined_start(&once, MOST);
	confined_start(&twice, MOST);
	confined_window(&twice, 100, 0);
	assert_int_equal(twice.restarts, 1);
	assert_int_equal(twice.passed, 0);
	for (unsigned w = 0; w < 30; w++) {
		confined_window(&once, 500, 500);
		confined_window(&twice, 500, 500);
	}
	assert_true(confined_ln_by_windows(&once) < -10);
	assert_true(
	    fabs(confined_ln_by_windows(&twice) - confined_ln_by_windows(&once) - log(2)) < 1e-9);
}

static void
little_says_nothing_and_much_does_not_overflow(void **state)
{
	struct confined k;

	(void)state;
	confined_start(&k, MOST);
	assert_true(confined_ln_by_steps(&k) == 0 && confined_ln_by_windows(&k) == 0);
	for (unsigned w = 0; w < 1000; w++)
		confined_window(&k, 10, 10);
	assert_true(confined_ln_by_windows(&k) == 0); /* walls no nearer than a window's walk */
	for (unsigned w = 0; w < 1000; w++)
		confined_window(&k, UINT32_MAX, UINT32_MAX);
	assert_int_equal(k.passed, UINT32_MAX);
	assert_int_equal(k.restarts, 0);
	confined_window(&k, UINT32_MAX, 0);
	assert_int_equal(k.restarts, 1);
	confined_window(&k, 0, UINT32_MAX);
	assert_int_equal(k.restarts, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_stay_within_as_published),
		cmocka_unit_test(so_many_packets_for_one_in_a_million),
		cmocka_unit_test(the_bound_by_windows_holds),
		cmocka_unit_test(a_relay_is_certain_within_minutes),
		cmocka_unit_test(clocks_do_not_vary),
		cmocka_unit_test(each_start_is_one_more_trial),
		cmocka_unit_test(little_says_nothing_and_much_does_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
