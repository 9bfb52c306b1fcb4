/*
 * Evidence: its properties, on many random histories of a fixed seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "judge/evidence.h"

#define ROUNDS  300
#define LONGEST 40
#define NEAR    1e-9

struct deed {
	struct contribution c;
	int64_t at_us;
};

/* Numerical Recipes' quick generator: the same histories every time. */
static uint32_t
roll(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % sides;
}

static unsigned
some_history(uint32_t *seed, struct deed out[LONGEST])
{
	const unsigned n = 1 + roll(seed, LONGEST);

	for (unsigned i = 0; i < n; i++) {
		out[i].c = (struct contribution){
			.group = (enum group)roll(seed, GROUPS),
			.key = roll(seed, 7),
			.rule = "RD-01",
			.llr = roll(seed, 600) / 100.0 - 0.5,
		};
		out[i].at_us = (int64_t)roll(seed, 1000) * HOUR_US / 10;
	}
	return n;
}

static double
sum_of(const struct deed *d, unsigned n, int64_t now_us)
{
	struct evidence e = { 0 };

	for (unsigned i = 0; i < n; i++)
		evidence_add(&e, &d[i].c, d[i].at_us);
	return evidence_log_odds(&e, now_us);
}

static void
order_does_not_matter(void **state)
{
	struct deed d[LONGEST];
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		const unsigned n = some_history(&seed, d);
		const double first = sum_of(d, n, 100 * HOUR_US);

		for (unsigned i = n - 1; i > 0; i--) {
			const unsigned k = roll(&seed, i + 1);
			const struct deed x = d[i];

			d[i] = d[k];
			d[k] = x;
		}
		assert_true(fabs(sum_of(d, n, 100 * HOUR_US) - first) < NEAR);
	}
}

static void
more_is_never_less(void **state)
{
	struct deed d[LONGEST];
	uint32_t seed = 2;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		const unsigned n = some_history(&seed, d), which = roll(&seed, n);
		const double before = sum_of(d, n, 100 * HOUR_US);

		d[which].c.llr += 0.7;
		assert_true(sum_of(d, n, 100 * HOUR_US) >= before - NEAR);
		assert_true(sum_of(d, n - 1, 100 * HOUR_US) <= sum_of(d, n, 100 * HOUR_US) + NEAR);
	}
}

static void
caps_hold_and_nothing_goes_below_zero(void **state)
{
	static const double cap[GROUPS] = { 6, 5, 5, 4, 2.5, 5, 3, 2, 6 };
	struct deed d[LONGEST];
	uint32_t seed = 3;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		const unsigned n = some_history(&seed, d);
		struct evidence e = { 0 };

		for (unsigned i = 0; i < n; i++)
			evidence_add(&e, &d[i].c, d[i].at_us);
		for (int g = 0; g < GROUPS; g++) {
			struct case_group out;
			const double llr = evidence_group(&e, (enum group)g, 100 * HOUR_US, &out);

			assert_true(llr >= 0 && llr <= cap[g]);
			assert_true(out.since_us <= out.last_us);
			assert_true((out.rule != NULL) == (llr > 0));
		}
	}
}

static void
it_halves_exactly(void **state)
{
	static const int64_t days[GROUPS] = { 7, 7, 14, 14, 7, 14, 7, 14, 30 };

	(void)state;
	for (int g = 0; g < GROUPS; g++) {
		const struct contribution c = { (enum group)g, 1, "RD-01", 1.6, false };
		struct evidence e = { 0 };
		const int64_t at_us = 20000 * DAY_US;

		evidence_add(&e, &c, at_us);
		assert_true(evidence_group(&e, (enum group)g, at_us, NULL) == 1.6);
		assert_true(
		    evidence_group(&e, (enum group)g, at_us + days[g] * DAY_US, NULL) == 0.8);
		assert_true(
		    evidence_group(&e, (enum group)g, at_us + 3 * days[g] * DAY_US, NULL) == 0.2);
		assert_true(evidence_group(&e, (enum group)g, at_us - DAY_US, NULL) == 1.6);
	}
}

static void
a_group_is_its_strongest_and_three_tenths_of_the_rest(void **state)
{
	struct evidence e = { 0 };
	struct contribution c = { GROUP_CONTROL, 1, "RD-01", 2.0, false };
	struct case_group out;

	(void)state;
	evidence_add(&e, &c, 0);
	c.key = 2;
	c.llr = 3.0;
	c.rule = "RD-02";
	evidence_add(&e, &c, 0);
	assert_true(fabs(evidence_group(&e, GROUP_CONTROL, 0, &out) - 3.6) < NEAR);
	assert_string_equal(out.rule, "RD-02");
	/* A refresh of the first takes the larger, not the sum. */
	c.key = 1;
	c.llr = 1.0;
	evidence_add(&e, &c, 0);
	assert_true(fabs(evidence_group(&e, GROUP_CONTROL, 0, NULL) - 3.6) < NEAR);
}

static void
what_is_old_is_replaced_by_what_is_larger_now(void **state)
{
	struct evidence e = { 0 };
	struct contribution c = { GROUP_CONTROL, 1, "RD-01", 4.0, false };

	(void)state;
	evidence_add(&e, &c, 0);
	c.llr = 1.5;
	evidence_add(&e, &c, 7 * DAY_US);
	assert_true(evidence_group(&e, GROUP_CONTROL, 7 * DAY_US, NULL) == 2.0);
	evidence_add(&e, &c, 14 * DAY_US);
	assert_true(evidence_group(&e, GROUP_CONTROL, 14 * DAY_US, NULL) == 1.5);
}

static void
the_prior_is_one_in_a_thousand(void **state)
{
	const struct evidence e = { 0 };

	(void)state;
	assert_true(fabs(evidence_probability(evidence_log_odds(&e, 0)) - 1e-3) < NEAR);
}

static void
the_upper_bands_need_two_keys(void **state)
{
	struct evidence e = { 0 };
	struct contribution c = { GROUP_CONTROL, 1, "RD-01", 6.0, false };

	(void)state;
	evidence_add(&e, &c, 0);
	assert_false(evidence_two_keys(&e, 0));
	c.group = GROUP_PATH;
	c.llr = 1.0;
	evidence_add(&e, &c, 0);
	assert_false(evidence_two_keys(&e, 0));
	c.group = GROUP_INVENTORY;
	c.llr = 4.0;
	c.near_certain = true;
	evidence_add(&e, &c, 0);
	assert_true(evidence_two_keys(&e, 0));
	assert_int_equal(evidence_band(BAND_NOTE, 0.99, false), BAND_REVIEW);
	assert_int_equal(evidence_band(BAND_NOTE, 0.99, true), BAND_URGENT);

	e = (struct evidence){ 0 };
	evidence_add(&e, &c, 0);
	c.group = GROUP_PATH;
	c.llr = 1.0;
	c.near_certain = false;
	evidence_add(&e, &c, 0);
	assert_true(evidence_two_keys(&e, 0));
	assert_false(evidence_two_keys(&e, 60 * DAY_US));
}

static void
bands_do_not_flutter(void **state)
{
	(void)state;
	assert_int_equal(evidence_band(BAND_NOTE, 0.49, true), BAND_NOTE);
	assert_int_equal(evidence_band(BAND_NOTE, 0.5, true), BAND_REVIEW);
	assert_int_equal(evidence_band(BAND_REVIEW, 0.31, true), BAND_REVIEW);
	assert_int_equal(evidence_band(BAND_REVIEW, 0.29, true), BAND_NOTE);
	assert_int_equal(evidence_band(BAND_REVIEW, 0.9, true), BAND_ALERT);
	assert_int_equal(evidence_band(BAND_ALERT, 0.61, false), BAND_ALERT);
	assert_int_equal(evidence_band(BAND_ALERT, 0.59, true), BAND_REVIEW);
	assert_int_equal(evidence_band(BAND_URGENT, 0.91, true), BAND_URGENT);
	assert_int_equal(evidence_band(BAND_URGENT, 0.1, true), BAND_NOTE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(more_is_never_less),
		cmocka_unit_test(caps_hold_and_nothing_goes_below_zero),
		cmocka_unit_test(it_halves_exactly),
		cmocka_unit_test(a_group_is_its_strongest_and_three_tenths_of_the_rest),
		cmocka_unit_test(what_is_old_is_replaced_by_what_is_larger_now),
		cmocka_unit_test(the_prior_is_one_in_a_thousand),
		cmocka_unit_test(the_upper_bands_need_two_keys),
		cmocka_unit_test(bands_do_not_flutter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
