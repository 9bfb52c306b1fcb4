/*
 * scripts/geodb: the country database it builds, as geo reads it.
 * Without Perl's MMDB writer it skips.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "people/geo.h"

static char folder[] = "/tmp/farhand-geodb-XXXXXX";

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static struct place
find(struct geo *g, const char *text)
{
	struct place p;
	struct addr a;

	assert_true(addr_parse(text, &a));
	geo_find(g, &a, &p);
	return p;
}

static void
write_text(const char *file, const char *text)
{
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	fclose(f);
}

static uint64_t
bytes_of(const char *file)
{
	uint64_t h = 0;
	FILE *f = fopen(file, "rb");

	assert_non_null(f);
	for (int c; (c = fgetc(f)) != EOF;)
		h = (h ^ (uint64_t)c) * 0x100000001b3u;
	fclose(f);
	return h;
}

/* Ranges become prefixes, codes that are no country nothing, and twice the same bytes. */
static void
geodb_builds_what_it_reads(void **state)
{
	char four[80], six[80], out[80], command[512], country[64], city[64], asn[64];
	const char *name = out;
	struct geo *g;
	uint64_t bytes;
	struct place p;

	(void)state;
	if (system("perl -e 'eval { require MaxMind::DB::Writer::Tree } or exit 77'") != 0)
		skip();
	snprintf(four, sizeof(four), "%s/four", folder);
	snprintf(six, sizeof(six), "%s/six", folder);
	snprintf(out, sizeof(out), "%s/built.mmdb", folder);
	snprintf(command, sizeof(command), "bash scripts/geodb -4 %s -6 %s %s >/dev/null 2>&1",
	    four, six, out);
	write_text(four,
	    "# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n"
	    "3221225985,3221226230,DE\n" /* 192.0.2.1 .. 192.0.2.246 */
	    "3325256704,3325256959,??\n"
	    "3405803776,3405804031,UK\n");
	write_text(six,
	    "# Generated: Wed, 24 Jun 2026 04:33:59 GMT\n"
	    "2001:db8::,2001:db8:0:ffff:ffff:ffff:ffff:ffff,PT\n");
	assert_int_equal(system(command), 0);
	bytes = bytes_of(out);
	assert_int_equal(system(command), 0);
	assert_true(bytes_of(out) == bytes);
	g = geo_open(&name, 1);
	assert_non_null(g);
	p = find(g, "192.0.2.246");
	assert_string_equal(p.country, "DE");
	p = find(g, "192.0.2.247");
	assert_false(place_known(&p));
	p = find(g, "198.51.100.1");
	assert_false(place_known(&p));
	p = find(g, "203.0.113.1");
	assert_string_equal(p.country, "GB");
	p = find(g, "2001:db8::1");
	assert_string_equal(p.country, "PT");
	geo_versions(g, country, city, asn);
	assert_string_equal(country, "farhand-country 2026-06-25");
	geo_close(g);
	write_text(six, "2001:db8::,DE\n");
	assert_int_not_equal(system(command), 0);
	assert_true(bytes_of(out) == bytes); /* a failure leaves the old one */
	snprintf(command, sizeof(command), "bash scripts/geodb %s >/dev/null 2>&1", folder);
	assert_int_not_equal(system(command), 0); /* a directory is no file to write */
	unlink(four);
	unlink(six);
	unlink(out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(geodb_builds_what_it_reads),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
