/*
 * test_series: VPN data without its handshake, believed when its numbers go on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "classify_lab.h"

enum { ESP_BYTES = 60 };

/* Index, number, and bytes that look sealed. */
static void
esp(struct lane *l, int from, uint32_t index, uint32_t number)
{
	uint8_t b[ESP_BYTES];

	for (size_t i = 0; i < 4; i++) {
		b[i] = (uint8_t)(index >> (24 - 8 * i));
		b[4 + i] = (uint8_t)(number >> (24 - 8 * i));
	}
	for (size_t i = 8; i < sizeof(b); i++)
		b[i] = (uint8_t)((i + number) * 167 + 13);
	push(l, from, b, sizeof(b), 0);
}

static void
test_goes_on(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 24500);
	struct obs o;

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		esp(l, 0, 0xc35e0791, 41 + i);
		assert_string_equal(product(l), "");
	}
	esp(l, 0, 0xc35e0791, 49); /* some were lost */
	assert_string_equal(product(l), "ipsec");
	assert_int_equal(l->row->sure, SURE_LIKELY);
	assert_string_equal(value(l).verdict.protocol, "esp");
	/* How it was found out is no fact of the flow. */
	assert_false(obs_find(told(l), OBS_SERIES, &o));
	lane_free(l);
}

static void
test_both_ways_count(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 24500);

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		esp(l, 0, 0xc35e0791, 41 + i);
		esp(l, 1, 0x7191a2b3, 900 + i);
	}
	assert_string_equal(product(l), "");
	esp(l, 1, 0x7191a2b3, 903);
	assert_string_equal(product(l), "ipsec");
	lane_free(l);
}

static void
test_does_not_go_on(void **state)
{
	struct lane *stands = lane_new(PROTO_UDP, 50000, 24500);
	struct lane *jumps = lane_new(PROTO_UDP, 50000, 24500);
	struct lane *changes = lane_new(PROTO_UDP, 50000, 24500);

	(void)state;
	for (uint32_t i = 0; i < 20; i++) {
		esp(stands, 0, 0xc35e0791, 41);
		esp(jumps, 0, 0xc35e0791, 41 + 100 * i);
		esp(changes, 0, 0xc35e0791 + i, 41 + i);
	}
	assert_string_equal(product(stands), "");
	assert_string_equal(product(jumps), "");
	assert_string_equal(product(changes), "");
	lane_free(stands);
	lane_free(jumps);
	lane_free(changes);
}

/* One datagram overtaken by the next costs itself and no more. */
static void
test_overtaken(void **state)
{
	static const uint32_t numbers[] = { 41, 42, 44, 43, 45, 46, 47 };
	struct lane *l = lane_new(PROTO_UDP, 50000, 24500);

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		esp(l, 0, 0xc35e0791, numbers[i]);
	assert_string_equal(product(l), "ipsec");
	lane_free(l);
}

/* Its data has ESP's form too, but not for long: what goes on gets the place. */
static void
test_two_claim_it(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 4500);
	uint8_t b[64] = { 4, 0xa1, 0xb2, 0xc3, 0x91, 0xc3, 0x5e, 0x07 };

	(void)state;
	esp(l, 0, 0xc35e0791, 41); /* a stray one, then no more */
	for (uint8_t i = 0; i < 7; i++) {
		b[8] = i;
		for (size_t n = 16; n < sizeof(b); n++)
			b[n] = (uint8_t)((n + i) * 167 + 13);
		push(l, 0, b, sizeof(b), 0);
	}
	assert_string_equal(product(l), "warp");
	lane_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_goes_on),
		cmocka_unit_test(test_both_ways_count),
		cmocka_unit_test(test_does_not_go_on),
		cmocka_unit_test(test_overtaken),
		cmocka_unit_test(test_two_claim_it),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
