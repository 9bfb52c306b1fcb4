/*
 * Who is watched, and which frames the kernel is asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pcap/pcap.h>

#include "people/watch.h"
#include "people_lab.h"
#include "pile.h"

enum { ROOM = 65536, ETHER_IPV4 = 0x0800, ETHER_IPV6 = 0x86dd };

static struct pile pile;

/* What is watched for the endpoints of one person; *r is to be freed after it. */
static struct watch *
watch_of(const char *endpoints, struct registry **r)
{
	static char text[256 * 1024];
	struct watch *w = NULL;

	snprintf(text, sizeof(text), "persons:\n- {id: a, endpoints: [%s]}\n", endpoints);
	*r = open_text(text);
	assert_non_null(*r);
	assert_int_equal(watch_new(*r, &w), 0);
	return w;
}

static bool
has(const struct watch *w, const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, &a));
	return watch_has(w, &a);
}

static void
anyone_may_be_an_endpoint(void **state)
{
	static const char *const texts[] = { sample, "persons: []\n",
		"anonymous: true\npersons:\n- {id: a, endpoints: [{address: 10.0.0.1}]}\n",
		"persons:\n- {id: a, endpoints: [{address: 10.0.0.1}, {account: jo}]}\n",
		"persons:\n- {id: a, endpoints: [{address: 10.0.0.1}, {name: lt-1}]}\n",
		"persons:\n- {id: a, endpoints: [{address: 10.0.0.1}, "
		"{mac: '00:00:5e:00:53:17'}]}\n" };
	struct watch *w;
	struct registry *r;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		r = open_text(texts[i]);
		assert_non_null(r);
		assert_int_equal(watch_new(r, &w), 0);
		assert_null(w);
		registry_free(r);
	}
	config_default(&config);
	r = registry_new(&config, "", NULL, NULL);
	assert_int_equal(watch_new(r, &w), 0);
	assert_null(w);
	watch_free(w);
	registry_free(r);
}

static void
only_these_addresses_are_watched(void **state)
{
	struct registry *r;
	struct watch *w = watch_of("{prefix: '2001:db8::/48'}, {address: 10.20.4.17}, "
				   "{prefix: 10.20.5.0/28}, {address: 10.20.5.3}, "
				   "{prefix: 10.20.5.0/30}, {address: 10.0.0.1}",
	    &r);

	(void)state;
	assert_non_null(w);
	assert_true(has(w, "10.0.0.1") && has(w, "10.20.4.17"));
	assert_true(has(w, "10.20.5.0") && has(w, "10.20.5.3") && has(w, "10.20.5.15"));
	assert_true(has(w, "2001:db8::") && has(w, "2001:db8:0:ffff:ffff::1"));
	assert_false(has(w, "9.255.255.255") || has(w, "10.0.0.0") || has(w, "10.0.0.2"));
	assert_false(has(w, "10.20.4.16") || has(w, "10.20.4.18") || has(w, "10.20.5.16"));
	assert_false(has(w, "2001:db7:ffff::1") || has(w, "2001:db8:1::") || has(w, "::"));
	watch_free(w);
	registry_free(r);
}

static void
a_range_of_everything_has_both_families(void **state)
{
	struct registry *r;
	struct watch *w = watch_of("{prefix: '::/0'}, {address: 10.0.0.1}", &r);

	(void)state;
	assert_true(has(w, "10.0.0.2") && has(w, "2001:db8::1") && has(w, "::"));
	watch_free(w);
	registry_free(r);
}

static struct bpf_program
compile(const struct watch *w, int link)
{
	static char text[ROOM];
	pcap_t *p = pcap_open_dead(link, 65535);
	struct bpf_program out;

	assert_true(watch_filter(w, text, sizeof(text)));
	if (pcap_compile(p, &out, text, 1, PCAP_NETMASK_UNKNOWN) != 0)
		fail_msg("%s: %s", pcap_geterr(p), text);
	pcap_close(p);
	return out;
}

/* Is the pile, in a frame of this type, what the kernel is asked for? */
static bool
passes(const struct bpf_program *f, unsigned type)
{
	struct pcap_pkthdr head = { .caplen = 0 };

	pile_ether(&pile, type);
	head.len = head.caplen = (bpf_u_int32)pile_length(&pile);
	return pcap_offline_filter(f, &head, pile.b + pile.at) != 0;
}

/* A datagram from 10.0.0.FROM, or 2001:db8::FROM, port 5000. */
static bool
datagram_passes(const struct bpf_program *f, bool v6, uint8_t from, uint8_t to, unsigned port)
{
	pile_clear(&pile);
	PILE_PUT(&pile, "hello");
	pile_udp(&pile, 5000, port);
	v6 ? pile_v6(&pile, PROTO_UDP, from, to) : pile_v4(&pile, PROTO_UDP, from, to, 7, 0);
	return passes(f, v6 ? ETHER_IPV6 : ETHER_IPV4);
}

static bool
packet_passes(const struct bpf_program *f, uint8_t proto, unsigned where)
{
	pile_clear(&pile);
	PILE_PUT(&pile, "whatever there may be in it");
	pile_v4(&pile, proto, 8, 9, 7, where);
	return passes(f, ETHER_IPV4);
}

static bool
packet_v6_passes(const struct bpf_program *f, uint8_t next)
{
	pile_clear(&pile);
	PILE_PUT(&pile, "whatever there may be in it");
	pile_v6(&pile, next, 8, 9);
	return passes(f, ETHER_IPV6);
}

static void
the_kernel_passes_who_is_watched(void **state)
{
	struct registry *r;
	struct watch *w = watch_of("{address: 10.0.0.1}, {prefix: 10.0.0.16/28}, "
				   "{address: '2001:db8::1'}, {prefix: '2001:db8::10/124'}",
	    &r);
	struct bpf_program f = compile(w, DLT_EN10MB);

	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		assert_true(datagram_passes(&f, v6, 1, 9, 443));
		assert_true(datagram_passes(&f, v6, 9, 1, 443));
		assert_true(datagram_passes(&f, v6, 9, 31, 443));
		assert_false(datagram_passes(&f, v6, 9, 32, 443));
		assert_false(datagram_passes(&f, v6, 2, 9, 443));
	}
	assert_true(packet_passes(&f, PROTO_TCP, 0x2000));
	assert_true(packet_passes(&f, PROTO_TCP, 0x0007));
	assert_false(packet_passes(&f, PROTO_TCP, 0x4000));
	assert_false(packet_passes(&f, 1, 0));
	assert_false(packet_v6_passes(&f, PROTO_TCP) || packet_v6_passes(&f, 58));
	pcap_freecode(&f);
	watch_free(w);
	registry_free(r);
}

static void
the_kernel_passes_what_only_we_can_read(void **state)
{
	static const unsigned ports[] = { 53, 67, 68, 546, 547, 1645, 1646, 1812, 1813, 2152, 4789,
		5353, 6081, 8472 };
	static const unsigned types[] = { 0x0806, 0x8847, 0x8864, 0x8100, 0x88a8, 0x0026 };
	static const uint8_t inside[] = { 4, 41, 47, 51 }, before[] = { 0, 43, 44, 60, 135 };
	struct registry *r;
	struct watch *w = watch_of("{address: 10.0.0.1}", &r);
	struct bpf_program f = compile(w, DLT_EN10MB);

	(void)state;
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		assert_true(datagram_passes(&f, false, 8, 9, ports[i]) &&
		    datagram_passes(&f, true, 8, 9, ports[i]));
	for (size_t i = 0; i < sizeof(inside); i++)
		assert_true(packet_passes(&f, inside[i], 0) && packet_v6_passes(&f, inside[i]));
	for (size_t i = 0; i < sizeof(before); i++)
		assert_true(packet_v6_passes(&f, before[i]));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		pile_hello(&pile);
		assert_true(passes(&f, types[i]));
	}
	pcap_freecode(&f);
	watch_free(w);
	registry_free(r);
}

/* Ranges without a length, and links without tags. */
static void
a_filter_can_be_had_of_anything(void **state)
{
	static const char *const texts[] = { "{prefix: '::/0'}", "{prefix: 0.0.0.0/0}",
		"{prefix: '::/64'}", "{prefix: '8000::/1'}" };
	static const int links[] = { DLT_EN10MB, DLT_RAW, DLT_LINUX_SLL, DLT_LINUX_SLL2, DLT_NULL };

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		struct registry *r;
		struct watch *w = watch_of(texts[i % 4], &r);
		struct bpf_program f = compile(w, links[i / 4]);

		assert_true(f.bf_len > 0);
		if (links[i / 4] == DLT_EN10MB)
			assert_int_equal(datagram_passes(&f, false, 8, 9, 443), i < 3);
		if (links[i / 4] == DLT_EN10MB)
			assert_int_equal(datagram_passes(&f, true, 8, 9, 443), i == 0);
		pcap_freecode(&f);
		watch_free(w);
		registry_free(r);
	}
}

/* As many as will do: the kernel takes 4096 instructions.  One more, or less room: none. */
static void
too_many_for_a_filter(void **state)
{
	static char list[128 * 1024], text[ROOM];

	(void)state;
	for (int v6 = 0; v6 < 2; v6++) {
		const int most = v6 ? 211 : 475;
		struct bpf_program f;
		struct registry *r;
		struct watch *w;
		size_t n = 0;

		for (int i = 0; i < most; i++)
			n += (size_t)snprintf(list + n, sizeof(list) - n,
			    v6 ? "{address: '2001:db8:%d:%d::%d'}, " : "{prefix: %d.%d.%d.0/24}, ",
			    i % 20 + 10, i / 20, 1);
		w = watch_of(list, &r);
		f = compile(w, DLT_EN10MB);
		print_message(
		    "%d ranges: %u instructions, %zu bytes\n", most, f.bf_len, strlen(list));
		assert_in_range(f.bf_len, 1000, 4096);
		assert_false(watch_filter(w, text, 4096));
		assert_false(watch_filter(w, text, 0));
		pcap_freecode(&f);
		watch_free(w);
		registry_free(r);
		snprintf(list + n, sizeof(list) - n, "{address: 9.9.9.9}, {address: '2002::1'}");
		w = watch_of(list, &r);
		assert_false(watch_filter(w, text, sizeof(text)));
		watch_free(w);
		registry_free(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anyone_may_be_an_endpoint),
		cmocka_unit_test(only_these_addresses_are_watched),
		cmocka_unit_test(a_range_of_everything_has_both_families),
		cmocka_unit_test(the_kernel_passes_who_is_watched),
		cmocka_unit_test(the_kernel_passes_what_only_we_can_read),
		cmocka_unit_test(a_filter_can_be_had_of_anything),
		cmocka_unit_test(too_many_for_a_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
