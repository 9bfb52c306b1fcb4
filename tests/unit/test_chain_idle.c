/*
 * What lies behind the machine that answers (B5), and a machine that nobody leaves (J2).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/chain.h"
#include "detect/idle.h"
#include "hands.h"

#define MINUTE 60.0
#define HOUR   3600.0
#define DAY    86400.0
#define FIRST  (20000 * DAY)
#define MS     1000u

/* So many inputs of a day, echo_us to the answer and 2 ms to the acknowledgement at least. */
static void
a_day_of(struct chain *c, unsigned day, unsigned samples, uint32_t echo_us)
{
	for (unsigned i = 0; i < samples; i++)
		chain_sample(c, in_us(FIRST + day * DAY + i * MINUTE), echo_us + i * MS,
		    2 * MS + i * 100, 1, CHAIN_SHELL_US);
}

static void
hops_behind_are_the_difference(void **state)
{
	struct chain c = { 0 };

	(void)state;
	assert_int_equal(chain_downstream_us(&c), 0);
	a_day_of(&c, 0, 19, 82 * MS);
	assert_int_equal(chain_downstream_us(&c), 0);
	a_day_of(&c, 0, 1, 90 * MS);
	assert_int_equal(chain_downstream_us(&c), 80 * MS);
	assert_true(sizeof(c) <= 20);
}

static void
two_days_make_it_long(void **state)
{
	struct chain c = { 0 };

	(void)state;
	a_day_of(&c, 0, 30, 82 * MS);
	assert_false(chain_is_long(&c, CHAIN_SHELL_US));
	a_day_of(&c, 1, 19, 92 * MS);
	assert_false(chain_is_long(&c, CHAIN_SHELL_US));
	a_day_of(&c, 1, 1, 92 * MS);
	assert_true(chain_is_long(&c, CHAIN_SHELL_US));
	a_day_of(&c, 2, 1, 10 * MS); /* a day of few samples says nothing against it */
	assert_true(chain_is_long(&c, CHAIN_SHELL_US));
	assert_int_equal(c.beyond_us, 80 * MS);
}

/* A single quick answer shows that nothing is behind. */
static void
the_least_counts(void **state)
{
	struct chain c = { 0 };

	(void)state;
	for (unsigned day = 0; day < 5; day++) {
		a_day_of(&c, day, 30, 82 * MS);
		a_day_of(&c, day, 1, 12 * MS);
		assert_int_equal(chain_downstream_us(&c), 10 * MS);
	}
	assert_false(chain_is_long(&c, CHAIN_SHELL_US));
}

static void
what_is_unknown_or_late_is_no_sample(void **state)
{
	struct chain c = { 0 };

	(void)state;
	chain_sample(&c, in_us(FIRST), 0, 2 * MS, 100, CHAIN_SHELL_US);
	assert_int_equal(c.samples, 0);
	chain_sample(&c, in_us(FIRST), 90 * MS, 0, 1u << 31, CHAIN_SHELL_US);
	assert_int_equal(c.samples, UINT16_MAX);
	chain_sample(&c, in_us(FIRST - DAY), 1, 1, 1, CHAIN_SHELL_US);
	assert_int_equal(chain_downstream_us(&c), 88 * MS);
	chain_sample(&c, in_us(FIRST), 1 * MS, 0, 1, CHAIN_SHELL_US);
	assert_int_equal(
	    chain_downstream_us(&c), 0); /* the answer came before the acknowledgement */
}

static void
input_from_to(struct idle *i, double from, double to, double every)
{
	for (double at = from; at <= to; at += every)
		idle_input(i, in_us(at));
}

static void
people_sleep(void **state)
{
	struct idle i = { 0 };

	(void)state;
	for (unsigned day = 0; day < 14; day++) {
		const double morning = FIRST + day * DAY + 6 * HOUR;

		input_from_to(&i, morning, morning + 6 * HOUR, MINUTE);
		input_from_to(&i, morning + 6.5 * HOUR, morning + 19 * HOUR, MINUTE);
		assert_int_equal(idle_days(&i), 0);
	}
	assert_true(sizeof(i) <= 40);
}

/* Wherever midnight is. */
static void
a_night_is_seen_in_any_zone(void **state)
{
	(void)state;
	for (unsigned zone = 0; zone < 24; zone++) {
		struct idle i = { 0 };

		for (unsigned day = 0; day < 5; day++) {
			const double morning = FIRST + day * DAY + zone * HOUR;

			input_from_to(&i, morning, morning + 19 * HOUR, MINUTE);
			assert_int_equal(idle_days(&i), 0);
		}
	}
}

static void
a_jiggler_does_not(void **state)
{
	struct idle i = { 0 };

	(void)state;
	for (unsigned day = 0; day < 10; day++) {
		input_from_to(&i, FIRST + day * DAY, FIRST + day * DAY + 19.9 * HOUR, MINUTE);
		assert_int_equal(idle_days(&i), day < 6 ? day : 6);
		input_from_to(
		    &i, FIRST + day * DAY + 20 * HOUR, FIRST + day * DAY + 23.99 * HOUR, MINUTE);
		assert_int_equal(idle_days(&i), day < 6 ? day + 1 : 7);
	}
	idle_input(&i, in_us(FIRST + 13 * DAY)); /* three days nobody was there */
	assert_int_equal(idle_days(&i), 3);
	idle_input(&i, in_us(FIRST + 1000 * DAY));
	assert_int_equal(idle_days(&i), 0);
}

static void
one_pause_is_enough(void **state)
{
	struct idle i = { 0 };

	(void)state;
	input_from_to(&i, FIRST, FIRST + 10 * HOUR, 19 * MINUTE);
	input_from_to(&i, FIRST + 10.5 * HOUR, FIRST + 23.9 * HOUR, 19 * MINUTE);
	assert_false(idle_is_never(&i));
	idle_input(&i, in_us(FIRST));
	assert_int_equal(i.back, 1);
	assert_false(idle_is_never(&i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hops_behind_are_the_difference),
		cmocka_unit_test(two_days_make_it_long),
		cmocka_unit_test(the_least_counts),
		cmocka_unit_test(what_is_unknown_or_late_is_no_sample),
		cmocka_unit_test(people_sleep),
		cmocka_unit_test(a_night_is_seen_in_any_zone),
		cmocka_unit_test(a_jiggler_does_not),
		cmocka_unit_test(one_pause_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
