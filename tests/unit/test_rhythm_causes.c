/*
 * test_rhythm_causes: who begins, what follows what, and what is input inside a VPN.
 */
#include "talk.h"

/* Each key of the client is echoed by the server after 3 ms; now and then it says something alone.
 */
static void
echoing(struct talk *t)
{
	sends(t, SIDE_CLIENT, 0, 36);
	for (int64_t s = 1; s < 28; s += 3) {
		for (int64_t k = 0; k < 4; k++) {
			sends(t, SIDE_CLIENT, s * SEC + k * 150 * MS, 36);
			sends(t, SIDE_SERVER, s * SEC + k * 150 * MS + 3 * MS, 36);
		}
		if (s % 2 == 0)
			sends(t, SIDE_SERVER, s * SEC + 1500 * MS, 300);
	}
}

static void
test_echo(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	const struct window_side *in, *screen = NULL;
	struct talk t;

	(void)state;
	begin(&t, pool);
	echoing(&t);
	in = ends(&t, WINDOW_US, SIDE_CLIENT);
	screen = &t.w.side[SIDE_SERVER];
	assert_int_equal(in->events, 36);
	assert_int_equal(in->echoed, 36);
	assert_int_equal(
	    in->fresh, 9); /* the first of each: 147 ms after an echo may be an answer */
	assert_int_equal(in->begins, 9);
	assert_int_equal(in->wakes, 9);
	assert_int_equal(screen->begins, 4);
	assert_int_equal(screen->wakes, 0); /* 300 bytes are no input */
	assert_int_equal(screen->bursts, 40);
	assert_int_equal(screen->prompted, 36);
	assert_in_range(in->cover_ms, 36 * 140, 36 * 260);
	rhythms_free(pool);
}

/* A pointer's packets are many events; what TCP cut in two is one. */
static void
test_events(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	const struct window_side *in;
	struct talk t;

	(void)state;
	begin(&t, pool);
	sends(&t, SIDE_CLIENT, 0, 36);
	for (int64_t i = 0; i < 20; i++) {
		sends(&t, SIDE_CLIENT, SEC + i * 16 * MS, 40);
		sends(&t, SIDE_CLIENT, SEC + i * 16 * MS + 200, 20);
	}
	sends(&t, SIDE_SERVER, SEC + 320 * MS, 1400); /* 16 ms after the last */
	in = ends(&t, WINDOW_US, SIDE_CLIENT);
	assert_int_equal(in->events, 20);
	assert_int_equal(in->echoed, 1);
	assert_int_equal(in->fresh, 20);
	assert_int_equal(t.w.side[SIDE_SERVER].prompted, 1);
	rhythms_free(pool);
}

/* How long the way is counts: an answer after a round trip of 200 ms is none of one's own. */
static void
test_way(void **state)
{
	struct rhythms *pool = rhythms_new(1);

	(void)state;
	for (int rtt_ms = 0; rtt_ms <= 200; rtt_ms += 200) {
		struct talk t;

		begin(&t, pool);
		t.row.side[SIDE_CLIENT].rtt_us = (uint32_t)rtt_ms * 1000;
		sends(&t, SIDE_CLIENT, 0, 36);
		for (int64_t s = 1; s < 29; s += 2) {
			sends(&t, SIDE_SERVER, s * SEC, 1400);
			sends(&t, SIDE_CLIENT, s * SEC + 210 * MS, (uint32_t)(30 + s));
		}
		assert_int_equal(ends(&t, WINDOW_US, SIDE_CLIENT)->fresh, rtt_ms == 0 ? 14 : 0);
		rhythm_drop(pool, &t.row);
	}
	rhythms_free(pool);
}

static void
begin_vpn(struct talk *t, struct rhythms *pool, uint32_t extra_bytes, bool padded)
{
	begin(t, pool);
	t->row.proto = t->p.proto = PROTO_UDP;
	sends(t, SIDE_CLIENT, 0, 96);
	assert_false(rhythm_asks(pool, &t->row));
	t->row.product = 7;
	assert_true(rhythm_asks(pool, &t->row));
	rhythm_carried(pool, &t->row, extra_bytes, padded);
	assert_false(rhythm_asks(pool, &t->row));
}

/* Its own bytes and the inner headers are taken off, acknowledgements left out. */
static void
test_vpn(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	const struct window_side *in;
	struct talk t;

	(void)state;
	begin_vpn(&t, pool, 84, true);
	for (int64_t s = 1; s < 10; s++) {
		sends(&t, SIDE_SERVER, s * SEC - 50 * MS, 1400);
		sends(&t, SIDE_CLIENT, s * SEC, 96);            /* an acknowledgement */
		sends(&t, SIDE_CLIENT, s * SEC + 100 * MS, 32); /* a keep-alive */
		sends(&t, SIDE_CLIENT, s * SEC + 200 * MS, 128);
		sends(&t, SIDE_CLIENT, s * SEC + 300 * MS, 84 + 201);
	}
	in = ends(&t, WINDOW_US, SIDE_CLIENT);
	assert_int_equal(t.w.carrier, CARRIER_VPN);
	assert_int_equal(in->packets, 18);
	assert_int_equal(in->small, 9);
	assert_int_equal(in->bytes, 9 * (44 + 201));
	rhythms_free(pool);
}

/* Padding makes a key as small as an acknowledgement: it is one if the other end had not sent. */
static void
test_padded(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	const struct window_side *in;
	struct talk t;

	(void)state;
	begin_vpn(&t, pool, 84, true);
	for (int64_t s = 1; s < 29; s += 2) {
		sends(&t, SIDE_CLIENT, s * SEC, 96);            /* a key */
		sends(&t, SIDE_SERVER, s * SEC + 5 * MS, 96);   /* acknowledged */
		sends(&t, SIDE_SERVER, s * SEC + 40 * MS, 500); /* the screen */
		sends(&t, SIDE_CLIENT, s * SEC + 70 * MS, 96);  /* acknowledged */
		sends(&t, SIDE_CLIENT, s * SEC + 90 * MS, 96);  /* and a key again */
		sends(&t, SIDE_SERVER, s * SEC + 95 * MS, 96);
	}
	in = ends(&t, WINDOW_US, SIDE_CLIENT);
	assert_int_equal(in->small, 28);
	assert_int_equal(t.w.side[SIDE_SERVER].packets, 14);
	assert_int_equal(t.w.side[SIDE_SERVER].small, 0);
	rhythms_free(pool);
}

/* Where nothing is padded sizes tell: 0 is an acknowledgement, 6 a pointer of RFB, 12 a SACK or a
 * key. */
static void
test_exact(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	struct talk t;

	(void)state;
	begin_vpn(&t, pool, 76, false);
	for (int64_t s = 1; s < 11; s++) {
		sends(&t, SIDE_SERVER, s * SEC - 40 * MS, 1400);
		sends(&t, SIDE_CLIENT, s * SEC, 76);
		sends(&t, SIDE_CLIENT, s * SEC + 10 * MS, 76 + 6);
		sends(&t, SIDE_CLIENT, s * SEC + 20 * MS, 76 + 12); /* owed */
		sends(&t, SIDE_CLIENT, s * SEC + 600 * MS, 76 + 12);
		sends(&t, SIDE_CLIENT, s * SEC + 610 * MS, 40); /* too small for a packet */
	}
	assert_int_equal(ends(&t, WINDOW_US, SIDE_CLIENT)->small, 20);
	rhythms_free(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_echo),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_way),
		cmocka_unit_test(test_vpn),
		cmocka_unit_test(test_padded),
		cmocka_unit_test(test_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
