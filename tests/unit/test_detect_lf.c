/*
 * Several persons behind one line (LF-01), one controller for several endpoints
 * (LF-02).
 */
#include "sights.h"

/* A person works through 198.51.100.11. */
static void
show_tenant(struct stage *t, const char *id, const char *city, enum network_kind network)
{
	stage_person(t, id, (uint32_t)(id[1] * 10 + id[2]) & 0xff);
	if (city != NULL)
		stage_claim(t, "US", city);
	stage_egress(t, "198.51.100.11", "US", "Nashville", network);
	t->s.now_us += 10 * MINUTE_US;
	show(t);
}

static void
three_persons_of_different_claims_are_high(void **state)
{
	struct stage *t = stage_new("LF-01");
	const struct finding *f;

	(void)state;
	show_tenant(t, "u13", "Denver", NETWORK_FIXED);
	assert_int_equal(t->heard.count, 0);
	show_tenant(t, "u12", "Atlanta", NETWORK_FIXED);
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_LOW);
	assert_true(speaks_of(&t->heard.at[0], "flatmates"));
	show_tenant(t, "u11", "Dallas", NETWORK_FIXED);
	assert_int_equal(t->heard.count, 2);
	f = &t->heard.at[1];
	assert_int_equal(f->level, LEVEL_HIGH);
	assert_string_equal(t->heard.persons[1], "u11,u12,u13");
	assert_string_equal(f->key, t->heard.at[0].key);
	assert_string_equal(f->message,
	    "Three persons work through one internet line, 198.51.100.11 "
	    "(Nashville, US): u11, u12 and u13, who claim different places.");
	assert_true(signal_of(f, "persons_behind_egress")->weight == 4.0f);
	assert_string_equal(
	    signal_of(f, "claims_differ")->observed, "Dallas, US; Atlanta, US; Denver, US");
	for (int i = 0; i < 3; i++)
		show_tenant(t, "u12", "Atlanta", NETWORK_FIXED);
	assert_int_equal(t->heard.count, 2);
	stage_free(t);
}

static void
three_persons_of_one_claim_are_medium(void **state)
{
	struct stage *t = stage_new("LF-01");

	(void)state;
	show_tenant(t, "u11", "Dallas", NETWORK_FIXED);
	show_tenant(t, "u12", "Dallas", NETWORK_FIXED);
	show_tenant(t, "u13", NULL, NETWORK_FIXED);
	assert_int_equal(t->heard.at[1].level, LEVEL_MEDIUM);
	stage_free(t);
}

static void
kinds_of_network_weigh_differently(void **state)
{
	static const struct {
		enum network_kind network;
		float weight;
		enum level level;
	} want[] = {
		{ NETWORK_FIXED, 4.0f, LEVEL_HIGH },
		{ NETWORK_UNKNOWN, 3.0f, LEVEL_HIGH },
		{ NETWORK_MOBILE, 0.5f, LEVEL_LOW },
		{ NETWORK_VPN, 0.5f, LEVEL_LOW },
		{ NETWORK_OFFICE, 0.0f, LEVEL_INVENTORY },
		{ NETWORK_SHARED, 0.0f, LEVEL_INVENTORY },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const bool told_once = want[i].level == LEVEL_INVENTORY;
		struct stage *t = stage_new("LF-01");
		const struct finding *f = &t->heard.at[told_once ? 0 : 1];

		show_tenant(t, "u11", "Dallas", want[i].network);
		show_tenant(t, "u12", "Atlanta", want[i].network);
		show_tenant(t, "u13", "Denver", want[i].network);
		assert_int_equal(t->heard.count, told_once ? 1 : 2);
		assert_true(signal_of(f, "persons_behind_egress")->weight == want[i].weight);
		assert_int_equal(f->level, want[i].level);
		assert_true(speaks_of(f, "unknown") == (want[i].network == NETWORK_UNKNOWN));
		stage_free(t);
	}
}

static void
a_household_counts_as_one(void **state)
{
	struct stage *t = stage_new("LF-01");

	(void)state;
	for (int i = 0; i < 4; i++) {
		stage_person(t, i % 2 == 0 ? "u51" : "u52", (uint32_t)(i % 2) + 1);
		snprintf(t->who.household, sizeof(t->who.household), "maple-st-4");
		stage_egress(t, "203.0.113.150", "DE", "Berlin", NETWORK_FIXED);
		t->s.now_us += HOUR_US;
		show(t);
	}
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_INVENTORY);
	assert_non_null(strstr(t->heard.at[0].message, "known household"));
	stage_free(t);
}

static void
unnamed_hosts_are_no_persons_but_accounts_are(void **state)
{
	(void)state;
	for (int accounts = 0; accounts < 2; accounts++) {
		struct stage *t = stage_new("LF-01");

		for (int i = 0; i < 4; i++) {
			char id[32];

			snprintf(id, sizeof(id), accounts ? "user:bob%d" : "192.168.0.%d", i);
			stage_person(t, id, (uint32_t)i + 1);
			t->who.anonymous = true;
			stage_egress(t, "198.51.100.11", "US", "", NETWORK_FIXED);
			show(t);
		}
		assert_int_equal(t->heard.count, accounts ? 3 : 0);
		stage_free(t);
	}
}

static void
persons_must_have_been_there_together(void **state)
{
	struct stage *t = stage_new("LF-01");

	(void)state;
	show_tenant(t, "u11", "Dallas", NETWORK_FIXED);
	t->s.now_us += DAY_US;
	show_tenant(t, "u12", "Atlanta", NETWORK_FIXED);
	assert_int_equal(t->heard.count, 0);
	t->s.now_us += 15 * DAY_US;
	show_tenant(t, "u13", "Denver", NETWORK_FIXED);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

/* A line of dynamic address: two pairs that never met are not four persons. */
static void
strangers_of_another_week_are_not_added_up(void **state)
{
	struct stage *t = stage_new("LF-01");

	(void)state;
	show_tenant(t, "u11", "Dallas", NETWORK_FIXED);
	show_tenant(t, "u12", "Dallas", NETWORK_FIXED);
	assert_int_equal(t->heard.count, 1);
	t->s.now_us += 2 * DAY_US;
	show_tenant(t, "u13", "Denver", NETWORK_FIXED);
	assert_int_equal(t->heard.count, 1); /* alone: nothing to tell of u13 */
	show_tenant(t, "u14", "Denver", NETWORK_FIXED);
	assert_int_equal(t->heard.count, 2);
	assert_string_equal(t->heard.persons[1], "u13,u14");
	assert_int_equal(t->heard.at[1].level, LEVEL_LOW);
	assert_int_equal(t->heard.at[1].signal[0].from_us, START_US + 2 * DAY_US + 30 * MINUTE_US);
	stage_free(t);
}

static void
a_shared_place_is_not_asked_for_homes(void **state)
{
	struct stage *t = stage_new("LF-01");

	(void)state;
	show_tenant(t, "u11", "Dallas", NETWORK_SHARED);
	show_tenant(t, "u12", "Dallas", NETWORK_SHARED);
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_INVENTORY);
	assert_false(speaks_of(&t->heard.at[0], "Couples"));
	assert_true(speaks_of(&t->heard.at[0], "configured"));
	stage_free(t);
}

static void
a_whole_street_is_bounded(void **state)
{
	struct stage *t = stage_new("LF-01");
	const struct finding *f;
	char id[8];

	(void)state;
	for (int i = 0; i < 60; i++) {
		snprintf(id, sizeof(id), "p%02d", i);
		show_tenant(t, id, "Dallas", NETWORK_FIXED);
	}
	assert_in_range(t->heard.count, 14, KEPT);
	f = &t->heard.at[t->heard.count - 1];
	assert_int_equal(f->persons, FINDING_PERSONS);
	assert_non_null(strstr(f->message, "others"));
	stage_free(t);
}

static void
addresses_of_one_v6_subnet_are_one_line(void **state)
{
	struct stage *t = stage_new("LF-01");

	(void)state;
	stage_person(t, "u11", 1);
	stage_egress(t, "2001:db8:1:2::a", "DE", "", NETWORK_FIXED);
	show(t);
	stage_person(t, "u12", 2);
	stage_egress(t, "2001:db8:1:2::b", "DE", "", NETWORK_FIXED);
	show(t);
	assert_int_equal(t->heard.count, 1);
	stage_free(t);
}

/* A far end controls a person's machine. */
static void
show_controlled(struct stage *t, const char *id, const struct product *p)
{
	stage_person(t, id, (uint32_t)id[2]);
	stage_session(t, p, "192.0.2.10");
	t->flow.id = (uint64_t)id[2];
	t->s.now_us += 10 * MINUTE_US;
	show(t);
}

static void
one_controller_of_three_persons_is_high(void **state)
{
	struct stage *t = stage_new("LF-02");
	const struct finding *f = &t->heard.at[1];

	(void)state;
	show_controlled(t, "u11", &vnc);
	show_controlled(t, "u11", &vnc);
	assert_int_equal(t->heard.count, 0);
	show_controlled(t, "u12", &vnc);
	assert_int_equal(t->heard.at[0].level, LEVEL_MEDIUM);
	show_controlled(t, "u13", &vnc);
	assert_int_equal(t->heard.count, 2);
	assert_int_equal(f->level, LEVEL_HIGH);
	assert_true(f->llr == 3.0f);
	assert_string_equal(t->heard.persons[1], "u11,u12,u13");
	assert_int_equal(f->signal[0].flow[0], '1');
	assert_int_equal(f->signal[0].flow[2], '3');
	stage_free(t);
}

static void
fan_in_at_relays_and_help_desks_means_less(void **state)
{
	static const struct endpoint inside;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct stage *t = stage_new("LF-02");
		const struct finding *f = &t->heard.at[i == 3 ? 1 : 0];

		t->s.sanctioned_peer = i == 0;
		t->s.peer_end = i == 1 ? &inside : NULL;
		t->s.peer_name = i == 2 ? "relay-1.net.anydesk.com" : "anydesk.relay.example";
		t->s.peer_is_vendor = i == 2;
		for (int n = 0; n < 3; n++) {
			const char id[] = { 'u', '1', (char)('1' + n), '\0' };

			stage_person(t, id, (uint32_t)n + 1);
			stage_session(t, &anydesk, "192.0.2.10");
			t->s.inner = SIDE_CLIENT;
			show(t);
		}
		assert_int_equal(t->heard.count, i == 3 ? 2 : 1);
		assert_int_equal(f->level, i == 3 ? LEVEL_MEDIUM : LEVEL_INVENTORY);
		assert_true(f->llr == (i == 3 ? 1.5f : 0.0f));
		stage_free(t);
	}
}

static void
scanners_and_yesterday_do_not_count(void **state)
{
	struct stage *t = stage_new("LF-02");

	(void)state;
	for (int n = 0; n < 5; n++) {
		const char id[] = { 'u', '1', (char)('1' + n), '\0' };

		stage_person(t, id, (uint32_t)n + 1);
		stage_session(t, &vnc, "192.0.2.10");
		stage_attempt(t);
		t->s.phase = EVENT_FLOW_CLOSE;
		show(t);
	}
	show_controlled(t, "u11", &vnc);
	t->s.now_us += 2 * DAY_US;
	show_controlled(t, "u12", &vnc);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_persons_of_different_claims_are_high),
		cmocka_unit_test(three_persons_of_one_claim_are_medium),
		cmocka_unit_test(kinds_of_network_weigh_differently),
		cmocka_unit_test(a_household_counts_as_one),
		cmocka_unit_test(unnamed_hosts_are_no_persons_but_accounts_are),
		cmocka_unit_test(persons_must_have_been_there_together),
		cmocka_unit_test(strangers_of_another_week_are_not_added_up),
		cmocka_unit_test(a_shared_place_is_not_asked_for_homes),
		cmocka_unit_test(a_whole_street_is_bounded),
		cmocka_unit_test(addresses_of_one_v6_subnet_are_one_line),
		cmocka_unit_test(one_controller_of_three_persons_is_high),
		cmocka_unit_test(fan_in_at_relays_and_help_desks_means_less),
		cmocka_unit_test(scanners_and_yesterday_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
