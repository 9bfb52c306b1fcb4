/* test_fast: what is read at once is what the walk reads, on every capture there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <pcap/pcap.h>

#include "decode_lab.h"
#include "same_packet.h"
#include "wire/wire.h"

#define MACS "\x02\x00\x00\x00\x00\x0b\x02\x00\x00\x00\x00\x0a"

static unsigned long frames, fast;

/* Was it read at once?  If so the walk must agree. */
static bool
is_fast(const struct frame *f)
{
	struct packet at_once;

	/* What the frame does not say must be written too. */
	memset(&at_once, 0xa5, sizeof(at_once));
	if (!fast_read(f, &at_once))
		return false;
	assert_int_equal(walk_read(d, f, &got), DECODE_PACKETS);
	assert_true(same_packet(&at_once, &got));
	return true;
}

static bool
is_pile_fast(int link)
{
	const struct frame f = { .ordinal = 7,
		.at_us = 1234567,
		.source = 3,
		.link = link,
		.wire_len = (uint32_t)pile_length(&pile),
		.bytes = pile_view(&pile) };

	return is_fast(&f);
}

/* All of a frame, then its first bytes alone, in memory of that size. */
static void
compare_frame(struct frame *f, const uint8_t *bytes, size_t n)
{
	const size_t cut = n < 80 ? n / 2 : n - 30;
	uint8_t *copy;

	for (int i = 0; i < 2; i++) {
		f->bytes.n = i == 0 ? n : cut;
		copy = malloc(f->bytes.n + 1);
		assert_non_null(copy);
		memcpy(copy, bytes, f->bytes.n);
		f->bytes.p = copy;
		fast += is_fast(f);
		frames++;
		free(copy);
	}
}

static int
compare_file(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	struct frame f = { .at_us = 1700000000000000, .source = 2 };
	const u_char *bytes;
	pcap_t *p;

	(void)st;
	(void)where;
	p = kind == FTW_F ? pcap_open_offline(path, why) : NULL;
	if (p == NULL) /* notes and tables lie beside the captures */
		return 0;
	f.link = pcap_datalink(p);
	while (pcap_next_ex(p, &head, &bytes) == 1) {
		f.ordinal++;
		f.wire_len = head->len;
		compare_frame(&f, bytes, head->caplen);
	}
	pcap_close(p);
	return 0;
}

static void
agrees_on_every_capture(void **state)
{
	static const char *const places[] = { "tests/pcaps", "../shared/pcaps" };
	const char *root = getenv("FARHAND_ROOT");
	char path[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", root != NULL ? root : ".", places[i]);
		(void)nftw(path, compare_file, 16, FTW_PHYS);
	}
	printf("%lu of %lu frames read at once\n", fast, frames);
	assert_true(fast > 1000);
}

static void
takes_plain_frames(void **state)
{
	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		pile_clear(&pile);
		PILE_PUT(&pile, "hello");
		pile_tcp(&pile, 40000, 443, TCP_SYN, "\x01\x01\x04\x02\x02\x04\x05\xb4", 8);
		v6 ? pile_v6(&pile, PROTO_TCP, 1, 2) : pile_v4(&pile, PROTO_TCP, 1, 2, 7, 0x4000);
		pile_ether(&pile, v6 ? TYPE_IPV6 : TYPE_IPV4);
		assert_true(is_pile_fast(ETHERNET));
		pile.at += 12;
		PILE_PUT(&pile, MACS "\x88\xa8\x00\x07\x81\x00\xe0\x05");
		assert_true(is_pile_fast(ETHERNET));
		assert_false(is_pile_fast(RAW));
		pile.at += 12;
		PILE_PUT(&pile, MACS "\x91\x00\x00\x01");
		assert_false(is_pile_fast(ETHERNET));
	}
}

/* Sums that hold, and that do not, by every way a carry may go. */
static void
sums_as_the_walk_does(void **state)
{
	uint8_t *head;
	uint32_t chance = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		pile_hello(&pile);
		PILE_PUT(&pile, MACS "\x08\x00");
		head = pile.b + pile.at + 14;
		for (int k = 12; k < 20; k++) {
			chance = chance * 1103515245 + 12345;
			head[k] = i % 3 == 0 ? 0xff : (uint8_t)(chance >> 16);
		}
		pile_sum_v4(head);
		if (i % 2 == 1)
			head[10 + i % 10] ^= (uint8_t)(i >> 1);
		(void)is_pile_fast(ETHERNET);
	}
	pile_hello(&pile);
	pile.at += 20;
	head = pile_v4(&pile, PROTO_UDP, 1, 2, 7, 0);
	PILE_PUT(&pile, "\0\0\0\0");
	memmove(head - 4, head, pile_length(&pile) - 4);
	pile_ether(&pile, TYPE_IPV4);
	assert_true(is_pile_fast(ETHERNET));
}

/* A hello, with one byte of its IPv4 packet made another. */
static bool
is_fast_with(size_t at, uint8_t value)
{
	pile_hello(&pile);
	pile.b[pile.at + at] = value;
	pile_ether(&pile, TYPE_IPV4);
	/* a tag makes it long enough */
	pile.at += 12;
	PILE_PUT(&pile, MACS "\x81\x00\x00\x05");
	return is_pile_fast(ETHERNET);
}

static void
leaves_the_rest_to_the_walk(void **state)
{
	(void)state;
	assert_true(is_fast_with(6, 0x40));  /* not to be fragmented */
	assert_true(is_fast_with(10, 0x77)); /* another checksum */
	assert_false(is_fast_with(0, 0x46)); /* options */
	assert_false(is_fast_with(0, 0x65)); /* another version */
	assert_false(is_fast_with(3, 0));    /* no length */
	assert_false(is_fast_with(3, 27));   /* less than its headers */
	assert_false(is_fast_with(3, 34));   /* more than there is */
	assert_false(is_fast_with(6, 0x20)); /* a first fragment */
	assert_false(is_fast_with(7, 1));    /* a later one */
	assert_false(is_fast_with(9, 47));   /* GRE */
	assert_false(is_fast_with(9, 51));   /* AH */
	assert_false(is_fast_with(9, 6));    /* TCP, but less than its header */
	assert_true(is_fast_with(25, 12));   /* UDP shorter than its packet */
	assert_false(is_fast_with(25, 0));   /* of no length */
	assert_false(is_fast_with(25, 7));   /* less than its header */
	assert_false(is_fast_with(25, 14));  /* more than there is */
	pile_hello(&pile);
	pile_be16(pile.b + pile.at + 22, 4789); /* VXLAN, perhaps */
	PILE_PUT(&pile, MACS "\x81\x00\x00\x05\x08\x00");
	assert_false(is_pile_fast(ETHERNET));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(agrees_on_every_capture, fresh, done),
		cmocka_unit_test_setup_teardown(takes_plain_frames, fresh, done),
		cmocka_unit_test_setup_teardown(sums_as_the_walk_does, fresh, done),
		cmocka_unit_test_setup_teardown(leaves_the_rest_to_the_walk, fresh, done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
