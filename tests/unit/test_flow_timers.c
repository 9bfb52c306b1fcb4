/*
 * Ageing and eviction: what is due by a tick, however the clock goes, and what a
 * full table gives up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "farhand/event.h"
#include "flow_packets.h"

enum { ROWS = 8, FLOWS = 200 };

static uint64_t went; /* the last row that went, by id */

static void
gone(void *arg, struct flow_row *r, bool evicted)
{
	(void)arg;
	(void)evicted;
	went = r->id;
}

static int
setup(void **state)
{
	(void)state;
	return setup_table(ROWS, 0, gone, NULL);
}

static struct packet
on_port(struct packet p, uint16_t client_port)
{
	p.port[0] = client_port;
	return p;
}

static struct packet
data_on(uint16_t client_port, int64_t at_us)
{
	return on_port(with_payload(packet_ack(at_us), "x", 1), client_port);
}

/* One row of each class, the dearest first, each seen later than the next. */
static void
test_order_of_loss(void **state)
{
	uint64_t id[5];

	(void)state;
	flows_free(table);
	setup_table(5, 0, gone, NULL);
	id[4] = see(data_on(40001, 1))->id;
	see(on_port(packet_up(PROTO_UDP, 2), 40002));
	id[3] = see(on_port(packet_up(PROTO_UDP, 3), 40002))->id;
	id[2] = see(on_port(packet_up(PROTO_UDP, 4), 40003))->id;
	id[1] = see(with_tcp(on_port(packet_ack(5), 40004), TCP_RST, 1, 1))->id;
	id[0] = see(on_port(packet_syn(6), 40005))->id;
	for (uint16_t i = 0; i < 5; i++) {
		see(data_on((uint16_t)(41000 + i), 7));
		assert_int_equal(went, id[i]);
	}
}

/* Datagrams of a flood push each other out, with payload or not, and nobody else. */
static void
test_flood_of_datagrams(void **state)
{
	uint64_t id[2];

	(void)state;
	see(on_port(packet_up(PROTO_UDP, 1), 40001));
	id[0] = see(on_port(packet_up(PROTO_UDP, 1), 40001))->id;
	id[1] = see(data_on(40002, 1))->id;
	for (uint16_t i = 0; i < 3000; i++)
		see(on_port(with_payload(packet_up(PROTO_UDP, 2 + i * 20000LL), "x", i % 2), i));
	assert_int_equal(see(on_port(packet_up(PROTO_UDP, 3), 40001))->id, id[0]);
	assert_int_equal(see(data_on(40002, 3))->id, id[1]);
	assert_int_equal(stats().live, ROWS);
}

/* A row that was half open long ago and is not now is not taken for one that is. */
static void
test_loss_is_by_class_now(void **state)
{
	uint64_t id;

	(void)state;
	see(on_port(packet_syn(1), 40001));
	see(data_on(40001, 2));
	for (uint16_t i = 0; i < ROWS - 2; i++)
		see(on_port(packet_up(PROTO_UDP, 3), (uint16_t)(41000 + i)));
	id = see(on_port(packet_syn(4), 40002))->id;
	see(on_port(packet_up(PROTO_UDP, 5), 42000));
	assert_int_equal(went, id);
	for (uint16_t i = 0; i < ROWS; i++)
		see(on_port(packet_up(PROTO_UDP, 6), (uint16_t)(43000 + i)));
	assert_int_equal(see(data_on(40001, 7))->packets[SIDE_CLIENT], 3);
}

/* However far on a row was seen since, without a tick: a full table finds one to lose. */
static void
test_loss_without_ticks(void **state)
{
	(void)state;
	for (int64_t i = 0; i < 2000; i++) {
		see(on_port(packet_syn(i * 7 * TICK_US), (uint16_t)(i % 11)));
		see(on_port(packet_syn(i * 9 * TICK_US), (uint16_t)(i % 3)));
	}
	assert_int_equal(stats().live, ROWS);
}

/* An end brings forward when a row is due. */
static void
test_sooner(void **state)
{
	(void)state;
	see(data_on(40001, 0));
	assert_int_equal(expire(60 * TICK_US), 0);
	see(on_port(with_tcp(packet_ack(61 * TICK_US + 1), TCP_RST, 1, 1), 40001));
	assert_int_equal(expire(62 * TICK_US), 0);
	assert_int_equal(expire(63 * TICK_US), 1);
}

/* What is reported and not closed is found again, until it is seen. */
static void
test_put_back(void **state)
{
	const int64_t late_us = 100 * TICK_US;
	struct flows_due due[ROWS];

	(void)state;
	for (uint16_t i = 0; i < 3; i++)
		see(on_port(packet_up(PROTO_UDP, i), (uint16_t)(40000 + i)));
	assert_int_equal(flows_due(table, late_us, due, 0), 0);
	assert_int_equal(flows_due(table, late_us, due, 2), 2);
	assert_int_equal(flows_due(table, late_us, due, ROWS), 3);
	assert_int_equal(flows_due(table, late_us - TICK_US, due, ROWS), 3);
	see(on_port(packet_up(PROTO_UDP, late_us + 1), 40001));
	assert_int_equal(flows_due(table, late_us + TICK_US, due, ROWS), 2);
	flows_close(table, due[1].row);
	assert_int_equal(expire(late_us + FLOW_IDLE_UDP_US), 1);
	assert_int_equal(expire(late_us + FLOW_IDLE_UDP_US + TICK_US), 1);
}

static void
test_all(void **state)
{
	struct flows_due due[ROWS];

	(void)state;
	for (uint16_t i = 0; i < 5; i++)
		see(on_port(packet_up(PROTO_UDP, i), (uint16_t)(40000 + i)));
	flows_close(table, row);
	assert_int_equal(flows_all(table, due, 3), 3);
	assert_int_equal(flows_all(table, due, ROWS), 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(due[i].ordinal, due[i].row->id);
}

/* Times from one end of what there is to the other. */
static void
test_hostile_clock(void **state)
{
	const int64_t last_us = INT64_MAX / TICK_US * TICK_US;

	(void)state;
	clock_us = INT64_MIN;
	see(packet_up(PROTO_UDP, INT64_MIN));
	see(on_port(packet_syn(INT64_MIN + 1), 40001));
	assert_int_equal(expire(INT64_MIN / TICK_US * TICK_US), 0);
	assert_int_equal(expire(INT64_MIN / TICK_US * TICK_US + FLOW_IDLE_HALF_US), 1);
	assert_int_equal(expire(-FLOW_IDLE_UDP_US), 1);
	see(packet_up(PROTO_UDP, -1));
	assert_int_equal(expire(FLOW_IDLE_UDP_US - TICK_US), 0);
	assert_int_equal(expire(FLOW_IDLE_UDP_US), 1);
	see(packet_up(PROTO_UDP, last_us));
	see(data_on(40001, INT64_MAX));
	assert_int_equal(expire(last_us), 0);
	assert_int_equal(stats().live, 2);
}

/* What there is to know of a flow, the plainest way. */
static struct {
	bool live;
	int64_t seen_us, idle_us;
} model[FLOWS];

static uint32_t
pick(uint32_t below)
{
	static uint64_t state = 1;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % below;
}

/* A packet of a flow chosen by chance: datagrams, or one of the steps of a connection. */
static void
say_anything(int64_t now_us)
{
	const uint16_t i = (uint16_t)pick(FLOWS);
	const uint32_t step = pick(20);
	uint64_t id;

	if (i % 2 == 0) {
		id = see(on_port(packet_up(PROTO_UDP, now_us), i))->id;
		model[i].idle_us = FLOW_IDLE_UDP_US;
	} else if (step == 0) {
		id = see(on_port(with_tcp(packet_ack(now_us), TCP_RST, CLIENT_ISN + 1, 0), i))->id;
		model[i].idle_us = FLOW_IDLE_CLOSED_US;
	} else if (step < 10 || !model[i].live) {
		struct packet p = packet_syn(now_us);

		/* One that ends what was there, always. */
		p.tcp_seq = (uint32_t)p.ordinal * 7;
		id = see(on_port(p, i))->id;
		assert_int_equal(id, packets_made);
		model[i].idle_us = FLOW_IDLE_HALF_US;
	} else {
		id = see(data_on(i, now_us))->id;
		if (model[i].idle_us != FLOW_IDLE_CLOSED_US)
			model[i].idle_us = FLOW_IDLE_TCP_US;
	}
	assert_int_equal(id == packets_made, value()->packets[SIDE_CLIENT] == 1);
	model[i].live = true;
	model[i].seen_us = now_us;
}

static uint32_t
expect_due(int64_t tick_us)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < FLOWS; i++) {
		if (model[i].live && tick_us - model[i].seen_us >= model[i].idle_us) {
			model[i].live = false;
			n++;
		}
	}
	return n;
}

/* A long random walk: at each tick exactly those go that a look at all of them would find. */
static void
test_like_a_look_at_all(void **state)
{
	static const int64_t jumps_us[] = { 0, 1, 100000, 1000000, 9000000, TICK_US, 70000000,
		95 * TICK_US, 86400 * 1000000LL, 1000 * 86400 * 1000000LL };
	int64_t now_us = 1, tick_us = 0;
	uint32_t live = 0;

	(void)state;
	flows_free(table);
	setup_table(FLOWS, 0, gone, NULL);
	for (int i = 0; i < 100000; i++) {
		const uint32_t far = pick(1000) == 0 ? 10 : pick(100) == 0 ? 7 : 5;

		now_us += pick(3) == 0 ? jumps_us[pick(far)] : 0;
		if (now_us / TICK_US * TICK_US > tick_us) {
			tick_us = now_us / TICK_US * TICK_US;
			assert_int_equal(expire(tick_us), expect_due(tick_us));
		}
		say_anything(now_us);
	}
	for (uint16_t i = 0; i < FLOWS; i++)
		live += model[i].live;
	assert_int_equal(stats().live, live);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order_of_loss, setup, teardown),
		cmocka_unit_test_setup_teardown(test_flood_of_datagrams, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loss_is_by_class_now, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loss_without_ticks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sooner, setup, teardown),
		cmocka_unit_test_setup_teardown(test_put_back, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_clock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_like_a_look_at_all, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
