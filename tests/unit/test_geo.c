/*
 * Places by database: the schemas there are, and databases that lie.
 * Its databases are made by tests/mmdb.pl; without Perl's writer those tests skip.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "people/geo.h"

static char folder[] = "/tmp/farhand-geo-XXXXXX";
static const char *const kinds[] = { "country", "city", "asn", "flat4", "flat6", "mixed", "other" };
static char path[7][64];
static bool missing;

static int
make_databases(void **state)
{
	char command[1024];

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	for (int i = 0; i < 7 && !missing; i++) {
		int status;

		snprintf(path[i], sizeof(path[i]), "%s/%s.mmdb", folder, kinds[i]);
		snprintf(command, sizeof(command), "perl tests/mmdb.pl %s %s", kinds[i], path[i]);
		status = system(command);
		missing =
		    WIFEXITED(status) && (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127);
		if (!missing && status != 0)
			return -1;
	}
	return 0;
}

static int
remove_databases(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++)
		unlink(path[i]);
	return rmdir(folder);
}

/* The databases whose letters are given: country, City, asn, flat4, flat6, mixed, other. */
static struct geo *
open_kinds(const char *letters)
{
	static const char all[] = "cCa46mo";
	const char *list[8];
	unsigned n = 0;

	if (missing)
		skip();
	for (; letters[n] != '\0'; n++)
		list[n] = path[strchr(all, letters[n]) - all];
	return geo_open(list, n);
}

static struct place
find(struct geo *g, const char *text)
{
	struct place p;
	struct addr a;
	bool known;

	assert_true(addr_parse(text, &a));
	memset(&p, 0xff, sizeof(p));
	known = geo_find(g, &a, &p);
	assert_int_equal(known, p.country[0] != '\0' || p.has_point || p.asn != 0);
	assert_int_equal(p.network, NETWORK_UNKNOWN);
	return p;
}

static void
country_alone_gives_its_centre(void **state)
{
	struct geo *g = open_kinds("c");
	struct place p;

	(void)state;
	assert_non_null(g);
	p = find(g, "192.0.2.1");
	assert_string_equal(p.country, "DE");
	assert_true(p.has_point && p.centroid);
	assert_true(fabsf(p.lat - 51.1f) < 0.2f && p.radius_km > 200 && p.radius_km < 500);
	p = find(g, "2001:db8:1::7");
	assert_string_equal(p.country, "PT");
	p = find(g, "10.0.0.1");
	assert_false(place_known(&p) || p.has_point);
	geo_close(g);
}

static void
files_complete_each_other(void **state)
{
	struct geo *g = open_kinds("cCa");
	char country[64], city[64], asn[64];
	struct place p;

	(void)state;
	assert_non_null(g);
	p = find(g, "198.51.100.1");
	assert_string_equal(p.city, "Nashville");
	assert_false(p.centroid);
	assert_true(p.radius_km > 19 && p.radius_km < 21);
	assert_int_equal(p.asn, 64496);
	assert_string_equal(p.as_name, "Example Cable");
	p = find(g, "192.0.2.1"); /* a town without a radius */
	assert_true(p.radius_km > 49 && p.radius_km < 51 && !p.centroid);
	assert_int_equal(p.asn, 64504);
	assert_string_equal(p.as_name, "");
	p = find(g, "192.0.2.65"); /* a point without both is a centre */
	assert_true(p.centroid && p.radius_km > 200);
	assert_int_equal(p.asn, 64505); /* GeoIP2 Enterprise has it among its traits */
	assert_string_equal(p.as_name, "Example Transit");
	p = find(g, "203.0.113.1"); /* only the country file knows */
	assert_string_equal(p.country, "CN");
	geo_versions(g, country, city, asn);
	assert_string_equal(country, "Test-Country 2025-11-30");
	assert_string_equal(city, "Test-City 2025-11-30");
	assert_string_equal(asn, "Test-ASN 2025-11-30");
	geo_close(g);
}

static void
long_names_are_cut_between_characters(void **state)
{
	struct geo *g = open_kinds("C");
	struct place p;

	(void)state;
	p = find(g, "2001:db8:1::1");
	assert_string_equal(p.city, "Lisbon, of a very very long names \xc3\xa9\xc3\xa9");
	geo_close(g);
}

static void
flat_schema_and_families_apart(void **state)
{
	struct geo *g = open_kinds("46");
	char country[64], city[64], asn[64];
	struct place p;

	(void)state;
	assert_non_null(g);
	p = find(g, "198.51.100.1");
	assert_string_equal(p.country, "US");
	assert_string_equal(p.city, "Nashville");
	assert_true(fabsf(p.lon + 86.78f) < 0.01f);
	p = find(g, "2001:db8:1::1"); /* the first file holds IPv4 only */
	assert_string_equal(p.country, "PT");
	geo_versions(g, country, city, asn);
	assert_string_equal(country, "flat-v4 2025-11-30");
	assert_string_equal(city, "flat-v4 2025-11-30");
	assert_string_equal(asn, "");
	geo_close(g);
}

/* Asked for again, before and after others took its slot, an address is where it was. */
static void
a_place_stays_the_same(void **state)
{
	struct geo *g = open_kinds("cCa");
	struct place first[3], again;
	char text[ADDR_TEXT];

	(void)state;
	assert_non_null(g);
	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < 20000; i++) {
			const int kind = i % 3;

			snprintf(text, sizeof(text), "%s%d",
			    kind == 0       ? "198.51.100."
				: kind == 1 ? "2001:db8:1::"
					    : "10.0.0.",
			    i / 3 % (kind == 0 ? 64 : 200));
			again = find(g, text);
			if (i < 3 && turn == 0)
				first[kind] = again;
			assert_string_equal(again.country, first[kind].country);
			assert_string_equal(again.city, first[kind].city);
			assert_string_equal(again.as_name, first[kind].as_name);
			assert_int_equal(again.asn, first[kind].asn);
			assert_int_equal(again.has_point, first[kind].has_point);
		}
		for (int i = 0; i < 30000; i++) {
			snprintf(text, sizeof(text), "10.%d.%d.1", i / 200, i % 200);
			again = find(g, text);
			assert_false(place_known(&again));
		}
	}
	again = find(g, "::"); /* as an unused slot has it */
	assert_false(place_known(&again));
	assert_string_equal(first[0].city, "Nashville");
	assert_string_equal(first[1].country, "PT");
	geo_close(g);
}

static void
wrong_types_and_ranges_are_nothing(void **state)
{
	struct geo *g = open_kinds("m");
	char country[64], city[64], asn[64];
	struct place p;

	(void)state;
	assert_non_null(g);
	p = find(g, "198.51.100.1");
	assert_false(place_known(&p) || p.has_point);
	assert_string_equal(p.city, "two?lines");
	assert_int_equal(p.asn, 64496);
	p = find(g, "192.0.2.1");
	assert_false(place_known(&p));
	p = find(g, "203.0.113.1");
	assert_false(place_known(&p));
	assert_int_equal(p.asn, 0);
	geo_versions(g, country, city, asn);
	assert_string_equal(asn, "mixed ?"); /* no day of our calendar */
	geo_close(g);
}

static void
not_a_database(void **state)
{
	const char *nowhere = "tests/nowhere.mmdb", *text = "CMakeLists.txt", *five[5] = { text };

	(void)state;
	assert_null(geo_open(&nowhere, 1));
	assert_null(geo_open(&text, 1));
	assert_null(geo_open(five, 5));
	assert_null(open_kinds("o"));
	geo_close(NULL);
}

/* Every database cut short or with a byte turned: opened or not, no read goes astray. */
static void
broken_databases(void **state)
{
	static uint8_t bytes[65536];
	char broken[80];
	const char *name = broken;
	size_t n;
	FILE *f;

	(void)state;
	if (missing)
		skip();
	snprintf(broken, sizeof(broken), "%s/broken", folder);
	f = fopen(path[1], "rb");
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	assert_in_range(n, 1000, sizeof(bytes) - 1);
	for (size_t i = 0; i < 400; i++) {
		const size_t at = n - 1 - i * n / 400;
		struct geo *g;

		bytes[at] ^= 0xff;
		f = fopen(broken, "wb");
		fwrite(bytes, 1, i % 4 == 0 ? at : n, f);
		fclose(f);
		bytes[at] ^= 0xff;
		g = geo_open(&name, 1);
		if (g != NULL) {
			find(g, "198.51.100.1");
			find(g, "192.0.2.1");
			find(g, "2001:db8:1::1");
		}
		geo_close(g);
	}
	unlink(broken);
}

static void
no_databases_know_nothing(void **state)
{
	struct geo *g = geo_open(NULL, 0);
	char a[64], b[64], c[64];
	struct place p;

	(void)state;
	assert_non_null(g);
	p = find(g, "192.0.2.1");
	assert_false(place_known(&p));
	geo_versions(g, a, b, c);
	assert_string_equal(a, "");
	geo_close(g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(country_alone_gives_its_centre),
		cmocka_unit_test(files_complete_each_other),
		cmocka_unit_test(long_names_are_cut_between_characters),
		cmocka_unit_test(flat_schema_and_families_apart),
		cmocka_unit_test(a_place_stays_the_same),
		cmocka_unit_test(wrong_types_and_ranges_are_nothing),
		cmocka_unit_test(not_a_database),
		cmocka_unit_test(broken_databases),
		cmocka_unit_test(no_databases_know_nothing),
	};

	return cmocka_run_group_tests(tests, make_databases, remove_databases);
}
