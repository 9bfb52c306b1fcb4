/*
 * Remote control of an endpoint (RD-01), unattended agents (RD-02).
 */
#include "sights.h"

static void
a_session_is_medium_and_told_once_an_hour(void **state)
{
	struct stage *t = stage_new("RD-01");
	const struct finding *f = &t->heard.at[0];

	(void)state;
	place_set(&t->peer_place, "DE", "Frankfurt", NETWORK_HOSTING);
	stage_claim(t, "US", "Dallas");
	for (int minute = 0; minute < 90; minute++) {
		t->s.now_us = START_US + minute * MINUTE_US;
		stage_session(t, &anydesk, "192.0.2.10");
		show(t);
	}
	assert_int_equal(t->heard.count, 2);
	assert_int_equal(f->level, LEVEL_MEDIUM);
	assert_int_equal(f->by->group, GROUP_CONTROL);
	assert_string_equal(f->key, "anydesk 192.0.2.10");
	assert_string_equal(f->message,
	    "Someone at 192.0.2.10 (Frankfurt, DE) controls u11's machine "
	    "10.20.0.2 with AnyDesk, for 1 h 0 min so far; 50.0 MB left that machine.");
	assert_non_null(signal_of(f, "controller_abroad"));
	assert_non_null(signal_of(f, "controller_hosted"));
	assert_true(f->llr > 4.0f && f->llr < 6.0f);
	assert_false(f->near_certain);
	/* another one, told at its end */
	stage_session(t, &anydesk, "192.0.2.11");
	t->s.phase = EVENT_FLOW_CLOSE;
	show(t);
	assert_non_null(strstr(t->heard.at[2].message, "controlled u11's machine"));
	assert_non_null(strstr(t->heard.at[2].message, "for 1 h 0 min; 50.0 MB"));
	stage_free(t);
}

static void
an_attempt_is_low_and_told_at_the_end_then_rises(void **state)
{
	struct stage *t = stage_new("RD-01");

	(void)state;
	stage_session(t, &vnc, "192.0.2.10");
	stage_attempt(t);
	t->s.phase = EVENT_FLOW_NAMED;
	show(t);
	assert_int_equal(t->heard.count, 0);
	t->s.phase = EVENT_FLOW_CLOSE;
	show(t);
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_LOW);
	stage_session(t, &vnc, "192.0.2.10");
	show(t);
	assert_int_equal(t->heard.count, 2);
	assert_int_equal(t->heard.at[1].level, LEVEL_MEDIUM);
	assert_string_equal(t->heard.at[0].key, t->heard.at[1].key);
	assert_true(t->heard.at[0].llr < t->heard.at[1].llr);
	stage_free(t);
}

static void
a_long_quiet_session_counts(void **state)
{
	struct stage *t = stage_new("RD-01");

	(void)state;
	stage_session(t, &vnc, "192.0.2.10");
	stage_attempt(t);
	t->flow.first_us = t->flow.last_us - 31 * SECOND_US;
	show(t);
	assert_int_equal(t->heard.at[0].level, LEVEL_MEDIUM);
	stage_free(t);
}

/* Keys and mouse came, though its screen hardly changed. */
static void
much_input_counts(void **state)
{
	struct stage *t = stage_new("RD-01");

	(void)state;
	stage_session(t, &vnc, "192.0.2.10");
	stage_attempt(t);
	t->flow.data_packets[SIDE_CLIENT] = 200;
	show(t);
	assert_int_equal(t->heard.at[0].level, LEVEL_MEDIUM);
	stage_free(t);
}

/* What must not be told at all: one change each to a session that would be. */
static void
what_is_not_remote_control_is_silent(void **state)
{
	static const struct allowance allowed = { .product = "anydesk" };

	(void)state;
	for (int i = 0; i < 9; i++) {
		struct stage *t = stage_new("RD-01");

		stage_session(t, i == 5 ? &ssh : &anydesk, "192.0.2.10");
		t->s.role = i == 0 ? ROLE_VIEWER : i == 1 ? ROLE_UNKNOWN : ROLE_HOST;
		t->s.allowed = i == 2 ? &allowed : NULL;
		t->s.sure = i == 3 ? SURE_GUESS : SURE_LIKELY;
		t->s.product = i == 4 ? NULL : t->s.product;
		t->s.by = i == 6 ? BY_CATALOGUE : i == 8 ? BY_BEHAVIOUR : BY_DISSECTOR;
		t->flow.verdict.registers = i == 7;
		show(t);
		assert_int_equal(t->heard.count, 0);
		stage_free(t);
	}
}

static void
a_name_counts_if_the_flow_itself_says_it(void **state)
{
	struct stage *t = stage_new("RD-01");

	(void)state;
	stage_session(t, &anydesk, "192.0.2.10");
	t->s.by = BY_CATALOGUE;
	t->s.sure = SURE_LIKELY;
	obs_add(&t->facts, OBS_SNI, 0, "relay.example", 13);
	show(t);
	assert_int_equal(t->heard.count, 1);
	stage_free(t);
}

static void
control_from_inside_or_by_the_help_desk_is_inventory(void **state)
{
	static const struct endpoint other;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct stage *t = stage_new("RD-01");

		stage_session(t, &vnc, "10.20.9.9");
		t->s.peer_end = i == 0 ? &other : NULL;
		t->s.sanctioned_peer = i == 1;
		show(t);
		assert_int_equal(t->heard.count, 1);
		assert_int_equal(t->heard.at[0].level, LEVEL_INVENTORY);
		assert_true(t->heard.at[0].llr < 1.5f);
		assert_true(
		    speaks_of(&t->heard.at[0], i == 0 ? "monitored machines" : "help desk"));
		stage_free(t);
	}
}

static void
assumed_roles_and_relays_speak_against(void **state)
{
	struct stage *t = stage_new("RD-01");

	(void)state;
	stage_session(t, &anydesk, "192.0.2.10");
	t->s.inner = SIDE_CLIENT;
	t->flow.midstream = true;
	show(t);
	assert_true(speaks_of(&t->heard.at[0], "assumed"));
	assert_true(speaks_of(&t->heard.at[0], "relay"));
	stage_free(t);
}

static void
many_far_ends_are_forgotten_not_overrun(void **state)
{
	struct stage *t = stage_new("RD-01");
	char peer[ADDR_TEXT];

	(void)state;
	for (int i = 0; i < 300; i++) {
		snprintf(peer, sizeof(peer), "198.51.100.%d", i % 250);
		t->s.now_us = START_US + i * SECOND_US;
		stage_session(t, &vnc, peer);
		show(t);
	}
	assert_int_equal(t->heard.count, KEPT);
	stage_free(t);
}

static void
names_of_the_wire_are_made_printable(void **state)
{
	struct stage *t = stage_new("RD-01");

	(void)state;
	snprintf(t->end.name, sizeof(t->end.name), "a\x1b[31m\xff\n\"b");
	stage_session(t, &vnc, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
	t->s.peer_name =
	    "x\x01\x7f.example.a-very-long-name-that-goes-on-and-on-and-on.example.net";
	show(t);
	for (const char *c = t->heard.at[0].message; *c != '\0'; c++)
		assert_true(*c >= 0x20 && *c < 0x7f);
	stage_free(t);
}

static void
the_evidence_says_how_the_host_is_known(void **state)
{
	(void)state;
	for (enum host_by by = HOST_BY_NONE; by <= HOST_BYS; by++) {
		struct stage *t = stage_new("RD-01");
		const struct signal *g;

		stage_session(t, &anydesk, "192.0.2.10");
		t->flow.verdict.host_by = (uint8_t)by;
		show(t);
		g = signal_of(&t->heard.at[0], "remote_control");
		assert_non_null(g);
		assert_int_equal(
		    strstr(g->observed, "end, ") != NULL, by != HOST_BY_NONE && by != HOST_BYS);
		stage_free(t);
	}
}

static void
another_name_by_ndpi_is_evidence(void **state)
{
	(void)state;
	for (int differs = 0; differs < 2; differs++) {
		struct stage *t = stage_new("RD-01");
		const struct signal *g;

		stage_session(t, &anydesk, "192.0.2.10");
		strcpy(t->flow.verdict.ndpi, "Cassandra");
		t->flow.verdict.ndpi_differs = differs != 0;
		show(t);
		g = signal_of(&t->heard.at[0], "ndpi_differs");
		assert_int_equal(g != NULL, differs);
		if (g != NULL) {
			assert_string_equal(g->observed, "nDPI takes the flow for Cassandra");
			assert_true(g->weight == 0);
		}
		stage_free(t);
	}
}

/* A registration that goes on for `minutes`, known by its SNI. */
static void
show_agent(struct stage *t, const struct product *p, uint64_t flow, int minutes, bool sni)
{
	stage_session(t, p, "192.0.2.20");
	t->flow.id = flow;
	t->flow.first_us = t->s.now_us - minutes * MINUTE_US;
	t->flow.verdict.registers = true;
	t->s.inner = SIDE_CLIENT;
	t->s.role = ROLE_UNKNOWN;
	t->s.by = BY_CATALOGUE;
	t->s.sure = SURE_LIKELY;
	if (sni)
		obs_add(&t->facts, OBS_SNI, 0, "boot.example", 12);
	show(t);
}

static void
one_agent_is_inventory_once(void **state)
{
	struct stage *t = stage_new("RD-02");

	(void)state;
	for (unsigned i = 0; i < 50; i++) {
		t->s.now_us += 10 * MINUTE_US;
		show_agent(t, &anydesk, i, 60, true);
	}
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_INVENTORY);
	assert_non_null(strstr(t->heard.at[0].message, "nothing here shows that it was"));
	stage_free(t);
}

static void
two_lasting_agents_are_medium(void **state)
{
	struct stage *t = stage_new("RD-02");

	(void)state;
	show_agent(t, &anydesk, 1, 60, true);
	t->s.now_us += HOUR_US;
	show_agent(t, &teamviewer, 2, 60, true);
	assert_int_equal(t->heard.count, 3);
	assert_int_equal(t->heard.at[2].level, LEVEL_MEDIUM);
	assert_non_null(strstr(t->heard.at[2].message, "two different"));
	t->s.now_us += HOUR_US;
	show_agent(t, &teamviewer, 2, 120, true);
	assert_int_equal(t->heard.count, 3);
	stage_free(t);
}

static void
two_agents_need_lasting_flows_that_name_them(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		static const struct allowance allowed;
		struct stage *t = stage_new("RD-02");

		show_agent(t, &anydesk, 1, 60, true);
		t->s.now_us += i == 0 ? 25 * HOUR_US : MINUTE_US;
		t->s.allowed = i == 1 ? &allowed : NULL;
		/* 2: only looked up; 3: short; 4: repeated quickly, as a browser does */
		for (unsigned n = 0; n < (i == 4 ? 5u : 1u); n++)
			show_agent(t, &teamviewer, 2 + n, i >= 3 ? 1 : 60, i != 2);
		for (unsigned n = 0; n < t->heard.count; n++)
			assert_int_equal(t->heard.at[n].level, LEVEL_INVENTORY);
		stage_free(t);
	}
}

static void
an_agent_that_comes_back_lasts(void **state)
{
	struct stage *t = stage_new("RD-02");

	(void)state;
	show_agent(t, &anydesk, 1, 60, true);
	for (unsigned n = 0; n < 3; n++) {
		t->s.now_us += 10 * MINUTE_US;
		show_agent(t, &teamviewer, 2 + n, 1, true);
	}
	assert_int_equal(t->heard.at[t->heard.count - 1].level, LEVEL_MEDIUM);
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_is_medium_and_told_once_an_hour),
		cmocka_unit_test(an_attempt_is_low_and_told_at_the_end_then_rises),
		cmocka_unit_test(a_long_quiet_session_counts),
		cmocka_unit_test(much_input_counts),
		cmocka_unit_test(what_is_not_remote_control_is_silent),
		cmocka_unit_test(a_name_counts_if_the_flow_itself_says_it),
		cmocka_unit_test(control_from_inside_or_by_the_help_desk_is_inventory),
		cmocka_unit_test(the_evidence_says_how_the_host_is_known),
		cmocka_unit_test(another_name_by_ndpi_is_evidence),
		cmocka_unit_test(assumed_roles_and_relays_speak_against),
		cmocka_unit_test(many_far_ends_are_forgotten_not_overrun),
		cmocka_unit_test(names_of_the_wire_are_made_printable),
		cmocka_unit_test(one_agent_is_inventory_once),
		cmocka_unit_test(two_lasting_agents_are_medium),
		cmocka_unit_test(two_agents_need_lasting_flows_that_name_them),
		cmocka_unit_test(an_agent_that_comes_back_lasts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
