/*
 * The two sides of a flow: who is the client, how they change places, and when a
 * handshake makes another flow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow_packets.h"

static int
setup(void **state)
{
	(void)state;
	return setup_table(16, 1, gone_quietly, NULL);
}

static void
test_synack_first(void **state)
{
	struct packet p = packet_synack(1);
	const struct flow *f;

	(void)state;
	p.tcp_mss = 1460;
	f = see(p);
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(f->opened_by, OPENED_BY_SYNACK);
	assert_int_equal(f->port[SIDE_CLIENT], CLIENT_PORT);
	assert_int_equal(f->mss[SIDE_SERVER], 1460);
	assert_int_equal(f->mac[SIDE_SERVER].b[5], 2);
	assert_false(f->midstream);
	assert_false(flow_roles_assumed(f));
}

static void
test_midstream_roles(void **state)
{
	const struct flow *f =
	    see(between(with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, 5, 5), 3389, 50001));

	(void)state;
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(f->opened_by, OPENED_BY_PORT);
	assert_int_equal(f->port[SIDE_SERVER], 3389);
	assert_true(f->midstream);
	f = see(between(with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, 5, 5), 50002, 7777));
	assert_int_equal(from, SIDE_CLIENT);
	assert_int_equal(f->opened_by, OPENED_BY_PORT);
	f = see(between(with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, 5, 5), 50002, 50003));
	assert_int_equal(from, SIDE_CLIENT);
	assert_int_equal(f->opened_by, OPENED_BY_FIRST);
}

static void
test_udp_roles(void **state)
{
	struct packet group = between(packet_up(PROTO_UDP, 1), 53, 50000);
	const struct flow *f = see(between(packet_up(PROTO_UDP, 1), 53, 50000));

	(void)state;
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(f->opened_by, OPENED_BY_PORT);
	assert_int_equal(f->port[SIDE_CLIENT], 50000);
	f = see(between(packet_up(PROTO_UDP, 1), 7777, 50000));
	assert_int_equal(from, SIDE_CLIENT);
	assert_int_equal(f->opened_by, OPENED_BY_FIRST);
	f = see(between(packet_up(PROTO_UDP, 1), 500, 500));
	assert_int_equal(f->opened_by, OPENED_BY_FIRST);
	group.addr[1] = addr_text("239.255.255.250");
	f = see(group);
	assert_int_equal(from, SIDE_CLIENT);
	assert_true(addr_is_group(&f->end[SIDE_SERVER]));
}

static void
test_tunnel_ends(void **state)
{
	struct packet p = packet_synack(1);
	const struct flow *f;

	(void)state;
	p.tunnel = TUNNEL_GRE;
	p.outer[0] = addr_text("198.51.100.1");
	p.outer[1] = addr_text("198.51.100.2");
	f = see(p);
	assert_int_equal(f->tunnel, TUNNEL_GRE);
	assert_true(addr_equal(&f->outer[SIDE_SERVER], &p.outer[0]));
	assert_true(addr_equal(&f->outer[SIDE_CLIENT], &p.outer[1]));
}

/* Bytes that differ everywhere. */
static void
scribble(void *what, size_t n)
{
	uint8_t *at = what;

	for (size_t i = 0; i < n; i++)
		at[i] = (uint8_t)(i % 3 == 0 ? i : i * 7 + 1);
}

static void
test_swap_is_whole(void **state)
{
	struct flow_young young_one, young_two;
	struct flow_wide wide_one, wide_two;
	struct flow_row one, two;

	(void)state;
	scribble(&one, sizeof(one));
	scribble(&young_one, sizeof(young_one));
	scribble(&wide_one, sizeof(wide_one));
	young_one.headless = 1;
	young_two = young_one;
	wide_two = wide_one;
	one.young = &young_two;
	one.wide = &wide_two;
	one.host = SIDE_CLIENT;
	one.opened_by = OPENED_BY_BYTES;
	one.seq_known = 1;
	one.syn_known = 2;
	one.first = SIDE_SERVER;
	memcpy(&two, &one, sizeof(two));
	flows_swap(&two, OPENED_BY_BYTES);
#define SWAPPED(a, b, pair) assert_memory_equal(&(a).pair[0], &(b).pair[1], sizeof((a).pair[0]))
	SWAPPED(one, two, side);
	SWAPPED(one, two, mac);
	SWAPPED(wide_one, wide_two, end);
	SWAPPED(wide_one, wide_two, outer);
	SWAPPED(young_one, young_two, head);
	SWAPPED(young_one, young_two, probed);
	SWAPPED(young_one, young_two, datagrams);
	SWAPPED(young_one, young_two, handshake);
	SWAPPED(young_one, young_two, syn_us);
	assert_int_equal(two.host, SIDE_SERVER);
	assert_int_equal(two.seq_known, 2);
	assert_int_equal(two.syn_known, 1);
	assert_int_equal(two.first, SIDE_CLIENT);
	assert_int_equal(young_two.headless, 2);
	/* Twice is not at all: nothing else was touched. */
	flows_swap(&two, OPENED_BY_BYTES);
	assert_memory_equal(&one, &two, sizeof(one));
	assert_memory_equal(&young_one, &young_two, sizeof(young_one));
	assert_memory_equal(&wide_one, &wide_two, sizeof(wide_one));
	one.young = NULL;
	one.wide = NULL;
	one.host = SIDE_NONE;
	flows_swap(&one, OPENED_BY_PORT);
	assert_int_equal(one.host, SIDE_NONE);
	assert_int_equal(one.opened_by, OPENED_BY_PORT);
}

/* The tags of the two directions keep their order, whoever is the client. */
static void
test_swap_keeps_tags(void **state)
{
	struct packet up = packet_up(PROTO_UDP, 1), down = packet_down(PROTO_UDP, 2);

	(void)state;
	up.vlan = 7;
	down.vlan = 9;
	see(up);
	assert_int_equal(value()->vlan_back, 0);
	see(down);
	assert_int_equal(value()->vlan, 7);
	assert_int_equal(value()->vlan_back, 9);
	flows_swap(row, OPENED_BY_BYTES);
	assert_int_equal(value()->vlan, 7);
	assert_int_equal(value()->vlan_back, 9);
	assert_int_equal(value()->port[SIDE_SERVER], CLIENT_PORT);
	assert_int_equal(value()->ttl[SIDE_SERVER], 64);
}

static void
test_swap_in_table(void **state)
{
	(void)state;
	see(packet_up(PROTO_UDP, 1));
	flows_swap(row, OPENED_BY_BYTES);
	see(packet_up(PROTO_UDP, 2));
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(value()->packets[SIDE_SERVER], 2);
	assert_int_equal(value()->port[SIDE_SERVER], CLIENT_PORT);
	assert_int_equal(stats().live, 1);
}

static void
test_syn_corrects_roles(void **state)
{
	/* The server's ACK is seen first, then the SYN that it came after. */
	const struct packet ack =
	    with_tcp(packet_up(PROTO_TCP, 2), TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 1);
	const uint64_t id = see(between(ack, 50000, 50001))->id;
	const struct flow *f;

	(void)state;
	f = see(between(with_tcp(packet_down(PROTO_TCP, 1), TCP_SYN, CLIENT_ISN, 0), 50001, 50000));
	assert_int_equal(f->id, id);
	assert_int_equal(from, SIDE_CLIENT);
	assert_int_equal(f->opened_by, OPENED_BY_SYN);
	assert_int_equal(f->port[SIDE_CLIENT], 50001);
	assert_false(f->midstream);
	assert_int_equal(f->packets[SIDE_SERVER], 1);
}

/* The SYN of an ACK that overtook it: the same connection. */
static void
test_syn_overtaken(void **state)
{
	const uint64_t id = see(packet_ack(2))->id;

	(void)state;
	assert_int_equal(see(packet_syn(1))->id, id);
	assert_int_equal(value()->opened_by, OPENED_BY_SYN);
	assert_false(value()->midstream);
}

/* After payload the sides have been told to others: a late SYN changes nothing. */
static void
test_syn_too_late(void **state)
{
	const struct packet data = with_payload(
	    with_tcp(packet_up(PROTO_TCP, 2), TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 1), "x", 1);
	const uint64_t id = see(between(data, 50000, 50001))->id;

	(void)state;
	see(between(with_tcp(packet_down(PROTO_TCP, 1), TCP_SYN, CLIENT_ISN, 0), 50001, 50000));
	assert_int_equal(value()->id, id);
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(value()->opened_by, OPENED_BY_FIRST);
	assert_true(value()->midstream);
}

static void
test_syn_after_midstream(void **state)
{
	const uint64_t id = see(with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, 70000, 1))->id;

	(void)state;
	assert_int_not_equal(see(packet_syn(2))->id, id);
	assert_int_equal(value()->opened_by, OPENED_BY_SYN);
}

/* The same number again long after: the capture is played twice. */
static void
test_syn_after_idle(void **state)
{
	const uint64_t id = see(packet_syn(1))->id;

	(void)state;
	assert_int_not_equal(see(packet_syn(1 + FLOW_IDLE_HALF_US))->id, id);
}

/* A server behind SYN cookies answers a repeated SYN with a new number. */
static void
test_synack_renumbered(void **state)
{
	struct packet p = packet_synack(3);
	const uint64_t id = see(packet_syn(1))->id;

	(void)state;
	see(packet_synack(2));
	p.tcp_seq += 777;
	assert_int_equal(see(p)->id, id);
	p.tcp_ack += 999; /* now the client is another too */
	p.tcp_seq += 777;
	assert_int_not_equal(see(p)->id, id);
	assert_int_equal(value()->opened_by, OPENED_BY_SYNACK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_synack_first, setup, teardown),
		cmocka_unit_test_setup_teardown(test_midstream_roles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_udp_roles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tunnel_ends, setup, teardown),
		cmocka_unit_test_setup_teardown(test_swap_is_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(test_swap_keeps_tags, setup, teardown),
		cmocka_unit_test_setup_teardown(test_swap_in_table, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_corrects_roles, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_overtaken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_too_late, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_after_midstream, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_after_idle, setup, teardown),
		cmocka_unit_test_setup_teardown(test_synack_renumbered, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
