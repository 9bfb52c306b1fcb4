/*
 * Whose an address is, and which machine is at it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "people_lab.h"

static struct endpoint *
at(struct registry *r, const char *text, const char *mac)
{
	struct mac m;
	struct addr a;

	assert_true(addr_parse(text, &a));
	assert_true(mac == NULL || mac_parse(mac, &m));
	return registry_at(r, &a, mac != NULL ? &m : NULL, VANTAGE_INSIDE, 0, 1000000);
}

static const char *
whose(struct registry *r, const char *text, const char *mac)
{
	const struct endpoint *e = at(r, text, mac);

	return e != NULL ? e->who->id : "nobody";
}

static void
whose_an_address_is(void **state)
{
	struct registry *r = open_text(sample);
	struct endpoint *e;

	(void)state;
	assert_string_equal(whose(r, "10.20.4.17", NULL), "p1");
	assert_int_equal(at(r, "10.20.4.17", NULL)->bound_by, BOUND_ADDRESS);
	assert_int_equal(at(r, "10.20.5.3", NULL)->bound_by, BOUND_ADDRESS);
	assert_int_equal(at(r, "10.20.5.4", NULL)->bound_by, BOUND_PREFIX);
	assert_string_equal(whose(r, "10.20.5.16", NULL), "p2");
	assert_string_equal(whose(r, "10.20.5.32", NULL), "nobody");
	assert_string_equal(
	    whose(r, "10.20.4.18", NULL), "nobody"); /* a people file: no anonymous ones */
	assert_string_equal(whose(r, "2001:db8::1", NULL), "p2");
	assert_string_equal(whose(r, "224.0.0.1", NULL), "nobody");
	assert_string_equal(whose(r, "255.255.255.255", NULL), "nobody");
	assert_string_equal(whose(r, "::", NULL), "nobody");
	e = at(r, "10.20.4.17", NULL);
	assert_int_equal(e->id, 0);
	assert_ptr_equal(e->who, registry_person(r, 0));
	assert_int_equal(at(r, "10.20.5.4", NULL)->id, 2); /* in order of first sight */
	registry_free(r);
}

static void
by_mac_only_next_to_it(void **state)
{
	static const char mac[] = "00:00:5e:00:53:17";
	struct registry *r = open_text(sample);
	const struct endpoint *e;
	char text[ADDR_TEXT];

	(void)state;
	assert_string_equal(whose(r, "192.168.7.7", mac), "p1");
	assert_int_equal(at(r, "192.168.7.7", mac)->bound_by, BOUND_MAC);
	assert_string_equal(whose(r, "203.0.113.9", mac), "nobody"); /* from beyond a router */
	e = at(r, "fe80::1", mac);
	assert_non_null(e);
	assert_int_equal(e->id, at(r, "192.168.7.7", mac)->id); /* one machine */
	for (int i = 0; i < 8; i++) {
		snprintf(text, sizeof(text), "198.51.100.%d", i);
		whose(r, text, mac);
	}
	assert_string_equal(whose(r, "192.168.7.9", mac), "nobody"); /* a router after all */
	assert_string_equal(whose(r, "192.168.7.7", "01:00:5e:00:53:17"), "nobody");
	registry_free(r);
}

static void
without_a_file_home_hosts_are_anonymous(void **state)
{
	struct registry *r;
	const struct endpoint *e;

	(void)state;
	config_default(&config);
	r = registry_new(&config, "", NULL, NULL);
	assert_int_equal(registry_persons(r), 0);
	e = at(r, "192.168.1.5", "02:00:00:00:00:05");
	assert_string_equal(e->who->id, "192.168.1.5");
	assert_true(e->who->anonymous && !e->who->has_claim);
	assert_int_equal(e->bound_by, BOUND_NONE);
	assert_string_equal(whose(r, "8.8.8.8", NULL), "nobody");
	/* Its IPv6 addresses are the same machine's ... */
	assert_ptr_equal(at(r, "fd00::5", "02:00:00:00:00:05"), e);
	assert_ptr_equal(at(r, "fe80::5", "02:00:00:00:00:05"), e);
	assert_ptr_equal(at(r, "192.168.1.5", "02:00:00:00:00:05"), e);
	assert_string_equal(e->who->id, "192.168.1.5");
	/* ... another IPv4 address is not: the MAC may be a router's. */
	assert_string_equal(whose(r, "192.168.1.6", "02:00:00:00:00:05"), "192.168.1.6");
	assert_string_equal(whose(r, "fd00::6", "02:00:00:00:00:05"), "fd00::6");
	/* A link-local address alone is nobody's. */
	assert_string_equal(whose(r, "fe80::9", "02:00:00:00:00:09"), "nobody");
	assert_string_equal(whose(r, "fd11:2233:4455:6677:8899:aabb:ccdd:eeff", NULL),
	    "~c2b42578:8899:aabb:ccdd:eeff");
	registry_free(r);
}

static void
a_file_may_want_anonymous_hosts_too(void **state)
{
	struct registry *r =
	    open_text("anonymous: true\npersons:\n- {id: a, endpoints: [{address: 10.0.0.1}]}\n"
		      "tools: [{product: ssh, reason: ops}]\n");

	(void)state;
	assert_string_equal(whose(r, "10.0.0.1", NULL), "a");
	assert_string_equal(whose(r, "10.0.0.2", NULL), "10.0.0.2");
	assert_int_equal(at(r, "10.0.0.2", NULL)->who->tools, 1);
	registry_free(r);
}

/* Memory is bounded: anonymous hosts go first, the one seen longest ago before others. */
static void
a_full_table_gives_up_old_strangers(void **state)
{
	struct registry *r =
	    open_text("anonymous: true\npersons:\n- {id: a, endpoints: [{address: 10.0.0.1}]}\n");
	const uint32_t first = at(r, "10.0.0.1", NULL)->id;
	uint32_t second;
	char text[ADDR_TEXT];

	(void)state;
	second = at(r, "10.1.0.0", NULL)->id;
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "10.2.%d.%d", i / 256, i % 256);
		assert_non_null(at(r, text, "02:00:00:00:00:05"));
		if (i < 60)
			assert_int_equal(at(r, "10.1.0.0", NULL)->id, second); /* still in use */
	}
	assert_int_equal(registry_evicted(r), 1002 - 64);
	assert_int_equal(at(r, "10.0.0.1", NULL)->id, first);
	assert_int_equal(at(r, "10.1.0.0", NULL)->id, 1002); /* ids are never given twice */
	registry_free(r);
}

static void
ranges_and_homes(void **state)
{
	struct registry *r;
	const struct config_range *range;
	struct addr a;

	(void)state;
	config_default(&config);
	config.ranges = 2;
	config.range[0].until_us = INT64_MAX;
	config.range[1].until_us = 50;
	assert_true(prefix_parse("192.0.2.0/24", &config.range[0].net));
	assert_true(prefix_parse("192.0.2.0/28", &config.range[1].net));
	r = registry_new(&config, NULL, NULL, NULL);
	assert_true(addr_parse("192.0.2.1", &a));
	range = registry_range(r, &a, 49);
	assert_ptr_equal(range, &config.range[1]);
	range = registry_range(r, &a, 50);
	assert_ptr_equal(range, &config.range[0]);
	assert_false(registry_is_home(r, &a));
	assert_true(addr_parse("10.1.1.1", &a));
	assert_null(registry_range(r, &a, 49));
	assert_true(registry_is_home(r, &a));
	registry_free(r);
	registry_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whose_an_address_is),
		cmocka_unit_test(by_mac_only_next_to_it),
		cmocka_unit_test(without_a_file_home_hosts_are_anonymous),
		cmocka_unit_test(a_file_may_want_anonymous_hosts_too),
		cmocka_unit_test(a_full_table_gives_up_old_strangers),
		cmocka_unit_test(ranges_and_homes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
