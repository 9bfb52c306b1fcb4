/*
 * A tunnel under the endpoint's traffic (RD-04): each condition alone, when it is taken away,
 * silences the rule.
 */
#include "sights.h"

static const struct product openvpn = { "openvpn", "OpenVPN", PRODUCT_VPN, "T1572" };
static const struct product wireguard = { "wireguard", "WireGuard", PRODUCT_VPN, "T1572" };
static const struct product tor = { "tor", "Tor", PRODUCT_PROXY, "T1090.003" };

#define PEER "192.0.2.10"

static uint64_t flows;

/* Another flow of some minutes that the endpoint opened. */
static void
stage_flow(struct stage *t, uint8_t proto, enum event_kind phase)
{
	struct flow *f = &t->flow;

	memset(f, 0, sizeof(*f));
	memset(&t->facts, 0, sizeof(t->facts));
	t->s.kind = SIGHT_FLOW;
	t->s.phase = phase;
	t->s.inner = SIDE_CLIENT;
	t->s.role = ROLE_UNKNOWN;
	t->s.product = NULL;
	t->s.by = BY_NONE;
	t->s.sure = SURE_NONE;
	t->s.now_us += MINUTE_US;
	t->s.peer = address(PEER);
	f->id = ++flows;
	f->proto = proto;
	f->end[0] = t->end.addr;
	f->end[1] = t->s.peer;
	f->first_us = t->s.now_us - MINUTE_US;
	f->last_us = t->s.now_us;
	f->ttl[0] = 64;
	f->ttl[1] = 57;
	for (int i = 0; i < 2; i++)
		f->packets[i] = f->data_packets[i] = 50;
}

static void
stage_product(struct stage *t, const struct product *p)
{
	stage_flow(t, PROTO_UDP, EVENT_FLOW_UPDATE);
	t->s.product = p;
	t->s.by = BY_DISSECTOR;
	t->s.sure = SURE_LIKELY;
}

/* A connection of TLS that ends, and what was seen of it: a kind, or OBS_NONE. */
static void
tls(struct stage *t, enum obs_kind kind)
{
	stage_flow(t, PROTO_TCP, EVENT_FLOW_CLOSE);
	memcpy(t->flow.verdict.protocol, "tls", 4);
	t->flow.rtt_us[0] = 100;
	t->flow.rtt_us[1] = 20000;
	t->flow.mss[0] = t->flow.mss[1] = 1460;
	if (kind != OBS_NONE)
		obs_num(&t->facts, kind, 30000);
}

static void
tls_times(struct stage *t, enum obs_kind kind, int times)
{
	for (int i = 0; i < times; i++) {
		tls(t, kind);
		show(t);
	}
}

static void
a_vpn_by_its_bytes_is_context_told_once_an_hour(void **state)
{
	struct stage *t = stage_new("RD-04");
	const struct finding *f = &t->heard.at[0];

	(void)state;
	place_set(&t->peer_place, "DE", "Frankfurt", NETWORK_HOSTING);
	for (int minute = 0; minute < 65; minute++) {
		stage_product(t, &openvpn);
		t->flow.id = 7;
		show(t);
	}
	assert_int_equal(t->heard.count, 2);
	assert_int_equal(f->level, LEVEL_INVENTORY);
	assert_true(f->context);
	assert_int_equal(f->by->group, GROUP_PATH);
	assert_string_equal(f->key, "tunnel " PEER);
	assert_string_equal(f->message,
	    "u11's machine 10.20.0.2 has a tunnel or proxy under its traffic with 192.0.2.10 "
	    "(Frankfurt, DE): OpenVPN by its bytes. What goes on inside cannot be seen.");
	assert_true(f->llr > 0.99f && f->llr < 1.01f);
	assert_int_equal(signal_of(f, "tunnel_shown")->flow[0], 7);
	assert_int_equal(signal_of(f, "tunnel_shown")->samples, 1);
	stage_free(t);
}

static const struct allowance allowed = { .product = "openvpn" };
static const struct endpoint colleague;

static void
cut_half(struct stage *t)
{
	t->flow.data_packets[1] = 0;
}

static void
cut_handshake(struct stage *t)
{
	t->flow.data_packets[0] = t->flow.data_packets[1] = 1;
}

static void
name_by_resolving(struct stage *t)
{
	t->s.by = BY_CATALOGUE;
}

static void
only_guess(struct stage *t)
{
	t->s.sure = SURE_GUESS;
}

static void
other_product(struct stage *t)
{
	t->s.product = &tor;
}

static void
allow(struct stage *t)
{
	t->s.allowed = &allowed;
}

static void
sanction(struct stage *t)
{
	t->s.sanctioned_peer = true;
}

static void
stay_inside(struct stage *t)
{
	t->s.peer_end = &colleague;
}

static void
leave(struct stage *t)
{
	(void)t;
}

static void
a_vpn_needs_its_bytes_both_ways_and_nobodys_leave(void **state)
{
	static const struct {
		void (*change)(struct stage *t);
		unsigned told;
	} cases[] = { { leave, 1 }, { cut_half, 0 }, { cut_handshake, 0 }, { name_by_resolving, 0 },
		{ only_guess, 0 }, { other_product, 0 }, { allow, 0 }, { sanction, 0 },
		{ stay_inside, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage *t = stage_new("RD-04");

		stage_product(t, &wireguard);
		cases[i].change(t);
		show(t);
		if (t->heard.count != cases[i].told)
			fail_msg("case %zu", i);
		stage_free(t);
	}
}

static void
hidden_vpns_are_told_by_their_order_and_their_clock(void **state)
{
	static const enum obs_kind kinds[] = { OBS_OPENVPN_OPCODES, OBS_WIREGUARD_GRID };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct stage *t = stage_new("RD-04");

		stage_flow(t, PROTO_UDP, EVENT_FLOW_UPDATE);
		show(t);
		assert_int_equal(t->heard.count, 0);
		obs_num(&t->facts, kinds[i], 3);
		show(t);
		assert_int_equal(t->heard.count, 1);
		assert_true(t->heard.at[0].llr > 0.99f);
		stage_free(t);
	}
}

static void
handshakes_inside_tls_need_three_and_three_of_ten(void **state)
{
	struct stage *t = stage_new("RD-04");

	(void)state;
	tls_times(t, OBS_TLS_INSIDE, 2);
	assert_int_equal(t->heard.count, 0);
	tls_times(t, OBS_TLS_INSIDE, 1);
	assert_int_equal(t->heard.count, 1);
	assert_non_null(strstr(t->heard.at[0].message, "TLS handshakes inside TLS"));
	assert_string_equal(signal_of(&t->heard.at[0], "tunnel_shown")->observed,
	    "TLS handshakes inside TLS, in 3 of 3 connections");
	assert_true(speaks_of(&t->heard.at[0], "handshake's sizes"));
	stage_free(t);

	t = stage_new("RD-04");
	tls_times(t, OBS_NONE, 8);
	tls_times(t, OBS_TLS_INSIDE, 3);
	assert_int_equal(t->heard.count, 0); /* 3 of 11 */
	tls_times(t, OBS_TLS_INSIDE, 1);
	assert_int_equal(t->heard.count, 1); /* 4 of 12 */
	stage_free(t);
}

/* One that goes on is told of many times, and counts when it ends. */
static void
a_connection_counts_once(void **state)
{
	struct stage *t = stage_new("RD-04");

	(void)state;
	for (int i = 0; i < 9; i++) {
		tls(t, OBS_TLS_INSIDE);
		t->s.phase = EVENT_FLOW_UPDATE;
		show(t);
	}
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

static void
late_needs_five_and_nine_of_ten(void **state)
{
	struct stage *t = stage_new("RD-04");

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(t->heard.count, 0);
		tls(t, OBS_LATE_SERVER);
		t->s.inner = SIDE_SERVER;
		show(t);
	}
	assert_int_equal(t->heard.count, 1);
	assert_non_null(strstr(t->heard.at[0].message, "this machine answers later by TLS"));
	assert_true(speaks_of(&t->heard.at[0], "satellite"));
	stage_free(t);

	t = stage_new("RD-04");
	tls_times(t, OBS_NONE, 1);
	for (int i = 0; i < 9; i++) {
		assert_int_equal(t->heard.count, 0); /* up to 8 of 9 */
		tls(t, OBS_LATE_SERVER);
		t->s.inner = SIDE_SERVER;
		show(t);
	}
	assert_int_equal(t->heard.count, 1); /* 9 of 10 */
	stage_free(t);
}

static void
what_is_weak_is_told_only_together(void **state)
{
	struct stage *t = stage_new("RD-04");
	const struct finding *f = &t->heard.at[0];

	(void)state;
	tls_times(t, OBS_LATE_SERVER, 6);
	tls_times(t, OBS_LATE_CLIENT, 6);
	stage_flow(t, PROTO_UDP, EVENT_FLOW_CLOSE);
	obs_num(&t->facts, OBS_OPENVPN_ACKS, 50);
	show(t);
	assert_int_equal(t->heard.count, 0);
	stage_flow(t, PROTO_TCP, EVENT_FLOW_CLOSE);
	obs_num(&t->facts, OBS_FULLY_ENCRYPTED, 400);
	show(t);
	assert_int_equal(t->heard.count, 1);
	assert_true(f->llr > 0.79f && f->llr < 0.81f);
	stage_free(t);
}

/* Late server and late client have one cause. */
static void
lateness_weighs_once(void **state)
{
	struct stage *t = stage_new("RD-04");
	const struct finding *f = &t->heard.at[0];

	(void)state;
	for (int i = 0; i < 5; i++) {
		tls(t, OBS_LATE_SERVER);
		obs_num(&t->facts, OBS_LATE_CLIENT, 60000);
		if (i >= 2)
			obs_num(&t->facts, OBS_TLS_INSIDE, 100);
		show(t);
	}
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(f->signals, 3);
	assert_true(f->llr > 1.19f && f->llr < 1.21f); /* .7 and .5 */
	stage_free(t);
}

static void
each_far_end_is_judged_by_itself(void **state)
{
	struct stage *t = stage_new("RD-04");

	(void)state;
	for (int i = 0; i < 6; i++) {
		tls(t, OBS_TLS_INSIDE);
		t->s.peer = address(i % 2 == 0 ? "192.0.2.20" : "192.0.2.21");
		show(t);
		assert_int_equal(t->heard.count, i < 4 ? 0 : i - 3);
	}
	stage_free(t);
}

/* At the edge: SYNs of a tunnel's MTU, after others. */
static void
link_times(struct stage *t, uint16_t mss, int times)
{
	for (int i = 0; i < times; i++) {
		tls(t, OBS_NONE);
		t->flow.mss[0] = mss;
		show(t);
	}
}

static void
a_link_that_changes_is_told(void **state)
{
	struct stage *t = stage_new("RD-04");

	(void)state;
	t->s.vantage = VANTAGE_EDGE;
	link_times(t, 1460, 3);
	link_times(t, 1380, 2);
	assert_int_equal(t->heard.count, 0);
	link_times(t, 1380, 2);
	assert_int_equal(t->heard.count, 1);
	assert_string_equal(t->heard.at[0].key, "link of MTU 1420");
	assert_string_equal(t->heard.at[0].message,
	    "u11's machine 10.20.0.2 comes over a link of MTU 1420: a tunnel; WireGuard's "
	    "default, or a clamp on the way.");
	assert_true(t->heard.at[0].llr > 0.69f && t->heard.at[0].llr < 0.71f);
	stage_free(t);
}

static void
a_link_needs_change_a_vantage_and_a_tunnels_mtu(void **state)
{
	static const struct {
		uint16_t before, mss;
		enum vantage vantage;
		unsigned told;
	} cases[] = {
		{ 1460, 1380, VANTAGE_SITE, 1 },
		{ 1380, 1380, VANTAGE_SITE, 0 },   /* always so */
		{ 1460, 1380, VANTAGE_INSIDE, 0 }, /* the company's own VPN */
		{ 1460, 1452, VANTAGE_SITE, 0 },   /* PPPoE */
		{ 1460, 1440, VANTAGE_SITE, 0 },   /* 1480: too light by itself */
		{ 1460, 1330, VANTAGE_SITE, 0 },   /* odd: likewise */
		{ 1460, 1240, VANTAGE_SITE, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage *t = stage_new("RD-04");

		t->s.vantage = cases[i].vantage;
		link_times(t, cases[i].before, 3);
		link_times(t, cases[i].mss, 3);
		if (t->heard.count != cases[i].told)
			fail_msg("case %zu: %u", i, t->heard.count);
		stage_free(t);
	}
}

static void
link_and_hops_stand_beside_a_tunnel(void **state)
{
	struct stage *t = stage_new("RD-04");
	const struct finding *f = &t->heard.at[0];

	(void)state;
	t->s.vantage = VANTAGE_SITE;
	link_times(t, 1340, 3);
	tls(t, OBS_NONE);
	t->flow.ttl[0] = 63;
	show(t);
	assert_int_equal(t->heard.count, 0);
	stage_product(t, &openvpn);
	t->flow.mss[0] = 1340;
	show(t);
	assert_int_equal(t->heard.count, 1);
	assert_true(signal_of(f, "link_mtu")->weight > 0.49f);
	assert_string_equal(signal_of(f, "hops_change")->observed, "2 different numbers of hops");
	assert_true(f->llr > 1.79f && f->llr < 1.81f);
	stage_free(t);
}

/* More far ends than are remembered: those that showed something stay. */
static void
others_do_not_displace_it(void **state)
{
	struct stage *t = stage_new("RD-04");
	char text[ADDR_TEXT];

	(void)state;
	for (int i = 0; i < 3; i++) {
		tls_times(t, OBS_TLS_INSIDE, 1);
		for (int k = 0; k < 20; k++) {
			tls(t, OBS_NONE);
			snprintf(text, sizeof(text), "198.51.100.%d", 1 + k);
			t->s.peer = address(text);
			show(t);
		}
	}
	assert_int_equal(t->heard.count, 1);
	stage_free(t);
}

/* Another family of addresses has another way. */
static void
hops_are_those_of_ipv4(void **state)
{
	struct stage *t = stage_new("RD-04");

	(void)state;
	tls_times(t, OBS_NONE, 3);
	tls(t, OBS_NONE);
	t->flow.end[0] = address("2001:db8::1");
	t->flow.ttl[0] = 60;
	show(t);
	stage_product(t, &openvpn);
	show(t);
	assert_int_equal(t->heard.count, 1);
	assert_null(signal_of(&t->heard.at[0], "hops_change"));
	stage_free(t);
}

static void
a_day_without_it_is_forgotten(void **state)
{
	struct stage *t = stage_new("RD-04");

	(void)state;
	tls_times(t, OBS_TLS_INSIDE, 2);
	t->s.now_us += DAY_US;
	tls_times(t, OBS_TLS_INSIDE, 2);
	assert_int_equal(t->heard.count, 0);
	tls_times(t, OBS_TLS_INSIDE, 1);
	assert_int_equal(t->heard.count, 1);
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vpn_by_its_bytes_is_context_told_once_an_hour),
		cmocka_unit_test(a_vpn_needs_its_bytes_both_ways_and_nobodys_leave),
		cmocka_unit_test(hidden_vpns_are_told_by_their_order_and_their_clock),
		cmocka_unit_test(handshakes_inside_tls_need_three_and_three_of_ten),
		cmocka_unit_test(a_connection_counts_once),
		cmocka_unit_test(late_needs_five_and_nine_of_ten),
		cmocka_unit_test(what_is_weak_is_told_only_together),
		cmocka_unit_test(lateness_weighs_once),
		cmocka_unit_test(each_far_end_is_judged_by_itself),
		cmocka_unit_test(a_link_that_changes_is_told),
		cmocka_unit_test(a_link_needs_change_a_vantage_and_a_tunnels_mtu),
		cmocka_unit_test(link_and_hops_stand_beside_a_tunnel),
		cmocka_unit_test(others_do_not_displace_it),
		cmocka_unit_test(hops_are_those_of_ipv4),
		cmocka_unit_test(a_day_without_it_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
