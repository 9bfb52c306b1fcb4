/*
 * The desk: events of the lane in, alerts out.  What it must join right: exceptions
 * and their end, leases, whose line it is.
 */
#include "office.h"

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

/* Who answers is the server of the flow; whoever asked is not what the answer says. */
static void
an_answer_is_about_who_speaks(void **state)
{
	(void)state;
	for (int side = 0; side < 2; side++) {
		struct office *o = office_new("");
		char here[64];

		flow_of(o, "10.20.4.21", "10.20.4.60", START_US);
		obs_num(&o->ev.facts, OBS_ANNOUNCER, (uint32_t)side);
		obs_add(&o->ev.facts, OBS_MDNS_NAME, 0, "glkvm", 5);
		happen(o, EVENT_MESSAGE, START_US);
		assert_int_equal(told(o, "LF-03"), 1);
		snprintf(here, sizeof(here), "at %s ", side == 0 ? "10.20.4.21" : "10.20.4.60");
		assert_non_null(strstr(o->at[0].message, here));
		office_free(o);
	}
}

/* By its hardware address the station is found, once it was seen with an IP address. */
static void
a_masked_station_is_an_endpoint(void **state)
{
	static const char *const orders[] = { "6f:70:65:6e:5f:7a", "6f:6f:6d:00:00:00",
		"72:75:6e:00:00:00" };
	struct office *o = office_new("");
	struct flow *f;

	(void)state;
	for (int known = 0; known < 2; known++) {
		for (unsigned i = 0; i < 3; i++) {
			f = flow_of(o, "0.0.0.0", "10.20.4.255", START_US);
			assert_true(mac_parse("2c:cf:67:00:53:60", &f->mac[0]));
			assert_true(mac_parse(orders[i], &f->mac[1]));
			happen(o, EVENT_MASKED, START_US + i * SECOND_US);
		}
		assert_int_equal(told(o, "LF-04"), 2 * known); /* inventory, then high */
		f = flow_of(o, "10.20.4.60", "203.0.113.70", START_US);
		assert_true(mac_parse("2c:cf:67:00:53:60", &f->mac[SIDE_CLIENT]));
		happen(o, EVENT_FLOW_UPDATE, START_US);
	}
	assert_int_equal(o->at[o->count - 1].level, LEVEL_HIGH);
	office_free(o);
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
		cmocka_unit_test(an_answer_is_about_who_speaks),
		cmocka_unit_test(a_masked_station_is_an_endpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
