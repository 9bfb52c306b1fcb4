/*
 * Round trips of handshakes: what is a sample, and what must not be one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "farhand/event.h"
#include "flow_packets.h"

static int
setup(void **state)
{
	(void)state;
	return setup_table(16, 0, gone_quietly, NULL);
}

static void
test_handshake(void **state)
{
	(void)state;
	see(packet_syn(1000000));
	see(packet_synack(1010000));
	see(packet_ack(1013000));
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 10000);
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 3000);
	/* Nothing later counts. */
	see(packet_ack(1013001));
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 3000);
}

static void
test_none_is_one(void **state)
{
	(void)state;
	see(packet_syn(0));
	see(packet_synack(0));
	see(packet_ack(0));
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 1);
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 1);
}

static void
test_syn_repeated(void **state)
{
	(void)state;
	see(packet_syn(1000000));
	see(packet_syn(2000000));
	see(packet_synack(2010000));
	see(packet_ack(2013000));
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 0);
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 3000);
}

static void
test_synack_repeated(void **state)
{
	(void)state;
	see(packet_syn(1000000));
	see(packet_synack(1010000));
	see(packet_synack(2010000));
	see(packet_ack(2013000));
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 10000);
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 0);
}

static void
test_syn_not_seen(void **state)
{
	(void)state;
	see(packet_synack(1010000));
	see(packet_ack(1013000));
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 0);
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 3000);
}

static void
test_ack_not_seen(void **state)
{
	struct packet late = with_payload(packet_ack(5000000), "hello", 5);

	(void)state;
	see(packet_syn(1000000));
	see(packet_synack(1010000));
	see(late);
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 0);
	see(packet_ack(5000001)); /* the first ACK was the one that decided */
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 0);
}

static void
test_wrong_ack(void **state)
{
	struct packet answer = packet_synack(1010000);

	(void)state;
	answer.tcp_ack += 77;
	see(packet_syn(1000000));
	see(answer);
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 0);
}

static void
test_refused(void **state)
{
	(void)state;
	see(packet_syn(1000000));
	see(with_tcp(packet_down(PROTO_TCP, 1000050), TCP_RST | TCP_ACK, 0, CLIENT_ISN + 1));
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 0);
}

static void
test_fast_open(void **state)
{
	struct packet answer = packet_synack(1010000);

	(void)state;
	answer.tcp_ack += 4; /* takes the data too */
	see(with_payload(packet_syn(1000000), "GET ", 4));
	see(answer);
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 10000);
}

static void
test_wrap(void **state)
{
	struct packet syn = packet_syn(1000000), answer = packet_synack(1010000);

	(void)state;
	syn.tcp_seq = UINT32_MAX;
	answer.tcp_ack = 0;
	see(syn);
	see(answer);
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 10000);
}

/* Frames of another interface may run ahead: the clock they move is not the sample's. */
static void
test_other_clock(void **state)
{
	struct packet other = packet_up(PROTO_UDP, 1009000);

	(void)state;
	see(other);
	see(packet_syn(1000000));
	see(packet_synack(1010000));
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 10000);
	see(packet_ack(1005000)); /* before the SYN-ACK: no sample */
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 0);
}

static void
test_hostile_times(void **state)
{
	(void)state;
	see(packet_syn(INT64_MIN));
	see(packet_synack(INT64_MAX));
	see(packet_ack(INT64_MIN));
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 0);
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 0);
	assert_int_equal(expire(INT64_MIN / TICK_US * TICK_US), 0);
}

/* The SYN comes after its answer, as two interfaces may show it: sides are right, no sample. */
static void
test_syn_late(void **state)
{
	(void)state;
	see(packet_synack(1010000));
	see(packet_syn(1009000));
	see(packet_ack(1013000));
	assert_int_equal(value()->opened_by, OPENED_BY_SYN);
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 0);
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 3000);
	assert_int_equal(value()->packets[SIDE_CLIENT], 2);
}

/* What was settled stays so: a handshake that is still timed is not forgotten. */
static void
test_settle(void **state)
{
	(void)state;
	see(packet_syn(1000000));
	flows_settle(table, row);
	assert_non_null(row->young);
	see(packet_synack(1010000));
	flows_settle(table, row);
	assert_non_null(row->young);
	see(packet_ack(1013000));
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 10000);
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 3000);
	flows_settle(table, row);
	assert_null(row->young);
	see(packet_synack(1013500));
	see(packet_ack(1013501));
	assert_int_equal(value()->rtt_us[SIDE_CLIENT], 3000);
	assert_int_equal(value()->rtt_us[SIDE_SERVER], 10000);
	flows_settle(table, row); /* twice is once */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_handshake, setup, teardown),
		cmocka_unit_test_setup_teardown(test_none_is_one, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_repeated, setup, teardown),
		cmocka_unit_test_setup_teardown(test_synack_repeated, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_not_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ack_not_seen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrong_ack, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fast_open, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrap, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_clock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hostile_times, setup, teardown),
		cmocka_unit_test_setup_teardown(test_syn_late, setup, teardown),
		cmocka_unit_test_setup_teardown(test_settle, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
