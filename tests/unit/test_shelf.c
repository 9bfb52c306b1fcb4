/*
 * test_shelf: what a run without a store file holds: every line until all have it,
 * and its id for longer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "deliver/shelf.h"

static int
put(struct shelf *s, uint64_t seq, unsigned n)
{
	char id[16], body[64];
	struct line line = {
		.seq = seq, .id = id, .rule = "RD-01", .case_id = "C-1", .body = body
	};

	snprintf(id, sizeof(id), "id%u", n);
	line.severity = n % 100;
	line.length = (size_t)snprintf(body, sizeof(body), "{\"n\":%u}", n);
	return shelf_put(s, &line);
}

static void
check_line(const struct line *line, uint64_t seq)
{
	char id[16], body[64];

	snprintf(id, sizeof(id), "id%u", (unsigned)seq);
	snprintf(body, sizeof(body), "{\"n\":%u}", (unsigned)seq);
	assert_int_equal(line->seq, seq);
	assert_int_equal(line->severity, seq % 100);
	assert_string_equal(line->id, id);
	assert_string_equal(line->rule, "RD-01");
	assert_string_equal(line->case_id, "C-1");
	assert_string_equal(line->body, body);
	assert_int_equal(line->length, strlen(body));
}

/* Lines lent stay where they are while others come. */
static void
test_lent(void **state)
{
	struct shelf *s = shelf_new();
	struct line line[200];

	(void)state;
	assert_int_equal(shelf_after(s, 0, line, 200), 0);
	for (unsigned i = 1; i <= 200; i++)
		assert_int_equal(put(s, i, i), 0);
	assert_int_equal(shelf_after(s, 0, line, 200), 200);
	for (unsigned i = 201; i <= 5000; i++)
		assert_int_equal(put(s, i, i), 0);
	for (unsigned i = 1; i <= 200; i++)
		check_line(&line[i - 1], i);
	assert_int_equal(shelf_after(s, 4990, line, 200), 10);
	check_line(&line[9], 5000);
	assert_int_equal(shelf_after(s, 5000, line, 200), 0);
	assert_int_equal(shelf_after(s, 7, line, 3), 3);
	shelf_free(s);
	shelf_free(NULL);
}

/* Delivered lines go, their ids stay: a million of them. */
static void
test_ids_outlive_texts(void **state)
{
	const unsigned ids = 1 << 20, beyond = 3000, all = ids + beyond;
	struct shelf *s = shelf_new();
	struct line line;

	(void)state;
	assert_int_equal(shelf_cursor(s, "a"), 0);
	for (unsigned i = 1; i <= all; i++) {
		assert_int_equal(put(s, i, i), 0);
		assert_int_equal(put(s, i + 1, i / 2 + 1), 1);
		shelf_set_cursor(s, "a", i);
		if (i % 1000 == 0 || i == all)
			shelf_trim(s, 1);
	}
	assert_int_equal(shelf_after(s, 0, &line, 1), 1);
	check_line(&line, all);
	assert_int_equal(put(s, all + 1, beyond + 1), 1);
	assert_int_equal(put(s, all + 1, all), 1);
	assert_int_equal(put(s, all + 1, beyond), 0); /* forgotten */
	shelf_free(s);
}

/* No line goes that someone who asked has not got, or who was sent back behind it. */
static void
test_slowest(void **state)
{
	struct shelf *s = shelf_new();
	struct line line;

	(void)state;
	for (unsigned i = 1; i <= 10; i++)
		put(s, i, i);
	shelf_set_cursor(s, "earlier", 0); /* of no sink that asked */
	shelf_trim(s, 1);
	assert_int_equal(shelf_after(s, 0, &line, 1), 1);
	assert_int_equal(line.seq, 1);
	shelf_cursor(s, "fast");
	shelf_cursor(s, "slow");
	shelf_set_cursor(s, "fast", 10);
	shelf_set_cursor(s, "slow", 4);
	shelf_trim(s, 1);
	shelf_after(s, 0, &line, 1);
	assert_int_equal(line.seq, 5);
	shelf_set_cursor(s, "slow", 10);
	shelf_set_cursor(s, "fast", 6);
	shelf_trim(s, 8);
	shelf_after(s, 0, &line, 1);
	assert_int_equal(line.seq, 5);
	shelf_trim(s, 1);
	shelf_after(s, 0, &line, 1);
	assert_int_equal(line.seq, 7);
	assert_int_equal(shelf_cursor(s, "fast"), 6);
	shelf_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lent),
		cmocka_unit_test(test_ids_outlive_texts),
		cmocka_unit_test(test_slowest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
