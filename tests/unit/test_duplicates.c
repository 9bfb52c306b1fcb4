/* test_duplicates: by which bytes a packet is known again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pile.h"
#include "wire/duplicates.h"

enum { LONGEST = 300, NUMBERED = 80 };

static struct pile pile;
static struct duplicates *known;
static int64_t now_us;

static int
begin(void **state)
{
	(void)state;
	known = duplicates_new(500);
	now_us = 0;
	return known == NULL;
}

static int
end(void **state)
{
	(void)state;
	duplicates_free(known);
	return 0;
}

/* Is the pile known again with one bit turned?  Each in memory of its own size. */
static bool
is_known_with(size_t at, uint8_t bits)
{
	const size_t n = pile_length(&pile);
	uint8_t *copy = test_malloc(n);
	const struct view l3 = view_of(copy, n);
	bool again;

	now_us += 10000;
	memcpy(copy, pile.b + pile.at, n);
	assert_false(duplicates_seen(known, now_us, &l3));
	copy[at] ^= bits;
	again = duplicates_seen(known, now_us + 1, &l3);
	test_free(copy);
	return again;
}

/* What a router changes is no difference, every other bit is. */
static void
knows_by_every_byte(void **state)
{
	static const char filler[LONGEST];

	(void)state;
	for (size_t n = 0; n < LONGEST; n += n < 100 ? 1 : 37) {
		pile_clear(&pile);
		pile_put(&pile, filler, n);
		pile_v4(&pile, PROTO_UDP, 1, 2, 7, 0);
		for (size_t at = 0; at < n + 20; at++) {
			const bool changes = at == 1 || at == 8 || at == 10 || at == 11;

			if (at == 0) /* the version says how to read it */
				continue;
			assert_int_equal(
			    is_known_with(at, (uint8_t)(1 << at % 8)), changes || at >= NUMBERED);
		}
	}
}

static void
knows_unnumbered_by_all_bytes(void **state)
{
	static const char filler[LONGEST];

	(void)state;
	for (size_t n = 0; n < LONGEST; n += 7) {
		pile_clear(&pile);
		pile_put(&pile, filler, n);
		pile_v4(&pile, PROTO_TCP, 1, 2, 0, 0x4000);
		for (size_t at = 20; at < n + 20; at++)
			assert_false(is_known_with(at, (uint8_t)(1 << at % 8)));
		pile_clear(&pile);
		pile_put(&pile, filler, n);
		pile_v4(&pile, PROTO_TCP, 1, 2, 7, n % 2 == 0 ? 0x2000 : 9); /* fragments */
		for (size_t at = 20; at < n + 20; at++)
			assert_false(is_known_with(at, (uint8_t)(1 << at % 8)));
		pile_clear(&pile);
		pile_put(&pile, filler, n);
		pile_v6(&pile, PROTO_TCP, 1, 2);
		assert_true(is_known_with(0, 0x0f)); /* class */
		assert_true(is_known_with(1, 0xf0));
		assert_false(is_known_with(1, 0x01)); /* flow label */
		assert_true(is_known_with(7, 0xff));  /* hop limit */
		for (size_t at = 2; at < n + 40; at++)
			assert_int_equal(is_known_with(at, (uint8_t)(1 << at % 8)), at == 7);
	}
}

/* Zeros of one length are not those of another, and no place is taken at the start. */
static void
knows_by_length(void **state)
{
	static uint8_t bytes[LONGEST] = { 0x60 };
	struct view l3;

	(void)state;
	for (size_t n = 40; n < LONGEST; n++) {
		l3 = view_of(bytes, n);
		assert_false(duplicates_seen(known, 0, &l3));
		assert_true(duplicates_seen(known, 500, &l3));
		assert_true(duplicates_seen(known, -500, &l3));
	}
}

/* Stripes in another order are another packet. */
static void
knows_by_order(void **state)
{
	static uint8_t bytes[LONGEST] = { 0x60 };
	const struct view l3 = view_of(bytes, sizeof(bytes));

	(void)state;
	for (size_t at = 16; at < sizeof(bytes); at++) {
		bytes[at] = 1;
		assert_false(duplicates_seen(known, 0, &l3));
		bytes[at] = 0;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(knows_by_every_byte, begin, end),
		cmocka_unit_test_setup_teardown(knows_unnumbered_by_all_bytes, begin, end),
		cmocka_unit_test_setup_teardown(knows_by_length, begin, end),
		cmocka_unit_test_setup_teardown(knows_by_order, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
