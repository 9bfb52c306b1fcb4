/*
 * The desk: events of the lane in, alerts out, over the real catalogue, registry
 * and judge.  What it must join right: exceptions and their end, whose line it
 * is, what only a resolved name says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "caught.h"
#include "desk.h"

#define START_US (20710LL * DAY_US) /* 2026-09-14 */
#define KEPT     16

struct alert_kept {
	const char *rule;
	enum level level;
	char who[PERSON_ID], message[240];
};

struct office {
	struct config config;
	struct catalogue *catalogue;
	struct registry *registry;
	struct judge *judge;
	struct desk *desk;
	struct event ev;
	unsigned count;
	struct alert_kept at[KEPT];
};

static void
keep(void *arg, const struct alert *a)
{
	struct office *o = arg;
	struct alert_kept *k = &o->at[o->count];

	if (a->finding == NULL || o->count >= KEPT)
		return;
	k->rule = a->finding->by->rule;
	k->level = a->finding->level;
	memcpy(k->who, a->who->id, sizeof(k->who));
	memcpy(k->message, a->finding->message, sizeof(k->message));
	o->count++;
}

static bool
is_product(void *arg, const char *id)
{
	return catalogue_by_id(arg, id) != 0;
}

static struct office *
office_new(const char *people)
{
	char path[] = "/tmp/farhand-test-XXXXXX", catalog[4096];
	struct office *o = calloc(1, sizeof(*o));
	struct judge_options j = { .cases = 64,
		.close_us = 14 * DAY_US,
		.repeat_us = DAY_US,
		.vantages = 1u << VANTAGE_INSIDE };
	struct desk_options d = { 0 };

	assert_non_null(o);
	config_default(&o->config);
	o->config.limits.endpoints = o->config.limits.subjects = 64;
	snprintf(catalog, sizeof(catalog), "%s/catalog", getenv("FARHAND_ROOT"));
	o->catalogue = catalogue_load(catalog);
	assert_non_null(o->catalogue);
	caught_write(path, people);
	o->registry =
	    registry_new(&o->config, people[0] != '\0' ? path : NULL, is_product, o->catalogue);
	unlink(path);
	assert_non_null(o->registry);
	d.judge = o->judge = judge_new(&j, keep, o);
	d.config = &o->config;
	d.catalogue = o->catalogue;
	d.registry = o->registry;
	o->desk = desk_new(&d);
	assert_non_null(o->desk);
	return o;
}

static void
office_free(struct office *o)
{
	desk_free(o->desk);
	judge_free(o->judge);
	registry_free(o->registry);
	catalogue_free(o->catalogue);
	free(o);
}

static struct addr
address(const char *text)
{
	struct addr a = { { 0 } };

	assert_true(addr_parse(text, &a));
	return a;
}

static void
happen(struct office *o, enum event_kind kind, int64_t at_us)
{
	static const struct health health;

	o->ev.kind = kind;
	o->ev.at_us = at_us;
	o->ev.ordinal++;
	desk_event(o->desk, &o->ev, &health);
}

/* A flow of ours with a far end, of a minute, up to at_us. */
static struct flow *
flow_of(struct office *o, const char *ours, const char *far, int64_t at_us)
{
	struct flow *f = &o->ev.flow;

	memset(&o->ev, 0, offsetof(struct event, facts));
	memset(&o->ev.facts, 0, sizeof(o->ev.facts));
	f->id = (uint64_t)at_us;
	f->first_us = at_us - MINUTE_US;
	f->last_us = at_us;
	f->end[SIDE_CLIENT] = address(ours);
	f->end[SIDE_SERVER] = address(far);
	f->proto = PROTO_TCP;
	for (int i = 0; i < 2; i++) {
		f->payload_bytes[i] = 50000;
		f->data_packets[i] = 300;
	}
	f->verdict.host = SIDE_NONE;
	return f;
}

/* Ours dials out and is controlled with a product its bytes name. */
static void
session(struct office *o, const char *ours, const char *far, const char *product, int64_t at_us)
{
	struct flow *f = flow_of(o, ours, far, at_us);

	f->verdict.product = (uint16_t)catalogue_by_id(o->catalogue, product);
	f->verdict.by = BY_DISSECTOR;
	f->verdict.sure = SURE_CERTAIN;
	f->verdict.host = SIDE_CLIENT;
	happen(o, EVENT_FLOW_UPDATE, at_us);
}

/* The VPN gateway says where an account comes from. */
static void
account(struct office *o, const char *user, const char *framed, const char *caller, int64_t at_us)
{
	const struct addr a = address(framed), b = address(caller);

	flow_of(o, "10.20.0.1", "10.20.0.5", at_us);
	obs_add(&o->ev.facts, OBS_RADIUS_STATUS, 1, NULL, 0);
	obs_add(&o->ev.facts, OBS_RADIUS_USER, 0, user, strlen(user));
	obs_addr(&o->ev.facts, OBS_RADIUS_FRAMED, &a, 0);
	obs_addr(&o->ev.facts, OBS_RADIUS_CALLER, &b, 0);
	happen(o, EVENT_MESSAGE, at_us);
}

/* The DHCP server gives an address (5), or the machine gives it back (7). */
static void
dhcp(struct office *o, uint32_t type, const char *mac, const char *given, int64_t at_us)
{
	const struct addr a = address(given);
	struct mac m;

	assert_true(mac_parse(mac, &m));
	flow_of(o, "10.20.0.1", "10.20.0.5", at_us);
	obs_add(&o->ev.facts, OBS_DHCP_TYPE, type, NULL, 0);
	obs_add(&o->ev.facts, OBS_DHCP_MAC, 0, m.b, 6);
	obs_add(&o->ev.facts, OBS_DHCP_LEASE, 86400, NULL, 0);
	obs_addr(&o->ev.facts, OBS_DHCP_ADDR, &a, 0);
	happen(o, EVENT_MESSAGE, at_us);
}

static unsigned
told(const struct office *o, const char *rule)
{
	unsigned n = 0;

	for (unsigned i = 0; i < o->count; i++)
		n += strcmp(o->at[i].rule, rule) == 0 ? 1 : 0;
	return n;
}

static void
an_exception_holds_until_its_end(void **state)
{
	struct office *o = office_new("persons:\n"
				      "  - id: u11\n"
				      "    endpoints: [{address: 10.20.4.11}]\n"
				      "    tools: [{product: vnc, peer: 192.0.2.0/24, until: "
				      "2026-09-16, reason: ticket 7}]\n");
	const int64_t end_us = START_US + 2 * DAY_US;

	(void)state;
	session(o, "10.20.4.11", "192.0.2.10", "vnc", START_US);
	session(o, "10.20.4.11", "192.0.2.10", "vnc", end_us - 1);
	assert_int_equal(o->count, 0);
	session(o, "10.20.4.11", "192.0.2.10", "rdp", end_us - 1);
	assert_int_equal(told(o, "RD-01"), 1);
	session(o, "10.20.4.11", "198.51.100.1", "vnc", end_us - 1);
	assert_int_equal(told(o, "RD-01"), 2);
	session(o, "10.20.4.11", "192.0.2.10", "vnc", end_us);
	assert_int_equal(told(o, "RD-01"), 3);
	assert_int_equal(o->at[2].level, LEVEL_MEDIUM);
	office_free(o);
}

static void
one_person_with_two_machines_is_one(void **state)
{
	struct office *o =
	    office_new("persons:\n"
		       "  - {id: u11, endpoints: [{address: 10.20.4.11}, {address: 10.20.4.12}]}\n"
		       "  - {id: u13, endpoints: [{address: 10.20.4.13}]}\n");

	(void)state;
	session(o, "10.20.4.11", "192.0.2.10", "vnc", START_US);
	session(o, "10.20.4.12", "192.0.2.10", "vnc", START_US + HOUR_US);
	assert_int_equal(told(o, "LF-02"), 0);
	session(o, "10.20.4.13", "192.0.2.10", "vnc", START_US + 2 * HOUR_US);
	assert_int_equal(told(o, "LF-02"), 1);
	office_free(o);
}

/* Whoever has the address next is not that person. */
static void
a_released_lease_binds_no_more(void **state)
{
	struct office *o = office_new("persons:\n"
				      "  - {id: u11, endpoints: [{mac: '00:00:5e:00:53:11'}]}\n");

	(void)state;
	dhcp(o, 5, "00:00:5e:00:53:11", "10.20.9.9", START_US);
	session(o, "10.20.9.9", "192.0.2.10", "vnc", START_US + MINUTE_US);
	assert_int_equal(told(o, "RD-01"), 1);
	dhcp(o, 7, "00:00:5e:00:53:11", "10.20.9.9", START_US + 2 * MINUTE_US);
	session(o, "10.20.9.9", "192.0.2.10", "rdp", START_US + 3 * MINUTE_US);
	assert_int_equal(told(o, "RD-01"), 1);
	office_free(o);
}

static void
a_private_caller_is_nobodys_line(void **state)
{
	(void)state;
	for (int public = 0; public < 2; public ++) {
		struct office *o = office_new("");
		const char *caller = public ? "198.51.100.11" : "192.168.7.1";

		account(o, "u11", "10.20.4.11", caller, START_US);
		account(o, "u12", "10.20.4.12", caller, START_US + MINUTE_US);
		assert_int_equal(told(o, "LF-01"), public);
		office_free(o);
	}
}

/* An idle flow closes late; who has its address by then is not to be charged with it. */
static void
a_late_close_is_not_the_next_holders(void **state)
{
	struct office *o = office_new("persons:\n"
				      "  - {id: u1, endpoints: [{mac: \"02:00:00:00:00:01\"}]}\n"
				      "  - {id: u2, endpoints: [{mac: \"02:00:00:00:00:02\"}]}\n");
	struct flow *f;

	(void)state;
	for (int again = 0; again < 2; again++) {
		const int64_t at_us = START_US + again * DAY_US;

		dhcp(o, 5, "02:00:00:00:00:01", "10.20.4.11", at_us);
		f = flow_of(o, "10.20.4.11", "203.0.113.50", at_us + HOUR_US);
		f->verdict.product = (uint16_t)catalogue_by_id(o->catalogue, "vnc");
		f->verdict.by = BY_DISSECTOR;
		f->verdict.sure = SURE_CERTAIN;
		f->verdict.host = SIDE_CLIENT;
		if (again == 0) {
			const struct event kept = o->ev;

			dhcp(o, 7, "02:00:00:00:00:01", "10.20.4.11", at_us + HOUR_US + MINUTE_US);
			dhcp(o, 5, "02:00:00:00:00:02", "10.20.4.11",
			    at_us + HOUR_US + 2 * MINUTE_US);
			o->ev = kept;
		}
		happen(o, EVENT_FLOW_CLOSE, at_us + HOUR_US + 15 * MINUTE_US);
		assert_int_equal(told(o, "RD-01"), again); /* the second time nobody came between */
	}
	assert_string_equal(o->at[0].who, "u1");
	office_free(o);
}

/* The close of a flow that idled out is no sign of life: its line may be another's by then. */
static void
a_stale_close_shows_no_line(void **state)
{
	struct office *o = office_new("persons:\n"
				      "  - {id: u11, endpoints: [{address: 198.51.100.70}]}\n"
				      "  - {id: u12, endpoints: [{account: u12}]}\n");

	(void)state;
	flow_of(o, "198.51.100.70", "192.0.2.70", START_US);
	happen(o, EVENT_FLOW_CLOSE, START_US + HOUR_US);
	account(o, "u12", "10.20.4.12", "198.51.100.70", START_US + HOUR_US);
	assert_int_equal(told(o, "LF-01"), 0);
	flow_of(o, "198.51.100.70", "192.0.2.70", START_US + HOUR_US);
	happen(o, EVENT_FLOW_CLOSE, START_US + HOUR_US + SECOND_US);
	assert_int_equal(told(o, "LF-01"), 1);
	office_free(o);
}

/* Its address block is all that is known of it: shown daily, so the end of an exception is seen. */
static void
an_excepted_device_is_told_in_the_end(void **state)
{
	struct office *o =
	    office_new("persons:\n"
		       "  - {id: u11, endpoints: [{address: 10.20.4.11}]}\n"
		       "anonymous: true\n"
		       "tools: [{product: tinypilot, until: 2026-09-16, reason: rack 3}]\n");

	(void)state;
	for (int hour = 0; hour < 73; hour += 6) {
		struct flow *f = flow_of(o, "10.20.4.60", "10.20.4.1", START_US + hour * HOUR_US);

		assert_true(mac_parse("04:C9:8B:12:34:56", &f->mac[SIDE_CLIENT]));
		happen(o, EVENT_FLOW_UPDATE, START_US + hour * HOUR_US);
		assert_int_equal(told(o, "LF-03"), hour < 48 ? 0 : hour < 72 ? 1 : 2);
	}
	assert_int_equal(o->at[0].level, LEVEL_MEDIUM);
	office_free(o);
}

/* A flow that talks to an IP-KVM's cloud, by its own words or by a resolved name only. */
static void
call_cloud(struct office *o, const char *ours, bool says_so)
{
	static const char name[] = "gk.tinypilotkvm.com";
	const struct addr far = address("203.0.113.77");
	struct flow *f;

	flow_of(o, "10.20.0.5", "10.20.0.1", START_US);
	obs_add(&o->ev.facts, OBS_DNS_NAME, 0, name, strlen(name));
	obs_addr(&o->ev.facts, OBS_DNS_ADDR, &far, 300);
	happen(o, EVENT_MESSAGE, START_US);
	f = flow_of(o, ours, "203.0.113.77", START_US + SECOND_US);
	if (says_so) {
		obs_add(&o->ev.facts, OBS_SNI, 0, name, strlen(name));
		f->verdict.product = (uint16_t)catalogue_by_id(o->catalogue, "tinypilot");
		f->verdict.by = BY_CATALOGUE;
		f->verdict.sure = SURE_LIKELY;
		f->verdict.registers = true;
	}
	happen(o, EVENT_FLOW_NAMED, START_US + SECOND_US);
}

static void
a_resolved_name_is_a_weak_hint(void **state)
{
	(void)state;
	for (int says_so = 0; says_so < 2; says_so++) {
		struct office *o = office_new("");

		call_cloud(o, "10.20.4.11", says_so != 0);
		assert_int_equal(told(o, "LF-03"), 1);
		assert_int_equal(o->at[0].level, says_so ? LEVEL_MEDIUM : LEVEL_INVENTORY);
		office_free(o);
	}
}

/* A private relay may be called as its product; only the vendor's own domain excuses it. */
static void
only_the_vendors_domain_is_its_relay(void **state)
{
	static const char *const names[] = { "rustdesk.operator.example", "rs-ny.rustdesk.com" };

	(void)state;
	for (int vendor = 0; vendor < 2; vendor++) {
		struct office *o = office_new("");
		const struct addr far = address("203.0.113.77");

		flow_of(o, "10.20.0.5", "10.20.0.1", START_US);
		obs_add(&o->ev.facts, OBS_DNS_NAME, 0, names[vendor], strlen(names[vendor]));
		obs_addr(&o->ev.facts, OBS_DNS_ADDR, &far, 86400);
		happen(o, EVENT_MESSAGE, START_US);
		for (int i = 1; i <= 3; i++) {
			char ours[32];

			snprintf(ours, sizeof(ours), "10.20.4.%d", i);
			session(o, ours, "203.0.113.77", "rustdesk", START_US + i * MINUTE_US);
		}
		assert_true(told(o, "LF-02") > 0);
		for (unsigned i = 0; i < o->count; i++) {
			if (strcmp(o->at[i].rule, "LF-02") == 0)
				assert_int_equal(
				    o->at[i].level, vendor ? LEVEL_INVENTORY : LEVEL_MEDIUM);
		}
		office_free(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exception_holds_until_its_end),
		cmocka_unit_test(one_person_with_two_machines_is_one),
		cmocka_unit_test(a_released_lease_binds_no_more),
		cmocka_unit_test(a_private_caller_is_nobodys_line),
		cmocka_unit_test(a_late_close_is_not_the_next_holders),
		cmocka_unit_test(a_stale_close_shows_no_line),
		cmocka_unit_test(an_excepted_device_is_told_in_the_end),
		cmocka_unit_test(a_resolved_name_is_a_weak_hint),
		cmocka_unit_test(only_the_vendors_domain_is_its_relay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
