/*
 * test_rhythm: what a window says of packets laid out by hand.
 */
#include "talk.h"

static void
test_due(void **state)
{
	struct flow_row row = { .first_us = BEGIN_US, .seen_us = BEGIN_US + RHYTHM_AGE_US };

	(void)state;
	row.side[0].data_packets = RHYTHM_PACKETS - 1;
	row.side[1].data_packets = 1;
	assert_true(rhythm_is_due(&row));
	row.side[0].data_packets--;
	assert_false(rhythm_is_due(&row));
	row.side[0].data_packets = 10 * RHYTHM_PACKETS;
	row.seen_us--;
	assert_false(rhythm_is_due(&row));
	row.seen_us++;
	row.side[1].data_packets = 0;
	assert_false(rhythm_is_due(&row));
}

/* Keys of the client; the server's screen answers each after 40 ms. */
static void
typing(struct talk *t)
{
	sends(t, SIDE_CLIENT, 0, 50);
	for (int64_t s = 1; s < 25; s += 4) {
		for (int64_t k = 0; k < 5; k++) {
			sends(t, SIDE_CLIENT, s * SEC + k * 120 * MS, 50);
			sends(t, SIDE_SERVER, s * SEC + k * 120 * MS + 40 * MS, 1400);
			sends(t, SIDE_SERVER, s * SEC + k * 120 * MS + 45 * MS, 1200);
		}
	}
}

static void
test_session(void **state)
{
	struct rhythms *pool = rhythms_new(4);

	(void)state;
	for (int swapped = 0; swapped < 2; swapped++) {
		const enum side viewer = swapped ? SIDE_SERVER : SIDE_CLIENT;
		const struct window_side *in, *screen;
		struct talk t;

		begin(&t, pool);
		typing(&t);
		if (swapped) { /* flows_swap: learnt late who opened it */
			t.row.first = 1;
			t.row.side[0].data_packets = t.row.side[1].data_packets = 0;
		}
		in = ends(&t, WINDOW_US, viewer);
		screen = &t.w.side[side_other(viewer)];
		assert_int_equal(t.w.start_us, BEGIN_US);
		assert_int_equal(t.w.from, 0);
		assert_int_equal(t.w.to, WINDOW_SLOTS);
		assert_int_equal(in->packets, 30);
		assert_int_equal(in->small, 30);
		assert_int_equal(in->masked, 0);
		assert_int_equal(in->bytes, 1500);
		assert_int_equal(in->gaps, 29);
		assert_int_equal(in->human_gaps, 24); /* not the 5 pauses of 3.5 s */
		assert_int_equal(in->pairs, 29);
		assert_int_equal(in->onsets, 6);
		assert_int_equal(in->onset_ms[0], 1000);
		assert_int_equal(in->onset_ms[5], 21000);
		assert_int_equal(in->asked, 6);
		assert_int_equal(in->answered, 6);
		assert_int_equal(in->led, 0);
		assert_int_equal(in->chance, 0);
		assert_int_equal(in->echo, 400);
		assert_in_range(in->answer * 16, 2500, 10000);
		assert_in_range(in->rate, 5000, 15000);
		assert_int_equal(in->rest, 0);
		assert_int_equal(__builtin_popcountll(in->input), 6);
		assert_int_equal(screen->small, 0);
		assert_int_equal(screen->onsets, 0);
		assert_int_equal(screen->bytes, 30 * 2600);
		assert_int_equal(screen->quiet, 24);
		rhythm_drop(pool, &t.row);
	}
	rhythms_free(pool);
}

/* The other way round: what comes in small right after something was sent is an answer. */
static void
test_led(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	const struct window_side *acks;
	struct talk t;

	(void)state;
	begin(&t, pool);
	sends(&t, SIDE_SERVER, 0, 1400);
	for (int64_t s = 1; s < 29; s += 2) {
		sends(&t, SIDE_SERVER, s * SEC, 1400);
		sends(&t, SIDE_CLIENT, s * SEC + 30 * MS, (uint32_t)(60 + s));
	}
	acks = ends(&t, WINDOW_US, SIDE_CLIENT);
	assert_int_equal(acks->onsets, 14);
	assert_int_equal(acks->led, 14);
	assert_true(window_onset_led(acks, 0));
	assert_int_equal(window_onset_us(acks, 0), SEC + 30 * MS);
	assert_int_equal(acks->answered, 0);
	rhythms_free(pool);
}

static void
test_retransmission(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	struct talk t;

	(void)state;
	begin(&t, pool);
	sends(&t, SIDE_CLIENT, 0, 50);
	sends(&t, SIDE_CLIENT, 1 * SEC, 50);
	rhythm_see(pool, &t.row, SIDE_CLIENT, &t.p); /* not counted by the row: sent before */
	assert_int_equal(ends(&t, WINDOW_US, SIDE_CLIENT)->packets, 1);
	rhythms_free(pool);
}

static void
stun(struct talk *t)
{
	static const uint8_t binding[8] = { 0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42 };

	memcpy(t->bytes, binding, sizeof(binding));
}

/* STUN, media and its reports are no input; DTLS data is, in a TURN channel too. */
static void
test_ice(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	const struct window_side *in;
	struct talk t;

	(void)state;
	begin(&t, pool);
	t.row.proto = t.p.proto = PROTO_UDP;
	sends(&t, SIDE_CLIENT, 0, 100);
	stun(&t);
	for (int64_t s = 1; s < 4; s++)
		sends(&t, SIDE_CLIENT, s * SEC, 100);
	memset(t.bytes, 0, sizeof(t.bytes));
	for (int64_t s = 4; s < 10; s++) {
		t.bytes[0] = 0x81; /* RTCP */
		sends(&t, SIDE_CLIENT, s * SEC, 80);
		t.bytes[0] = 23;
		sends(&t, SIDE_CLIENT, s * SEC + 100 * MS, 75);
		t.bytes[0] = 0x40;
		t.bytes[4] = 23;
		sends(&t, SIDE_CLIENT, s * SEC + 200 * MS, 79);
	}
	t.bytes[0] = 0x2e; /* DTLS 1.3 */
	sends(&t, SIDE_CLIENT, 20 * SEC, 60);
	t.bytes[0] = 22; /* a handshake */
	sends(&t, SIDE_CLIENT, 21 * SEC, 60);
	in = ends(&t, WINDOW_US, SIDE_CLIENT);
	assert_int_equal(t.w.carrier, CARRIER_ICE);
	assert_int_equal(in->packets, 19);
	assert_int_equal(in->small, 13);
	assert_int_equal(in->onsets, 7);
	rhythms_free(pool);
}

/* TCP gathers keys while an acknowledgement is on its way: by a long one 600 bytes may be input. */
static void
test_gathered(void **state)
{
	struct rhythms *pool = rhythms_new(1);

	(void)state;
	for (int rtt_ms = 0; rtt_ms <= 100; rtt_ms += 100) {
		struct talk t;

		begin(&t, pool);
		t.row.side[SIDE_CLIENT].rtt_us = (uint32_t)rtt_ms * 1000;
		sends(&t, SIDE_CLIENT, 0, 50);
		sends(&t, SIDE_CLIENT, 1 * SEC, 200);
		sends(&t, SIDE_CLIENT, 2 * SEC, 600);
		sends(&t, SIDE_CLIENT, 3 * SEC, 1001);
		assert_int_equal(ends(&t, WINDOW_US, SIDE_CLIENT)->small, rtt_ms == 0 ? 1 : 2);
		rhythm_drop(pool, &t.row);
	}
	rhythms_free(pool);
}

/* By chance: a screen that never rests answers everything. */
static void
test_chance(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	const struct window_side *in;
	struct talk t;

	(void)state;
	begin(&t, pool);
	sends(&t, SIDE_CLIENT, 0, 50);
	for (int64_t ms = 50; ms < 30000; ms += 50) {
		sends(&t, SIDE_SERVER, ms * MS, 1000);
		if (ms == 1000 || ms == 6000 || ms == 12500 || ms == 20500 || ms == 28000)
			sends(&t, SIDE_CLIENT, ms * MS + MS, 50);
	}
	in = ends(&t, WINDOW_US, SIDE_CLIENT);
	assert_int_equal(in->onsets, 5);
	assert_int_equal(in->asked, 5);
	assert_int_equal(in->answered, 5);
	assert_int_equal(in->chance, 100);
	assert_in_range(in->rate, 17000, 22000);
	assert_in_range(in->rest, 17000, 22000);
	assert_int_equal(t.w.side[SIDE_SERVER].quiet, 0);
	assert_in_range(t.w.side[SIDE_SERVER].gap_cv, 0, 5);
	rhythms_free(pool);
}

/* Films are fetched in large bursts. */
static void
test_pulses(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	struct talk t;

	(void)state;
	begin(&t, pool);
	sends(&t, SIDE_CLIENT, 0, 50);
	for (int64_t s = 2; s < 30; s += 6) {
		for (int64_t i = 0; i < 200; i++)
			sends(&t, SIDE_SERVER, s * SEC + i * MS, 1400);
	}
	assert_int_equal(ends(&t, WINDOW_US, SIDE_SERVER)->pulses, 5);
	rhythms_free(pool);
}

static void
test_pool(void **state)
{
	struct rhythms *pool = rhythms_new(2);
	struct flows_due due[2];
	uint32_t at = 0;
	struct window w;
	struct talk t[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		begin(&t[i], pool);
		t[i].row.id = ((uint64_t)i + 1) & 3;
		sends(&t[i], SIDE_CLIENT, 0, 50);
		sends(&t[i], SIDE_CLIENT, SEC, 50);
	}
	assert_int_equal(rhythms_refused(pool), 2);
	assert_int_equal(t[2].row.rhythm, 0);
	assert_false(rhythm_window(pool, &t[2].row, BEGIN_US + WINDOW_US, &w));
	assert_int_equal(rhythms_due(pool, BEGIN_US + WINDOW_US - 1, &at, UINT32_MAX, due), 0);
	assert_int_equal(at, 2);
	at = 0;
	assert_int_equal(rhythms_due(pool, BEGIN_US + WINDOW_US, &at, 1, due), 1);
	assert_int_equal(rhythms_left(pool, at), 1);
	assert_int_equal(rhythms_due(pool, BEGIN_US + WINDOW_US, &at, 2, due), 1);
	assert_int_equal(due[0].ordinal, 2);
	at = 0;
	rhythm_drop(pool, &t[0].row);
	rhythm_drop(pool, &t[0].row); /* no-op */
	assert_int_equal(rhythms_due(pool, BEGIN_US + WINDOW_US, &at, 2, due), 1);
	sends(&t[2], SIDE_CLIENT, 2 * SEC, 50);
	assert_int_not_equal(t[2].row.rhythm, 0);
	/* What nothing happens in is given back after four windows. */
	assert_true(rhythm_window(pool, &t[1].row, BEGIN_US + WINDOW_US, &w));
	for (int i = 2; i < 6; i++) {
		assert_int_not_equal(t[1].row.rhythm, 0);
		assert_false(rhythm_window(pool, &t[1].row, BEGIN_US + i * WINDOW_US, &w));
	}
	assert_int_equal(t[1].row.rhythm, 0);
	rhythms_free(pool);
	rhythms_free(NULL);
}

/* A part of a window: the flow began, or ended, within it. */
static void
test_part(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	struct talk t;

	(void)state;
	begin(&t, pool);
	sends(&t, SIDE_CLIENT, 12 * SEC + 600 * MS, 50);
	sends(&t, SIDE_CLIENT, 13 * SEC, 50);
	assert_int_equal(ends(&t, 20 * SEC, SIDE_CLIENT)->packets, 1);
	assert_int_equal(t.w.from, 25);
	assert_int_equal(t.w.to, 41);
	rhythms_free(pool);
}

/* Whatever comes, nothing overflows: sizes, numbers, a clock that leaps. */
static void
test_hostile(void **state)
{
	struct rhythms *pool = rhythms_new(1);
	uint32_t x = 1;
	struct talk t;

	(void)state;
	begin(&t, pool);
	for (int64_t i = 0; i < 300000; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		t.row.proto = t.p.proto = x & 4 ? PROTO_TCP : PROTO_UDP;
		memset(t.bytes, (int)(x >> 24), sizeof(t.bytes));
		t.p.payload.n = x >> 8 & 15;
		sends(&t, x & 1 ? SIDE_CLIENT : SIDE_SERVER, i * (x >> 16 & 255),
		    x & 2 ? x >> 22 : UINT32_MAX);
	}
	(void)rhythm_window(pool, &t.row, BEGIN_US + 40 * WINDOW_US, &t.w);
	sends(&t, SIDE_CLIENT, 1000 * WINDOW_US, 50); /* its tick never came */
	assert_false(rhythm_window(pool, &t.row, BEGIN_US + 1000 * WINDOW_US, &t.w));
	sends(&t, SIDE_CLIENT, 1000 * WINDOW_US + SEC, 50);
	assert_int_equal(ends(&t, 1001 * WINDOW_US, SIDE_CLIENT)->packets, 1);
	rhythms_free(pool);
}

static void
test_code(void **state)
{
	(void)state;
	for (uint64_t n = 0; n <= UINT32_MAX; n += 1 + n / 64) {
		const uint32_t back = second_bytes(second_code((uint32_t)n));

		assert_true(back <= n && (n < 16 ? back == n : back >= n - n / 8 - 1));
	}
	assert_true(second_bytes(second_code(UINT32_MAX)) >= 15u << 28);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_due),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_led),
		cmocka_unit_test(test_retransmission),
		cmocka_unit_test(test_ice),
		cmocka_unit_test(test_gathered),
		cmocka_unit_test(test_chance),
		cmocka_unit_test(test_pulses),
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_part),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
