/*
 * test_rhythm_beat: small packets that no hand made: heartbeats, and what confirms what was sent.
 */
#include "talk.h"

/* A ping a second of one size is a heartbeat once it is known; typing beside it is not. */
static void
test_heartbeat(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	const struct window_side *in;
	struct talk t;

	(void)state;
	begin(&t, pool);
	for (int64_t s = 0; s < 30; s++) {
		sends(&t, SIDE_CLIENT, s * SEC + s % 3 * 20 * MS, 33);
		if (s % 7 == 3)
			sends(&t, SIDE_CLIENT, s * SEC + 431 * MS, (uint32_t)(60 + s));
	}
	in = ends(&t, WINDOW_US, SIDE_CLIENT);
	assert_in_range(in->masked, 20, 25);
	for (int64_t s = 30; s < 60; s++)
		sends(&t, SIDE_CLIENT, s * SEC + s % 3 * 20 * MS, 33);
	in = ends(&t, 2 * WINDOW_US, SIDE_CLIENT);
	assert_int_equal(in->masked, 30);
	assert_int_equal(in->onsets, 0);
	assert_true(in->input == 0);
	rhythms_free(pool);
}

/* One more of its size, or a late one, does not end a heartbeat that has long been one. */
static void
test_stray(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	struct talk t;

	(void)state;
	begin(&t, pool);
	for (int64_t s = 0; s < 30; s++)
		sends(&t, SIDE_CLIENT, s * SEC, 33);
	(void)ends(&t, WINDOW_US, SIDE_CLIENT);
	for (int64_t s = 30; s < 60; s++) {
		sends(&t, SIDE_CLIENT, s * SEC, 33);
		if (s == 40)
			sends(&t, SIDE_CLIENT, s * SEC + 100 * MS, 33);
	}
	assert_in_range(ends(&t, 2 * WINDOW_US, SIDE_CLIENT)->masked, 28, 30);
	rhythms_free(pool);
}

/*
 * RFB: each picture is asked for when the last one is there.  Requests are no input, and do
 * not break the silence of the hands; keys are input, however the screen moves.
 */
static void
test_requests(void **state)
{
	struct rhythms *pool = rhythms_new(1);

	(void)state;
	for (int way_ms = 12; way_ms <= 218; way_ms += 206) {
		const struct window_side *in;
		unsigned keys = 0;
		int64_t key_ms = 0;
		struct talk t;

		begin(&t, pool);
		t.row.side[SIDE_CLIENT].rtt_us = (uint32_t)way_ms * 1000;
		sends(&t, SIDE_CLIENT, 0, 10);
		for (int64_t ms = 10; ms < 59700; ms += way_ms + 30) {
			if (ms > 29700 && ms < 30000)
				continue;
			if (ms >= 30000 && t.w.to == 0)
				(void)ends(&t, WINDOW_US, SIDE_CLIENT);
			sends(&t, SIDE_SERVER, ms * MS, 1400);
			sends(&t, SIDE_SERVER, ms * MS + 2 * MS, 700);
			if (ms >= key_ms) {
				sends(&t, SIDE_CLIENT, ms * MS + 5 * MS, 8);
				key_ms = ms + 1700 + 977 * (ms % 5);
				keys += ms >= 30000;
			}
			sends(&t, SIDE_CLIENT, (ms + way_ms + ms % 7) * MS, 10);
		}
		in = ends(&t, 2 * WINDOW_US, SIDE_CLIENT);
		assert_int_equal(in->events, keys);
		assert_int_equal(in->onsets, keys);
		assert_int_equal(in->gaps, keys);
		assert_int_equal(in->masked, 0);
		assert_true(in->small > 100);
		rhythm_drop(pool, &t.row);
	}
	rhythms_free(pool);
}

/* Keys that are each echoed come after something was sent, too: but hands take their time. */
static void
test_echoed_keys(void **state)
{
	struct rhythms *pool = rhythms_new(1);

	(void)state;
	for (int way_ms = 12; way_ms <= 218; way_ms += 206) {
		int64_t ms = 0;
		unsigned keys = 0;
		struct talk t;

		begin(&t, pool);
		t.row.side[SIDE_CLIENT].rtt_us = (uint32_t)way_ms * 1000;
		sends(&t, SIDE_CLIENT, 0, 36);
		for (unsigned k = 0; ms < 29000; k++) {
			ms += 90 + k * 53 % 230;
			sends(&t, SIDE_CLIENT, ms * MS, 36);
			sends(&t, SIDE_SERVER, ms * MS + 2 * MS, 36);
			keys++;
		}
		assert_int_equal(ends(&t, WINDOW_US, SIDE_CLIENT)->events, keys);
		rhythm_drop(pool, &t.row);
	}
	rhythms_free(pool);
}

/* Padding makes requests and keys of one size: too many are not in time, so all may be input. */
static void
test_alike(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	const struct window_side *in;
	struct talk t;

	(void)state;
	begin(&t, pool);
	t.row.side[SIDE_CLIENT].rtt_us = 12000;
	sends(&t, SIDE_CLIENT, 0, 60);
	for (int64_t ms = 1000; ms < 29000; ms += 400) {
		sends(&t, SIDE_CLIENT, ms * MS, 60);
		sends(&t, SIDE_SERVER, (ms + 20) * MS, 1400);
		sends(&t, SIDE_CLIENT, (ms + 34) * MS, 60);
	}
	in = ends(&t, WINDOW_US, SIDE_CLIENT);
	assert_int_equal(in->events, 140);
	rhythms_free(pool);
}

/* Hands that go on from one window to the next begin nothing in it. */
static void
test_goes_on(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	struct talk t;

	(void)state;
	begin(&t, pool);
	sends(&t, SIDE_CLIENT, 28 * SEC, 36);
	sends(&t, SIDE_CLIENT, 29 * SEC + 900 * MS, 36);
	assert_int_equal(ends(&t, WINDOW_US, SIDE_CLIENT)->onsets, 1);
	sends(&t, SIDE_CLIENT, 30 * SEC + 100 * MS, 36);
	sends(&t, SIDE_CLIENT, 31 * SEC, 36);
	assert_int_equal(ends(&t, 2 * WINDOW_US, SIDE_CLIENT)->onsets, 1);
	rhythms_free(pool);
}

/* Long after its last, from 150 ms on and the way: what comes then answers nothing.
 */
static void
test_still(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	struct talk t;

	(void)state;
	begin(&t, pool);
	t.row.side[SIDE_CLIENT].rtt_us = 50000;
	sends(&t, SIDE_CLIENT, 0, 36);
	for (int64_t s = 1; s < 29; s++)
		sends(&t, SIDE_SERVER, s * SEC, 1400);
	(void)ends(&t, WINDOW_US, SIDE_CLIENT);
	assert_int_equal(t.w.side[SIDE_SERVER].still_ms, 1000 + 27 * 800 + 1800);
	/* It said nothing since: of the next window all is still, or what there is of it. */
	sends(&t, SIDE_CLIENT, 31 * SEC, 36);
	(void)ends(&t, 50 * SEC, SIDE_CLIENT);
	assert_int_equal(t.w.side[SIDE_SERVER].still_ms, 20500);
	rhythms_free(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heartbeat),
		cmocka_unit_test(test_stray),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_echoed_keys),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
