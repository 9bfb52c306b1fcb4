/*
 * The desk: flows become sights.  What only a resolved name says, what is looked up
 * for whom, whose ends they are.
 */
#include "office.h"

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

/* What a machine of ours shows who asks it, in clear. */
static void
a_page_gives_a_device_away(void **state)
{
	static const char *const titles[] = { "BliKVM", "PiKVM Login" };

	(void)state;
	for (int sure = 0; sure < 2; sure++) {
		struct office *o = office_new("");

		flow_of(o, "192.0.2.10", "10.20.4.11", START_US);
		obs_add(&o->ev.facts, OBS_HTTP_TITLE, 0, titles[sure], strlen(titles[sure]));
		happen(o, EVENT_FLOW_NAMED, START_US);
		assert_int_equal(told(o, "LF-03"), sure);
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

/* Flows that nobody named are most of all: they cost no detector's memory, and no questions. */
static void
an_unnamed_flow_costs_nothing(void **state)
{
	struct office *o = office_new("");

	(void)state;
	for (int i = 0; i < 200; i++) {
		char ours[32];

		snprintf(ours, sizeof(ours), "10.20.4.%d", i + 1);
		flow_of(o, ours, "192.0.2.10", START_US + i);
		happen(o, EVENT_FLOW_UPDATE, START_US + i);
	}
	assert_int_equal(desk_evicted(o->desk), 0);
	assert_int_equal(o->asked, 0);
	session(o, "10.20.5.1", "192.0.2.10", "vnc", START_US + MINUTE_US);
	assert_int_equal(told(o, "RD-01"), 1);
	assert_true(o->asked > 0);
	office_free(o);
}

/* "Could be controlled" is no session, though its host is known by bytes, however long it lasts. */
static void
a_registration_is_inventory_for_all(void **state)
{
	struct office *o = office_new("");

	(void)state;
	for (int i = 0; i < 60; i++) {
		char ours[32];
		struct flow *f;

		snprintf(ours, sizeof(ours), "10.20.4.%d", i % 4 + 1);
		f = flow_of(o, ours, "203.0.113.77", START_US);
		f->verdict.product = (uint16_t)catalogue_by_id(o->catalogue, "rustdesk");
		f->verdict.by = BY_DISSECTOR;
		f->verdict.sure = SURE_CERTAIN;
		f->verdict.host = SIDE_CLIENT;
		f->verdict.host_by = HOST_BY_BYTES;
		f->verdict.registers = true;
		f->last_us = START_US + i * MINUTE_US;
		f->payload_bytes[0] = f->payload_bytes[1] = 1000000;
		f->data_packets[0] = f->data_packets[1] = 10000;
		happen(o, EVENT_FLOW_UPDATE, f->last_us);
	}
	assert_int_equal(told(o, "RD-02"), 4);
	assert_int_equal(o->count, 4);
	for (unsigned i = 0; i < o->count; i++)
		assert_int_equal(o->at[i].level, LEVEL_INVENTORY);
	office_free(o);
}

struct kept_record {
	struct office *office;
	unsigned count;
	char name[64];
	enum side inner;
};

static void
keep_record(void *arg, const struct flow_record *r)
{
	struct kept_record *k = arg;

	snprintf(k->name, sizeof(k->name), "%s", r->peer_name);
	assert_true(r->place[SIDE_CLIENT] == NULL && r->place[SIDE_SERVER] == NULL);
	k->inner = r->inner;
	k->count++;
}

static void
give_record_health(void *arg, const struct event *ev, struct health *out)
{
	give_health(((struct kept_record *)arg)->office, ev, out);
}

/* Names are looked up for a record even where no detector cares; places by who writes it. */
static void
a_record_knows_names(void **state)
{
	static const char name[] = "files.example.net";
	struct office *o = office_new("");
	struct kept_record kept = { .office = o };
	const struct addr far = address("203.0.113.9");
	struct desk_options d = { .config = &o->config,
		.catalogue = o->catalogue,
		.judge = o->judge,
		.record = keep_record,
		.health = give_record_health,
		.arg = &kept };

	(void)state;
	desk_free(o->desk);
	d.registry = o->registry;
	o->desk = desk_new(&d);
	assert_non_null(o->desk);
	flow_of(o, "10.20.0.5", "10.20.0.1", START_US);
	obs_add(&o->ev.facts, OBS_DNS_NAME, 0, name, strlen(name));
	obs_addr(&o->ev.facts, OBS_DNS_ADDR, &far, 300);
	happen(o, EVENT_MESSAGE, START_US);
	for (int ours = 0; ours < 2; ours++) {
		flow_of(o, ours ? "10.20.4.11" : "192.0.2.1", "203.0.113.9", START_US + SECOND_US);
		happen(o, EVENT_FLOW_UPDATE, START_US + SECOND_US);
		assert_int_equal(kept.count, ours);
		happen(o, EVENT_FLOW_CLOSE, START_US + SECOND_US);
		assert_int_equal(kept.count, ours + 1);
		assert_string_equal(kept.name, name);
		assert_int_equal(kept.inner, ours ? SIDE_CLIENT : SIDE_NONE);
	}
	office_free(o);
}

/* Nine addresses behind one MAC are a router's, also when the ninth is the other end's. */
static void
both_ends_behind_one_router(void **state)
{
	struct office *o = office_new("");
	char ours[32];

	(void)state;
	for (int i = 1; i <= 8; i++) {
		struct flow *f;

		snprintf(ours, sizeof(ours), "10.20.4.%d", i);
		f = flow_of(o, ours, i < 8 ? "192.0.2.10" : "10.20.4.9", START_US + i);
		/* of a KVM's block, were it a host's */
		assert_true(mac_parse("04:C9:8B:12:34:56", &f->mac[0]));
		f->mac[1] = f->mac[0];
		happen(o, EVENT_FLOW_UPDATE, START_US + i);
	}
	assert_int_equal(told(o, "LF-03"), 7);
	office_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_resolved_name_is_a_weak_hint),
		cmocka_unit_test(a_page_gives_a_device_away),
		cmocka_unit_test(only_the_vendors_domain_is_its_relay),
		cmocka_unit_test(an_unnamed_flow_costs_nothing),
		cmocka_unit_test(a_registration_is_inventory_for_all),
		cmocka_unit_test(a_record_knows_names),
		cmocka_unit_test(both_ends_behind_one_router),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
