/*
 * test_dissect_dhcp: leases, names and vendors; and options that do not fit.
 */
#include "probe.h"

extern const struct dissector dissect_dhcp;

#define HEAD(op, given)                                                                            \
	op " 01 06 00 4d 3c 2b 1a 00*8 " given " 00*8 02 00 5e 10 20 30 00*202 63 82 53 63 "
#define NONE "00 00 00 00"

static void
request_names_the_machine(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dhcp, SIDE_CLIENT,
	    HEAD("01", NONE) "35 01 03 0c 06 'jetkvm' 3c 0c 'udhcp 1.36.1' 37 02 01 03 ff", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "dhcp");
	assert_int_equal(num(&g, OBS_DHCP_TYPE), 3);
	assert_text(&g, OBS_DHCP_MAC, 0, "\x02");
	assert_text(&g, OBS_DHCP_NAME, 0, "jetkvm");
	assert_text(&g, OBS_DHCP_VENDOR, 0, "udhcp 1.36.1");
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_false(has(&g, OBS_DHCP_ADDR));
}

static void
a_full_name_gives_its_first_label(void **state)
{
	static const char *const full[] = { "51 13 00 00 00 'LT-0417.corp.example'",
		"51 18 04 00 00 07 'LT-0417' 04 'corp' 07 'example' 00",
		"51 0a 05 ff ff 'LT-0417'" };
	static const char *const none[] = { "51 02 00 00", "51 03 00 00 00",
		"51 05 04 00 00 07 'L'", "51 05 04 00 00 ff 'L'" };
	struct got g;
	char text[256];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), HEAD("01", NONE) "35 01 03 %s ff", full[i]);
		/* The third says labels without a length: not one. */
		ask(&dissect_dhcp, SIDE_CLIENT, text, &g);
		assert_int_equal(g.said, PROBE_YES);
		assert_text(&g, OBS_DHCP_NAME, 0, i < 2 ? "LT-0417" : "(none)");
	}
	for (size_t i = 0; i < 4; i++) {
		snprintf(text, sizeof(text), HEAD("01", NONE) "35 01 03 %s ff", none[i]);
		ask(&dissect_dhcp, SIDE_CLIENT, text, &g);
		assert_int_equal(g.said, PROBE_YES);
		assert_false(has(&g, OBS_DHCP_NAME));
	}
}

static void
what_it_asks_for_and_its_id(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dhcp, SIDE_CLIENT,
	    HEAD("01", NONE) "35 01 01 37 03 01 03 06 3d 07 01 02 'a^' 10 20 30 ff", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_DHCP_ASKS, 0, "\x01\x03\x06");
	assert_text(&g, OBS_DHCP_CLIENT, 0,
	    "\x01\x02"
	    "a^\x10 0");
}

static void
answer_gives_the_lease(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dhcp, SIDE_SERVER, HEAD("02", "c0 00 02 21") "35 01 05 33 04 00 00 0e 10 ff",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_DHCP_TYPE), 5);
	assert_addr(&g, OBS_DHCP_ADDR, 0, "192.0.2.33");
	assert_int_equal(num(&g, OBS_DHCP_LEASE), 3600);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
}

static void
renewal_tells_the_address_in_use(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dhcp, SIDE_CLIENT,
	    "01 01 06 00 4d 3c 2b 1a 00*4 c0 00 02 22 00*12 02 00 5e 10 20 30 00*202 63 82 53 63"
	    " 35 01 03 ff",
	    &g);
	assert_addr(&g, OBS_DHCP_ADDR, 0, "192.0.2.34");
}

static void
torn_options_keep_what_was_read(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dhcp, SIDE_CLIENT, HEAD("01", NONE) "35 01 01 00 00 0c 40 'jet'", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_DHCP_NAME));
	/* Of lengths that cannot be, nothing is said. */
	ask(&dissect_dhcp, SIDE_SERVER, HEAD("02", NONE) "35 01 05 33 02 00 10 0c 00 ff", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_DHCP_LEASE) || has(&g, OBS_DHCP_NAME));
}

static void
what_does_not_fit_is_refused(void **state)
{
	(void)state;
	assert_int_equal(
	    says(&dissect_dhcp, SIDE_CLIENT, HEAD("03", NONE) "35 01 01 ff"), PROBE_NO);
	assert_int_equal(says(&dissect_dhcp, SIDE_CLIENT, HEAD("01", NONE) "ff"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_dhcp, SIDE_CLIENT, HEAD("01", NONE) "35 01 00 ff"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_dhcp, SIDE_CLIENT, HEAD("01", NONE) "35 02 01 01 ff"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_dhcp, SIDE_CLIENT, "01 01 06 00*233 63 82 53 64 35 01 01 ff"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_names_the_machine),
		cmocka_unit_test(a_full_name_gives_its_first_label),
		cmocka_unit_test(what_it_asks_for_and_its_id),
		cmocka_unit_test(answer_gives_the_lease),
		cmocka_unit_test(renewal_tells_the_address_in_use),
		cmocka_unit_test(torn_options_keep_what_was_read),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
