/*
 * test_pen: what pen writes is what jansson writes of the same, byte for
 * byte; addresses and times are those of the C library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <time.h>

#include "deliver/pen.h"
#include "json_doc.h"

static uint64_t dice = 0x9e3779b97f4a7c15u;

static uint64_t throw(void)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return dice;
}

static struct pen
pen_on(char *room, size_t n)
{
	room[0] = '{';
	return (struct pen){ .at = room + 1, .end = room + n };
}

/* Close both documents; they must be the same, and d is freed. */
static void
compare(struct pen *p, const char *room, struct doc *d)
{
	char *want = doc_end(d);

	pen_end_object(p);
	assert_false(p->full);
	assert_non_null(want);
	assert_int_equal((size_t)(p->at - room), strlen(want));
	assert_memory_equal(room, want, strlen(want));
	free(want);
}

static void
test_numbers(void **state)
{
	static const uint64_t edges[] = { 0, 9, 10, 99, 100, 101, 999, 1000, UINT32_MAX, INT64_MAX,
		(uint64_t)INT64_MAX + 1, UINT64_MAX };
	const size_t n = sizeof(edges) / sizeof(edges[0]);
	char room[512];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		const uint64_t x = i < n ? edges[i] : throw() >> throw() % 64;
		struct pen p = pen_on(room, sizeof(room));
		struct doc d;

		doc_begin(&d);
		field_count(&d, d.root, "count", x);
		pen_count(&p, "count", x);
		field_id(&d, d.root, "id", x);
		pen_id(&p, "id", x);
		field_bool(&d, d.root, "odd", x & 1);
		pen_bool(&p, "odd", x & 1);
		compare(&p, room, &d);
	}
}

static void
test_fixed(void **state)
{
	static const double edges[] = { 0, -0.0, 0.00004, -0.00004, 0.00005, 0.1, 4.9, 52.37, -0.5,
		89.99999, 180, -180, 360, 9999999.9999, -99999999.9999, NAN, INFINITY, -INFINITY };
	const size_t n = sizeof(edges) / sizeof(edges[0]);
	char room[512];

	(void)state;
	for (size_t i = 0; i < 40000; i++) {
		const double any = (double)(int64_t)(throw() % 3600000) / 1e4 - 180;
		const float near = (float)any + (float)(i % 3) * 1e-5f;
		const double x = i < n ? edges[i] : i % 2 == 0 ? (double)near : any * 1000;
		struct pen p = pen_on(room, sizeof(room));
		struct doc d;

		doc_begin(&d);
		for (unsigned decimals = 1; decimals <= 4; decimals++) {
			char key[] = { (char)('a' + decimals), '\0' };

			field_fixed(&d, d.root, key, x, (int)decimals);
			pen_fixed(&p, key, x, decimals);
		}
		compare(&p, room, &d);
	}
	/* Beyond what a number of ours can be. */
	for (int i = 0; i < 2; i++) {
		struct pen p = pen_on(room, sizeof(room));

		pen_fixed(&p, NULL, i == 0 ? 1e8 : -1e300, 4);
		assert_memory_equal(room, "{0.0", 4);
		assert_int_equal(p.at - room, 4);
	}
}

/* A text of bytes that matter: plain, quotes, controls, UTF-8 whole and broken. */
static size_t
hostile_text(uint8_t *out, size_t most)
{
	static const uint8_t odd[] = { 0, 0x1f, 0x20, '"', '\\', '/', 0x7e, 0x7f, 0x80, 0x9b, 0xa0,
		0xbf, 0xc0, 0xc2, 0xc3, 0xe0, 0xe2, 0x82, 0xac, 0xed, 0xf0, 0x9f, 0x98, 0xf4,
		0xff };
	const size_t n = throw() % (most + 1);
	const uint64_t how = throw() % 4;

	for (size_t i = 0; i < n; i++) {
		out[i] = (uint8_t)('a' + throw() % 26);
		if (how > 1 || (how == 1 && i == n / 2))
			out[i] = odd[throw() % sizeof(odd)];
		if (how == 3)
			out[i] = (uint8_t) throw();
	}
	return n;
}

static void
test_texts(void **state)
{
	static uint8_t text[1300];
	static char room[8192];

	(void)state;
	for (size_t i = 0; i < 30000; i++) {
		const size_t n = hostile_text(text, i % 10 == 0 ? sizeof(text) : 40);
		struct pen p = pen_on(room, sizeof(room));
		json_t *list;
		struct doc d;

		doc_begin(&d);
		field_bytes(&d, d.root, "text", view_of(text, n));
		pen_bytes(&p, "text", view_of(text, n));
		list = field_array(&d, d.root, "list");
		pen_array(&p, "list");
		field_bytes(&d, list, NULL, view_of(text, n / 2));
		pen_bytes(&p, NULL, view_of(text, n / 2));
		field_text(&d, list, NULL, n % 2 == 0 ? "[" : NULL);
		pen_text(&p, NULL, n % 2 == 0 ? "[" : NULL);
		field_text(&d, list, NULL, "{");
		pen_text(&p, NULL, "{");
		field_text(&d, list, NULL, "");
		pen_text(&p, NULL, "");
		pen_end_array(&p);
		compare(&p, room, &d);
	}
}

/* Each text once, also where one is the other's beginning or end. */
static void
test_once(void **state)
{
	static const char *const texts[] = { "a", "ab", "b", "", ",", "a,", ",b", "\"", "a\"",
		"\"a", "\\", "a\\", "\\\"", "\",\"", "\xff", "\xfe", "\xef\xbf\xbd" };
	const size_t n = sizeof(texts) / sizeof(texts[0]);
	char room[2048];

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		struct pen p = pen_on(room, sizeof(room));
		const char *list;
		json_t *want;
		struct doc d;

		doc_begin(&d);
		want = field_array(&d, d.root, "list");
		pen_array(&p, "list");
		list = p.at;
		for (size_t k = throw() % 24; k > 0; k--) {
			const char *text = texts[throw() % n];

			field_once(&d, want, text);
			pen_once(&p, list, text);
		}
		pen_end_array(&p);
		compare(&p, room, &d);
	}
}

static void
test_addresses(void **state)
{
	static const char *const known[] = { "::", "::1", "::1.2.3.4", "::ffff:1.2.3.4",
		"::0.1.2.3", "1::", "1:0:0:2::3", "1:0:0:2:3:0:0:4", "0:1::", "::fffe:1.2.3.4",
		"1:0:2:0:3:0:4:0", "2001:db8::1", "0.0.0.0", "255.255.255.255", "10.0.100.9",
		"::ffff:0:1.2.3.4" };
	const size_t n = sizeof(known) / sizeof(known[0]);
	char want[ADDR_TEXT], got[ADDR_TEXT], room[512];
	struct addr a;

	(void)state;
	for (size_t i = 0; i < 50000; i++) {
		const uint64_t keep = throw(), small = throw();

		for (size_t b = 0; b < 16; b++) {
			a.b[b] = (uint8_t) throw();
			if (keep >> b / 2 & 1 || (small >> b & 1 && b % 2 == 0))
				a.b[b] = 0;
		}
		if (i % 4 == 0)
			memcpy(a.b, addr_v4_lead, sizeof(addr_v4_lead));
		if (i < n)
			assert_true(addr_parse(known[i], &a));
		assert_int_equal(pen_format_addr(&a, got), strlen(addr_format(&a, want)));
		assert_string_equal(got, want);
	}
	for (size_t i = 0; i < 1000; i++) {
		struct pen p = pen_on(room, sizeof(room));
		struct mac m = { { 0 } };
		struct doc d;

		for (size_t b = 0; b < 6 && i > 0; b++)
			m.b[b] = (uint8_t) throw();
		memset(&a, i % 2 == 0 ? 0 : (int)i, sizeof(a));
		doc_begin(&d);
		field_mac(&d, d.root, "mac", &m);
		pen_mac(&p, "mac", &m);
		field_addr(&d, d.root, "ip", &a);
		pen_addr(&p, "ip", &a);
		compare(&p, room, &d);
	}
}

static void
check_time(int64_t at_us)
{
	const time_t seconds = (time_t)(at_us / 1000000);
	char got[TIME_TEXT], want[64], room[64];
	struct pen p = pen_on(room, sizeof(room));
	struct tm t;
	size_t n;

	assert_non_null(gmtime_r(&seconds, &t));
	n = strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S", &t);
	snprintf(want + n, sizeof(want) - n, ".%03uZ", (unsigned)(at_us / 1000 % 1000));
	text_time(at_us, got);
	assert_string_equal(got, want);
	pen_time(&p, NULL, at_us);
	assert_memory_equal(room + 2, want, strlen(want));
	assert_int_equal(p.at - room, (int)strlen(want) + 3);
}

/* Every day from 1970 to 9999, and its last millisecond. */
static void
test_times(void **state)
{
	const int64_t day_us = 86400000000;

	(void)state;
	for (int64_t at_us = 0; at_us <= 253402300799999999; at_us += day_us) {
		check_time(at_us);
		check_time(at_us + day_us - 1);
		check_time(at_us + (int64_t)(throw() % 86400000000u));
	}
}

/* Of whatever room: nothing behind it is touched, and what did not fit is told. */
static void
test_full(void **state)
{
	const struct mac m = { { 1, 2, 3, 4, 5, 6 } };
	char room[256];
	struct addr a;

	(void)state;
	assert_true(addr_parse("2001:db8::1", &a));
	for (size_t n = 1; n < 200; n++) {
		struct pen p = pen_on(room, n);

		memset(room + n, 'x', sizeof(room) - n);
		pen_count(&p, "count", UINT64_MAX);
		pen_text(&p, "text", "a\"b");
		pen_word(&p, "word", "w");
		pen_addr(&p, "ip", &a);
		pen_mac(&p, "mac", &m);
		pen_time(&p, "at", 0);
		pen_fixed(&p, "x", -1.5, 4);
		assert_true(p.at <= p.end);
		assert_int_equal(p.full, n < 139);
		for (size_t i = n; i < sizeof(room); i++)
			assert_int_equal(room[i], 'x');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
