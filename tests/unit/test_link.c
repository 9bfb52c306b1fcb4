/* test_link: link types and what stands between them and IP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "decode_lab.h"

enum { SLL = 113, SLL2 = 276 };

static void
assert_hello(int link)
{
	assert_true(pile_decode(d, &pile, link, 1000000, &got));
	assert_int_equal(got.kind, PACKET_IP);
	assert_int_equal(got.proto, PROTO_UDP);
	assert_int_equal(got.port[0], 5000);
	assert_int_equal(got.port[1], 53);
	assert_addr(&got.addr[0], "10.0.0.1");
	assert_addr(&got.addr[1], "10.0.0.2");
	assert_int_equal(got.payload_bytes, 5);
	assert_int_equal(got.payload.n, 5);
	assert_memory_equal(got.payload.p, "hello", 5);
	assert_int_equal(got.ip_bytes, 33);
	assert_int_equal(got.l3.n, 33);
	assert_false(got.bad_checksum);
	assert_int_equal(got.depth, 0);
	assert_int_equal(got.tunnel, TUNNEL_NONE);
}

/* Puts `before` in front of the datagram and expects to read it through that. */
static void
assert_link(int link, const char *before, size_t n)
{
	decode_free(d);
	fresh(NULL);
	pile_hello(&pile);
	pile_put(&pile, before, n);
	assert_hello(link);
}

#define ASSERT_LINK(link, before) assert_link(link, before, sizeof(before) - 1)
#define MACS                      "\x02\x00\x00\x00\x00\x0b\x02\x00\x00\x00\x00\x0a"

static void
reads_every_link(void **state)
{
	(void)state;
	ASSERT_LINK(RAW, "");
	ASSERT_LINK(14, "");
	ASSERT_LINK(101, "");
	ASSERT_LINK(228, "");
	ASSERT_LINK(0, "\x02\x00\x00\x00");
	ASSERT_LINK(0, "\x00\x00\x00\x02");
	ASSERT_LINK(108, "\x00\x00\x00\x02");
	ASSERT_LINK(SLL, "\x00\x00\x00\x01\x00\x06\x02\x00\x00\x00\x00\x0a\x00\x00\x08\x00");
	assert_int_equal(got.mac[0].b[5], 0x0a);
	ASSERT_LINK(SLL2,
	    "\x08\x00\x00\x00\x00\x00\x00\x03\x00\x01\x00\x06\x02\x00\x00\x00\x00\x0a\x00\x00");
	assert_int_equal(got.mac[0].b[5], 0x0a);
	ASSERT_LINK(9, "\xff\x03\x00\x21");
	ASSERT_LINK(9, "\x21");
	ASSERT_LINK(50, "\x0f\x00\x08\x00");
	ASSERT_LINK(104, "\x0f\x00\x08\x00");
	ASSERT_LINK(51, "\x11\x00\x00\x01\x00\x23\x00\x21");
	ASSERT_LINK(239, "\x02\x00\x00\x00\x05\x00\x0a\x00\x00\x00\x00\x00\x25\x00\x09\x00");
	ASSERT_LINK(239, "\x02\x00\x00\x00\x00\x25\x00\x09");
	/* 802.11: data to the access point, with QoS; the same after radiotap */
	ASSERT_LINK(105,
	    "\x88\x01\x00\x00\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x0a"
	    "\x02\x00\x00\x00\x00\x0b\x10\x00\x00\x00\xaa\xaa\x03\x00\x00\x00\x08\x00");
	assert_int_equal(got.mac[0].b[5], 0x0a);
	assert_int_equal(got.mac[1].b[5], 0x0b);
	ASSERT_LINK(127,
	    "\x00\x00\x09\x00\x02\x00\x00\x00\x20"
	    "\x88\x01\x00\x00\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x0a"
	    "\x02\x00\x00\x00\x00\x0b\x10\x00\x00\x00\x00\x00\xaa\xaa\x03\x00\x00\x00\x08\x00");
}

static void
reads_what_ethernet_carries(void **state)
{
	(void)state;
	ASSERT_LINK(ETHERNET, MACS "\x08\x00");
	assert_int_equal(got.mac[0].b[5], 0x0a);
	assert_int_equal(got.mac[1].b[5], 0x0b);
	assert_int_equal(got.vlan, 0);
	ASSERT_LINK(ETHERNET, MACS "\x81\x00\x20\x2a\x08\x00");
	assert_int_equal(got.vlan, 42);
	ASSERT_LINK(ETHERNET, MACS "\x88\xa8\x00\x07\x81\x00\x00\x2a\x08\x00");
	assert_int_equal(got.vlan, 42);
	ASSERT_LINK(ETHERNET, MACS "\x91\x00\x00\x07\x81\x00\x00\x2b\x81\x00\x00\x2c\x08\x00");
	assert_int_equal(got.vlan, 44);
	ASSERT_LINK(ETHERNET, MACS "\x89\x26\x00\x01\x00\x02\x08\x00");
	ASSERT_LINK(ETHERNET, MACS "\x00\x29\xaa\xaa\x03\x00\x00\x00\x08\x00");
	ASSERT_LINK(ETHERNET, MACS "\x00\x24\x06\x06\x03");
	ASSERT_LINK(ETHERNET, MACS "\x88\x47\x00\x01\x00\x40\x00\x02\x01\x40");
	/* a pseudowire, with its control word and without */
	ASSERT_LINK(ETHERNET, MACS "\x88\x47\x00\x01\x01\x40\x00\x00\x00\x00" MACS "\x08\x00");
	ASSERT_LINK(ETHERNET, MACS "\x88\x47\x00\x01\x01\x40" MACS "\x08\x00");
	ASSERT_LINK(ETHERNET, MACS "\x88\x64\x11\x00\x00\x01\x00\x23\x00\x21");
	ASSERT_LINK(ETHERNET, MACS "\x81\x00\x00\x05\x88\x64\x11\x00\x00\x01\x00\x23\x00\x21");
	assert_int_equal(got.vlan, 5);
}

static void
counts_what_it_does_not_read(void **state)
{
	(void)state;
	pile_hello(&pile);
	assert_false(pile_decode(d, &pile, 147, 0, &got));
	assert_int_equal(count(DECODE_LINK_UNKNOWN), 1);
	pile_ether(&pile, 0x88cc);
	assert_false(pile_decode(d, &pile, ETHERNET, 0, &got));
	assert_int_equal(count(DECODE_NOT_IP), 1);
	pile_clear(&pile);
	PILE_PUT(&pile, "\x42\x42\x03\x00\x00"); /* spanning tree */
	pile_ether(&pile, 38);
	assert_false(pile_decode(d, &pile, ETHERNET, 0, &got));
	assert_int_equal(count(DECODE_NOT_IP), 2);
	for (int c = 0; c < DECODE_COUNTS; c++)
		assert_non_null(decode_count_name((enum decode_count)c));
	assert_string_equal(decode_count_name(DECODE_FRAGMENT_LOST), "fragment_lost");
}

static void
bounds_tags(void **state)
{
	(void)state;
	pile_hello(&pile);
	pile_u16(&pile, 0x0800);
	for (int i = 0; i < 1000; i++)
		PILE_PUT(&pile, "\x81\x00\x00\x01");
	pile.at += 2; /* the first tag's type belongs to the Ethernet header */
	pile_ether(&pile, 0x8100);
	assert_false(pile_decode(d, &pile, ETHERNET, 0, &got));
	pile_clear(&pile);
	for (int i = 0; i < 1000; i++) { /* pseudowires in pseudowires */
		PILE_PUT(&pile, "\x00\x01\x01\x40\x00\x00\x00\x00");
		pile_ether(&pile, 0x8847);
	}
	assert_false(pile_decode(d, &pile, ETHERNET, 0, &got));
	assert_int_equal(count(DECODE_BAD_HEADER), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_every_link, fresh, done),
		cmocka_unit_test_setup_teardown(reads_what_ethernet_carries, fresh, done),
		cmocka_unit_test_setup_teardown(counts_what_it_does_not_read, fresh, done),
		cmocka_unit_test_setup_teardown(bounds_tags, fresh, done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
