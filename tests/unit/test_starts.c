/*
 * test_starts: what a flow's first packets show of a tunnel, and that each part of a rule,
 * when it is not kept, silences it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "classify_lab.h"

#include "classify/starts.h"

enum { ACK = TCP_ACK | TCP_PSH };

/* Bytes nobody knows: as sealed ones look. */
static uint8_t noise[65536];

static void
make_noise(void)
{
	uint32_t x = 0x2545f491;

	for (size_t i = 0; i < sizeof(noise); i++) {
		x = x * 1664525u + 1013904223u;
		noise[i] = (uint8_t)(x >> 24);
	}
}

static bool
shows(const struct lane *l, enum obs_kind kind)
{
	struct obs o;

	return flows_told(l->flows, l->row) != NULL &&
	    obs_find(flows_told(l->flows, l->row), kind, &o);
}

static uint32_t
number(const struct lane *l, enum obs_kind kind)
{
	struct obs o = { .num = 0 };

	assert_true(obs_find(flows_told(l->flows, l->row), kind, &o));
	return o.num;
}

/* --- OpenVPN's opcodes: the first byte of each message, and who sends it --- */

struct message {
	int from;
	uint8_t first;
};

enum { MASK = 0x74 }; /* over what OpenVPN would send */

#define C(op)                                                                                      \
	{                                                                                          \
		0, (uint8_t)(((op) << 3) ^ MASK)                                                   \
	}
#define S(op)                                                                                      \
	{                                                                                          \
		1, (uint8_t)(((op) << 3) ^ MASK)                                                   \
	}

static const struct message session[] = { C(7), S(8), C(5), C(4), S(4), S(4), C(5), S(4), C(4),
	S(5) };

static void
send_messages(struct lane *l, const struct message *m, size_t n)
{
	uint8_t bytes[2 + 64];

	if (l->proto == PROTO_TCP)
		shake_hands(l);
	for (size_t i = 0; i < n; i++) {
		const size_t size = 40 + i;

		memcpy(bytes + 2, noise + 100 * i, size);
		bytes[0] = 0;
		bytes[1] = (uint8_t)size;
		bytes[2] = m[i].first;
		if (l->proto == PROTO_TCP)
			say(l, m[i].from, bytes, 2 + size);
		else
			push(l, m[i].from, bytes + 2, size, 0);
	}
}

static bool
opcodes_show(uint8_t proto, const struct message *m, size_t n)
{
	struct lane *l = lane_new(proto, 50000, 40000);
	bool shown;

	send_messages(l, m, n);
	shown = shows(l, OBS_OPENVPN_OPCODES);
	if (shown)
		assert_int_equal(number(l, OBS_OPENVPN_OPCODES), 2);
	assert_string_equal(product(l), "");
	lane_free(l);
	return shown;
}

static void
openvpn_shows_under_a_mask(void **state)
{
	(void)state;
	assert_true(opcodes_show(PROTO_UDP, session, 10));
	assert_true(opcodes_show(PROTO_TCP, session, 10));
	assert_false(opcodes_show(PROTO_UDP, session, 9)); /* too early to say */
	assert_false(opcodes_show(PROTO_TCP, session, 9));
}

/* A session of which one message is another. */
static void
each_part_of_the_order_is_needed(void **state)
{
	static const struct {
		size_t at;
		struct message m;
		bool shown;
	} cases[] = {
		{ 1, C(7), false },              /* no reset of the server before others */
		{ 1, S(7), false },              /* both with the same */
		{ 5, S(8), false },              /* it comes again after others */
		{ 6, C(7), false },              /* so does the client's */
		{ 5, C(8), false },              /* the client sends the server's */
		{ 5, { 1, 4 << 3 ^ 3 }, false }, /* another key */
		{ 5, S(6), true },               /* three others */
	};
	struct message m[10];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lane *l = lane_new(PROTO_UDP, 50000, 40000);

		memcpy(m, session, sizeof(m));
		m[cases[i].at] = cases[i].m;
		send_messages(l, m, 10);
		if (shows(l, OBS_OPENVPN_OPCODES) != cases[i].shown)
			fail_msg("case %zu", i);
		lane_free(l);
	}
}

static void
one_other_opcode_is_too_few_and_five_too_many(void **state)
{
	static const struct message one[] = { C(7), S(8), C(4), C(4), S(4), S(4), C(4), S(4), C(4),
		S(4) };
	static const struct message five[] = { C(7), S(8), C(4), C(5), S(6), S(9), C(10), S(4),
		C(4), S(4) };
	static const struct message four[] = { C(7), C(7), S(8), C(5), S(6), S(9), C(4), S(4), C(4),
		S(4) };
	struct lane *l;

	(void)state;
	assert_false(opcodes_show(PROTO_UDP, one, 10));
	assert_false(opcodes_show(PROTO_UDP, five, 10));
	l = lane_new(PROTO_UDP, 50000, 40000);
	send_messages(l, four, 10);
	assert_int_equal(number(l, OBS_OPENVPN_OPCODES), 4);
	lane_free(l);
}

/* Where a segment is missing, lengths are not to be found any more. */
static void
a_hole_in_the_stream_ends_it(void **state)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 40000);

	(void)state;
	send_messages(l, session, 5);
	assert_true(l->row->watched);
	l->seq[1] += 7;
	for (size_t i = 5; i < 10; i++)
		say(l, session[i].from, noise + i, 40);
	assert_false(l->row->watched);
	assert_false(shows(l, OBS_OPENVPN_OPCODES));
	lane_free(l);
}

static void
what_is_named_is_not_looked_at(void **state)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 3389);

	(void)state;
	shake_hands(l);
	say(l, 0, rdp_request, sizeof(rdp_request));
	assert_false(l->row->watched);
	lane_free(l);
	l = lane_new(PROTO_UDP, 50000, 40000);
	l->plain = true;
	send_messages(l, session, 10);
	assert_false(l->row->watched);
	assert_null(flows_told(l->flows, l->row));
	lane_free(l);
}

/* --- OpenVPN's acknowledgements --- */

/* A hundred messages; every `every`-th of the first `until` is small. */
static bool
acks_show(int every, int until, size_t small)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 40000);
	bool shown;

	for (int i = 0; i < 100; i++)
		push(l, i & 1, noise + i, i < until && i % every == 0 ? small : 400 + (size_t)i, 0);
	shown = shows(l, OBS_OPENVPN_ACKS);
	if (shown)
		assert_int_equal(number(l, OBS_OPENVPN_ACKS), small);
	lane_free(l);
	return shown;
}

static void
acknowledgements_that_cease(void **state)
{
	(void)state;
	assert_true(acks_show(4, 40, 62));
	assert_false(acks_show(4, 60, 62));  /* they go on */
	assert_false(acks_show(12, 40, 62)); /* too few */
	assert_false(acks_show(4, 8, 62));   /* of the first ten only */
	assert_false(acks_show(4, 40, 200)); /* not small */
}

/* --- WireGuard's grid and clock --- */

struct wire {
	int64_t rekey_ms, answer_ms;
	size_t data, full; /* bytes; full: of each 20th datagram */
	int odd_each;      /* a datagram off the grid each so many; 0: never */
	int junk;          /* before each handshake */
};

static const struct wire amnezia = { 120500, 40, 96, 1452, 0, 5 };

static void
wait_until(struct lane *l, int64_t *now_ms, int64_t at_ms)
{
	if (at_ms > *now_ms + 1)
		l->paused_us += (at_ms - *now_ms - 1) * 1000;
	*now_ms = at_ms > *now_ms + 1 ? at_ms : *now_ms + 1;
}

static void
shake_wireguard(struct lane *l, const struct wire *w, int64_t *now_ms)
{
	for (int i = 0; i < w->junk; i++, ++*now_ms)
		push(l, 0, noise + i, 101 + 2 * (size_t)i, 0);
	push(l, 0, noise, 148 + 21, 0);
	++*now_ms;
	wait_until(l, now_ms, *now_ms + w->answer_ms);
	push(l, 1, noise, 92 + 35, 0);
}

/* Two datagrams a second, for so long. */
static bool
grid_shows(const struct wire *w, int64_t seconds)
{
	struct lane *l = lane_new(PROTO_UDP, 50000, 40000);
	int64_t now_ms = 0, next_ms = 0;
	bool shown;

	for (int i = 0; now_ms < seconds * 1000; i++) {
		size_t n = i % 20 == 19 ? w->full : w->data;

		if (now_ms >= next_ms) {
			shake_wireguard(l, w, &now_ms);
			next_ms += w->rekey_ms;
		}
		if (w->odd_each > 0 && i % w->odd_each == w->odd_each - 1)
			n = 61;
		push(l, i & 1, noise + i, n, 0);
		wait_until(l, &now_ms, now_ms + 500);
	}
	shown = shows(l, OBS_WIREGUARD_GRID);
	lane_free(l);
	return shown;
}

static void
wireguard_shows_by_its_lengths_and_its_clock(void **state)
{
	struct wire w = amnezia;

	(void)state;
	assert_true(grid_shows(&amnezia, 250));
	assert_false(grid_shows(&amnezia, 235)); /* one handshake that was due */
	w.rekey_ms = 100000;
	assert_false(grid_shows(&w, 400)); /* another clock */
	w.rekey_ms = 175000;
	assert_true(grid_shows(&w, 400)); /* nothing was sent for long */
	w.rekey_ms = 200000;
	assert_false(grid_shows(&w, 500));
	w = amnezia;
	w.answer_ms = 6000;
	assert_false(grid_shows(&w, 400)); /* no answer in time */
	w = amnezia;
	w.odd_each = 40;
	assert_false(grid_shows(&w, 400)); /* more than one of a hundred is off */
	w.odd_each = 220;
	assert_true(grid_shows(&w, 400));
	w = amnezia;
	w.data = 90;
	assert_false(grid_shows(&w, 400));
}

/* --- TLS --- */

static size_t
record(uint8_t *out, uint8_t type, size_t body)
{
	out[0] = type;
	out[1] = 3;
	out[2] = 3;
	out[3] = (uint8_t)(body >> 8);
	out[4] = (uint8_t)body;
	memcpy(out + 5, noise, body);
	return 5 + body;
}

static void
say_record(struct lane *l, int from, uint8_t type, size_t body)
{
	static uint8_t bytes[5 + 16384];
	const size_t n = record(bytes, type, body);

	for (size_t at = 0; at < n; at += 1400)
		say(l, from, bytes + at, n - at < 1400 ? n - at : 1400);
}

/* A server's hello of TLS 1.2, and with it what it sends before the client's Finished. */
static void
say_server_hello(struct lane *l)
{
	uint8_t hello[5 + 42] = { 22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3 };

	hello[5 + 4 + 34 + 1] = 0xc0;
	hello[5 + 4 + 34 + 2] = 0x2f;
	say(l, 1, hello, sizeof(hello));
	say_record(l, 1, 22, 900);
}

/* Handshake of the outer TLS 1.2 connection, to where the inside begins. */
static struct lane *
outer(int64_t server_ms, int64_t client_ms)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 443);
	uint8_t hello[512];

	push(l, 0, "", 0, TCP_SYN);
	l->paused_us += 20000;
	push(l, 1, "", 0, TCP_SYN | TCP_ACK);
	push(l, 0, "", 0, TCP_ACK);
	say(l, 0, hello, hello_write(hello, "files.example.net"));
	l->paused_us += server_ms * 1000;
	say_server_hello(l);
	l->paused_us += client_ms * 1000;
	say_record(l, 0, 22, 66);
	say_record(l, 0, 20, 1);
	say_record(l, 0, 22, 40);
	say_record(l, 1, 20, 1);
	say_record(l, 1, 22, 40);
	return l;
}

/* Bursts in turn, the client's first; each so many bytes of the inside. */
static void
say_inside(struct lane *l, const size_t *burst, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t left = burst[i];

		for (; left > 8000; left -= 8000)
			say_record(l, i & 1, 23, 8000 + 24);
		say_record(l, i & 1, 23, left + 24);
	}
}

static bool
inside_shows(const size_t *burst, size_t n)
{
	struct lane *l = outer(20, 0);
	bool shown;

	say_inside(l, burst, n);
	(void)classify_finish(l->c, l->row);
	shown = shows(l, OBS_TLS_INSIDE);
	lane_free(l);
	return shown;
}

static void
a_handshake_shows_inside_tls(void **state)
{
	static const size_t plain[] = { 300, 3200, 180, 160 };
	static const size_t behind_connect[] = { 118, 39, 517, 2800, 93, 258 };
	static const size_t download[] = { 517, 3300, 126, 60000, 100, 200 };

	(void)state;
	assert_true(inside_shows(plain, 4));
	assert_true(inside_shows(behind_connect, 6));
	assert_true(inside_shows(download, 6)); /* how much is asked for is no matter */
	assert_false(inside_shows(plain, 3));
}

static void
a_web_page_does_not(void **state)
{
	static const size_t pages[][6] = {
		{ 113, 538, 9, 1083, 60, 900 },
		{ 300, 60000, 280, 40000, 300, 9000 },
		{ 88, 1717, 2, 30, 90, 400 },
		{ 2000, 120, 1900, 130, 2100, 110 },
		{ 40, 40, 40, 40, 40, 40 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (inside_shows(pages[i], 6))
			fail_msg("page %zu", i);
	}
}

/* The server's own words before the client's first are none of the inside. */
static void
tickets_do_not_begin_the_inside(void **state)
{
	static const size_t plain[] = { 300, 3200, 180, 160 };
	struct lane *l = outer(20, 0);

	(void)state;
	say_record(l, 1, 23, 250);
	say_inside(l, plain, 4);
	(void)classify_finish(l->c, l->row);
	assert_true(shows(l, OBS_TLS_INSIDE));
	lane_free(l);
}

/* Not beyond its first packets: they cost nothing then. */
static void
watching_ends(void **state)
{
	struct lane *l = outer(20, 0);

	(void)state;
	assert_true(l->row->watched);
	for (int i = 0; i < 25; i++)
		say_record(l, 1, 23, 1200);
	assert_false(l->row->watched);
	lane_free(l);
	l = hello_to("files.example.net", 512); /* no ChangeCipherSpec ever comes */
	say_server_hello(l);
	for (int i = 0; i < 25; i++)
		say_record(l, 0, 23, 1200);
	assert_false(l->row->watched);
	lane_free(l);
}

static void
later_by_tls_than_by_tcp(void **state)
{
	/* TCP's round trip to the server is 21 ms, to the client 1 ms. */
	static const struct {
		int64_t server_ms, client_ms;
		bool server, client;
	} cases[] = {
		{ 20, 0, false, false },
		{ 34, 0, false, false }, /* 14 ms more */
		{ 37, 0, true, false },
		{ 20, 14, false, false },
		{ 20, 17, false, true },
		{ 60, 60, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lane *l = outer(cases[i].server_ms, cases[i].client_ms);

		if (shows(l, OBS_LATE_SERVER) != cases[i].server ||
		    shows(l, OBS_LATE_CLIENT) != cases[i].client)
			fail_msg("case %zu", i);
		lane_free(l);
	}
}

/* Of a long round trip three tenths more are needed. */
static void
late_is_in_proportion(void **state)
{
	static const int64_t more_ms[] = { 50, 70 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct lane *l = lane_new(PROTO_TCP, 50000, 443);
		uint8_t hello[512];

		push(l, 0, "", 0, TCP_SYN);
		l->paused_us += 199000;
		push(l, 1, "", 0, TCP_SYN | TCP_ACK);
		push(l, 0, "", 0, TCP_ACK);
		say(l, 0, hello, hello_write(hello, "files.example.net"));
		l->paused_us += 199000 + more_ms[i] * 1000;
		say_server_hello(l);
		assert_int_equal(shows(l, OBS_LATE_SERVER), i);
		if (i == 1)
			assert_int_equal(number(l, OBS_LATE_SERVER), 70000);
		lane_free(l);
	}
}

/* Without the handshake of TCP there is nothing to compare with. */
static void
the_start_must_be_seen(void **state)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 443);
	uint8_t hello[512];

	(void)state;
	say(l, 0, hello, hello_write(hello, "files.example.net"));
	assert_false(l->row->watched);
	lane_free(l);
}

/* --- places --- */

/* As many flows at once as there are places: each is watched, or was when it began. */
static void
places_are_bounded(void **state)
{
	struct starts *s = starts_new();
	static struct flow_row row[20000];
	struct packet p = { .kind = PACKET_IP, .proto = PROTO_UDP, .payload_bytes = 40 };
	unsigned watched = 0;

	(void)state;
	p.payload = view_of(noise, 40);
	for (uint64_t i = 0; i < 20000; i++) {
		row[i].id = (i + 1) & 0xffffffffffff;
		row[i].proto = PROTO_UDP;
		starts_begin(s, NULL, &row[i], &p, SIDE_CLIENT);
		assert_true(row[i].watched);
	}
	for (uint64_t i = 0; i < 20000; i++) {
		starts_see(s, NULL, &row[i], &p, SIDE_CLIENT);
		watched += row[i].watched;
	}
	assert_true(watched > 3500 && watched <= 4096);
	for (uint64_t i = 0; i < 20000; i++)
		starts_drop(s, &row[i]);
	starts_free(s);
}

static int
setup(void **state)
{
	make_noise();
	return load_catalogue(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openvpn_shows_under_a_mask),
		cmocka_unit_test(each_part_of_the_order_is_needed),
		cmocka_unit_test(one_other_opcode_is_too_few_and_five_too_many),
		cmocka_unit_test(a_hole_in_the_stream_ends_it),
		cmocka_unit_test(what_is_named_is_not_looked_at),
		cmocka_unit_test(acknowledgements_that_cease),
		cmocka_unit_test(wireguard_shows_by_its_lengths_and_its_clock),
		cmocka_unit_test(a_handshake_shows_inside_tls),
		cmocka_unit_test(a_web_page_does_not),
		cmocka_unit_test(tickets_do_not_begin_the_inside),
		cmocka_unit_test(watching_ends),
		cmocka_unit_test(later_by_tls_than_by_tcp),
		cmocka_unit_test(late_is_in_proportion),
		cmocka_unit_test(the_start_must_be_seen),
		cmocka_unit_test(places_are_bounded),
	};

	return cmocka_run_group_tests(tests, setup, free_catalogue);
}
