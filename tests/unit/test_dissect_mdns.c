/*
 * test_dissect_mdns: announcements of hosts and services.
 */
#include "probe.h"

extern const struct dissector dissect_mdns;

#define SAYS(answers) "00 00 84 00 00 00 00 " answers " 00 00 00 00 "
#define ADDRESS       "05 'PiKVM' 05 'local' 00 00 01 80 01 00 00 00 78 00 04 c0 00 02 07 "

static void
host_with_addresses(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_mdns, SIDE_CLIENT,
	    SAYS("02") ADDRESS "c0 0c 00 1c 80 01 00 00 00 78 00 10 fe 80 00*13 09", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "mdns");
	assert_text(&g, OBS_MDNS_NAME, 0, "pikvm");
	assert_int_equal(count(&g, OBS_MDNS_NAME), 1);
	assert_addr(&g, OBS_MDNS_ADDR, 0, "192.0.2.7");
	assert_addr(&g, OBS_MDNS_ADDR, 1, "fe80::9");
}

static void
service_with_instance_and_host(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_mdns, SIDE_CLIENT,
	    SAYS("03")
	    /* _pikvm._tcp.local PTR box._pikvm._tcp.local */
	    "06 '_pikvm' 04 '_tcp' 05 'local' 00 00 0c 00 01 00 00 11 94 00 06 03 'box' c0 0c"
	    /* that SRV ... kvm.local */
	    " c0 29 00 21 80 01 00 00 00 78 00 0c 00*4 01 bb 03 'kvm' c0 18"
	    /* _services._dns-sd._udp.local PTR _https._tcp.local */
	    " 09 '_services' 07 '_dns-sd' 04 '_udp' c0 18 00 0c 00 01 00 00 11 94"
	    " 00 09 06 '_https' c0 13",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_MDNS_SERVICE, 0, "_pikvm._tcp");
	assert_text(&g, OBS_MDNS_NAME, 0, "kvm");
	assert_text(&g, OBS_MDNS_SERVICE, 1, "_https._tcp");
	assert_int_equal(count(&g, OBS_MDNS_SERVICE), 2);
}

/* As kvmd's avahi has it: the service's texts name the model. */
static void
texts_name_the_model(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_mdns, SIDE_SERVER,
	    SAYS(
		"01") "0b 'pikvm-10000' 06 '_pikvm' 04 '_tcp' 05 'local' 00 00 10 80 01 00 00 11 94"
		      " 00 17 06 'path=/' 00 08 'Model=v3' 05 'x=123'",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_MDNS_SERVICE, 0, "_pikvm._tcp");
	assert_text(&g, OBS_MDNS_MODEL, 0, "v3");
	assert_int_equal(num(&g, OBS_ANNOUNCER), SIDE_SERVER);
	/* One without a value, one longer than its record. */
	ask(&dissect_mdns, SIDE_CLIENT,
	    SAYS("02") "02 'hp' 05 '_http' 04 '_tcp' 05 'local' 00 00 10 80 01 00 00 11 94"
		       " 00 10 06 'model=' 08 'model=v3'"
		       " c0 0c 00 10 80 01 00 00 11 94 00 05 20 'mode'",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_MDNS_MODEL));
}

static void
questions_tell_nothing(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_mdns, SIDE_CLIENT,
	    "00 00 00 00 00 01 00 00 00 00 00 00 06 '_pikvm' 04 '_tcp' 05 'local' 00 00 0c 00 01",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_MDNS_SERVICE));
	/* Nor does a good-bye. */
	ask(&dissect_mdns, SIDE_CLIENT,
	    SAYS("01") "05 'pikvm' 05 'local' 00 00 01 80 01 00 00 00 00 00 04 c0 00 02 07", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_MDNS_NAME));
}

static void
ordinary_dns_is_refused(void **state)
{
	static const char *const bad[] = {
		"12 34 01 00 00 01 00 00 00 00 00 00 05 'pikvm' 05 'local' 00 00 01 00 01",
		"12 34 81 80 00 00 00 01 00 00 00 00 " ADDRESS,
		"00 00 00 00 00 01 00 00 00 00 00 00 07 'example' 03 'org' 00 00 01 00 01",
		SAYS("01") "07 'example' 03 'org' 00 00 01 80 01 00 00 00 78 00 04 c0 00 02 07",
		SAYS("00"), SAYS("01"), "00 00 00 00 00 00 00 00 00 00 00 00",
		"00 00 80 00 00 00 00 01 00 00 00 00 " ADDRESS, /* not authoritative */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_mdns, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
names_that_are_not_hosts(void **state)
{
	struct got g;

	(void)state;
	/* Two labels before .local; and a type without its underscore. */
	ask(&dissect_mdns, SIDE_CLIENT,
	    SAYS("02") "01 'a' 01 'b' 05 'local' 00 00 01 80 01 00 00 00 78 00 04 c0 00 02 07"
		       " 05 'pikvm' 04 '_tcp' 05 'local' 00 00 0c 00 01 00 00 11 94 00 02 c0 0c",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_MDNS_NAME) || has(&g, OBS_MDNS_SERVICE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_with_addresses),
		cmocka_unit_test(service_with_instance_and_host),
		cmocka_unit_test(texts_name_the_model),
		cmocka_unit_test(questions_tell_nothing),
		cmocka_unit_test(ordinary_dns_is_refused),
		cmocka_unit_test(names_that_are_not_hosts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
