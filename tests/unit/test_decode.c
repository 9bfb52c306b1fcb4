/* test_decode: IP, transport and SPAN duplicates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode_lab.h"

#define MACS "\x02\x00\x00\x00\x00\x0b\x02\x00\x00\x00\x00\x0a"

/* Every prefix of a frame is short, or cut; none is read beyond its end. */
static void
survives_every_prefix(void **state)
{
	uint8_t *copy;
	struct frame f = { .ordinal = 1, .link = ETHERNET };

	(void)state;
	pile_hello(&pile);
	pile_ether(&pile, 0x0800);
	for (size_t n = 0; n < pile_length(&pile); n++) {
		const bool has_ports = n >= 14 + 20 + 8;

		copy = test_malloc(n + 1);
		memcpy(copy, pile.b + pile.at, n);
		f.bytes = view_of(copy, n);
		f.wire_len = (uint32_t)pile_length(&pile);
		f.at_us += 1000;
		assert_int_equal(decode_frame(d, &f, &got), has_ports);
		if (has_ports) {
			assert_int_equal(got.payload_bytes, 5);
			assert_int_equal(got.payload.n, n - 42);
		}
		test_free(copy);
	}
	assert_int_equal(count(DECODE_SHORT), 42);
	assert_int_equal(count(DECODE_CUT), 5);
}

static void
reads_arp(void **state)
{
	(void)state;
	PILE_PUT(&pile,
	    "\x00\x01\x08\x00\x06\x04\x00\x01\x02\x00\x00\x00\x00\x0a\x0a\x00\x00\x01"
	    "\x00\x00\x00\x00\x00\x00\x0a\x00\x00\x02");
	pile_ether(&pile, 0x0806);
	assert_true(pile_decode(d, &pile, ETHERNET, 0, &got));
	assert_int_equal(got.kind, PACKET_ARP);
	assert_addr(&got.addr[0], "10.0.0.1");
	assert_int_equal(got.mac[0].b[5], 0x0a);
	assert_addr(&got.addr[1], "10.0.0.2");
	assert_true(got.arp_asks);
	assert_int_equal(got.mac[1].b[5], 0x0a); /* who sent the frame, not its target */
	assert_int_equal(count(DECODE_ARPS), 1);
	assert_int_equal(count(DECODE_PACKETS), 0);
}

static void
reads_tcp(void **state)
{
	(void)state;
	PILE_PUT(&pile, "data");
	pile_tcp(&pile, 40000, 443, TCP_SYN, "\x01\x01\x04\x02\x02\x04\x05\xb4", 8);
	pile_v4(&pile, PROTO_TCP, 1, 2, 1, 0);
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(got.proto, PROTO_TCP);
	assert_int_equal(got.port[1], 443);
	assert_int_equal(got.tcp_flags, TCP_SYN);
	assert_int_equal(got.tcp_mss, 1460);
	assert_int_equal(got.tcp_window, 0x1234);
	assert_int_equal(got.tcp_seq, 0x01020304);
	assert_int_equal(got.tcp_ack, 0x0a0b0c0d);
	assert_int_equal(got.payload_bytes, 4);
	assert_memory_equal(got.payload.p, "data", 4);
	/* options that lie about their length do no harm */
	pile_clear(&pile);
	pile_tcp(&pile, 40000, 443, TCP_SYN, "\x08\x00\x02\x40", 4);
	pile_v4(&pile, PROTO_TCP, 1, 2, 2, 0);
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(got.tcp_mss, 0);
	/* a header longer than the packet */
	pile.b[PILE_BYTES - 12] = 0xf0;
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(count(DECODE_BAD_HEADER), 1);
}

static void
trims_padding_and_takes_offload(void **state)
{
	uint8_t *head;

	(void)state;
	PILE_PUT(&pile, "\0\0\0\0\0\0\0\0\0\0\0\0");
	const size_t trailer = pile.at;

	PILE_PUT(&pile, "hello");
	pile_udp(&pile, 5000, 53);
	head = pile_v4(&pile, PROTO_UDP, 1, 2, 7, 0);
	pile_be16(head + 2, trailer - pile.at);
	pile_be16(head + 24, trailer - pile.at - 20);
	pile_sum_v4(head);
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(got.payload_bytes, 5);
	assert_int_equal(got.payload.n, 5);
	assert_int_equal(got.l3.n, 33);
	assert_false(got.bad_checksum);
	/* total length 0: the network card was to cut it up */
	pile_clear(&pile);
	PILE_PUT(&pile, "hello");
	pile_udp(&pile, 5000, 53);
	head = pile_v4(&pile, PROTO_UDP, 1, 2, 8, 0);
	pile_be16(head + 2, 0);
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(got.ip_bytes, 33);
	assert_true(got.bad_checksum);
	assert_int_equal(count(DECODE_BAD_CHECKSUM), 1);
}

static void
reads_v6_extensions(void **state)
{
	(void)state;
	PILE_PUT(&pile, "hello");
	pile_udp(&pile, 5000, 53);
	PILE_PUT(&pile, "\x11\x04\x00\x00\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"); /* AH */
	PILE_PUT(&pile, "\x33\x00\x00\x00\x00\x00\x00\x05"); /* a whole packet in a fragment */
	PILE_PUT(&pile, "\x2c\x00\x01\x04\x00\x00\x00\x00"); /* destination options */
	PILE_PUT(&pile, "\x3c\x01\x00\x00\0\0\0\0\0\0\0\0\0\0\0\0"); /* routing */
	PILE_PUT(&pile, "\x2b\x00\x01\x04\x00\x00\x00\x00");         /* hop by hop */
	pile_v6(&pile, 0, 1, 2);
	assert_true(pile_decode(d, &pile, 229, 0, &got));
	assert_int_equal(got.proto, PROTO_UDP);
	assert_addr(&got.addr[0], "2001:db8::1");
	assert_int_equal(got.payload_bytes, 5);
	assert_false(got.reassembled);
	pile_clear(&pile);
	for (int i = 0; i < 100; i++)
		PILE_PUT(&pile, "\x3c\x00\x01\x04\x00\x00\x00\x00");
	pile_v6(&pile, 60, 1, 2);
	assert_false(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(count(DECODE_BAD_HEADER), 1);
}

static void
hands_on_other_protocols(void **state)
{
	(void)state;
	PILE_PUT(&pile, "\x13\x88\x00\x50\0\0\0\0\0\0\0\0more");
	pile_v4(&pile, PROTO_SCTP, 1, 2, 1, 0);
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(got.port[0], 5000);
	assert_int_equal(got.payload_bytes, 4);
	pile_clear(&pile);
	PILE_PUT(&pile, "opaque");
	pile_v4(&pile, PROTO_ESP, 1, 2, 2, 0);
	assert_true(pile_decode(d, &pile, RAW, 0, &got));
	assert_int_equal(got.proto, PROTO_ESP);
	assert_int_equal(got.port[0], 0);
	assert_int_equal(got.payload_bytes, 6);
}

static void
drops_second_copies(void **state)
{
	uint8_t *head;

	(void)state;
	pile_hello(&pile);
	assert_true(pile_decode(d, &pile, RAW, 1000000, &got));
	/* the router's copy: another TTL and checksum, a VLAN */
	head = pile.b + pile.at;
	head[8]--;
	pile_sum_v4(head);
	PILE_PUT(&pile, MACS "\x81\x00\x00\x05\x08\x00");
	assert_false(pile_decode(d, &pile, ETHERNET, 1000400, &got));
	assert_int_equal(count(DECODE_DUPLICATE), 1);
	/* later it is another packet */
	assert_true(pile_decode(d, &pile, ETHERNET, 1000501, &got));
	/* and so is a retransmission, which has its own number */
	pile_hello(&pile);
	pile_be16(pile.b + pile.at + 4, 8);
	assert_true(pile_decode(d, &pile, RAW, 1000502, &got));
	assert_int_equal(count(DECODE_DUPLICATE), 1);
}

/* Without a number only equal bytes make a copy, however far in they differ. */
static void
keeps_unnumbered_that_differ(void **state)
{
	static const char zeros[1000];

	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		pile_clear(&pile);
		pile_put(&pile, zeros, sizeof(zeros));
		pile_udp(&pile, 5000, 53);
		if (v6)
			pile_v6(&pile, PROTO_UDP, 1, 2);
		else
			pile_v4(&pile, PROTO_UDP, 1, 2, 0, 0x4000);
		assert_true(pile_decode(d, &pile, RAW, 1000000, &got));
		pile.b[PILE_BYTES - 1] = 1;
		assert_true(pile_decode(d, &pile, RAW, 1000001, &got));
		assert_false(pile_decode(d, &pile, RAW, 1000002, &got));
	}
	assert_int_equal(count(DECODE_DUPLICATE), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(survives_every_prefix, fresh, done),
		cmocka_unit_test_setup_teardown(reads_arp, fresh, done),
		cmocka_unit_test_setup_teardown(reads_tcp, fresh, done),
		cmocka_unit_test_setup_teardown(trims_padding_and_takes_offload, fresh, done),
		cmocka_unit_test_setup_teardown(reads_v6_extensions, fresh, done),
		cmocka_unit_test_setup_teardown(hands_on_other_protocols, fresh, done),
		cmocka_unit_test_setup_teardown(drops_second_copies, fresh, done),
		cmocka_unit_test_setup_teardown(keeps_unnumbered_that_differ, fresh, done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
