/*
 * The strict YAML reader: what it gives, what it refuses, and that it says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "caught.h"
#include "ops/yaml.h"

static struct caught caught;

static struct yaml *
open_text(const char *text)
{
	return yaml_open_text("f.yaml", text, strlen(text));
}

/* The text is refused whole, and the message starts so. */
static void
refused(const char *text, size_t n, const char *said)
{
	struct yaml *y;
	const char *got;

	caught_begin(&caught);
	y = yaml_open_text("f.yaml", text, n);
	got = caught_end(&caught);
	assert_null(y);
	if (strncmp(got, said, strlen(said)) != 0)
		fail_msg("said: %s", got);
}

static void
refuses_what_is_not_simple_yaml(void **state)
{
	static const char deep[] = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
	static char wide[1 << 20];

	(void)state;
#define REFUSED(text, said) refused(text, strlen(text), said)
	REFUSED("a: 1\nb: 2\na: 3\n", "f.yaml:3: key 'a' again, first on line 1");
	REFUSED("a: &x 1\nb: *x\n", "f.yaml:2: an alias");
	REFUSED("a: 1\n---\nb: 1\n", "f.yaml:2: a second document");
	REFUSED("a: [1, 2\nb: 3\n", "f.yaml:2: not YAML");
	REFUSED("a: 1\n\tb: 2\n", "f.yaml:2: not YAML");
	REFUSED("[1, 2]: 3\n", "f.yaml:1: a list or mapping as a key");
	REFUSED("? {a: b}\n: 3\n", "f.yaml:1: a list or mapping as a key");
	REFUSED("a: \"x\\0y\"\n", "f.yaml:1: a zero byte");
	REFUSED(deep, "f.yaml:1: nested too deep");
	refused("a: 1\nb: \xff\xfe\n", 11, "f.yaml:2: not YAML");
	memset(wide, '\n', sizeof(wide));
	memcpy(wide, "a: [", 4);
	refused(wide, sizeof(wide), "f.yaml:1048573: not YAML");
}

static void
refuses_what_is_too_large(void **state)
{
	const size_t n = (8u << 20) + 1;
	char *text = malloc(n);

	(void)state;
	assert_non_null(text);
	memset(text, '#', n);
	refused(text, n, "f.yaml: larger than 8 MiB");
	for (size_t i = 0; i < n; i++) /* many values in little room: [a,a,a */
		text[i] = i % 2 == 0 ? ',' : 'a';
	text[0] = '[';
	refused(text, n - 1, "f.yaml:1: too many values");
	free(text);
}

static void
comments_alone_are_an_empty_mapping(void **state)
{
	struct yaml *y = open_text("# nothing\n");

	(void)state;
	assert_non_null(y);
	assert_non_null(yaml_root(y));
	assert_int_equal(yaml_entries(y, yaml_root(y)), 0);
	assert_int_equal(yaml_mistakes(y), 0);
	yaml_close(y);
	y = open_text("");
	assert_non_null(y);
	assert_true(yaml_is_map(yaml_root(y)));
	yaml_close(y);
}

static void
a_root_that_is_a_list_is_a_mistake(void **state)
{
	struct yaml *y = open_text("- 1\n");

	(void)state;
	assert_non_null(y);
	caught_begin(&caught);
	assert_null(yaml_root(y));
	assert_string_equal(caught_end(&caught),
	    "f.yaml:1: the file is not a mapping; expected 'key: value' lines\n");
	assert_int_equal(yaml_mistakes(y), 1);
	yaml_close(y);
}

static void
unknown_keys_name_the_nearest(void **state)
{
	struct yaml *y = open_text("adress: 1\nzzzzzz: 2\ninner: {address: 1}\n");
	const struct yaml_node *root = yaml_root(y);

	(void)state;
	assert_null(yaml_get(y, root, "address"));
	assert_null(yaml_get(y, root, "prefix"));
	assert_non_null(yaml_get(y, root, "inner"));
	yaml_get(y, yaml_get(y, root, "inner"), "elsewhere");
	caught_begin(&caught);
	yaml_done(y, root);
	assert_string_equal(caught_end(&caught),
	    "f.yaml:1: unknown key 'adress'; expected 'address'?\n"
	    "f.yaml:2: unknown key 'zzzzzz'; expected one of: address, prefix, inner\n");
	assert_int_equal(yaml_mistakes(y), 2);
	yaml_close(y);
}

static void
missing_keys_are_said_where_the_mapping_is(void **state)
{
	struct yaml *y = open_text("a: 1\nb:\n  c: 2\n");

	(void)state;
	caught_begin(&caught);
	assert_null(yaml_need(y, yaml_get(y, yaml_root(y), "b"), "d"));
	assert_string_equal(caught_end(&caught), "f.yaml:3: no 'd' here; expected 'd: ...'\n");
	yaml_close(y);
}

/* One value `v:` read by each of the scalar readers; true if taken. */
#define TAKES(text, call)                                                                          \
	({                                                                                         \
		struct yaml *y = open_text("v: " text "\n");                                       \
		const struct yaml_node *n = yaml_get(y, yaml_root(y), "v");                        \
		bool took;                                                                         \
		caught_begin(&caught);                                                             \
		took = call;                                                                       \
		assert_true((caught_end(&caught)[0] == '\0') == took);                             \
		assert_int_equal(yaml_mistakes(y), !took);                                         \
		yaml_close(y);                                                                     \
		took;                                                                              \
	})

static void
numbers_have_one_spelling(void **state)
{
	int64_t i = 7;
	double d = 7;
	bool b = false;

	(void)state;
	assert_true(TAKES("42", yaml_int(y, n, 0, 100, &i)) && i == 42);
	assert_true(TAKES("-5", yaml_int(y, n, -5, 100, &i)) && i == -5);
	i = 7;
	assert_false(TAKES("101", yaml_int(y, n, 0, 100, &i)));
	assert_false(TAKES("'42'", yaml_int(y, n, 0, 100, &i)));
	assert_false(TAKES("0x10", yaml_int(y, n, 0, 100, &i)));
	assert_false(TAKES("1e2", yaml_int(y, n, 0, 100, &i)));
	assert_false(TAKES("-a", yaml_int(y, n, -9, 100, &i)));
	assert_false(TAKES("99999999999999999999", yaml_int(y, n, 0, INT64_MAX, &i)));
	assert_false(TAKES("[1]", yaml_int(y, n, 0, 100, &i)));
	assert_false(TAKES("", yaml_int(y, n, 0, 100, &i)));
	assert_int_equal(i, 7);
	assert_true(TAKES("52.5", yaml_real(y, n, -90, 90, &d)) && d > 52.4 && d < 52.6);
	assert_false(TAKES("nan", yaml_real(y, n, -90, 90, &d)));
	assert_false(TAKES("91", yaml_real(y, n, -90, 90, &d)));
	assert_false(TAKES("1.2.3", yaml_real(y, n, -90, 90, &d)));
	assert_false(TAKES(".", yaml_real(y, n, -90, 90, &d)));
	assert_true(TAKES("true", yaml_bool(y, n, &b)) && b);
	assert_false(TAKES("yes", yaml_bool(y, n, &b)));
	assert_false(TAKES("'true'", yaml_bool(y, n, &b)));
}

static void
times_and_measures(void **state)
{
	int64_t us = 7;
	uint64_t bytes = 7;

	(void)state;
	assert_true(TAKES("2026-11-30", yaml_time(y, n, &us)) && us == 1795996800000000);
	assert_true(TAKES("2026-11-30T12:00:01Z", yaml_time(y, n, &us)) && us == 1796040001000000);
	assert_true(TAKES("2024-02-29", yaml_time(y, n, &us)));
	assert_false(TAKES("2026-02-29", yaml_time(y, n, &us)));
	assert_false(TAKES("2026-13-01", yaml_time(y, n, &us)));
	assert_false(TAKES("2026-1-01", yaml_time(y, n, &us)));
	assert_false(TAKES("2026-11-30T12:00", yaml_time(y, n, &us)));
	assert_false(TAKES("2026-11-30T24:00:00Z", yaml_time(y, n, &us)));
	assert_false(TAKES("1969-12-31", yaml_time(y, n, &us)));
	assert_false(TAKES("20", yaml_time(y, n, &us)));
	assert_true(TAKES("14d", yaml_duration(y, n, &us)) && us == 14 * 86400 * 1000000LL);
	assert_true(TAKES("30s", yaml_duration(y, n, &us)) && us == 30000000);
	assert_false(TAKES("30", yaml_duration(y, n, &us)));
	assert_false(TAKES("d", yaml_duration(y, n, &us)));
	assert_false(TAKES("9223372036854775807d", yaml_duration(y, n, &us)));
	assert_false(TAKES("99999999999999999999s", yaml_duration(y, n, &us)));
	assert_true(TAKES("64MiB", yaml_size(y, n, &bytes)) && bytes == 64 << 20);
	assert_true(TAKES("100", yaml_size(y, n, &bytes)) && bytes == 100);
	assert_false(TAKES("64MB", yaml_size(y, n, &bytes)));
	assert_false(TAKES("99999999999GiB", yaml_size(y, n, &bytes)));
}

static void
texts_and_words(void **state)
{
	static const char *const words[] = { "red", "green", NULL };
	unsigned word = 9;
	char room[4] = "";
	const char *text = NULL;

	(void)state;
	assert_true(TAKES("NO", yaml_copy(y, n, room, sizeof(room))));
	assert_string_equal(room, "NO"); /* Norway is no boolean */
	assert_false(TAKES("four", yaml_copy(y, n, room, sizeof(room))));
	assert_string_equal(room, "NO");
	assert_false(TAKES("~", yaml_text(y, n, &text)));
	assert_true(TAKES("''", yaml_text(y, n, &text)));
	assert_true(TAKES("green", yaml_word(y, n, words, &word)) && word == 1);
	assert_false(TAKES("blue", yaml_word(y, n, words, &word)));
}

static void
absent_values_say_nothing(void **state)
{
	struct yaml *y = open_text("tools:\nother: 1\n");
	int64_t i;

	(void)state;
	assert_false(yaml_int(y, NULL, 0, 1, &i));
	assert_int_equal(yaml_count(y, NULL), 0);
	assert_int_equal(yaml_count(y, yaml_get(y, yaml_root(y), "tools")), 0);
	assert_int_equal(yaml_entries(y, yaml_get(y, yaml_root(y), "tools")), 0);
	assert_null(yaml_need(y, NULL, "x"));
	yaml_done(y, NULL);
	assert_int_equal(yaml_mistakes(y), 0);
	caught_begin(&caught);
	assert_int_equal(yaml_count(y, yaml_get(y, yaml_root(y), "other")), 0);
	assert_string_equal(
	    caught_end(&caught), "f.yaml:2: not a list; expected '- item' lines or [item, item]\n");
	yaml_close(y);
}

static void
entries_by_position(void **state)
{
	struct yaml *y = open_text("x: 1\ny: [2, 3]\n");
	const struct yaml_node *root = yaml_root(y), *n;
	unsigned line = 0;
	const char *key = NULL;

	(void)state;
	assert_int_equal(yaml_entries(y, root), 2);
	n = yaml_entry(root, 1, &key, &line);
	assert_string_equal(key, "y");
	assert_int_equal(line, 2);
	assert_true(yaml_is_list(n));
	assert_int_equal(yaml_count(y, n), 2);
	assert_non_null(yaml_item(n, 1));
	assert_null(yaml_item(n, 2));
	assert_null(yaml_entry(root, 2, &key, &line));
	yaml_close(y);
}

static void
what_a_file_says_cannot_forge_a_line(void **state)
{
	struct yaml *y = open_text("\"a\\nb\\e[2J\": 1\n");

	(void)state;
	caught_begin(&caught);
	yaml_done(y, yaml_root(y));
	assert_string_equal(caught_end(&caught),
	    "f.yaml:1: unknown key 'a\\x0ab\\x1b[2J'; expected one of: no keys\n");
	yaml_close(y);
}

static void
a_file_that_is_not_there(void **state)
{
	struct yaml *y;

	(void)state;
	caught_begin(&caught);
	y = yaml_open("tests/nowhere.yaml");
	assert_string_equal(
	    caught_end(&caught), "tests/nowhere.yaml: cannot be read: No such file or directory\n");
	assert_null(y);
	caught_begin(&caught);
	y = yaml_open("tests");
	assert_string_equal(caught_end(&caught), "tests: cannot be read: Is a directory\n");
	assert_null(y);
	yaml_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_not_simple_yaml),
		cmocka_unit_test(refuses_what_is_too_large),
		cmocka_unit_test(comments_alone_are_an_empty_mapping),
		cmocka_unit_test(a_root_that_is_a_list_is_a_mistake),
		cmocka_unit_test(unknown_keys_name_the_nearest),
		cmocka_unit_test(missing_keys_are_said_where_the_mapping_is),
		cmocka_unit_test(numbers_have_one_spelling),
		cmocka_unit_test(times_and_measures),
		cmocka_unit_test(texts_and_words),
		cmocka_unit_test(absent_values_say_nothing),
		cmocka_unit_test(entries_by_position),
		cmocka_unit_test(what_a_file_says_cannot_forge_a_line),
		cmocka_unit_test(a_file_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
