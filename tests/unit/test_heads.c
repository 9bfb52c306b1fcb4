/*
 * Stream heads: order, holes, overlaps, wrap and limits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "head_lab.h"

static void
test_in_order(void **state)
{
	(void)state;
	assert_false(give(packet_syn(1)));
	assert_int_equal(flows_head(row, SIDE_CLIENT).n, 0);
	assert_true(say(CLIENT_ISN, 0, 100));
	assert_true(say(CLIENT_ISN, 100, 1500));
	expect_run(1500);
	assert_false(say(CLIENT_ISN, 0, 1500)); /* again */
	expect_run(1500);
	assert_int_equal(flows_head(row, SIDE_SERVER).n, 0);
}

/* A ClientHello over three segments, in all six orders. */
static void
test_three_segments(void **state)
{
	static const uint8_t order[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 } };

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		struct packet syn = packet_syn(1);

		syn.tcp_seq += i; /* another connection each time */
		give(syn);
		for (unsigned j = 0; j < 3; j++)
			say(syn.tcp_seq, 700u * order[i][j], 700u * (order[i][j] + 1u));
		expect_run(2100);
	}
}

static void
test_first_copy_wins(void **state)
{
	uint8_t other[300];

	(void)state;
	memset(other, '!', sizeof(other));
	give(packet_syn(1));
	assert_false(say(CLIENT_ISN, 100, 200));
	/* Covers the hole and all of the island, with other bytes on the island. */
	memcpy(other, stream, 100);
	memcpy(other + 200, stream + 200, 100);
	assert_true(give(with_payload(
	    with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, CLIENT_ISN + 1, 0), other, sizeof(other))));
	expect_run(300);
}

static void
test_partial_overlaps(void **state)
{
	(void)state;
	give(packet_syn(1));
	say(CLIENT_ISN, 50, 60);
	say(CLIENT_ISN, 70, 80);
	say(CLIENT_ISN, 90, 95);
	say(CLIENT_ISN, 55, 92);
	say(CLIENT_ISN, 0, 20);
	expect_run(20);
	assert_true(say(CLIENT_ISN, 10, 52));
	expect_run(95);
}

static void
test_full(void **state)
{
	(void)state;
	give(packet_syn(1));
	assert_true(say(CLIENT_ISN, 0, HEAD_BYTES - 10));
	assert_false(flows_head_full(row, SIDE_CLIENT));
	assert_true(say(CLIENT_ISN, HEAD_BYTES - 10, HEAD_BYTES + 500));
	assert_true(flows_head_full(row, SIDE_CLIENT));
	expect_run(HEAD_BYTES);
	assert_false(say(CLIENT_ISN, HEAD_BYTES, HEAD_BYTES + 100));
	assert_false(say(CLIENT_ISN, HEAD_BYTES + 500, HEAD_BYTES + 600));
	expect_run(HEAD_BYTES);
}

static void
test_wrap(void **state)
{
	const uint32_t isn = UINT32_MAX - 50;
	struct packet syn = packet_syn(1);

	(void)state;
	syn.tcp_seq = isn;
	give(syn);
	say(isn, 150, 400);
	assert_true(say(isn, 0, 150));
	expect_run(400);
}

static void
test_midstream(void **state)
{
	uint8_t bytes[310]; /* ten bytes before the start, and on after it */

	(void)state;
	memset(bytes, '?', 10);
	memcpy(bytes + 10, stream, 300);
	assert_true(say(CLIENT_ISN, 0, 100));
	assert_true(value()->midstream);
	/* Before the start: cut, or ignored. */
	assert_false(give(with_payload(
	    with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, CLIENT_ISN - 400, 0), stream, 100)));
	assert_false(give(with_payload(
	    with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, CLIENT_ISN - 9, 0), stream, 100)));
	assert_true(say(CLIENT_ISN, 100, 200));
	assert_true(give(with_payload(
	    with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, CLIENT_ISN - 9, 0), bytes, sizeof(bytes))));
	expect_run(300);
}

/* A server that renumbers its SYN-ACK starts where the last one said. */
static void
test_synack_renumbered(void **state)
{
	struct packet answer = packet_synack(1), data;

	(void)state;
	give(packet_syn(1));
	give(answer);
	answer.tcp_seq += 5000;
	give(answer);
	data = with_tcp(packet_down(PROTO_TCP, 2), TCP_ACK, SERVER_ISN + 5001, CLIENT_ISN + 1);
	assert_true(give(with_payload(data, stream, 100)));
	assert_int_equal(flows_head(row, SIDE_SERVER).n, 100);
}

/* Gigabytes later numbers come round again: they are not the hole that was left. */
static void
test_far_on(void **state)
{
	struct packet p = with_payload(packet_ack(1), stream, 10);

	(void)state;
	give(packet_syn(1));
	say(CLIENT_ISN, 100, 200);
	p.tcp_seq += HEAD_BYTES;
	p.payload_bytes = 1u << 30;
	give(p);
	assert_false(say(CLIENT_ISN, 0, 100));
	assert_int_equal(flows_head(row, SIDE_CLIENT).n, 0);
}

/* A keep-alive's empty segment before the first data must not move the start. */
static void
test_midstream_keepalive(void **state)
{
	(void)state;
	give(with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, CLIENT_ISN, SERVER_ISN));
	assert_true(say(CLIENT_ISN, 0, 100));
	expect_run(100);
}

/* The SYN, or the answer to it, tells where the client's bytes start. */
static void
test_lost_start(void **state)
{
	(void)state;
	for (int answered = 0; answered < 2; answered++) {
		give(answered ? packet_synack(1) : packet_syn(1));
		assert_false(say(CLIENT_ISN, 100, 200));
		assert_int_equal(flows_head(row, SIDE_CLIENT).n, 0);
		assert_true(say(CLIENT_ISN, 0, 100));
		expect_run(200);
		close_all();
	}
}

static void
test_cut_by_snaplen(void **state)
{
	struct packet p = with_payload(packet_ack(1), stream, 60);

	(void)state;
	give(packet_syn(1));
	p.payload_bytes = 1000;
	assert_true(give(p));
	assert_false(say(CLIENT_ISN, 1000, 1100));
	expect_run(60);
}

static void
test_fast_open(void **state)
{
	(void)state;
	assert_true(give(with_payload(packet_syn(1), stream, 30)));
	assert_true(say(CLIENT_ISN, 30, 50));
	expect_run(50);
}

static void
test_rst_remark(void **state)
{
	(void)state;
	give(packet_syn(1));
	assert_false(give(with_payload(
	    with_tcp(packet_up(PROTO_TCP, 1), TCP_RST, CLIENT_ISN + 1, 0), "go away", 7)));
	assert_int_equal(flows_head(row, SIDE_CLIENT).n, 0);
}

/* Sixteen islands fit; one more is dropped; the start always fits. */
static void
test_islands(void **state)
{
	(void)state;
	give(packet_syn(1));
	for (uint32_t i = 1; i <= 16; i++)
		say(CLIENT_ISN, 20 * i, 20 * i + 10);
	say(CLIENT_ISN, 20 * 17, 20 * 17 + 10);
	assert_true(say(CLIENT_ISN, 0, 10));
	expect_run(10);
	for (uint32_t i = 1; i <= 17; i++)
		say(CLIENT_ISN, 20 * i - 10, 20 * i);
	expect_run(20 * 17); /* and not the dropped one's bytes */
	assert_true(say(CLIENT_ISN, 20 * 17, 20 * 17 + 10));
}

/* What wraps a stream is cut off: kept or not, with all that came or more to come. */
static void
test_wrapping(void **state)
{
	struct packet first;
	struct view head;

	(void)state;
	give(packet_syn(1));
	first = with_payload(
	    with_tcp(packet_up(PROTO_TCP, 1), TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1), stream, 90);
	see(first);
	head = flows_head_from(table, row, SIDE_CLIENT, &first, 30);
	assert_int_equal(head.n, 60);
	assert_memory_equal(head.p, stream + 30, 60);
	assert_false(give(first)); /* again */
	say(CLIENT_ISN, 200, 210); /* behind a hole, which is forgotten */
	assert_true(say(CLIENT_ISN, 80, 100));
	assert_int_equal(flows_head(row, SIDE_CLIENT).n, 70);
	assert_int_equal(flows_head_from(table, row, SIDE_CLIENT, &first, 70).n, 0);
	assert_true(say(CLIENT_ISN, 100, 400));
	head = flows_head(row, SIDE_CLIENT);
	assert_int_equal(head.n, 300);
	assert_memory_equal(head.p, stream + 100, 300);
	flows_heads_drop(table, row);
	assert_int_equal(flows_head_from(table, row, SIDE_CLIENT, &first, 1).n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_three_segments, setup, teardown),
		cmocka_unit_test_setup_teardown(test_first_copy_wins, setup, teardown),
		cmocka_unit_test_setup_teardown(test_partial_overlaps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_midstream, setup, teardown),
		cmocka_unit_test_setup_teardown(test_synack_renumbered, setup, teardown),
		cmocka_unit_test_setup_teardown(test_far_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_midstream_keepalive, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lost_start, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cut_by_snaplen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fast_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rst_remark, setup, teardown),
		cmocka_unit_test_setup_teardown(test_islands, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrapping, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
