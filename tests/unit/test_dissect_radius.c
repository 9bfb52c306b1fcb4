/*
 * test_dissect_radius: accounting, and addresses written as text.
 */
#include "dissectors/ip_text.h"
#include "probe.h"

extern const struct dissector dissect_radius;

#define START "28 06 00 00 00 01 "
#define USER  "01 07 'alice' "

static void
start_of_a_session(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_radius, SIDE_CLIENT,
	    "04 07 00 36 55*16 " START USER "08 06 0a 08 00 05 1f 0f '198.51.100.23'", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "radius");
	assert_int_equal(num(&g, OBS_RADIUS_STATUS), 1);
	assert_text(&g, OBS_RADIUS_USER, 0, "alice");
	assert_addr(&g, OBS_RADIUS_FRAMED, 0, "10.8.0.5");
	assert_addr(&g, OBS_RADIUS_CALLER, 0, "198.51.100.23");
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
}

static void
a_station_may_have_its_port_with_it(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_radius, SIDE_CLIENT,
	    "04 07 00 37 55*16 " START USER "08 06 0a 08 00 05 1f 10 '192.0.2.1[4500]'"
	    " 00",
	    &g);
	assert_int_equal(g.said, PROBE_NO);
	ask(&dissect_radius, SIDE_CLIENT,
	    "04 07 00 38 55*16 " START USER "08 06 0a 08 00 05 1f 11 '192.0.2.1[4500]'", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_addr(&g, OBS_RADIUS_CALLER, 0, "192.0.2.1");
}

static void
tunnel_end_goes_before_station(void **state)
{
	struct got g;

	(void)state;
	/* The tunnel's end has a tag before it; the station here is a MAC address. */
	ask(&dissect_radius, SIDE_CLIENT,
	    "04 07 00 4d 55*16 " START "42 0e 01 '2001:db8::7'"
	    " 1f 13 '00-00-5e-00-53-17' a8 12 20 01 0d b8 00*11 05",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(count(&g, OBS_RADIUS_CALLER), 1);
	assert_addr(&g, OBS_RADIUS_CALLER, 0, "2001:db8::7");
	assert_addr(&g, OBS_RADIUS_FRAMED, 0, "2001:db8::5");
}

static void
answers_and_unassigned_addresses(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_radius, SIDE_SERVER, "05 07 00 14 55*16", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	ask(&dissect_radius, SIDE_CLIENT, "04 07 00 20 55*16 " START "08 06 ff ff ff fe", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_RADIUS_FRAMED));
}

static void
what_does_not_fit_is_refused(void **state)
{
	static const char *const bad[] = {
		"04 07 00 1b 55*16 " START, /* length */
		"04 07 00 14 55*16",        /* no status */
		"04 07 00 1a 55*16 28 06 00 00 00 00",
		"04 07 00 1a 55*16 28 07 00 00 00 01", /* an attribute beyond the end */
		"04 07 00 1c 55*16 " START "01 01",    /* shorter than itself */
		"04 07 00 1b 55*16 " START "01",
		"01 07 00 1a 55*16 " START, /* access, not accounting */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_radius, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

/* Texts with both values of the C library's own reader. */
static void
addresses_as_text(void **state)
{
	static const char *const texts[] = { "192.0.2.1", "255.255.255.255", "0.0.0.0", "256.0.0.1",
		"1.2.3", "1.2.3.4.5", "1..2.3", "1.2.3.", " 1.2.3.4", "1.2.3.4 ", "", ":",
		"::", "::1", "1::", "2001:db8::1", "2001:DB8:0:0:8:800:200C:417A",
		"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8",
		"1::2::3", "1:::2", ":1::2", "1::2:", "12345::", "g::", "::ffff:192.0.2.1",
		"::192.0.2.256", "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:7:192.0.2.1",
		"1:2:3:4:5:192.0.2.1", "::1.2.3.4:5", "fe80::1%eth0", "1:2:3:4:5:6:7",
		"::1:2:3:4:5:6:7:8" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct addr got, want;
		const bool is = ip_text_read(view_of(texts[i], strlen(texts[i])), &got);

		if (is != addr_parse(texts[i], &want))
			fail_msg("%s", texts[i]);
		if (is && !addr_equal(&got, &want))
			fail_msg("%s: read differently", texts[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(start_of_a_session),
		cmocka_unit_test(a_station_may_have_its_port_with_it),
		cmocka_unit_test(tunnel_end_goes_before_station),
		cmocka_unit_test(answers_and_unassigned_addresses),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(addresses_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
