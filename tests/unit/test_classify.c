/*
 * test_classify: packets in, verdicts out, over a real flow table and real nDPI.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "classify/ndpi.h"
#include "classify_lab.h"

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
	assert_int_equal(l->row->by, BY_DISSECTOR);
	assert_int_equal(l->row->host, SIDE_SERVER);
	assert_string_equal(value(l).verdict.protocol, "rdp");
	lane_free(l);
}

/* Picked up late, at the server's answer: who merely sent first is not the client. */
static void
test_swapped_roles(void **state)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 51000);
	struct addr server, found;

	(void)state;
	assert_true(addr_parse("198.51.100.20", &server));
	say(l, 1, rdp_confirm, sizeof(rdp_confirm));
	found = flows_end(l->row, SIDE_SERVER);
	assert_string_equal(product(l), "rdp");
	assert_int_equal(l->row->opened_by, OPENED_BY_BYTES);
	assert_true(addr_equal(&found, &server));
	assert_int_equal(l->row->host, SIDE_SERVER);
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
	assert_int_equal(l->row->host, SIDE_CLIENT);
	lane_free(l);
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
			assert_int_equal(l->row->registers, hosts[i].registers);
			assert_int_equal(l->row->host, SIDE_NONE);
			assert_string_equal(value(l).verdict.protocol, "tls");
			lane_free(l);
		}
	}
	l = hello_to("app.jetkvm.com", 1000); /* only a viewer goes there */
	assert_int_equal(l->row->host, SIDE_SERVER);
	lane_free(l);
}

/* The verdict may depend on nothing but the flow: not on the flows before it. */
static void
test_repeats(void **state)
{
	struct lane *l = hello_to("www.teamviewer.com", 1000);
	const struct verdict first = value(l).verdict;

	(void)state;
	for (int i = 0; i < 20; i++) {
		uint8_t hello[512];
		const size_t n =
		    hello_write(hello, i % 2 == 0 ? "relay.net.anydesk.com" : "www.teamviewer.com");

		l->port[0] = (uint16_t)(50001 + i);
		shake_hands(l);
		say(l, 0, hello, n);
	}
	assert_string_equal(value(l).verdict.ndpi, first.ndpi);
	assert_string_equal(value(l).verdict.protocol, first.protocol);
	assert_int_equal(l->row->product, first.product);
	lane_free(l);
}

/* A WhatsApp call's own STUN attribute: nDPI's word for it may be another flow's, and is not taken.
 */
static void
test_stun_caller(void **state)
{
	static const uint8_t allocate[] = { 0, 3, 0, 8, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7,
		8, 9, 10, 11, 12, 0x40, 0x02, 0, 4, 0, 0, 0, 1 };
	struct lane *l = lane_new(PROTO_UDP, 50000, 3478);

	(void)state;
	for (int i = 0; i < 12; i++)
		say(l, 0, allocate, sizeof(allocate));
	assert_string_equal(value(l).verdict.ndpi, "STUN");
	lane_free(l);
}

/* In pieces nDPI has seen of it, whole it has not: it says the same, and is done. */
static void
test_tls_read_once(void **state)
{
	(void)state;
	for (size_t piece = 7; piece <= 1000; piece += 993) {
		struct lane *l = hello_to("www.teamviewer.com", piece);

		assert_string_equal(value(l).verdict.ndpi, "TLS.TeamViewer");
		assert_true(dpi_done(l->row));
		lane_free(l);
	}
}

/* An opening that a dissector read is not shown to nDPI, which is asked for the name alone. */
static void
test_opening_not_shown(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: www.teamviewer.com\r\n\r\n";
	uint8_t hello[512];
	const size_t n = hello_write(hello, "www.teamviewer.com");
	const struct {
		const void *bytes;
		size_t n;
		const char *ndpi;
	} openings[] = { { hello, n, "TLS.TeamViewer" },
		{ request, sizeof(request) - 1, "HTTP.TeamViewer" } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct lane *l = lane_new(PROTO_TCP, 50000, 8443);

		lane_without_states(l);
		shake_hands(l);
		say(l, 0, openings[i].bytes, openings[i].n);
		assert_string_equal(value(l).verdict.ndpi, openings[i].ndpi);
		assert_int_equal(classify_refused(l->c), 0);
		lane_free(l);
	}
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
		facts = facts == 0 ? told(l)->count : facts;
		say(l, 0, "\xff\xff", 2); /* one it cannot read does not end it */
		assert_false(l->last.message);
	}
	assert_string_equal(value(l).verdict.protocol, "dns");
	assert_int_equal(told(l)->count, facts); /* messages do not pile up in the row */
	assert_int_equal(l->changes, 1);
	assert_null(l->row->young);
	lane_free(l);
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
	assert_true(l->row->registers);
	assert_int_equal(l->row->host, SIDE_CLIENT);
	lane_free(l);
}

/* A minute of keys from the server, each answered by the client's screen. */
static void
work(struct lane *l)
{
	static uint8_t screen[1400];

	for (int i = 0; i < 120; i++) {
		for (int key = 0; key < 3; key++) {
			say(l, 1, screen, 47);
			l->paused_us += 50000;
		}
		say(l, 0, screen, sizeof(screen));
		l->paused_us += 350000;
	}
}

static void
test_screen_tells(void **state)
{
	static const char *const names[] = { "relay-1.net.anydesk.com", "boot.net.anydesk.com" };

	(void)state;
	for (int agent = 0; agent < 2; agent++) {
		struct lane *l = hello_to(names[agent], 1000);

		assert_int_equal(l->row->registers, agent != 0);
		work(l);
		assert_int_equal(l->row->host, SIDE_CLIENT);
		assert_int_equal(value(l).verdict.host_by, HOST_BY_RHYTHM);
		assert_int_equal(l->row->screen, 0);
		/* the agent's own server, and yet a session: no mere registration */
		assert_false(l->row->registers);
		lane_free(l);
	}
}

/* More flows than are listened to at once: counted, and each that closes makes room. */
static void
test_screen_room(void **state)
{
	struct lane *l = hello_to("relay-1.net.anydesk.com", 1000);
	uint8_t hello[512];
	const size_t n = hello_write(hello, "relay-1.net.anydesk.com");
	unsigned flows;

	(void)state;
	for (flows = 0; classify_roles_refused(l->c) == 0 && flows < 5000; flows++) {
		l->port[0]++;
		say(l, 0, hello, n);
		say(l, 1, "hello", 5);
	}
	assert_in_range(flows, 1000, 1100);
	assert_int_equal(l->row->screen, 0);
	l->port[0]--;
	say(l, 0, "hello", 5);
	assert_int_not_equal(l->row->screen, 0);
	flows_close(l->flows, l->row);
	l->port[0]++;
	say(l, 0, "hello", 5);
	assert_int_not_equal(l->row->screen, 0);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rdp),
		cmocka_unit_test(test_swapped_roles),
		cmocka_unit_test(test_reverse_vnc),
		cmocka_unit_test(test_server_names),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_stun_caller),
		cmocka_unit_test(test_tls_read_once),
		cmocka_unit_test(test_opening_not_shown),
		cmocka_unit_test(test_every_message),
		cmocka_unit_test(test_registration),
		cmocka_unit_test(test_screen_tells),
		cmocka_unit_test(test_screen_room),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
