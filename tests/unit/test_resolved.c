/*
 * resolved: names by DNS answer are kept for their time, and the memory is bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "people/resolved.h"

#define HOUR_US (3600 * 1000000LL)

static struct addr
at(uint32_t n)
{
	const uint8_t four[4] = { 198, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	return addr_v4(four);
}

static void
keeps_a_name_for_its_time(void **state)
{
	struct resolved *r = resolved_new(16);
	const struct addr a = at(1), other = at(2);

	(void)state;
	resolved_add(r, &a, "relay.example", 13, 60, HOUR_US);
	assert_string_equal(resolved_name(r, &a, HOUR_US + 1), "relay.example");
	assert_null(resolved_name(r, &other, HOUR_US + 1));
	/* Connections outlive the answer by the grace of an hour, no more. */
	assert_non_null(resolved_name(r, &a, 2 * HOUR_US + 59 * 1000000LL));
	assert_null(resolved_name(r, &a, 2 * HOUR_US + 60 * 1000000LL));
	resolved_free(r);
}

static void
the_last_answer_counts(void **state)
{
	struct resolved *r = resolved_new(16);
	const struct addr a = at(1);

	(void)state;
	resolved_add(r, &a, "old.example", 11, 60, HOUR_US);
	resolved_add(r, &a, "new.example", 11, 60, HOUR_US + 1);
	assert_string_equal(resolved_name(r, &a, HOUR_US + 2), "new.example");
	resolved_free(r);
}

static void
refuses_names_that_cannot_be(void **state)
{
	struct resolved *r = resolved_new(16);
	const struct addr a = at(1);
	char longest[300];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	resolved_add(r, &a, "", 0, 60, HOUR_US);
	resolved_add(r, &a, longest, sizeof(longest), 60, HOUR_US);
	assert_null(resolved_name(r, &a, HOUR_US + 1));
	resolved_free(r);
}

/* Of four in one set each has its own name; an unused slot is no address's, not even zero's. */
static void
names_are_not_mixed_up(void **state)
{
	static const struct addr none;
	struct resolved *r = resolved_new(4);
	char name[2] = "a";

	(void)state;
	assert_null(resolved_name(r, &none, 1));
	for (uint32_t i = 0; i < 4; i++, name[0]++) {
		const struct addr a = at(i);

		resolved_add(r, &a, name, 1, 60, HOUR_US + i);
	}
	for (uint32_t i = 0; i < 4; i++) {
		const struct addr a = at(i);
		const char *found = resolved_name(r, &a, HOUR_US + 10 + i);

		assert_non_null(found);
		assert_int_equal(found[0], 'a' + (int)i);
	}
	resolved_add(r, &none, "zero", 4, 60, HOUR_US + 20);
	assert_string_equal(resolved_name(r, &none, HOUR_US + 21), "zero");
	resolved_free(r);
	resolved_free(NULL);
}

static void
forgets_the_least_used_first(void **state)
{
	struct resolved *r = resolved_new(64);
	const struct addr kept = at(0);
	unsigned known = 0;

	(void)state;
	resolved_add(r, &kept, "kept.example", 12, 86400, HOUR_US);
	for (uint32_t i = 1; i <= 10000; i++) {
		const struct addr a = at(i);

		resolved_add(r, &a, "other.example", 13, 86400, HOUR_US + i);
		assert_non_null(resolved_name(r, &kept, HOUR_US + i));
	}
	for (uint32_t i = 0; i <= 10000; i++) {
		const struct addr a = at(i);

		known += resolved_name(r, &a, HOUR_US + 20000) != NULL;
	}
	assert_in_range(known, 2, 64);
	resolved_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_a_name_for_its_time),
		cmocka_unit_test(the_last_answer_counts),
		cmocka_unit_test(refuses_names_that_cannot_be),
		cmocka_unit_test(names_are_not_mixed_up),
		cmocka_unit_test(forgets_the_least_used_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
