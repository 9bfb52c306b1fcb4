/*
 * Countries: codes, centres; and distances.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "people/geo.h"

static double
km_between(double lat1, double lon1, double lat2, double lon2)
{
	const struct place a = { .lat = (float)lat1, .lon = (float)lon1 };
	const struct place b = { .lat = (float)lat2, .lon = (float)lon2 };

	return place_distance_km(&a, &b);
}

static void
countries(void **state)
{
	struct place p = { .city = "kept" };

	(void)state;
	assert_true(geo_is_country("DE") && geo_is_country("AD") && geo_is_country("ZW"));
	assert_false(geo_is_country("de") || geo_is_country("UK") || geo_is_country(""));
	assert_false(geo_is_country("DEU") || geo_is_country("D"));
	assert_true(geo_centroid("SG", &p));
	assert_true(p.radius_km >= 5 && p.radius_km < 40);
	assert_string_equal(p.city, "kept");
	assert_false(geo_centroid("ZZ", &p));
}

/* All two-letter codes: 249 of ISO 3166-1 and XK, each somewhere on Earth. */
static void
every_country_has_a_sane_centre(void **state)
{
	unsigned n = 0;

	(void)state;
	for (char a = 'A'; a <= 'Z'; a++) {
		for (char b = 'A'; b <= 'Z'; b++) {
			const char code[3] = { a, b, '\0' };
			struct place p;

			if (!geo_centroid(code, &p))
				continue;
			n++;
			assert_true(fabsf(p.lat) <= 90 && fabsf(p.lon) <= 180);
			assert_true(p.radius_km >= 5 && p.radius_km < 2500);
		}
	}
	assert_int_equal(n, 250);
}

static void
distances(void **state)
{
	(void)state;
	assert_true(
	    fabs(km_between(52.52, 13.405, 48.8566, 2.3522) - 877.5) < 2); /* Berlin, Paris */
	assert_true(fabs(km_between(0, 0, 0, 180) - M_PI * 6371.0088) < 1);
	assert_true(fabs(km_between(0, 179.5, 0, -179.5) - 111.2) < 0.1);
	assert_true(km_between(36.16, -86.78, 36.16, -86.78) < 0.001);
	assert_true(fabs(km_between(90, 0, -90, 77) - M_PI * 6371.0088) < 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(countries),
		cmocka_unit_test(every_country_has_a_sane_centre),
		cmocka_unit_test(distances),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
