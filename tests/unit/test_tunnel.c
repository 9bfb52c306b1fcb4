/* test_tunnel: packets inside packets, and datagrams that only look like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode_lab.h"

static int
fresh_for_tunnels(void **state)
{
	(void)state;
	return fresh_decode(0);
}

static void
assert_inner(enum tunnel kind, unsigned depth)
{
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_addr(&got.addr[0], "10.0.0.1");
	assert_addr(&got.addr[1], "10.0.0.2");
	assert_int_equal(got.port[1], 53);
	assert_int_equal(got.payload_bytes, 5);
	assert_int_equal(got.tunnel, kind);
	assert_int_equal(got.depth, depth);
	assert_false(got.bad_checksum);
}

/* Wrap it in `head` and IPv4 of `proto`, 10.0.0.3 > 10.0.0.4. */
static void
assert_in_v4(uint8_t proto, const char *head, size_t n, enum tunnel kind)
{
	pile_hello(&pile);
	if (kind != TUNNEL_GRE && kind != TUNNEL_IPIP)
		pile_ether(&pile, 0x0800);
	pile_put(&pile, head, n);
	pile_v4(&pile, proto, 3, 4, 1, 0);
	assert_inner(kind, 1);
	assert_addr(&got.outer[0], "10.0.0.3");
	assert_addr(&got.outer[1], "10.0.0.4");
}

#define ASSERT_GRE(head, kind) assert_in_v4(PROTO_GRE, head, sizeof(head) - 1, kind)

static void
takes_off_gre_and_erspan(void **state)
{
	(void)state;
	ASSERT_GRE("\x00\x00\x08\x00", TUNNEL_GRE);
	ASSERT_GRE("\xb0\x00\x08\x00sum.key.seq.", TUNNEL_GRE);
	ASSERT_GRE("\x00\x00\x65\x58\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x08\x00", TUNNEL_GRE);
	ASSERT_GRE("\x00\x00\x88\x47\x00\x01\x01\x40", TUNNEL_GRE);
	ASSERT_GRE("\x00\x00\x88\xbe", TUNNEL_ERSPAN);
	ASSERT_GRE("\x10\x00\x88\xbe\0\0\0\x01\x10\x05\x00\x01\0\0\0\0", TUNNEL_ERSPAN);
	ASSERT_GRE("\x10\x00\x22\xeb\0\0\0\x01\x20\x05\x00\x01time\0\0\0\0", TUNNEL_ERSPAN);
	ASSERT_GRE(
	    "\x10\x00\x22\xeb\0\0\0\x01\x20\x05\x00\x01time\0\0\0\x01platform", TUNNEL_ERSPAN);
	assert_in_v4(PROTO_IPIP, "", 0, TUNNEL_IPIP);
}

static void
takes_off_udp_tunnels(void **state)
{
	static const char vxlan[] = "\x08\0\0\0\0\0\x05", geneve[] = "\x01\0\x65\x58\0\0\x05\0opts";

	(void)state;
	for (int linux_port = 0; linux_port < 2; linux_port++) {
		pile_hello(&pile);
		pile_ether(&pile, 0x0800);
		pile_put(&pile, vxlan, 8);
		pile_udp(&pile, 50000, linux_port ? 8472 : 4789);
		pile_v6(&pile, PROTO_UDP, 3, 4);
		assert_inner(TUNNEL_VXLAN, 1);
		assert_addr(&got.outer[0], "2001:db8::3");
	}
	pile_hello(&pile);
	pile_ether(&pile, 0x0800);
	pile_put(&pile, geneve, 12);
	pile_udp(&pile, 50000, 6081);
	pile_v4(&pile, PROTO_UDP, 3, 4, 1, 0);
	assert_inner(TUNNEL_GENEVE, 1);
}

static void
takes_off_gtpu(void **state)
{
	(void)state;
	pile_hello(&pile);
	PILE_PUT(&pile, "\x30\xff\x00\x21\0\0\0\x01");
	pile_udp(&pile, 2152, 2152);
	pile_v4(&pile, PROTO_UDP, 3, 4, 1, 0);
	assert_inner(TUNNEL_GTPU, 1);
	/* a sequence number and two extension headers */
	pile_hello(&pile);
	PILE_PUT(&pile, "\x34\xff\x00\x31\0\0\0\x01\0\x07\0\x85\x01\0\x09\xc0\x02\0\0\0\0\0\0\0");
	pile_udp(&pile, 2152, 2152);
	pile_v4(&pile, PROTO_UDP, 3, 4, 1, 0);
	assert_inner(TUNNEL_GTPU, 1);
}

/* On a tunnel's port, but no tunnel: the datagram itself is handed on. */
static void
assert_datagram(unsigned port)
{
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(got.port[1], port);
	assert_int_equal(got.tunnel, TUNNEL_NONE);
	assert_int_equal(got.depth, 0);
	assert_addr(&got.addr[0], "10.0.0.3");
	assert_true(addr_is_none(&got.outer[0]));
}

static void
leaves_other_datagrams_alone(void **state)
{
	static const struct {
		unsigned port;
		const char *bytes;
	} cases[] = {
		{ 4789, "GET / HTTP/1.1 and much more than eight bytes" },
		{ 4789, "\x08xyz.. \1 a VXLAN header before what is no Ethernet frame" },
		{ 8472, "\x08" },
		{ 6081, "\xff\xff\xff\xff" },
		{ 6081, "version 1 of nothing" },
		{ 2152, "\x32\x01 an echo request of GTP, which has no inside" },
		{ 2152, "\x30\xff\xff\xff a length beyond the end" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pile_clear(&pile);
		pile_put(&pile, cases[i].bytes, strlen(cases[i].bytes));
		pile_udp(&pile, 50000, cases[i].port);
		pile_v4(&pile, PROTO_UDP, 3, 4, 1, 0);
		assert_datagram(cases[i].port);
	}
	/* An inner packet that claims more bytes than its carrier has. */
	pile_hello(&pile);
	pile_be16(pile.b + pile.at + 2, 5000);
	PILE_PUT(&pile, "\x30\xff\x00\x21\0\0\0\x01");
	pile_udp(&pile, 2152, 2152);
	pile_v4(&pile, PROTO_UDP, 3, 4, 1, 0);
	assert_datagram(2152);
}

static void
hands_on_gre_it_cannot_read(void **state)
{
	(void)state;
	PILE_PUT(&pile, "\x30\x01\x88\x0b\x00\x05\x00\x01\0\0\0\x07hello"); /* PPTP */
	pile_v4(&pile, PROTO_GRE, 3, 4, 1, 0);
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(got.proto, PROTO_GRE);
	assert_int_equal(got.payload_bytes, 17);
}

static void
keeps_the_outermost_but_not_the_mirrors(void **state)
{
	(void)state;
	pile_hello(&pile);
	PILE_PUT(&pile, "\x00\x00\x08\x00");
	pile_v4(&pile, PROTO_GRE, 5, 6, 1, 0);
	pile_v6(&pile, PROTO_IPIP, 7, 8);
	assert_inner(TUNNEL_IPIP, 2);
	assert_addr(&got.outer[0], "2001:db8::7");
	pile_ether(&pile, 0x86dd);
	PILE_PUT(&pile, "\x00\x00\x88\xbe");
	pile_v4(&pile, PROTO_GRE, 9, 10, 1, 0);
	assert_inner(TUNNEL_IPIP, 3);
	assert_addr(&got.outer[0], "2001:db8::7");
}

static void
goes_four_deep(void **state)
{
	(void)state;
	pile_hello(&pile);
	for (int i = 0; i < 4; i++)
		pile_v4(&pile, PROTO_IPIP, 3, 4, 1, 0);
	assert_inner(TUNNEL_IPIP, 4);
	pile_v4(&pile, PROTO_IPIP, 3, 4, 1, 0);
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	for (int i = 0; i < 1000; i++)
		pile_v4(&pile, PROTO_IPIP, 3, 4, 1, 0);
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(decode_counts(d)[DECODE_TOO_DEEP], 2);
}

static void
counts_mirrored_frames_that_are_no_ip(void **state)
{
	(void)state;
	PILE_PUT(&pile, "lldp");
	pile_ether(&pile, 0x88cc);
	PILE_PUT(&pile, "\x00\x00\x88\xbe");
	pile_v4(&pile, PROTO_GRE, 9, 10, 1, 0);
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(decode_counts(d)[DECODE_NOT_IP], 1);
}

/* The mirror may cut what it wraps: the inner length is then the true one. */
static void
takes_cut_mirrored_frames(void **state)
{
	uint8_t *head;

	(void)state;
	PILE_PUT(&pile, "hello");
	pile_udp(&pile, 5000, 53);
	head = pile_v4(&pile, PROTO_UDP, 1, 2, 7, 0);
	pile_be16(head + 2, 1028);
	pile_be16(head + 24, 1008);
	pile_sum_v4(head);
	pile_ether(&pile, 0x0800);
	PILE_PUT(&pile, "\x10\x00\x88\xbe\0\0\0\x01\x10\x05\x04\x01\0\0\0\0");
	pile_v4(&pile, PROTO_GRE, 3, 4, 1, 0);
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(got.payload_bytes, 1000);
	assert_int_equal(got.payload.n, 5);
	assert_int_equal(decode_counts(d)[DECODE_CUT], 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(takes_off_gre_and_erspan, fresh_for_tunnels, done),
		cmocka_unit_test_setup_teardown(takes_off_udp_tunnels, fresh_for_tunnels, done),
		cmocka_unit_test_setup_teardown(takes_off_gtpu, fresh_for_tunnels, done),
		cmocka_unit_test_setup_teardown(
		    leaves_other_datagrams_alone, fresh_for_tunnels, done),
		cmocka_unit_test_setup_teardown(
		    hands_on_gre_it_cannot_read, fresh_for_tunnels, done),
		cmocka_unit_test_setup_teardown(
		    keeps_the_outermost_but_not_the_mirrors, fresh_for_tunnels, done),
		cmocka_unit_test_setup_teardown(goes_four_deep, fresh_for_tunnels, done),
		cmocka_unit_test_setup_teardown(
		    counts_mirrored_frames_that_are_no_ip, fresh_for_tunnels, done),
		cmocka_unit_test_setup_teardown(takes_cut_mirrored_frames, fresh_for_tunnels, done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
