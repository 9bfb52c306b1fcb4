/*
 * The flow table as a whole: ageing, eviction, order, bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "farhand/event.h"
#include "flow_packets.h"

enum { ROWS = 4, GONE_MOST = 64, MANY = 10000 };
#define SECOND (1000000LL)

/* Rows that went, in order. */
static struct {
	uint64_t id[GONE_MOST];
	bool evicted[GONE_MOST];
	unsigned n;
} went;

static void
gone(void *arg, struct flow_row *r, bool evicted)
{
	assert_ptr_equal(arg, &went);
	assert_true(clock_us >= r->last_us);
	went.id[went.n % GONE_MOST] = r->id;
	went.evicted[went.n % GONE_MOST] = evicted;
	went.n++;
}

static int
setup_rows(uint32_t rows)
{
	went.n = 0;
	return setup_table(rows, 1 << 16, gone, &went);
}

static int
setup(void **state)
{
	(void)state;
	return setup_rows(ROWS);
}

static struct packet
on_port(struct packet p, uint16_t client_port)
{
	if (p.port[0] == CLIENT_PORT)
		p.port[0] = client_port;
	else
		p.port[1] = client_port;
	return p;
}

static void
test_expire_classes(void **state)
{
	(void)state;
	see(on_port(packet_syn(0), 40001)); /* half open */
	see(packet_up(PROTO_UDP, 0));
	see(with_payload(on_port(packet_ack(0), 40002), "x", 1)); /* established */
	see(with_tcp(on_port(packet_ack(0), 40003), TCP_RST, 1, 1));
	assert_int_equal(expire(0), 0);
	assert_int_equal(expire(FLOW_IDLE_CLOSED_US), 1);
	assert_int_equal(expire(FLOW_IDLE_HALF_US - TICK_US), 0);
	assert_int_equal(expire(FLOW_IDLE_HALF_US), 1);
	assert_int_equal(expire(FLOW_IDLE_UDP_US), 1);
	assert_int_equal(expire(FLOW_IDLE_TCP_US - TICK_US), 0);
	assert_int_equal(expire(FLOW_IDLE_TCP_US), 1);
	assert_int_equal(stats().live, 0);
	assert_int_equal(stats().closed, 4);
	assert_int_equal(stats().tcp_one_way, 1);
}

static void
test_fin_from_both(void **state)
{
	(void)state;
	see(packet_syn(0));
	see(packet_synack(0));
	see(packet_ack(0));
	see(with_tcp(packet_ack(0), TCP_FIN | TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1));
	assert_int_equal(expire(FLOW_IDLE_CLOSED_US), 0);
	see(with_tcp(
	    packet_down(PROTO_TCP, SECOND), TCP_FIN | TCP_ACK, SERVER_ISN + 1, CLIENT_ISN + 2));
	assert_int_equal(expire(2 * FLOW_IDLE_CLOSED_US), 1);
}

/* Where a mirror shows one direction only, its FIN is all there will be. */
static void
test_fin_one_way(void **state)
{
	(void)state;
	see(with_payload(packet_ack(0), "x", 1));
	see(with_tcp(packet_ack(0), TCP_FIN | TCP_ACK, CLIENT_ISN + 2, SERVER_ISN + 1));
	see(on_port(with_tcp(packet_down(PROTO_TCP, 0), TCP_FIN, 1, 1), 40001));
	assert_int_equal(expire(FLOW_IDLE_CLOSED_US), 2);
}

static void
test_touch(void **state)
{
	(void)state;
	see(packet_up(PROTO_UDP, 0));
	see(packet_down(PROTO_UDP, FLOW_IDLE_UDP_US - 1));
	assert_int_equal(expire(FLOW_IDLE_UDP_US), 0);
	assert_int_equal(expire(2 * FLOW_IDLE_UDP_US - TICK_US), 0);
	assert_int_equal(expire(2 * FLOW_IDLE_UDP_US), 1);
}

static void
test_expire_in_order(void **state)
{
	uint64_t id[4];

	(void)state;
	id[0] = see(on_port(packet_up(PROTO_UDP, 3), 40001))->id;
	id[1] = see(with_payload(on_port(packet_ack(5), 40002), "x", 1))->id;
	id[2] = see(on_port(packet_up(PROTO_UDP, 5), 40003))->id;
	id[3] = see(on_port(packet_syn(4), 40004))->id;
	see(on_port(packet_up(PROTO_UDP, 6), 40001));
	assert_int_equal(expire(10 * FLOW_IDLE_TCP_US), 4);
	assert_int_equal(went.id[0], id[1]);
	assert_int_equal(went.id[1], id[2]);
	/* Seen at 4, but the clock had come to 5. */
	assert_int_equal(went.id[2], id[3]);
	assert_int_equal(went.id[3], id[0]);
}

/* Time that falls back by a day must not keep anything for a day, nor lose it now. */
static void
test_time_backwards(void **state)
{
	const int64_t day_us = 86400 * SECOND;

	(void)state;
	see(packet_up(PROTO_UDP, 2 * day_us));
	see(on_port(packet_up(PROTO_UDP, day_us), 40001));
	assert_int_equal(value()->first_us, day_us);
	see(packet_down(PROTO_UDP, day_us + 1));
	assert_int_equal(value()->last_us, 2 * day_us);
	assert_int_equal(expire(2 * day_us), 0);
	assert_int_equal(expire(2 * day_us + FLOW_IDLE_UDP_US), 2);
}

static void
test_evict_cheapest(void **state)
{
	uint64_t tcp, closed, udp, half;

	(void)state;
	tcp = see(with_payload(on_port(packet_ack(1), 40001), "x", 1))->id;
	closed = see(with_tcp(on_port(packet_ack(2), 40002), TCP_RST, 1, 1))->id;
	udp = see(on_port(packet_up(PROTO_UDP, 3), 40003))->id;
	half = see(on_port(packet_syn(4), 40004))->id;
	for (uint16_t i = 0; i < 4; i++)
		see(with_payload(on_port(packet_ack(5 + i), (uint16_t)(41000 + i)), "x", 1));
	assert_int_equal(went.n, 4);
	assert_int_equal(went.id[0], half);
	assert_int_equal(went.id[1], closed);
	assert_int_equal(went.id[2], udp);
	assert_int_equal(went.id[3], tcp);
	for (int i = 0; i < 4; i++)
		assert_true(went.evicted[i]);
	assert_int_equal(stats().evicted, 4);
	assert_int_equal(stats().live, ROWS);
}

/* A flood of SYNs, answered or not, and of single ACKs leaves what is established alone. */
static void
test_flood(void **state)
{
	const uint64_t kept = see(with_payload(packet_ack(1), "x", 1))->id;

	(void)state;
	for (uint16_t i = 0; i < 3000; i++) {
		see(on_port(packet_syn(2 + i), (uint16_t)(1024 + i)));
		if (i % 2 == 0)
			see(on_port(packet_synack(2 + i), (uint16_t)(1024 + i)));
		see(on_port(packet_ack(2 + i), (uint16_t)(8192 + i)));
	}
	assert_int_equal(see(packet_ack(4000))->id, kept);
	assert_int_equal(stats().live, ROWS);
	assert_int_equal(stats().opened, 6001);
}

static void
test_close_all_by_id(void **state)
{
	uint64_t last = 0;

	(void)state;
	for (uint16_t i = 0; i < 4; i++)
		see(on_port(packet_up(PROTO_UDP, i), (uint16_t)(40000 + i)));
	see(on_port(packet_up(PROTO_UDP, 9), 40001));  /* later seen, same place */
	see(on_port(packet_up(PROTO_UDP, 10), 50000)); /* takes the place of 40000's row */
	close_all();
	assert_int_equal(went.n, 5);
	for (unsigned i = 1; i < went.n; i++) {
		assert_true(went.id[i] > last);
		last = went.id[i];
	}
	close_all();
	assert_int_equal(went.n, 5);
	see(packet_up(PROTO_UDP, 12)); /* still of use */
	assert_int_equal(stats().live, 1);
}

static void
test_ways(void **state)
{
	(void)state;
	see(with_payload(packet_ack(1), "x", 1));
	see(with_payload(with_tcp(packet_down(PROTO_TCP, 2), TCP_ACK, 1, 1), "y", 1));
	see(with_payload(on_port(packet_ack(1), 40001), "x", 1));
	see(on_port(packet_ack(1), 40002)); /* no payload: neither */
	see(with_payload(packet_up(PROTO_UDP, 1), "x", 1));
	close_all();
	assert_int_equal(stats().tcp_two_way, 1);
	assert_int_equal(stats().tcp_one_way, 1);
}

static void
test_many(void **state)
{
	const uint32_t rows = MANY, flows = 10 * MANY;

	(void)state;
	assert_int_equal(setup_rows(rows), 0);
	for (uint32_t i = 0; i < flows; i++) {
		see(one_of_many(i));
		assert_int_equal(value()->packets[SIDE_CLIENT], 1);
		see(one_of_many(i));
		assert_int_equal(value()->packets[SIDE_CLIENT], 2);
		assert_true(stats().live <= rows);
	}
	assert_int_equal(stats().opened, flows);
	assert_int_equal(stats().live, rows);
	assert_int_equal(stats().evicted, flows - rows);
	close_all();
	assert_int_equal(stats().closed, rows);
	assert_int_equal(went.n, flows);
}

static void
test_one_row(void **state)
{
	(void)state;
	flows_free(NULL);
	assert_int_equal(setup_rows(1), 0);
	see(packet_syn(1));
	see(packet_up(PROTO_UDP, 2));
	see(packet_up(PROTO_UDP, 3));
	assert_int_equal(value()->packets[SIDE_CLIENT], 2);
	assert_int_equal(stats().evicted, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_expire_classes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fin_from_both, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fin_one_way, setup, teardown),
		cmocka_unit_test_setup_teardown(test_touch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expire_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_time_backwards, setup, teardown),
		cmocka_unit_test_setup_teardown(test_evict_cheapest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
		cmocka_unit_test_setup_teardown(test_close_all_by_id, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ways, setup, teardown),
		cmocka_unit_test_teardown(test_many, teardown),
		cmocka_unit_test_teardown(test_one_row, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
