/*
 * test_joint: screen by one flow, input by another: together they are a session.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/joint.h"

/* The machine's screen by a flow it serves: the far end sends next to nothing. */
static struct window
screen(int64_t start_us)
{
	struct window w = { .start_us = start_us, .to = WINDOW_SLOTS };

	w.side[SIDE_SERVER].bytes = 900000;
	w.side[SIDE_SERVER].packets = 700;
	w.side[SIDE_SERVER].busy = 0x3f0;
	w.side[SIDE_CLIENT].quiet = 30;
	w.side[SIDE_CLIENT].rest = w.side[SIDE_SERVER].rest = UINT32_MAX;
	window_set_loud(
	    &w.side[SIDE_SERVER], (float[WINDOW_SECONDS]){ 0, 10000, 90000, 80000, 60000, 6000 });
	return w;
}

/* The far end's hands by one the machine dialled: it answers little. */
static struct window
hands(int64_t start_us)
{
	struct window w = { .start_us = start_us, .from = 2, .to = WINDOW_SLOTS };
	struct window_side *in = &w.side[SIDE_SERVER];

	in->input = 0x1f0;
	in->bytes = 3000;
	in->packets = in->small = 60;
	in->gaps = 59;
	in->human_gaps = 50;
	in->pairs = 59;
	in->onsets = 3;
	in->onset_ms[0] = 2000;
	in->onset_ms[1] = 3500 | ONSET_LED;
	in->onset_ms[2] = 20000;
	in->led = 1;
	w.side[SIDE_CLIENT].bytes = 600;
	w.side[SIDE_CLIENT].packets = w.side[SIDE_CLIENT].small = 12;
	w.side[SIDE_CLIENT].quiet = 30;
	return w;
}

static void
test_together(void **state)
{
	struct joint j = { .seen_us = 0 };
	struct session s = { .first_us = 0 };
	float value[FEATURES];
	struct window w, done;

	(void)state;
	for (int64_t i = 1; i <= 4; i++) {
		w = screen(i * WINDOW_US);
		assert_int_equal(joint_add(&j, &w, SIDE_SERVER, &done), i > 1);
		assert_int_equal(joint_rules(&j), i > 2); /* twice, at least */
		w = hands(i * WINDOW_US);
		assert_false(joint_add(&j, &w, SIDE_CLIENT, &done));
	}
	assert_int_equal(done.start_us, 3 * WINDOW_US);
	assert_int_equal(done.from, 0);
	assert_int_equal(done.side[0].bytes, 900600);
	assert_int_equal(done.side[1].bytes, 3000);
	assert_int_equal(done.side[1].asked, 2); /* not the one that was led */
	assert_int_equal(done.side[1].answered, 1);
	assert_true(joint_values(&s, &done, SIDE_CLIENT, value));
	assert_true(fabsf(value[FEATURE_SIZE_RATIO] - log10f(900800.0f / 3200)) < 0.01f);
	assert_true(isnan(value[FEATURE_ANSWER_BYTES]) && isnan(value[FEATURE_INITIATIVE]));
	assert_true(
	    value[FEATURE_MODULATION] > 1.5f); /* by one flow's input and the other's bytes */
	assert_true(value[FEATURE_RISES] > 0.9f);
	assert_false(joint_values(&s, &done, SIDE_SERVER, value)); /* the machine gives no input */
}

/* Onsets of several flows are in order of time; what does not fit is left out. */
static void
test_onsets(void **state)
{
	struct joint j = { .seen_us = 0 };
	struct window w, done;

	(void)state;
	for (int i = 0; i < 10; i++) {
		w = hands(WINDOW_US);
		w.side[SIDE_SERVER].onset_ms[0] = (uint16_t)(9000 - i * 500);
		joint_add(&j, &w, SIDE_CLIENT, &done);
	}
	assert_int_equal(j.sum.side[1].onsets, WINDOW_ONSETS);
	for (unsigned i = 1; i < WINDOW_ONSETS; i++)
		assert_true(
		    window_onset_us(&j.sum.side[1], i - 1) <= window_onset_us(&j.sum.side[1], i));
}

/* One flow that has both is judged alone. */
static void
test_alone(void **state)
{
	struct joint j = { .seen_us = 0 };
	struct window w, done;

	(void)state;
	for (int64_t i = 1; i <= 9; i++) {
		w = hands(i * WINDOW_US);
		w.side[SIDE_CLIENT].bytes = 200000;
		assert_int_equal(joint_add(&j, &w, SIDE_CLIENT, &done), i > 1 && i % 2 == 0);
		if (i % 2 == 1) { /* and a small one beside it now and then */
			w = hands(i * WINDOW_US);
			w.side[SIDE_SERVER].small = w.side[SIDE_SERVER].packets = 3;
			assert_false(joint_add(&j, &w, SIDE_CLIENT, &done));
		}
		assert_false(joint_rules(&j));
	}
}

/* Counters do not run over. */
static void
test_most(void **state)
{
	struct joint j = { .seen_us = 0 };
	struct window w, done;

	(void)state;
	for (int i = 0; i < 400; i++) {
		w = hands(WINDOW_US);
		w.side[SIDE_SERVER].packets = w.side[SIDE_SERVER].small = UINT16_MAX;
		w.side[SIDE_SERVER].led = UINT8_MAX;
		joint_add(&j, &w, SIDE_CLIENT, &done);
	}
	assert_int_equal(j.flows, UINT8_MAX);
	assert_int_equal(j.sum.side[1].small, UINT16_MAX);
	assert_int_equal(j.sum.side[1].led, UINT8_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_onsets),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
