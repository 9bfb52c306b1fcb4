/*
 * Rows that are to go come out in the order of their ordinals, however many, near or far.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/flows.h"

enum { MOST = 5000 };

static struct flows_due due[MOST], spare[MOST];

static uint64_t
scattered(uint64_t n)
{
	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9;
	n = (n ^ n >> 27) * 0x94d049bb133111eb;
	return n ^ n >> 31;
}

/* n of them with ordinals from `least` on, below least + span; each row is its ordinal's own. */
static void
check(uint32_t n, uint64_t least, uint64_t span)
{
	const struct flows_due *sorted;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n; i++) {
		due[i].ordinal = least + scattered(i + 1) % span;
		due[i].row = (struct flow_row *)(uintptr_t)(due[i].ordinal * 8);
		sum += due[i].ordinal;
	}
	sorted = flows_due_sort(due, spare, n);
	assert_true(sorted == due || sorted == spare);
	for (uint32_t i = 0; i < n; i++) {
		assert_true(i == 0 || sorted[i - 1].ordinal <= sorted[i].ordinal);
		assert_int_equal((uintptr_t)sorted[i].row, sorted[i].ordinal * 8);
		sum -= sorted[i].ordinal;
	}
	assert_int_equal(sum, 0);
}

static void
test_order(void **state)
{
	static const uint32_t many[] = { 0, 1, 2, 31, 32, 33, 1000, MOST };
	static const uint64_t spans[] = { 1, 2, 255, 256, 257, 65536, 100000, 1ull << 32,
		1ull << 47 };

	(void)state;
	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
		for (size_t k = 0; k < sizeof(spans) / sizeof(spans[0]); k++) {
			check(many[i], 0, spans[k]);
			check(many[i], 0xffffffff, spans[k]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_order) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
