/*
 * test_classify: packets in, verdicts out, over a real flow table and real nDPI.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "catalogue_lab.h"
#include "classify/classify.h"
#include "client_hello.h"

/* A lane of one flow: two ends, and what was said so far. */
struct lane {
	struct flows *flows;
	struct classify *c;
	struct flow_row *row;
	uint64_t ordinal;
	uint32_t seq[2];
	uint16_t port[2];
	uint8_t proto;
	struct classified last;
	unsigned changes;
};

static void
gone(void *arg, struct flow_row *row, int64_t now_us, bool evicted)
{
	struct lane *l = arg;

	(void)now_us;
	(void)evicted;
	classify_drop(l->c, row);
}

static struct lane *
lane_new(uint8_t proto, uint16_t client_port, uint16_t server_port)
{
	const struct flows_limits limits = { .rows = 16384, .heads = 16, .seed = 1 };
	struct lane *l = calloc(1, sizeof(*l));

	assert_non_null(l);
	l->flows = flows_new(&limits, gone, l);
	assert_non_null(l->flows);
	l->c = classify_new(cat, l->flows);
	assert_non_null(l->c);
	l->proto = proto;
	l->port[0] = client_port;
	l->port[1] = server_port;
	l->seq[0] = 1000;
	l->seq[1] = 900000;
	return l;
}

static void
lane_free(struct lane *l)
{
	flows_close_all(l->flows, 2000000000);
	classify_free(l->c);
	flows_free(l->flows);
	free(l);
}

static void
push(struct lane *l, int from, const void *bytes, size_t n, uint8_t flags)
{
	struct packet p = { .kind = PACKET_IP, .proto = l->proto, .ttl = 64, .tcp_flags = flags };
	enum side side;

	assert_true(addr_parse(from == 0 ? "192.0.2.10" : "198.51.100.20", &p.addr[0]));
	assert_true(addr_parse(from == 0 ? "198.51.100.20" : "192.0.2.10", &p.addr[1]));
	p.ordinal = ++l->ordinal;
	p.at_us = 1000000000 + (int64_t)l->ordinal * 1000;
	p.port[0] = l->port[from];
	p.port[1] = l->port[1 - from];
	p.tcp_seq = l->seq[from];
	p.tcp_ack = l->seq[1 - from];
	p.payload = view_of(bytes, n);
	p.payload_bytes = (uint32_t)n;
	p.ip_bytes = (uint32_t)n + 40;
	l->seq[from] += (uint32_t)n + ((flags & TCP_SYN) != 0);
	l->row = flows_see(l->flows, &p, &side);
	assert_non_null(l->row);
	classify_packet(l->c, l->row, &p, side, &l->last);
	l->changes += l->last.changed;
}

static void
say(struct lane *l, int from, const void *bytes, size_t n)
{
	push(l, from, bytes, n, TCP_ACK | TCP_PSH);
}

static void
shake_hands(struct lane *l)
{
	push(l, 0, "", 0, TCP_SYN);
	push(l, 1, "", 0, TCP_SYN | TCP_ACK);
	push(l, 0, "", 0, TCP_ACK);
}

static const char *
product(const struct lane *l)
{
	const unsigned p = l->row->f.verdict.product;

	return p != 0 ? catalogue_at(cat, p)->id : "";
}

static const uint8_t rdp_request[] = { 3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0,
	0 };
static const uint8_t rdp_confirm[] = { 3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0,
	0, 0 };

static void
test_rdp(void **state)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 13389);

	(void)state;
	shake_hands(l);
	assert_int_equal(l->changes, 0);
	say(l, 0, rdp_request, sizeof(rdp_request));
	assert_true(l->last.changed);
	say(l, 1, rdp_confirm, sizeof(rdp_confirm));
	assert_string_equal(product(l), "rdp");
	assert_int_equal(l->row->f.verdict.by, BY_DISSECTOR);
	assert_int_equal(l->row->f.verdict.host, SIDE_SERVER);
	assert_string_equal(l->row->f.verdict.protocol, "rdp");
	lane_free(l);
}

/* Picked up late, at the server's answer: who merely sent first is not the client. */
static void
test_swapped_roles(void **state)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 51000);
	struct addr server;

	(void)state;
	assert_true(addr_parse("198.51.100.20", &server));
	say(l, 1, rdp_confirm, sizeof(rdp_confirm));
	assert_string_equal(product(l), "rdp");
	assert_int_equal(l->row->f.opened_by, OPENED_BY_BYTES);
	assert_true(addr_equal(&l->row->f.end[SIDE_SERVER], &server));
	assert_int_equal(l->row->f.verdict.host, SIDE_SERVER);
	lane_free(l);
}

/* A reverse VNC connection: the host dials its listening viewer, and still greets first. */
static void
test_reverse_vnc(void **state)
{
	static const char banner[] = "RFB 003.008\n";
	struct lane *l = lane_new(PROTO_TCP, 50000, 5500);

	(void)state;
	shake_hands(l);
	say(l, 0, banner, 12);
	say(l, 1, banner, 12);
	assert_string_equal(product(l), "vnc");
	assert_int_equal(l->row->f.verdict.host, SIDE_CLIENT);
	lane_free(l);
}

static struct lane *
hello_to(const char *name, size_t piece)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 443);
	uint8_t hello[512];
	const size_t n = hello_write(hello, name);

	shake_hands(l);
	for (size_t at = 0; at < n; at += piece)
		say(l, 0, hello + at, n - at < piece ? n - at : piece);
	return l;
}

static void
test_server_names(void **state)
{
	static const struct {
		const char *name, *product;
		bool registers;
	} hosts[] = { { "relay-1a2b3c4d.net.anydesk.com", "anydesk", false },
		{ "boot.net.anydesk.com", "anydesk", true }, { "www.anydesk.com", "", false },
		{ "www.teamviewer.com", "", false },
		{ "router12.teamviewer.com", "teamviewer", false },
		{ "api.jetkvm.com", "jetkvm", false }, { "example.com", "", false } };
	struct lane *l;

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		for (size_t piece = 7; piece < 1000; piece *= 10) {
			l = hello_to(hosts[i].name, piece);
			assert_string_equal(product(l), hosts[i].product);
			assert_int_equal(l->row->f.verdict.registers, hosts[i].registers);
			assert_int_equal(l->row->f.verdict.host, SIDE_NONE);
			assert_string_equal(l->row->f.verdict.protocol, "tls");
			lane_free(l);
		}
	}
	l = hello_to("app.jetkvm.com", 1000); /* only a viewer goes there */
	assert_int_equal(flow_role(&l->row->f, SIDE_CLIENT), ROLE_VIEWER);
	lane_free(l);
}

/* The verdict may depend on nothing but the flow: not on the flows before it. */
static void
test_repeats(void **state)
{
	struct lane *l = hello_to("www.teamviewer.com", 1000);
	const struct verdict first = l->row->f.verdict;

	(void)state;
	for (int i = 0; i < 20; i++) {
		uint8_t hello[512];
		const size_t n =
		    hello_write(hello, i % 2 == 0 ? "relay.net.anydesk.com" : "www.teamviewer.com");

		l->port[0] = (uint16_t)(50001 + i);
		shake_hands(l);
		say(l, 0, hello, n);
	}
	assert_string_equal(l->row->f.verdict.ndpi, first.ndpi);
	assert_string_equal(l->row->f.verdict.protocol, first.protocol);
	assert_int_equal(l->row->f.verdict.product, first.product);
	lane_free(l);
}

static size_t
dns_write(uint8_t *out, uint8_t id)
{
	static const uint8_t query[] = { 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 'e', 'x', 'a', 'm',
		'p', 'l', 'e', 3, 'c', 'o', 'm', 0, 0, 1, 0, 1 };

	memcpy(out, query, sizeof(query));
	out[1] = id;
	return sizeof(query);
}

static void
test_every_message(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 53);
	uint8_t query[64];
	uint16_t facts = 0;

	(void)state;
	for (uint8_t i = 0; i < 30; i++) {
		say(l, 0, query, dns_write(query, i));
		assert_true(l->last.message);
		assert_true(obs_find(&l->last.datagram, OBS_DNS_NAME, &(struct obs){ 0 }));
		facts = facts == 0 ? l->row->facts->count : facts;
		say(l, 0, "\xff\xff", 2); /* one it cannot read does not end it */
		assert_false(l->last.message);
	}
	assert_string_equal(l->row->f.verdict.protocol, "dns");
	assert_int_equal(l->row->facts->count, facts); /* messages do not pile up in the row */
	assert_int_equal(l->changes, 1);
	assert_null(l->row->dpi);
	lane_free(l);
}

/* Bytes of nothing: no name, no state kept, and at last nothing left to look at. */
static void
test_noise(void **state)
{
	uint8_t noise[700];
	uint32_t x = 12345;

	(void)state;
	for (int udp = 0; udp < 2; udp++) {
		struct lane *l = lane_new(udp != 0 ? PROTO_UDP : PROTO_TCP, 50000, 60000);

		if (udp == 0)
			shake_hands(l);
		for (int i = 0; i < 60; i++) {
			for (size_t k = 0; k < sizeof(noise); k++) {
				x = x * 1103515245 + 12345;
				noise[k] = (uint8_t)(x >> 16);
			}
			say(l, i % 2, noise, sizeof(noise));
		}
		assert_string_equal(product(l), "");
		assert_int_equal(l->row->f.verdict.host, SIDE_NONE);
		assert_null(l->row->dpi);
		assert_null(l->row->head[0]);
		assert_null(l->row->head[1]);
		assert_true(l->row->f.verdict.final);
		lane_free(l);
	}
}

/* A RustDesk host announces itself: controlled one day, not now. */
static void
test_registration(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 21116);

	(void)state;
	say(l, 0,
	    "\x32\x0c\x0a\x0a"
	    "1234567890",
	    14);
	assert_string_equal(product(l), "rustdesk");
	assert_true(l->row->f.verdict.registers);
	assert_int_equal(l->row->f.verdict.host, SIDE_CLIENT);
	lane_free(l);
}

static void
test_sizes_tell(void **state)
{
	static uint8_t screen[1400];
	struct lane *l = hello_to("relay-1.net.anydesk.com", 1000);

	(void)state;
	for (int i = 0; i < 100; i++) {
		say(l, 0, screen, sizeof(screen));
		say(l, 1, screen, 47);
	}
	assert_int_equal(l->row->f.verdict.host, SIDE_CLIENT);
	lane_free(l);

	/* the agent's own server, and yet a session: no mere registration */
	l = hello_to("boot.net.anydesk.com", 1000);
	assert_true(l->row->f.verdict.registers);
	for (int i = 0; i < 100; i++) {
		say(l, 0, screen, sizeof(screen));
		say(l, 1, screen, 47);
	}
	assert_int_equal(l->row->f.verdict.host, SIDE_CLIENT);
	assert_false(l->row->f.verdict.registers);
	lane_free(l);
}

static void
test_numbers(void **state)
{
	struct lane *l = lane_new(PROTO_ESP, 0, 0);

	(void)state;
	say(l, 0, "12345678", 8);
	assert_true(l->last.changed);
	assert_string_equal(product(l), "ipsec");
	say(l, 1, "12345678", 8);
	assert_false(l->last.changed);
	assert_false(classify_finish(l->c, l->row));
	lane_free(l);
}

/* What the mirror lost at the start never comes: its head must be free for others. */
static void
test_hole(void **state)
{
	static uint8_t stream[60000];
	struct lane *l = lane_new(PROTO_TCP, 50000, 60000);

	(void)state;
	shake_hands(l);
	l->seq[0] += 100;
	say(l, 0, stream, sizeof(stream));
	assert_non_null(l->row->head[SIDE_CLIENT]);
	while (l->row->f.payload_bytes[SIDE_CLIENT] <= HEAD_LATE_BYTES)
		say(l, 0, stream, sizeof(stream));
	assert_null(l->row->head[SIDE_CLIENT]);
	lane_free(l);
}

/* nDPI keeps TCP payload it cannot name: so much of a flow, so much of all of them. */
static void
test_ndpi_room(void **state)
{
	uint8_t noise[4096];
	struct lane *l = lane_new(PROTO_TCP, 20000, 60000);
	uint32_t x = 99;
	unsigned flows;

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++) {
		x = x * 1103515245 + 12345;
		noise[i] = (uint8_t)(x >> 16 | 0x80);
	}
	say(l, 0, noise, 4000);
	assert_non_null(l->row->dpi);
	say(l, 0, noise, 4000);
	assert_non_null(l->row->dpi);
	say(l, 0, noise, 4000);
	assert_null(l->row->dpi);
	assert_int_equal(classify_refused(l->c), 0);
	for (flows = 0; classify_refused(l->c) == 0; flows++) {
		l->port[0]++;
		say(l, 0, noise, 4096);
	}
	assert_null(l->row->dpi);
	assert_in_range(flows, 8192, 8292); /* 32 MiB, and the odd one it had a name for */
	lane_free(l);
}

static void
test_finish(void **state)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 60001);

	(void)state;
	say(l, 0, "hello", 5);
	assert_non_null(l->row->dpi);
	assert_false(classify_finish(l->c, l->row)); /* a port is no name: no guess */
	assert_null(l->row->dpi);
	assert_true(l->row->f.verdict.final);
	assert_int_equal(classify_refused(l->c), 0);
	assert_non_null(strchr(classify_ndpi_version(), '.'));
	lane_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rdp),
		cmocka_unit_test(test_swapped_roles),
		cmocka_unit_test(test_reverse_vnc),
		cmocka_unit_test(test_server_names),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_every_message),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_registration),
		cmocka_unit_test(test_sizes_tell),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_hole),
		cmocka_unit_test(test_ndpi_room),
		cmocka_unit_test(test_finish),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
