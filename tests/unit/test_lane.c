/*
 * test_lane: frames in, events out: when a flow is told of, and what the clock does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue_lab.h"
#include "client_hello.h"
#include "capture/spread.h"
#include "farhand/window.h"
#include "flow/rhythm.h"
#include "lane.h"
#include "people_lab.h"
#include "pile.h"

#define SECOND_US 1000000LL
#define START_US  (1700000000 * SECOND_US) /* a multiple of TICK_US */

enum { ETHERNET = 1, EVENTS = 64, CLIENT = 1, SERVER = 2, ISN = 5000 };

/* What was told, in order. */
static struct {
	unsigned n;
	struct ring_key key; /* of the last: they never go back */
	struct event at[EVENTS];
} told;

static struct front *front;
static struct lane *lane;
static struct pile pile;
static int64_t now_us;
static uint64_t frames;
static unsigned client_port;

static void
take(void *arg, struct ring_key key, const struct event *ev)
{
	(void)arg;
	if (told.n > 0) {
		assert_true(key.major > told.key.major ||
		    (key.major == told.key.major && key.minor >= told.key.minor));
	}
	told.key = key;
	assert_in_range(told.n, 0, EVENTS - 1);
	told.at[told.n++] = *ev;
}

/* One flow a shard. */
static const struct lane_options small = {
	.lanes = 1, .flows = SHARDS, .head_bytes = 1 << 20, .dpi_states = 64, .rhythms = 64
};

/* Another lane in the place of the one that is there. */
static bool
set_lane(struct lane_options o, lane_emit *emit)
{
	o.catalogue = cat;
	lane_free(lane);
	lane = lane_new(&o, emit, NULL);
	return lane != NULL;
}

static int
setup(void **state)
{
	lane = NULL;
	front = front_new(500);
	told.n = 0;
	frames = 0;
	now_us = START_US;
	client_port = 50000;
	return load_catalogue(state) != 0 || front == NULL || !set_lane(small, take);
}

static int
teardown(void **state)
{
	lane_free(lane);
	front_free(front);
	return free_catalogue(state);
}

static void
show_pile(void)
{
	const struct frame f = { .ordinal = ++frames,
		.at_us = now_us += 1000,
		.link = ETHERNET,
		.wire_len = (uint32_t)pile_length(&pile),
		.bytes = pile_view(&pile) };

	struct parcel parcel, *one = &parcel;
	int64_t tick_us;

	if (front_ticks(front, f.at_us, &tick_us))
		lane_tick(lane, tick_us, front_ordinal(front), f.ordinal, front_counts(front));
	if (front_frame(front, &f, &parcel))
		lane_take(lane, &one, 1);
	memset(&parcel, 0xff, sizeof(parcel)); /* it was lent */
}

static void
pass_time(int64_t at_us)
{
	int64_t tick_us;

	/* Each tick is before a frame of its own. */
	if (front_idle(front, at_us, &tick_us))
		lane_tick(lane, tick_us, front_ordinal(front), ++frames, front_counts(front));
}

/* A segment between the client and port 443, its number counted from the ISN. */
static void
segment(uint8_t from, uint8_t flags, uint32_t number, const void *bytes, size_t n)
{
	const bool up = from == CLIENT;
	uint8_t *seq;

	pile_clear(&pile);
	pile_put(&pile, bytes, n);
	pile_tcp(&pile, up ? client_port : 443, up ? 443 : client_port, flags, "", 0);
	seq = pile.b + pile.at + 4;
	pile_be16(seq, 0);
	pile_be16(seq + 2, ISN + number);
	pile_be16(seq + 4, 0);
	pile_be16(seq + 6, ISN + 1);
	pile_v4(&pile, PROTO_TCP, from, up ? SERVER : CLIENT, (unsigned)frames, 0);
	pile_ether(&pile, 0x0800);
	show_pile();
}

static void
shake_hands(void)
{
	segment(CLIENT, TCP_SYN, 0, "", 0);
	segment(SERVER, TCP_SYN | TCP_ACK, 0, "", 0);
	segment(CLIENT, TCP_ACK, 1, "", 0);
}

static const struct event *
last(void)
{
	assert_int_not_equal(told.n, 0);
	return &told.at[told.n - 1];
}

static unsigned
count(enum event_kind kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < told.n; i++)
		n += told.at[i].kind == kind;
	return n;
}

/* A ClientHello over three segments, in every order. */
static void
test_hello_in_pieces(void **state)
{
	static const uint8_t order[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 } };
	uint8_t hello[512];
	char name[64];
	const size_t n = hello_write(hello, "relay-1a2b3c4d.net.anydesk.com");
	const size_t piece = n / 3;

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		told.n = 0;
		client_port++;
		shake_hands();
		for (unsigned k = 0; k < 3; k++) {
			const size_t at = order[i][k] * piece;

			segment(CLIENT, TCP_ACK, 1 + (uint32_t)at, hello + at,
			    order[i][k] < 2 ? piece : n - at);
		}
		assert_int_equal(last()->kind, EVENT_FLOW_NAMED);
		assert_true(obs_copy_text(&last()->facts, OBS_SNI, name, sizeof(name)));
		assert_string_equal(name, "relay-1a2b3c4d.net.anydesk.com");
		assert_string_equal(catalogue_at(cat, last()->flow.verdict.product)->id, "anydesk");
	}
}

/*
 * What a server's answer adds to a flow that is no product's is told when the flow ends;
 * that the server is a device of ours is told at once.
 */
static void
test_told_once(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n";
	static const char *const answers[] = { "HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n"
		"<title>a page</title>" };
	struct obs o;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		told.n = 0;
		client_port++;
		shake_hands();
		segment(CLIENT, TCP_ACK, 1, request, strlen(request));
		assert_int_equal(count(EVENT_FLOW_NAMED), 1);
		segment(SERVER, TCP_ACK, 1, answers[i], strlen(answers[i]));
		assert_int_equal(count(EVENT_FLOW_NAMED), 1 + i);
	}
	assert_true(obs_find(&last()->facts, OBS_HTTP_TITLE, &o));
}

/* A flow that nobody can name is told of while it lives all the same. */
static void
test_unnamed_goes_on(void **state)
{
	static uint8_t noise[1000]; /* or encrypted: of the bits half are set */
	uint32_t number = 1;
	struct obs o;

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)(i * 167 + (i >> 3) * 59 + 0x93);
	shake_hands();
	for (; number < 4000; number += sizeof(noise))
		segment(CLIENT, TCP_ACK, number, noise, sizeof(noise));
	assert_int_equal(told.n, 0);
	segment(CLIENT, TCP_ACK, number, noise, sizeof(noise));
	assert_int_equal(told.n, 1);
	assert_int_equal(last()->kind, EVENT_FLOW_UPDATE);
	assert_int_equal(last()->flow.verdict.product, 0);
	assert_true(obs_find(&last()->facts, OBS_FULLY_ENCRYPTED, &o));
	assert_int_equal(last()->at_us, now_us);
	now_us += FLOW_UPDATE_US;
	segment(SERVER, TCP_ACK, 1, "", 0); /* nothing said, nothing told */
	assert_int_equal(count(EVENT_FLOW_UPDATE), 1);
	segment(SERVER, TCP_ACK, 1, "x", 1);
	assert_int_equal(count(EVENT_FLOW_UPDATE), 2);
}

/* What is idle goes at a tick, before it is told; a jump of time is one tick. */
static void
test_ticks(void **state)
{
	(void)state;
	segment(CLIENT, TCP_SYN, 0, "", 0);
	pass_time(START_US + 9 * SECOND_US);
	pass_time(START_US + 8 * SECOND_US); /* never back */
	assert_int_equal(told.n, 0);
	pass_time(START_US + 10 * SECOND_US + 5);
	assert_int_equal(told.n, 1);
	assert_int_equal(last()->kind, EVENT_TICK);
	assert_int_equal(last()->at_us, START_US + 10 * SECOND_US);
	pass_time(START_US + 69 * SECOND_US);
	assert_int_equal(told.n, 2);
	assert_int_equal(last()->at_us, START_US + 60 * SECOND_US);
	pass_time(START_US + 71 * SECOND_US);
	assert_int_equal(told.n, 4);
	assert_int_equal(told.at[2].kind, EVENT_FLOW_CLOSE);
	assert_int_equal(told.at[2].at_us, START_US + 70 * SECOND_US);
	assert_int_equal(told.at[3].kind, EVENT_TICK);
}

static void
test_end(void **state)
{
	enum { SYNS = 20 };
	struct flows_stats stats;
	unsigned evicted;

	(void)state;
	for (int i = 0; i < SYNS; i++, client_port++)
		segment(CLIENT, TCP_SYN, 0, "", 0); /* where there is no room, the first goes */
	evicted = told.n;
	assert_in_range(evicted, SYNS - SHARDS, SYNS - 1);
	for (unsigned i = 0; i < evicted; i++)
		assert_true(told.at[i].evicted);
	lane_end(lane, front_now_us(front), front_ordinal(front), front_counts(front));
	assert_int_equal(told.n, SYNS + 1);
	for (unsigned i = evicted; i < SYNS; i++) {
		assert_int_equal(told.at[i].kind, EVENT_FLOW_CLOSE);
		assert_false(told.at[i].evicted);
		assert_true(i == evicted || told.at[i].flow.id > told.at[i - 1].flow.id);
	}
	assert_int_equal(last()->kind, EVENT_END);
	assert_int_equal(last()->flow.id, 0);
	lane_stats(lane, &stats);
	assert_int_equal(stats.evicted, evicted);
	assert_int_equal(stats.opened, SYNS);
	assert_int_equal(lane_counts(lane)->frames, SYNS);
	assert_int_equal(lane_packets(lane), SYNS);
}

static void
arp(uint8_t sender)
{
	uint8_t *body;

	pile_clear(&pile);
	body = PILE_PUT(&pile,
	    "\x00\x01\x08\x00\x06\x04\x00\x01"
	    "\x02\x00\x00\x00\x00\x0a\x0a\x00\x00\x00"
	    "\x00\x00\x00\x00\x00\x00\x0a\x00\x00\x63");
	body[17] = sender;
	if (sender == 0)
		body[14] = 0; /* a probe: its sender has no address yet (RFC 5227) */
	pile_ether(&pile, 0x0806);
	show_pile();
}

static void
test_devices(void **state)
{
	(void)state;
	arp(0);
	assert_int_equal(told.n, 0);
	arp(7);
	arp(7);
	assert_int_equal(told.n, 1);
	assert_int_equal(last()->kind, EVENT_DEVICE);
	assert_int_equal(last()->flow.end[0].b[15], 7);
	assert_int_equal(last()->flow.mac[0].b[5], 0x0a);
	arp(8); /* another address of the same machine */
	assert_int_equal(count(EVENT_DEVICE), 2);
	now_us += 600 * SECOND_US;
	arp(7);
	assert_int_equal(count(EVENT_DEVICE), 3);
}

/* An ARP request of 0.0.0.0 by the station, whose sender is said to be `said`. */
static void
masked(const char said[6], uint8_t operation)
{
	uint8_t *body;

	pile_clear(&pile);
	body = PILE_PUT(&pile,
	    "\x00\x01\x08\x00\x06\x04\x00\x01"
	    "\x02\x00\x00\x00\x00\x0a\x00\x00\x00\x00"
	    "\x00\x00\x00\x00\x00\x00\x0a\x00\x00\x63");
	body[7] = operation;
	memcpy(body + 8, said, 6);
	pile_ether(&pile, 0x0806);
	show_pile();
}

/* Only who speaks in another's name, and each name once in a row, and so many. */
static void
test_masked(void **state)
{
	char said[7] = "run 00";
	const struct mac station = { { 2, 0, 0, 0, 0, 0x0a } }; /* pile_ether's */

	(void)state;
	masked((const char *)station.b, 1); /* a probe in its own name (RFC 5227) */
	masked("orders", 2);                /* an answer is no probe */
	assert_int_equal(count(EVENT_MASKED), 0);
	masked("open_z", 1);
	masked("open_z", 1);
	masked("oom\0\0\0", 1);
	assert_int_equal(count(EVENT_MASKED), 2);
	assert_int_equal(last()->kind, EVENT_MASKED);
	assert_true(mac_equal(&last()->flow.mac[0], &station));
	assert_memory_equal(last()->flow.mac[1].b, "oom\0\0\0", 6);
	assert_int_equal(last()->flow.end[1].b[15], 0x63);
	for (int i = 0; i < 50; i++) {
		said[4] = (char)('0' + i / 10);
		said[5] = (char)('0' + i % 10);
		masked(said, 1);
	}
	assert_int_equal(count(EVENT_MASKED), 32);
	now_us += 600 * SECOND_US;
	masked("again!", 1);
	assert_int_equal(count(EVENT_MASKED), 33);
}

static uint64_t closed, miscounted;

static void
count_closed(void *arg, struct ring_key key, const struct event *ev)
{
	(void)arg;
	(void)key;
	if (ev->kind != EVENT_FLOW_CLOSE)
		return;
	closed++;
	/* The tick is before the frame that brought it. */
	miscounted +=
	    lane_counts(lane)->frames != frames && lane_counts(lane)->frames != frames - 1;
}

/* Live, a tick's closing is spread over the seconds after it, be there packets or none. */
static void
test_live_slices(void **state)
{
	enum { SYNS = 24000 };
	struct lane_options o = small;
	int64_t tick_us;

	(void)state;
	o.live = true;
	o.flows = 2 * SYNS;
	assert_true(set_lane(o, count_closed));
	client_port = 1024;
	for (int i = 0; i < SYNS; i++, client_port++)
		segment(CLIENT, TCP_SYN, 0, "", 0);
	assert_int_equal(closed, 0);
	tick_us = (now_us + 80 * SECOND_US) / TICK_US * TICK_US;
	now_us = tick_us - 1000;
	segment(CLIENT, TCP_SYN, 0, "", 0); /* brings the tick */
	assert_int_equal(closed, 0);
	for (int ms = 10; ms <= 2500; ms += 10) { /* time alone closes, evenly, */
		lane_idle(lane, tick_us + ms * 1000LL);
		assert_in_range(
		    closed, (ms - 10) * SYNS / 5000, ms * SYNS / 5000 + SHARDS * ms / 10);
	}
	for (int ms = 2510; ms <= 5000; ms += 10) { /* and so do packets */
		client_port++;
		now_us = tick_us + ms * 1000LL - 1000;
		segment(CLIENT, TCP_SYN, 0, "", 0);
	}
	assert_int_equal(closed, SYNS);
	assert_int_equal(miscounted, 0);
}

enum { SESSIONS = 1600 };

static unsigned windows, told_of[SESSIONS], disordered, miscut;
static int64_t window_us; /* when the last one told of began */

static void
count_windows(void *arg, struct ring_key key, const struct event *ev)
{
	struct window w;
	unsigned *of;

	(void)arg;
	(void)key;
	if (ev->kind != EVENT_WINDOW || !window_find(&ev->facts, &w))
		return;
	of = &told_of[ev->flow.port[SIDE_CLIENT] - 1024];
	disordered += w.start_us < window_us;
	/* The packet that made it a session is not counted. */
	miscut += w.side[SIDE_CLIENT].packets + w.side[SIDE_SERVER].packets != (*of == 0 ? 1 : 2);
	window_us = w.start_us;
	windows++;
	++*of;
}

/* One byte each way, in no time. */
static void
exchange(unsigned session, uint32_t number)
{
	client_port = 1024 + session;
	segment(CLIENT, TCP_ACK, number, "x", 1);
	segment(SERVER, TCP_ACK, number, "x", 1);
	now_us -= 1990;
}

/* Sessions with a window each, up to a mark, and what one of them sends just behind it. */
static int64_t
pass_mark(unsigned busy)
{
	const int64_t mark_us = (START_US / WINDOW_US + 2) * WINDOW_US;
	struct lane_options o = small;

	o.live = true;
	o.flows = 4 * SESSIONS;
	o.rhythms = 2 * SESSIONS;
	windows = disordered = miscut = 0;
	window_us = 0;
	memset(told_of, 0, sizeof(told_of));
	if (!set_lane(o, count_windows))
		return -1;
	now_us = mark_us - 25 * SECOND_US;
	for (unsigned i = 0; i < SESSIONS; i++)
		for (unsigned k = 0; k < RHYTHM_PACKETS / 2; k++)
			exchange(i, 1 + k);
	now_us = mark_us - 5 * SECOND_US;
	for (unsigned i = 0; i < SESSIONS; i++)
		exchange(i, 1 + RHYTHM_PACKETS / 2);
	now_us = mark_us;
	exchange(busy, 2 + RHYTHM_PACKETS / 2);
	return mark_us;
}

/* Live, windows are told of over the seconds after their half minute, a busy flow's at once. */
static void
test_live_windows(void **state)
{
	const int64_t mark_us = pass_mark(SESSIONS - 1);

	(void)state;
	assert_true(mark_us > 0);
	assert_int_equal(told_of[SESSIONS - 1], 1);
	assert_in_range(windows, 1, 1 + 2 * 2 * SHARDS); /* two slices began */
	for (int tenths = 1; tenths <= 50; tenths++) {
		const int least = (tenths - 1) * SESSIONS / 50;

		lane_idle(lane, mark_us + tenths * SECOND_US / 10);
		assert_in_range(windows, least, least + 2 * SESSIONS / 50 + SHARDS * tenths);
	}
	for (unsigned i = 0; i < SESSIONS; i++)
		assert_int_equal(told_of[i], 1);
	assert_int_equal(disordered, 0);
	assert_int_equal(miscut, 0);
}

/* At the end a half minute's windows are told before any of the one begun. */
static void
test_live_windows_end(void **state)
{
	(void)state;
	assert_true(pass_mark(0) > 0);
	lane_end(lane, front_now_us(front), front_ordinal(front), front_counts(front));
	assert_int_equal(told_of[0], 2);
	for (unsigned i = 1; i < SESSIONS; i++)
		assert_int_equal(told_of[i], 1);
	assert_int_equal(disordered, 0);
	assert_int_equal(miscut, 0);
}

/* Of flows between strangers only the end is told. */
static void
test_strangers(void **state)
{
	static const char mine[] = "persons: [{id: a, endpoints: [{address: 10.0.0.1}]}]\n";
	static const char others[] = "persons: [{id: a, endpoints: [{address: 10.0.0.9}]}]\n";
	uint8_t hello[512];
	const size_t n = hello_write(hello, "relay-1a2b3c4d.net.anydesk.com");

	(void)state;
	for (int watched = 0; watched < 2; watched++) {
		struct registry *r = open_text(watched ? mine : others);
		struct lane_options o = small;
		struct watch *w;

		assert_non_null(r);
		assert_int_equal(watch_new(r, &w), 0);
		assert_non_null(w);
		o.watch = w;
		assert_true(set_lane(o, take));
		told.n = 0;
		shake_hands();
		segment(CLIENT, TCP_ACK, 1, hello, n);
		assert_int_equal(count(EVENT_FLOW_NAMED), watched);
		assert_int_equal(told.n, watched);
		told.key = (struct ring_key){ 0 };
		lane_end(lane, front_now_us(front), front_ordinal(front), front_counts(front));
		assert_int_equal(count(EVENT_FLOW_CLOSE), 1);
		assert_int_equal(last()->kind, EVENT_END);
		watch_free(w);
		registry_free(r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hello_in_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(test_told_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unnamed_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ticks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_masked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_live_slices, setup, teardown),
		cmocka_unit_test_setup_teardown(test_live_windows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_live_windows_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_strangers, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
