/*
 * Input causality, its counters one by one; the tables are test_lag_table and test_drive_table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/causality.h"
#include "hands.h"

#define MS 1000

static void
an_excess_grows_with_hits_and_falls_with_what_was_expected(void **state)
{
	(void)state;
	assert_true(causality_excess(0, 1) == 0);
	assert_true(causality_excess(1, 1) == 0);
	assert_true(causality_excess(5, 0) == 0);
	assert_true(fabs(causality_excess(10, 1) - (10 * log(10) - 9)) < 1e-12);
	for (unsigned h = 2; h < 100; h++) {
		assert_true(causality_excess(h + 1, 1) > causality_excess(h, 1));
		assert_true(causality_excess(h, 1) > causality_excess(h, 1.5));
	}
}

static void
many_pairs_raise_the_bar(void **state)
{
	(void)state;
	assert_true(causality_bar(0) == CAUSALITY_RAISE);
	assert_true(causality_bar(20) == CAUSALITY_RAISE);
	assert_true(fabs(causality_bar(1000) - (log(1000) + 9)) < 1e-12);
}

static void
a_lag_is_a_hit_or_chance_or_neither(void **state)
{
	static const struct {
		int64_t after_us;
		unsigned h, c;
	} cases[] = {
		{ INT64_MIN, 0, 0 },
		{ -1, 0, 0 },
		{ 0, 0, 0 },
		{ 1, 1, 0 },
		{ 150 * MS, 1, 0 },
		{ 150 * MS + 1, 0, 0 },
		{ 250 * MS - 1, 0, 0 },
		{ 250 * MS, 0, 1 },
		{ 1750 * MS - 1, 0, 1 },
		{ 1750 * MS, 0, 0 },
		{ INT64_MAX, 0, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lag l = { 0 };

		lag_onset(&l, cases[i].after_us);
		assert_int_equal(l.n, 1);
		assert_int_equal(l.h, cases[i].h);
		assert_int_equal(l.c, cases[i].c);
	}
}

static void
the_commonest_lag_is_told(void **state)
{
	struct lag l = { 0 };

	(void)state;
	assert_int_equal(lag_modal_us(&l), 0);
	lag_onset(&l, 120 * MS);
	for (unsigned i = 0; i < UINT16_MAX + 10u; i++)
		lag_onset(&l, 30 * MS);
	assert_int_equal(l.h, UINT16_MAX + 11u);
	assert_in_range(lag_modal_us(&l), 25 * MS, 31250);
	assert_true(lag_llr(&l) > 1e5);
	assert_true(sizeof(l) <= 64);
}

static void
same_hours_are_no_evidence(void **state)
{
	struct lag l = { 0 };

	(void)state;
	for (unsigned i = 0; i < 2000; i++)
		lag_onset(&l, (int64_t)(i % 200 * 10 + 5) * MS);
	assert_int_equal(l.h, 150);
	assert_true(lag_llr(&l) < .1);
}

/* Input each ten seconds of 100 minutes, and an event after_s later. */
static struct drive
each_followed(double after_s)
{
	struct drive d = { 0 };
	struct input in;

	input_start(&in, 0);
	for (unsigned i = 1; i <= 600; i++) {
		input_seen(&in, in_us(i * 10));
		drive_event(&d, &in, in_us(i * 10 + after_s));
	}
	return d;
}

static void
what_follows_input_is_driven(void **state)
{
	struct drive d = each_followed(.3);

	(void)state;
	assert_int_equal(d.n, 597); /* the first three have no past of 32 s */
	assert_int_equal(d.h, d.n);
	assert_true(fabs(d.mu / d.n - .1) < .01);
	assert_true(fabs(drive_excess(&d) - .9) < .01);
	assert_true(drive_llr(&d) > 1300);
	d = each_followed(5);
	assert_int_equal(d.h, 0);
	assert_true(drive_llr(&d) == 0 && drive_excess(&d) < 0);
}

static void
input_all_the_time_explains_nothing(void **state)
{
	struct drive d = { 0 };
	struct input in;

	(void)state;
	input_start(&in, 0);
	for (unsigned i = 0; i < 1000; i++) {
		input_seen(&in, i * SLOT_US);
		drive_event(&d, &in, i * SLOT_US);
	}
	assert_int_equal(d.h, d.n);
	assert_true(fabs(d.mu - d.n) < 1e-9);
	assert_true(drive_llr(&d) == 0);
}

static void
silence_is_expected_to_stay(void **state)
{
	struct drive d = { 0 };
	struct input in;

	(void)state;
	input_start(&in, 0);
	for (unsigned i = 1; i <= 30; i++) {
		input_seen(&in, in_us(i * 300));
		drive_event(&d, &in, in_us(i * 300));
	}
	assert_true(d.mu == 0);
	assert_true(drive_llr(&d) > 100 && drive_llr(&d) < 200);
}

static void
slots_shift_by_any_time(void **state)
{
	struct input in;

	(void)state;
	input_start(&in, in_us(1000));
	input_seen(&in, in_us(1000.2));
	assert_int_equal(in.slots, 1);
	input_seen(&in, in_us(1031.6));
	assert_true(in.slots == (1ull << 63 | 1));
	input_seen(&in, in_us(1032.2));
	assert_int_equal(in.slots, 3);
	input_seen(&in, in_us(1030));
	assert_int_equal(in.slots, 0x13);
	input_seen(&in, in_us(1));
	assert_int_equal(in.slots, 0x13);
	input_seen(&in, in_us(1e9));
	assert_int_equal(in.slots, 1);
}

static void
an_event_that_comes_late_is_not_counted(void **state)
{
	struct drive d = { 0 };
	struct input in;

	(void)state;
	input_start(&in, 0);
	input_seen(&in, in_us(100));
	drive_event(&d, &in, in_us(99.4));
	assert_int_equal(d.n, 0);
	drive_event(&d, &in, in_us(100.4));
	assert_int_equal(d.n, 1);
	drive_event(&d, &in, in_us(1e9));
	assert_int_equal(d.n, 2);
	assert_int_equal(d.h, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_excess_grows_with_hits_and_falls_with_what_was_expected),
		cmocka_unit_test(many_pairs_raise_the_bar),
		cmocka_unit_test(a_lag_is_a_hit_or_chance_or_neither),
		cmocka_unit_test(the_commonest_lag_is_told),
		cmocka_unit_test(same_hours_are_no_evidence),
		cmocka_unit_test(what_follows_input_is_driven),
		cmocka_unit_test(input_all_the_time_explains_nothing),
		cmocka_unit_test(silence_is_expected_to_stay),
		cmocka_unit_test(slots_shift_by_any_time),
		cmocka_unit_test(an_event_that_comes_late_is_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
