/*
 * A flow's packets: which are its own, what is counted, where a connection ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/key.h"
#include "flow_packets.h"

/* Rows that went. */
static struct {
	uint64_t last;
	unsigned n;
} went;

static void
gone(void *arg, struct flow_row *r, bool evicted)
{
	assert_ptr_equal(arg, &went);
	assert_true(clock_us >= r->last_us);
	assert_false(evicted);
	went.last = r->id;
	went.n++;
}

static int
setup(void **state)
{
	(void)state;
	went.n = 0;
	return setup_table(16, 1, gone, &went);
}

static void
test_both_directions(void **state)
{
	struct packet back = with_payload(packet_synack(2), "", 0);
	const struct flow *f = see(packet_syn(1));
	const uint64_t id = f->id;

	(void)state;
	assert_int_equal(from, SIDE_CLIENT);
	back.vlan = 7; /* other tag on the way back */
	f = see(back);
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(f->id, id);
	assert_int_equal(f->opened_by, OPENED_BY_SYN);
	assert_false(f->midstream);
	assert_int_equal(f->vlan, 0);
	assert_int_equal(f->vlan_back, 7);
	assert_int_equal(f->ttl[SIDE_CLIENT], 64);
	assert_int_equal(f->ttl[SIDE_SERVER], 57);
	assert_int_equal(f->mac[SIDE_CLIENT].b[5], 1);
	assert_int_equal(f->mac[SIDE_SERVER].b[5], 2);
	assert_int_equal(f->verdict.host, SIDE_NONE);
	assert_int_equal(stats().live, 1);
}

static void
test_keys_differ(void **state)
{
	struct packet p = packet_up(PROTO_UDP, 1);

	(void)state;
	see(p);
	p.proto = PROTO_TCP;
	see(p);
	p.port[0]++;
	see(p);
	p.addr[0].b[0] ^= 0x80; /* the first and the last byte count */
	see(p);
	assert_int_equal(stats().live, 4);
}

/* Rows in one bucket, even with one hash, are told apart by all of the key. */
static void
test_key_match(void **state)
{
	const struct packet p = packet_up(PROTO_UDP, 1), back = packet_down(PROTO_UDP, 1);
	struct packet other;
	enum side whose;

	(void)state;
	see(p);
	assert_true(key_match(row, &p, &whose));
	assert_int_equal(whose, SIDE_CLIENT);
	assert_true(key_match(row, &back, &whose));
	assert_int_equal(whose, SIDE_SERVER);
	other = p;
	other.proto = PROTO_TCP;
	assert_false(key_match(row, &other, &whose));
	for (int end = 0; end < 2; end++) {
		other = p;
		other.port[end]++;
		assert_false(key_match(row, &other, &whose));
		other = p;
		other.addr[end].b[15]++;
		assert_false(key_match(row, &other, &whose));
	}
	other = p;
	other.port[0] = p.port[1];
	other.port[1] = p.port[0];
	assert_false(key_match(row, &other, &whose));
}

/* Both ends on one address: the ports tell the directions apart. */
static void
test_one_address(void **state)
{
	struct packet up = packet_up(PROTO_UDP, 1), down = packet_down(PROTO_UDP, 2);

	(void)state;
	up.addr[0] = up.addr[1] = down.addr[0] = down.addr[1] = addr_text("127.0.0.1");
	see(up);
	see(down);
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(stats().live, 1);
}

static void
test_one_vlan(void **state)
{
	struct packet up = packet_up(PROTO_UDP, 1), down = packet_down(PROTO_UDP, 2);

	(void)state;
	up.vlan = down.vlan = 7;
	see(up);
	see(down);
	assert_int_equal(value()->vlan, 7);
	assert_int_equal(value()->vlan_back, 0);
}

/* Source and destination alike: hostile, but one flow. */
static void
test_to_itself(void **state)
{
	struct packet p = packet_up(PROTO_UDP, 1);

	(void)state;
	p.addr[1] = p.addr[0];
	p.port[1] = p.port[0];
	see(p);
	see(p);
	assert_int_equal(from, SIDE_CLIENT);
	assert_int_equal(value()->packets[SIDE_CLIENT], 2);
	assert_int_equal(stats().live, 1);
}

static void
test_other_protocols(void **state)
{
	const struct flow *f;

	(void)state;
	see(between(packet_up(PROTO_ICMP, 1), 0, 0));
	f = see(between(packet_down(PROTO_ICMP, 2), 0, 0));
	assert_int_equal(from, SIDE_SERVER);
	assert_int_equal(f->packets[0] + f->packets[1], 2);
	assert_int_equal(f->opened_by, OPENED_BY_FIRST);
	assert_false(f->midstream);
	see(between(packet_up(PROTO_ESP, 3), 0, 0));
	assert_int_equal(stats().live, 2);
}

static void
test_counters(void **state)
{
	static const uint8_t bytes[1000];
	struct packet data = with_payload(packet_ack(3), bytes, 200);
	const struct flow *f;

	(void)state;
	see(packet_syn(1));
	see(packet_synack(2));
	see(data);
	see(data); /* again: bytes count, packets of data do not */
	data.tcp_seq += 200;
	f = see(with_payload(data, bytes, 201));
	assert_int_equal(f->packets[SIDE_CLIENT], 4);
	assert_int_equal(f->payload_bytes[SIDE_CLIENT], 601);
	assert_int_equal(f->bytes[SIDE_CLIENT], 40 + 240 + 240 + 441);
	assert_int_equal(f->data_packets[SIDE_CLIENT], 2);
	assert_int_equal(f->tcp_flags[SIDE_CLIENT], TCP_SYN | TCP_ACK);
	assert_int_equal(f->packets[SIDE_SERVER], 1);
	assert_int_equal(f->first_us, 1);
	assert_int_equal(f->last_us, 3);
}

/* A segment with a number far off must not make all that follow look old. */
static void
test_counters_after_jump(void **state)
{
	struct packet data = with_payload(packet_ack(3), "keys", 4), stray = data;

	(void)state;
	see(packet_syn(1));
	stray.tcp_seq += 1u << 30;
	see(stray);
	for (int i = 0; i < 10; i++) {
		see(data);
		data.tcp_seq += 4;
	}
	assert_int_equal(value()->data_packets[SIDE_CLIENT], 11);
}

static void
test_keepalive_is_no_data(void **state)
{
	struct packet data = with_payload(packet_ack(3), "x", 1);

	(void)state;
	see(packet_syn(1));
	see(data);
	see(data); /* a keep-alive repeats the last byte */
	assert_int_equal(value()->data_packets[SIDE_CLIENT], 1);
	see(with_payload(packet_up(PROTO_UDP, 4), "x", 1));
	see(with_payload(packet_up(PROTO_UDP, 5), "x", 1));
	assert_int_equal(value()->data_packets[SIDE_CLIENT], 2);
}

static void
test_syn_again_stays(void **state)
{
	const uint64_t id = see(packet_syn(1))->id;

	(void)state;
	assert_int_equal(see(packet_syn(2))->id, id);
	see(packet_synack(3));
	assert_int_equal(see(packet_syn(4))->id, id);
	assert_int_equal(went.n, 0);
}

static void
test_syn_of_another(void **state)
{
	struct packet p = packet_syn(5);
	const uint64_t id = see(packet_syn(1))->id;

	(void)state;
	see(packet_synack(2));
	see(packet_ack(3));
	p.tcp_seq += 12345;
	assert_int_not_equal(see(p)->id, id);
	assert_int_equal(went.n, 1);
	assert_int_equal(went.last, id);
	assert_int_equal(value()->packets[SIDE_SERVER], 0);
	assert_int_equal(stats().closed, 1);
}

static void
test_syn_after_end(void **state)
{
	const uint64_t id = see(packet_syn(1))->id;

	(void)state;
	see(with_tcp(packet_down(PROTO_TCP, 2), TCP_RST | TCP_ACK, 0, CLIENT_ISN + 1));
	assert_int_not_equal(see(packet_syn(3))->id, id);
	assert_int_equal(went.n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_both_directions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keys_differ, setup, teardown),
		cmocka_unit_test_setup_teardown(test_key_match, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_address, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_vlan, setup, teardown),
		cmocka_unit_test_setup_teardown(test_to_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_protocols, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counters, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counters_after_jump, setup, teardown),
		cmocka_unit_test_setup_teardown(test_keepalive_is_no_data, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_again_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_of_another, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_after_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
