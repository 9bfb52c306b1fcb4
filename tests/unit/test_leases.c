/*
 * What the wire binds for a time: DHCP leases, VPN sessions, mDNS names.
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

#include "people/leases.h"
#include "people/registry.h"

#define HOUR_US (3600 * 1000000LL)

static struct config config;

static const char people[] = "persons:\n"
			     "- {id: p1, endpoints: [{mac: '00:00:5e:00:53:17'}, {account: U11}]}\n"
			     "- {id: p2, endpoints: [{name: lt-0417}, {address: 10.0.0.40}]}\n";

static struct registry *
open_people(bool named)
{
	char path[] = "/tmp/farhand-test-XXXXXX";
	struct registry *r;
	int fd;

	config_default(&config);
	config.limits.endpoints = 32;
	if (!named)
		return registry_new(&config, NULL, NULL, NULL);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, people, strlen(people)), strlen(people));
	close(fd);
	r = registry_new(&config, path, NULL, NULL);
	unlink(path);
	assert_non_null(r);
	return r;
}

static struct addr
addr_of(const char *text)
{
	struct addr a = { { 0 } };

	assert_true(text[0] == '\0' || addr_parse(text, &a));
	return a;
}

static const struct endpoint *
at(struct registry *r, const char *text, int64_t now_us)
{
	const struct addr a = addr_of(text);

	return registry_at(r, &a, NULL, VANTAGE_INSIDE, 0, now_us);
}

static const char *
whose(struct registry *r, const char *text, int64_t now_us)
{
	const struct endpoint *e = at(r, text, now_us);

	return e != NULL ? e->who->id : "nobody";
}

static void
lease(struct registry *r, const char *mac, const char *text, const char *name, int64_t now_us,
    int64_t until_us)
{
	const struct addr a = addr_of(text);
	struct mac m;

	assert_true(mac_parse(mac, &m));
	registry_lease(r, &m, &a, name, "MSFT 5.0", VANTAGE_SITE, 1, now_us, until_us);
}

static void
account(struct registry *r, const char *user, const char *framed, const char *caller, bool stop,
    int64_t now_us)
{
	const struct addr f = addr_of(framed), c = addr_of(caller);

	registry_account(r, user, &f, &c, stop, now_us);
}

static void
a_lease_binds_for_its_time(void **state)
{
	struct registry *r = open_people(true);
	const struct endpoint *e;

	(void)state;
	assert_string_equal(whose(r, "10.0.0.5", 1), "nobody");
	lease(r, "00:00:5e:00:53:17", "10.0.0.5", "host\x1b[2J\xff", 10, HOUR_US);
	e = at(r, "10.0.0.5", 20);
	assert_string_equal(e->who->id, "p1");
	assert_int_equal(e->bound_by, BOUND_LEASE);
	assert_string_equal(e->name, "host?[2J?"); /* names go into alerts */
	assert_string_equal(e->vendor, "MSFT 5.0");
	assert_int_equal(e->vantage, VANTAGE_SITE);
	assert_int_equal(e->source, 1);
	assert_int_equal(e->first_us, 10);
	/* The machine moves on and stays itself. */
	lease(r, "00:00:5e:00:53:17", "10.0.0.6", "", 30, HOUR_US);
	assert_ptr_equal(at(r, "10.0.0.6", 40), e);
	assert_string_equal(whose(r, "10.0.0.6", HOUR_US), "nobody");
	/* Its old address goes to another. */
	lease(r, "00:00:5e:00:53:99", "10.0.0.5", "LT-0417.corp.example", 50, HOUR_US);
	assert_string_equal(whose(r, "10.0.0.5", 60), "p2");
	/* A lease outranks a fixed address. */
	lease(r, "00:00:5e:00:53:17", "10.0.0.40", "", 70, HOUR_US);
	assert_string_equal(whose(r, "10.0.0.40", 80), "p1");
	assert_string_equal(whose(r, "10.0.0.40", HOUR_US), "p2");
	registry_free(r);
}

static void
a_lease_given_back_is_over(void **state)
{
	struct registry *r = open_people(true);
	const struct addr a = addr_of("10.0.0.5");
	struct mac mine, other;

	(void)state;
	assert_true(mac_parse("00:00:5e:00:53:17", &mine));
	assert_true(mac_parse("00:00:5e:00:53:99", &other));
	lease(r, "00:00:5e:00:53:17", "10.0.0.5", "", 10, HOUR_US);
	registry_release(r, &other, &a, 20); /* not its to give */
	assert_string_equal(whose(r, "10.0.0.5", 30), "p1");
	registry_release(r, &mine, &a, 40);
	assert_string_equal(whose(r, "10.0.0.5", 40), "nobody");
	lease(r, "00:00:5e:00:53:17", "10.0.0.5", "", 50, HOUR_US);
	assert_string_equal(whose(r, "10.0.0.5", 60), "p1");
	registry_free(r);
}

static void
an_account_binds_until_stop_or_a_day(void **state)
{
	struct registry *r = open_people(true);
	const struct endpoint *e;
	struct addr caller;

	(void)state;
	account(r, "u11", "10.8.0.3", "203.0.113.7", false, 10);
	e = at(r, "10.8.0.3", 20);
	assert_string_equal(e->who->id, "p1");
	assert_int_equal(e->bound_by, BOUND_LEASE);
	assert_int_equal(e->egress_by, EGRESS_LEASE);
	caller = addr_of("203.0.113.7");
	assert_true(addr_equal(&e->egress, &caller));
	account(r, "u11", "10.8.0.3", "", false, 30); /* an interim without the caller keeps it */
	assert_true(addr_equal(&at(r, "10.8.0.3", 40)->egress, &caller));
	assert_string_equal(whose(r, "10.8.0.3", 30 + 24 * HOUR_US), "nobody");
	account(r, "other", "10.8.0.3", "", true, 50); /* not this session's */
	assert_string_equal(whose(r, "10.8.0.3", 60), "p1");
	account(r, "U11", "10.8.0.3", "", true, 70);
	assert_string_equal(whose(r, "10.8.0.3", 70), "nobody");
	/* A new session that tells no caller has none ... */
	account(r, "u11", "10.8.0.3", "", false, 72);
	assert_int_equal(at(r, "10.8.0.3", 74)->egress_by, EGRESS_NONE);
	account(r, "u11", "10.8.0.3", "", true, 76);
	/* ... and the next user of the address brings no old one along. */
	account(r, "unknown", "10.8.0.3", "", false, 80);
	assert_string_equal(whose(r, "10.8.0.3", 90), "nobody");
	registry_free(r);
}

static void
egress_ends_with_the_session(void **state)
{
	struct registry *r = open_people(true);

	(void)state;
	account(r, "u11", "10.0.0.40", "203.0.113.7", false, 10);
	assert_string_equal(whose(r, "10.0.0.40", 20), "p1");
	account(r, "u11", "10.0.0.40", "", true, 30);
	assert_string_equal(whose(r, "10.0.0.40", 40), "p2");
	assert_int_equal(at(r, "10.0.0.40", 40)->egress_by, EGRESS_NONE);
	registry_free(r);
}

static void
unknown_users_are_anonymous_persons_without_a_file(void **state)
{
	struct registry *r = open_people(false);
	const struct endpoint *a, *b;

	(void)state;
	account(r, "alice", "10.8.0.3", "203.0.113.7", false, 10);
	account(r, "bob", "10.8.0.4", "203.0.113.7", false, 10);
	a = at(r, "10.8.0.3", 20);
	b = at(r, "10.8.0.4", 20);
	assert_string_equal(a->who->id, "user:alice");
	assert_string_equal(b->who->id, "user:bob");
	assert_true(a->who->anonymous && a->egress_by == EGRESS_LEASE);
	/* Reconnected with another address she is the same person. */
	account(r, "alice", "10.8.0.3", "", true, 30);
	account(r, "ALICE", "100.64.0.9", "203.0.113.8", false, 40);
	assert_ptr_equal(at(r, "100.64.0.9", 50), a);
	assert_string_equal(whose(r, "10.8.0.3", 50), "10.8.0.3");
	/* bob's address, given to carol. */
	account(r, "carol", "10.8.0.4", "203.0.113.9", false, 60);
	assert_string_equal(whose(r, "10.8.0.4", 70), "user:carol");
	account(r, "a-very-long-user-name-of-somebody-else", "10.8.0.5", "", false, 80);
	assert_string_equal(whose(r, "10.8.0.5", 90), "user:a-very-long-user-~0d714785");
	account(r, "", "10.8.0.6", "", false, 80);
	assert_string_equal(whose(r, "10.8.0.6", 90), "10.8.0.6");
	registry_free(r);
}

static void
a_name_binds_last_and_only_on_the_lan(void **state)
{
	struct registry *r = open_people(true);
	struct addr a = addr_of("10.0.0.7"), far = addr_of("203.0.113.7");
	const struct endpoint *e;

	(void)state;
	registry_named(r, &a, "Lt-0417", 10);
	registry_named(r, &far, "Lt-0417", 10);
	e = at(r, "10.0.0.7", 20);
	assert_string_equal(e->who->id, "p2");
	assert_int_equal(e->bound_by, BOUND_NAME);
	assert_string_equal(e->name, "Lt-0417");
	assert_string_equal(whose(r, "203.0.113.7", 20), "nobody");
	assert_string_equal(whose(r, "10.0.0.7", 10 + 24 * HOUR_US), "nobody");
	a = addr_of("10.0.0.40"); /* an address is believed before a name that anyone can say */
	registry_named(r, &a, "other", 10);
	assert_string_equal(whose(r, "10.0.0.40", 20), "p2");
	assert_int_equal(at(r, "10.0.0.40", 20)->bound_by, BOUND_ADDRESS);
	registry_free(r);
}

static void
a_flood_of_leases_is_bounded(void **state)
{
	struct registry *r = open_people(false);
	char mac[18], text[ADDR_TEXT];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(mac, sizeof(mac), "02:00:00:00:%02x:%02x", i / 256, i % 256);
		snprintf(text, sizeof(text), "10.3.%d.%d", i / 256, i % 256);
		lease(r, mac, text, "x", i, i + HOUR_US);
		account(r, mac, text, "203.0.113.7", i % 3 == 0, i);
		assert_non_null(at(r, text, i));
	}
	assert_true(registry_evicted(r) > 4000);
	registry_free(r);
}

/* Whoever scans the home networks, or pretends to, does not end leases and sessions. */
static void
strangers_do_not_crowd_out_leases(void **state)
{
	struct registry *r = open_people(false);
	char text[ADDR_TEXT];

	(void)state;
	account(r, "alice", "10.8.0.3", "203.0.113.7", false, 1);
	lease(r, "00:00:5e:00:53:17", "10.0.0.5", "lt-0417", 1, HOUR_US);
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "10.3.%d.%d", i / 256, i % 256);
		assert_non_null(at(r, text, 2));
	}
	assert_string_equal(whose(r, "10.8.0.3", 3), "user:alice");
	assert_string_equal(at(r, "10.0.0.5", 3)->name, "lt-0417");
	registry_free(r);
}

static void
ids_of_anonymous_persons(void **state)
{
	const struct addr a = addr_of("fd11:2233:4455:6677:8899:aabb:ccdd:eef0");
	const struct addr b = addr_of("fd11:2233:4455:6678:8899:aabb:ccdd:eef0");
	char one[PERSON_ID], two[PERSON_ID];
	struct addr x, y;

	(void)state;
	anonymous_id(&a, "", one);
	anonymous_id(&b, "", two);
	assert_string_not_equal(one, two);
	x = account_key("Alice");
	y = account_key("aLICE");
	assert_true(addr_equal(&x, &y));
	y = account_key("alicf");
	assert_false(addr_equal(&x, &y));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lease_binds_for_its_time),
		cmocka_unit_test(a_lease_given_back_is_over),
		cmocka_unit_test(an_account_binds_until_stop_or_a_day),
		cmocka_unit_test(egress_ends_with_the_session),
		cmocka_unit_test(unknown_users_are_anonymous_persons_without_a_file),
		cmocka_unit_test(a_name_binds_last_and_only_on_the_lan),
		cmocka_unit_test(a_flood_of_leases_is_bounded),
		cmocka_unit_test(strangers_do_not_crowd_out_leases),
		cmocka_unit_test(ids_of_anonymous_persons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
