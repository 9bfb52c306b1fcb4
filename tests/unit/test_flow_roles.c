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

static void
test_swap_is_whole(void **state)
{
	struct flow_row one, two;
	uint8_t *at = (uint8_t *)&one;

	(void)state;
	for (size_t i = 0; i < sizeof(one); i++)
		at[i] = (uint8_t)(i % 3 == 0 ? i : i * 7 + 1);
	/* Where a value is no pattern. */
	one.f.midstream = one.f.fragments = one.live = true;
	one.f.verdict.registers = one.f.verdict.final = true;
	one.f.verdict.host = SIDE_CLIENT;
	one.f.opened_by = OPENED_BY_BYTES;
	one.seq_known = 1;
	one.syn_known = 2;
	one.headless = 1;
	memcpy(&two, &one, sizeof(two));
	flows_swap(&two, OPENED_BY_BYTES);
#define SWAPPED(pair) assert_memory_equal(&one.pair[0], &two.pair[1], sizeof(one.pair[0]))
	SWAPPED(f.end);
	SWAPPED(f.port);
	SWAPPED(f.mac);
	SWAPPED(f.bytes);
	SWAPPED(f.payload_bytes);
	SWAPPED(f.packets);
	SWAPPED(f.data_packets);
	SWAPPED(f.small_packets);
	SWAPPED(f.rtt_us);
	SWAPPED(f.mss);
	SWAPPED(f.ttl);
	SWAPPED(f.tcp_flags);
	SWAPPED(f.outer);
	SWAPPED(head);
	SWAPPED(probed);
	SWAPPED(datagrams);
	SWAPPED(isn);
	SWAPPED(next_seq);
	SWAPPED(handshake);
	SWAPPED(syn_us);
	assert_int_equal(two.f.verdict.host, SIDE_SERVER);
	assert_int_equal(two.seq_known, 2);
	assert_int_equal(two.syn_known, 1);
	assert_int_equal(two.headless, 2);
	/* Twice is not at all: nothing else was touched. */
	flows_swap(&two, OPENED_BY_BYTES);
	assert_memory_equal(&one, &two, sizeof(one));
	one.f.verdict.host = SIDE_NONE;
	flows_swap(&one, OPENED_BY_PORT);
	assert_int_equal(one.f.verdict.host, SIDE_NONE);
	assert_int_equal(one.f.opened_by, OPENED_BY_PORT);
}

static void
test_swap_in_table(void **state)
{
	(void)state;
	see(packet_up(PROTO_UDP, 1));
	flows_swap(row, OPENED_BY_BYTES);
	see(packet_up(PROTO_UDP, 2));
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(row->f.packets[SIDE_SERVER], 2);
	assert_int_equal(row->f.port[SIDE_SERVER], CLIENT_PORT);
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
	assert_int_equal(row->f.opened_by, OPENED_BY_SYN);
	assert_false(row->f.midstream);
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
	assert_int_equal(row->f.id, id);
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(row->f.opened_by, OPENED_BY_FIRST);
	assert_true(row->f.midstream);
}

static void
test_syn_after_midstream(void **state)
{
	const uint64_t id = see(with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, 70000, 1))->id;

	(void)state;
	assert_int_not_equal(see(packet_syn(2))->id, id);
	assert_int_equal(row->f.opened_by, OPENED_BY_SYN);
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
	assert_int_equal(row->f.opened_by, OPENED_BY_SYNACK);
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
