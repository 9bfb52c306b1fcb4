/*
 * Stream heads: the memory they lie in, and what is offered without any.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "head_lab.h"

/* The bytes begin to end of a flow of their own, whose server is the client's port. */
static bool
say_on(uint16_t port, uint32_t begin, uint32_t end)
{
	struct packet p = with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, CLIENT_ISN + 1 + begin, 1);

	p.port[0] = port;
	return give(with_payload(p, stream + begin, end - begin));
}

/* Room for two small heads, three flows: who has waited longest loses its own, and for good. */
static void
test_pool(void **state)
{
	struct flow_row *of[3];

	(void)state;
	flows_free(table);
	assert_int_equal(setup_table(16, 1000, gone_quietly, NULL), 0);
	for (uint16_t i = 0; i < 3; i++) {
		assert_true(say_on((uint16_t)(50000 + i), 0, 100));
		of[i] = row;
		flows_swap(row, OPENED_BY_BYTES); /* heads change sides with their rows */
	}
	assert_true(of[0]->young->head[0] == NULL && of[0]->young->head[1] == NULL);
	assert_false(say_on(50000, 0, 100));
	/* What was given back is not begun again in the middle; others may have it. */
	flows_heads_drop(table, of[1]);
	assert_false(say_on(50001, 0, 100));
	assert_true(say_on(50003, 0, 100));
	assert_int_equal(stats().heads_lost, 1);
	assert_int_equal(flows_head(of[2], SIDE_SERVER).n, 100);
}

/* A head that grows takes the room of those begun before it, then its own is the oldest. */
static void
test_pool_growth(void **state)
{
	struct flow_row *first;

	(void)state;
	flows_free(table);
	assert_int_equal(setup_table(16, 2000, gone_quietly, NULL), 0);
	assert_true(say_on(50000, 0, 100));
	first = row;
	assert_true(say_on(50001, 0, 100));
	assert_true(say_on(50001, 100, 300)); /* of 256, then 1024 */
	assert_int_equal(stats().heads_lost, 0);
	expect_run(300);
	assert_true(say_on(50002, 0, 1000));
	assert_int_equal(stats().heads_lost, 2);
	expect_run(1000);
	assert_null(first->young->head[SIDE_CLIENT]);
	assert_false(say_on(50002, 1000, 1100)); /* 8192 are more than there are */
	assert_int_equal(stats().heads_lost, 3);
	assert_int_equal(flows_head(row, SIDE_CLIENT).n, 0);
	/* Nothing leaked: the same again. */
	assert_true(say_on(50004, 0, 1000));
	expect_run(1000);
	assert_int_equal(stats().heads_lost, 3);
}

/* Through all sizes, with islands ahead, byte by byte the same. */
static void
test_growth(void **state)
{
	(void)state;
	give(packet_syn(1));
	say(CLIENT_ISN, 3000, 3100);
	for (uint32_t at = 0; at < HEAD_BYTES; at += 64) {
		say(CLIENT_ISN, at, at + 64);
		assert_true(flows_head(row, SIDE_CLIENT).n >= at + 64);
		assert_memory_equal(flows_head(row, SIDE_CLIENT).p, stream, at + 64);
	}
	assert_true(flows_head_full(row, SIDE_CLIENT));
	assert_int_equal(stats().heads_lost, 0);
}

/* No bytes may be kept at all. */
static void
test_no_pool(void **state)
{
	(void)state;
	flows_free(table);
	assert_int_equal(setup_table(16, 0, gone_quietly, NULL), 0);
	assert_false(say(CLIENT_ISN, 0, 100));
	assert_false(say(CLIENT_ISN, 100, 200));
	assert_int_equal(stats().heads_lost, 1);
}

static struct view
offer(uint32_t begin, uint32_t end, uint8_t flags)
{
	const struct packet p =
	    with_payload(with_tcp(packet_up(PROTO_TCP, 1), flags, CLIENT_ISN + 1 + begin, 1),
		stream + begin, end - begin);

	see(p);
	return flows_head_with(table, row, from, &p);
}

static void
test_in_place(void **state)
{
	struct view v;

	(void)state;
	give(packet_syn(1));
	v = offer(0, 100, TCP_ACK);
	assert_ptr_equal(v.p, stream);
	assert_int_equal(v.n, 100);
	assert_null(row->young->head[SIDE_CLIENT]);
	assert_int_equal(flows_head(row, SIDE_CLIENT).n, 0);
	v = offer(0, 100, TCP_ACK); /* nothing kept: as new as before */
	assert_int_equal(v.n, 100);
	v = offer(0, 2 * HEAD_BYTES, TCP_ACK);
	assert_int_equal(v.n, HEAD_BYTES);
	v = offer(0, 100, TCP_RST);
	assert_int_equal(v.n, 0);
	v = offer(100, 200, TCP_ACK); /* not the first: kept */
	assert_int_equal(v.n, 0);
	assert_non_null(row->young->head[SIDE_CLIENT]);
	v = offer(0, 100, TCP_ACK);
	assert_int_equal(v.n, 200);
	assert_memory_equal(v.p, stream, 200);
	assert_true(v.p != stream);
	v = offer(0, 100, TCP_ACK);
	assert_int_equal(v.n, 0);
	flows_heads_drop(table, row);
	v = offer(0, 300, TCP_ACK);
	assert_int_equal(v.n, 0);
}

/* The start of a segment may be a repeat of the SYN's number, or of a keep-alive's byte. */
static void
test_in_place_cut(void **state)
{
	struct packet p = with_payload(packet_ack(1), "?hello", 6);
	struct view v;

	(void)state;
	give(packet_syn(1));
	p.tcp_seq--;
	see(p);
	v = flows_head_with(table, row, from, &p);
	assert_int_equal(v.n, 5);
	assert_memory_equal(v.p, "hello", 5);
	p.payload_bytes = 1u << 30;
	p.tcp_seq++;
	see(p);
	v = flows_head_with(table, row, from, &p);
	assert_int_equal(v.n, 0); /* too late */
}

static void
test_settled(void **state)
{
	(void)state;
	assert_true(say(CLIENT_ISN, 0, 100));
	flows_settle(table, row);
	assert_null(row->young);
	assert_false(say(CLIENT_ISN, 100, 200));
	assert_int_equal(offer(0, 100, TCP_ACK).n, 0);
	assert_false(flows_head_full(row, SIDE_CLIENT));
	flows_heads_drop(table, row);
}

/* A row that goes gives back its heads. */
static void
test_pool_returns(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 10; i++) {
		assert_true(say(CLIENT_ISN, 0, 10));
		close_all();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_pool, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pool_growth, setup, teardown),
		cmocka_unit_test_setup_teardown(test_growth, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_pool, setup, teardown),
		cmocka_unit_test_setup_teardown(test_in_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_in_place_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(test_settled, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pool_returns, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
