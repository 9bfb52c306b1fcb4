/*
 * Contradicted country (GEO-01), hosting and VPN lines (GEO-02), impossible
 * travel (GEO-03).
 */
#include <math.h>

#include "sights.h"

static void
a_lasting_contradiction_rises_to_medium(void **state)
{
	struct stage *t = stage_new("GEO-01");
	const struct finding *f = &t->heard.at[0];

	(void)state;
	stage_claim(t, "US", "Phoenix");
	stage_egress(t, "203.0.113.9", "FR", "Lyon", NETWORK_FIXED);
	for (int i = 0; i < 4; i++) {
		show(t);
		t->s.now_us += HOUR_US;
	}
	assert_int_equal(t->heard.count, 2);
	assert_int_equal(f->level, LEVEL_LOW);
	assert_true(f->llr == 2.0f);
	assert_string_equal(f->message,
	    "u11 claims to work from Phoenix, US but works through "
	    "203.0.113.9, an address in Lyon, FR (a fixed access network).");
	assert_int_equal(t->heard.at[1].level, LEVEL_MEDIUM);
	assert_non_null(strstr(t->heard.at[1].message, "(a fixed access network), for 1 h 0 min."));
	assert_string_equal(f->key, t->heard.at[1].key);
	stage_free(t);
}

static void
the_kind_of_network_decides_the_weight(void **state)
{
	static const struct {
		enum network_kind network;
		float weight;
	} want[] = {
		{ NETWORK_FIXED, 2.0f },
		{ NETWORK_UNKNOWN, 1.5f },
		{ NETWORK_SHARED, 2.0f },
		{ NETWORK_MOBILE, 0.5f },
		{ NETWORK_HOSTING, 0.0f },
		{ NETWORK_VPN, 0.0f },
		{ NETWORK_OFFICE, 0.0f },
		{ NETWORK_SATELLITE, 0.0f },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct stage *t = stage_new("GEO-01");

		stage_claim(t, "US", "");
		stage_egress(t, "203.0.113.9", "FR", "", want[i].network);
		for (int n = 0; n < 5; n++) {
			show(t);
			t->s.now_us += HOUR_US;
		}
		assert_int_equal(t->heard.count > 0, want[i].weight > 0);
		if (t->heard.count > 0) {
			const struct finding *f = &t->heard.at[t->heard.count - 1];

			assert_true(f->llr == want[i].weight);
			assert_int_equal(
			    f->level, want[i].network == NETWORK_MOBILE ? LEVEL_LOW : LEVEL_MEDIUM);
		}
		stage_free(t);
	}
}

static void
no_claim_no_place_or_the_same_country_is_silent(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct stage *t = stage_new("GEO-01");

		if (i != 0)
			stage_claim(t, "US", "");
		stage_egress(t, "203.0.113.9",
		    i == 1       ? ""
			: i == 2 ? "US"
				 : "FR",
		    "", NETWORK_FIXED);
		show(t);
		assert_int_equal(t->heard.count, 0);
		stage_free(t);
	}
}

static void
hosting_and_vpn_lines_are_low(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		static const enum network_kind kind[] = { NETWORK_HOSTING, NETWORK_VPN,
			NETWORK_FIXED, NETWORK_OFFICE, NETWORK_HOSTING };
		struct stage *t = stage_new("GEO-02");

		stage_egress(t, "203.0.113.9", "US", "", kind[i]);
		if (i == 4) {
			t->who.anonymous = true;
			t->end.egress_by = EGRESS_SELF;
		}
		for (int n = 0; n < 5; n++) {
			show(t);
			t->s.now_us += HOUR_US;
		}
		assert_int_equal(t->heard.count, i < 2 ? 1 : 0);
		if (i < 2) {
			assert_int_equal(t->heard.at[0].level, LEVEL_LOW);
			assert_true(t->heard.at[0].llr == 1.0f);
		}
		stage_free(t);
	}
}

struct stop {
	const char *egress, *country, *city;
	float lat, lon, radius_km;
	enum network_kind network;
	uint32_t asn;
};

static const struct stop nashville = { "198.51.100.11", "US", "Nashville", 36.16f, -86.78f, 20,
	NETWORK_FIXED, 64496 };
static const struct stop shenyang = { "203.0.113.9", "CN", "Shenyang", 41.80f, 123.43f, 20,
	NETWORK_FIXED, 64501 };
static const struct stop berlin = { "203.0.113.140", "DE", "Berlin", 52.52f, 13.40f, 20,
	NETWORK_FIXED, 64503 };
static const struct stop lisbon = { "192.0.2.140", "PT", "Lisbon", 38.72f, -9.14f, 20,
	NETWORK_MOBILE, 64506 };

static void
show_stop(struct stage *t, const struct stop *p)
{
	stage_egress(t, p->egress, p->country, p->city, p->network);
	t->egress_place.has_point = true;
	t->egress_place.lat = p->lat;
	t->egress_place.lon = p->lon;
	t->egress_place.radius_km = p->radius_km;
	t->egress_place.asn = p->asn;
	show(t);
}

static void
too_fast_is_medium_at_once_is_high(void **state)
{
	struct stage *t = stage_new("GEO-03");
	const struct finding *f = &t->heard.at[0];

	(void)state;
	show_stop(t, &nashville);
	t->s.now_us += 4 * HOUR_US;
	show_stop(t, &shenyang);
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(f->level, LEVEL_MEDIUM);
	assert_true(f->llr == 3.0f);
	assert_string_equal(f->message,
	    "u11 worked through 198.51.100.11 in Nashville, US and 4 h 0 min later "
	    "through 203.0.113.9 in Shenyang, CN, 10818 km away.");
	stage_free(t);

	t = stage_new("GEO-03");
	show_stop(t, &nashville);
	t->s.now_us += 4 * MINUTE_US;
	show_stop(t, &shenyang);
	assert_int_equal(t->heard.at[0].level, LEVEL_HIGH);
	assert_true(t->heard.at[0].llr == 4.0f);
	stage_free(t);
}

/* threat.md S08: Berlin to Lisbon in 8 hours; and a flight at 900 km/h. */
static void
real_travel_is_silent(void **state)
{
	struct stage *t = stage_new("GEO-03");

	(void)state;
	show_stop(t, &berlin);
	t->s.now_us += 8 * HOUR_US;
	show_stop(t, &lisbon);
	t->s.now_us += 9 * HOUR_US;
	show_stop(t, &nashville);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

static void
doubt_is_subtracted(void **state)
{
	struct stop vague = shenyang, near = berlin, phone = berlin;
	struct stage *t = stage_new("GEO-03");

	(void)state;
	/* The centre of a large country: 10818 - 2.04 * (5200 + 20) - 100 km is not 500 */
	vague.radius_km = 5200;
	show_stop(t, &nashville);
	t->s.now_us += MINUTE_US;
	show_stop(t, &vague);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);

	/* 585 km from Berlin, less 100 and the radii, at once */
	t = stage_new("GEO-03");
	near.egress = "203.0.113.141";
	near.lat = 57.78f;
	show_stop(t, &berlin);
	t->s.now_us += SECOND_US;
	show_stop(t, &near);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);

	/* From fixed to mobile within a country */
	t = stage_new("GEO-03");
	phone.egress = "203.0.113.142";
	phone.network = NETWORK_MOBILE;
	phone.lat = 20;
	show_stop(t, &berlin);
	t->s.now_us += SECOND_US;
	show_stop(t, &phone);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

static void
lines_away_from_their_users_are_skipped(void **state)
{
	static const enum network_kind skip[] = { NETWORK_HOSTING, NETWORK_VPN, NETWORK_OFFICE,
		NETWORK_SATELLITE };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct stop exit = shenyang;
		struct stage *t = stage_new("GEO-03");

		exit.network = skip[i];
		show_stop(t, &nashville);
		t->s.now_us += MINUTE_US;
		show_stop(t, &exit);
		assert_int_equal(t->heard.count, 0);
		stage_free(t);
	}
}

static void
to_and_fro_is_one_event_a_day_and_then_a_habit(void **state)
{
	struct stage *t = stage_new("GEO-03");

	(void)state;
	for (int day = 0; day < 6; day++) {
		for (int i = 0; i < 6; i++) {
			t->s.now_us = START_US + day * DAY_US + i * HOUR_US + day;
			show_stop(t, i % 2 == 0 ? &nashville : &shenyang);
		}
	}
	assert_int_equal(t->heard.count, 3);
	stage_free(t);
}

static void
families_of_addresses_are_followed_apart(void **state)
{
	struct stop six = shenyang;
	struct stage *t = stage_new("GEO-03");

	(void)state;
	six.egress = "2001:db8::9";
	show_stop(t, &nashville);
	t->s.now_us += MINUTE_US;
	show_stop(t, &six);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

static void
without_a_network_kind_it_is_never_high(void **state)
{
	struct stop a = nashville, b = shenyang;
	struct stage *t = stage_new("GEO-03");

	(void)state;
	a.network = b.network = NETWORK_UNKNOWN;
	show_stop(t, &a);
	t->s.now_us += MINUTE_US;
	show_stop(t, &b);
	assert_int_equal(t->heard.at[0].level, LEVEL_MEDIUM);
	assert_true(speaks_of(&t->heard.at[0], "unknown"));
	stage_free(t);
}

static void
nonsense_coordinates_and_clocks_are_harmless(void **state)
{
	struct stop odd = shenyang;
	struct stage *t = stage_new("GEO-03");

	(void)state;
	odd.lat = 1e30f;
	show_stop(t, &nashville);
	show_stop(t, &odd);
	odd.lat = NAN;
	show_stop(t, &odd);
	assert_int_equal(t->heard.count, 0);
	odd = shenyang;
	t->s.now_us -= DAY_US;
	show_stop(t, &odd);
	assert_int_equal(t->heard.count, 1);
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lasting_contradiction_rises_to_medium),
		cmocka_unit_test(the_kind_of_network_decides_the_weight),
		cmocka_unit_test(no_claim_no_place_or_the_same_country_is_silent),
		cmocka_unit_test(hosting_and_vpn_lines_are_low),
		cmocka_unit_test(too_fast_is_medium_at_once_is_high),
		cmocka_unit_test(real_travel_is_silent),
		cmocka_unit_test(doubt_is_subtracted),
		cmocka_unit_test(lines_away_from_their_users_are_skipped),
		cmocka_unit_test(to_and_fro_is_one_event_a_day_and_then_a_habit),
		cmocka_unit_test(families_of_addresses_are_followed_apart),
		cmocka_unit_test(without_a_network_kind_it_is_never_high),
		cmocka_unit_test(nonsense_coordinates_and_clocks_are_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
