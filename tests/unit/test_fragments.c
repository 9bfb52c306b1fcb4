/* test_fragments: datagrams put together, and what tries to prevent it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode_lab.h"

enum { MORE = 0x2000, WHOLE = 2008, STEP = 400 };

static uint8_t whole[WHOLE]; /* a UDP datagram, 5000 > 53 */

static int
fresh_whole(void **state)
{
	const int failed = fresh(state);

	for (int i = 8; i < WHOLE; i++)
		whole[i] = (uint8_t)(i * 7);
	pile_put(&pile, whole + 8, WHOLE - 8);
	pile_udp(&pile, 5000, 53);
	memcpy(whole, pile.b + pile.at, WHOLE);
	return failed;
}

/* Send bytes from..to of the datagram. */
static bool
send_v4(unsigned id, size_t from, size_t to, int64_t at_us)
{
	pile_clear(&pile);
	pile_put(&pile, whole + from, to - from);
	pile_v4(&pile, PROTO_UDP, 1, 2, id, (unsigned)(from / 8) | (to < WHOLE ? MORE : 0));
	return pile_decode(d, &pile, RAW, at_us, &got);
}

static bool
send_v6(uint8_t id, size_t from, size_t to)
{
	uint8_t head[8] = { PROTO_UDP, 0, 0, 0, 0, 0, 0, id };

	pile_be16(head + 2, from | (to < WHOLE));
	pile_clear(&pile);
	pile_put(&pile, whole + from, to - from);
	pile_put(&pile, head, sizeof(head));
	PILE_PUT(&pile, "\x2c\x00\x01\x04\x00\x00\x00\x00"); /* options come before, in each */
	pile_v6(&pile, 60, 1, 2);
	return pile_decode(d, &pile, RAW, 0, &got);
}

static void
assert_whole(size_t head_bytes)
{
	assert_true(got.reassembled);
	assert_false(got.bad_checksum);
	assert_int_equal(got.port[0], 5000);
	assert_int_equal(got.port[1], 53);
	assert_int_equal(got.payload_bytes, WHOLE - 8);
	assert_int_equal(got.payload.n, WHOLE - 8);
	assert_memory_equal(got.payload.p, whole + 8, WHOLE - 8);
	assert_int_equal(got.l3.n, WHOLE + head_bytes);
	assert_int_equal(got.ip_bytes, WHOLE + head_bytes);
}

static void
joins_in_any_order(void **state)
{
	static const size_t orders[][6] = { { 0, 1, 2, 3, 4, 5 }, { 5, 4, 3, 2, 1, 0 },
		{ 3, 0, 5, 1, 4, 2 } };

	(void)state;
	for (unsigned o = 0; o < 3; o++) {
		for (unsigned i = 0; i < 6; i++) {
			const size_t from = orders[o][i] * STEP;
			const size_t to = from + STEP < WHOLE ? from + STEP : WHOLE;

			assert_int_equal(send_v4(o + 1, from, to, 0), i == 5);
		}
		assert_whole(20);
	}
	assert_int_equal(count(DECODE_FRAGMENT_HELD), 15);
	assert_int_equal(count(DECODE_PACKETS), 3);
}

static void
joins_v6(void **state)
{
	(void)state;
	assert_false(send_v6(1, 1600, WHOLE));
	assert_false(send_v6(1, 800, 1600));
	assert_true(send_v6(1, 0, 800));
	assert_whole(48);
}

static void
ignores_repeats_but_not_overlaps(void **state)
{
	(void)state;
	assert_false(send_v4(1, 0, 800, 0));
	assert_false(send_v4(1, 0, 800, 1000)); /* too late for a mirror's copy, still the same */
	assert_true(send_v4(1, 800, WHOLE, 2000));
	assert_whole(20);
	assert_int_equal(count(DECODE_FRAGMENT_LOST), 0);

	assert_false(send_v4(2, 0, 800, 0));
	assert_false(send_v4(2, 792, 1600, 0));
	assert_int_equal(count(DECODE_FRAGMENT_LOST), 1);
	assert_false(send_v4(2, 800, WHOLE, 0)); /* nothing of it is believed any more */

	assert_false(send_v4(3, 0, 800, 0));
	whole[100] ^= 1; /* the same place, other bytes */
	assert_false(send_v4(3, 0, 800, 0));
	assert_false(send_v4(3, 800, WHOLE, 0));
	assert_int_equal(count(DECODE_PACKETS), 1);
}

/* Mirrored twice, fragments neither overlap nor open a second datagram. */
static void
drops_mirrored_copies(void **state)
{
	(void)state;
	assert_false(send_v4(1, 0, 800, 0));
	assert_false(send_v4(1, 0, 800, 100));
	assert_true(send_v4(1, 800, WHOLE, 200));
	assert_false(send_v4(1, 800, WHOLE, 300));
	assert_int_equal(count(DECODE_DUPLICATE), 2);
	assert_int_equal(count(DECODE_FRAGMENT_HELD), 1);
}

static void
gives_up_after_a_while(void **state)
{
	(void)state;
	assert_false(send_v4(1, 0, 800, 0));
	assert_false(send_v4(1, 800, WHOLE, 30000001)); /* half of it is gone */
	assert_int_equal(count(DECODE_FRAGMENT_LOST), 1);
	assert_true(send_v4(1, 0, 800, 30000002));
}

/* An earlier file read after a later one finds room. */
static void
gives_up_what_lies_ahead(void **state)
{
	(void)state;
	for (unsigned id = 1; id <= DATAGRAMS; id++)
		assert_false(send_v4(id, 0, 800, 100000000));
	assert_false(send_v4(11, 0, 800, 1));
	assert_false(send_v4(12, 0, 800, 2));
	assert_true(send_v4(11, 800, WHOLE, 3));
	assert_true(send_v4(12, 800, WHOLE, 4));
	assert_int_equal(count(DECODE_FRAGMENT_LOST), DATAGRAMS);
}

static void
drops_the_oldest_when_full(void **state)
{
	(void)state;
	for (unsigned id = 1; id <= DATAGRAMS + 1; id++)
		assert_false(send_v4(id, 0, 800, id));
	assert_int_equal(count(DECODE_FRAGMENT_LOST), 1);
	assert_true(send_v4(2, 800, WHOLE, 10));
	assert_true(send_v4(DATAGRAMS + 1, 800, WHOLE, 11));
	assert_false(send_v4(1, 800, WHOLE, 12));
	for (unsigned id = 100; id < 2000; id++)
		assert_false(send_v4(id, 800, WHOLE, id));
	assert_int_equal(
	    count(DECODE_FRAGMENT_HELD) + count(DECODE_PACKETS), DATAGRAMS + 1 + 3 + 1900);
}

static void
refuses_what_cannot_be(void **state)
{
	(void)state;
	pile_clear(&pile); /* beyond 64 KiB */
	pile_put(&pile, whole, 1000);
	pile_v4(&pile, PROTO_UDP, 1, 2, 1, 0x1fff);
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	pile_clear(&pile); /* more to come, but not in eights */
	pile_put(&pile, whole, 1001);
	pile_v4(&pile, PROTO_UDP, 1, 2, 2, MORE);
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	pile_clear(&pile); /* nothing in it */
	pile_v4(&pile, PROTO_UDP, 1, 2, 3, MORE | 5);
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(count(DECODE_BAD_HEADER), 3);
	/* two ends */
	assert_false(send_v4(4, 1600, WHOLE, 0));
	pile_clear(&pile);
	pile_put(&pile, whole, 80);
	pile_v4(&pile, PROTO_UDP, 1, 2, 4, 1000);
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(count(DECODE_FRAGMENT_LOST), 1);
}

/* A tunnel's packet in fragments, whose inside is a fragment again. */
static void
joins_inside_and_outside(void **state)
{
	static uint8_t carrier[4096];
	size_t n;

	(void)state;
	assert_false(send_v4(1, 0, 800, 0));
	pile_clear(&pile);
	pile_put(&pile, whole + 800, WHOLE - 800);
	pile_v4(&pile, PROTO_UDP, 1, 2, 1, 800 / 8);
	n = pile_length(&pile);
	memcpy(carrier, pile.b + pile.at, n);
	pile_clear(&pile);
	pile_put(&pile, carrier, 640);
	pile_v4(&pile, PROTO_IPIP, 3, 4, 9, MORE);
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	pile_clear(&pile);
	pile_put(&pile, carrier + 640, n - 640);
	pile_v4(&pile, PROTO_IPIP, 3, 4, 9, 640 / 8);
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_whole(20);
	assert_int_equal(got.tunnel, TUNNEL_IPIP);
	assert_int_equal(got.depth, 1);
}

static void
does_not_join_what_was_cut(void **state)
{
	struct frame f = { .ordinal = 1, .link = RAW };

	(void)state;
	assert_false(send_v4(1, 0, 800, 0));
	pile_clear(&pile);
	pile_put(&pile, whole + 800, WHOLE - 800);
	pile_v4(&pile, PROTO_UDP, 1, 2, 1, 100);
	f.bytes = view_of(pile.b + pile.at, 100);
	f.wire_len = (uint32_t)pile_length(&pile);
	assert_false(decode_frame(d, &f, &got));
	assert_int_equal(count(DECODE_FRAGMENT_LOST), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(joins_in_any_order, fresh_whole, done),
		cmocka_unit_test_setup_teardown(joins_v6, fresh_whole, done),
		cmocka_unit_test_setup_teardown(
		    ignores_repeats_but_not_overlaps, fresh_whole, done),
		cmocka_unit_test_setup_teardown(drops_mirrored_copies, fresh_whole, done),
		cmocka_unit_test_setup_teardown(gives_up_after_a_while, fresh_whole, done),
		cmocka_unit_test_setup_teardown(gives_up_what_lies_ahead, fresh_whole, done),
		cmocka_unit_test_setup_teardown(drops_the_oldest_when_full, fresh_whole, done),
		cmocka_unit_test_setup_teardown(refuses_what_cannot_be, fresh_whole, done),
		cmocka_unit_test_setup_teardown(joins_inside_and_outside, fresh_whole, done),
		cmocka_unit_test_setup_teardown(does_not_join_what_was_cut, fresh_whole, done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
