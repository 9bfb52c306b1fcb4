/*
 * test_live: frames from veth pairs.
 *
 * What is awaited is awaited by count, never by time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "frames.h"
#include "links.h"

enum { PAIRS = 2, FRAME_BYTES = 100, IDLES_MOST = 100, LANES_MOST = 4 };

static char error[CAPTURE_ERROR];

/* Send one frame of our own kind, marked. */
static void
send_on(int s, uint8_t mark)
{
	uint8_t frame[FRAME_BYTES] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5, mark };

	assert_int_equal(send(s, frame, sizeof(frame), 0), sizeof(frame));
}

static void
send_frame(const char *interface, uint8_t mark)
{
	const int s = sender(interface);

	send_on(s, mark);
	close(s);
}

static struct capture_live_options
options_of(unsigned interfaces)
{
	return (struct capture_live_options){ .interfaces = interfaces,
		.interface = { "fh0", "fh1" },
		.bpf = { "ether proto 0x88b5", "ether proto 0x88b5" },
		.ring_bytes = 4 << 20,
		.snaplen = 262144,
		.promiscuous = true };
}

static struct frames
open_links(const struct capture_live_options *o)
{
	struct frames s = { 0 };

	if (capture_live(o, 1, &s.c, error) != 0)
		fail_msg("%s", error);
	return s;
}

static void
assert_refused(const struct capture_live_options *o, unsigned lanes, const char *why)
{
	struct capture *c[LANES_MOST];

	assert_int_equal(capture_live(o, lanes, c, error), -1);
	if (strstr(error, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", error, why);
}

/* The next frame, however many idle turns it takes. */
static struct frame
await_frame(struct frames *s)
{
	struct frame f;

	for (int i = 0; i < IDLES_MOST; i++) {
		const enum capture_got got = frames_next(s, 200, &f);

		if (got == CAPTURE_FRAMES)
			return f;
		assert_int_equal(got, CAPTURE_IDLE);
		assert_int_equal(f.ordinal, 0);
		assert_int_equal(f.bytes.n, 0);
		assert_true(f.at_us > 0);
	}
	fail_msg("no frame came");
	return f;
}

static void
merges_interfaces(void **state)
{
	const struct capture_live_options o = options_of(PAIRS);
	unsigned seen[PAIRS] = { 0 };
	struct capture_stats stats;
	int64_t last_us = 0;
	int out[PAIRS];
	struct frames s;
	struct frame f;

	(void)state;
	need_links();
	s = open_links(&o);
	out[0] = sender("fp0");
	out[1] = sender("fp1");
	for (uint8_t i = 0; i < 100; i++)
		send_on(out[i % 2], i);
	close(out[0]);
	close(out[1]);
	usleep(100000); /* for both rings to show all, so that the order can be told */
	for (uint64_t i = 0; i < 100; i++) {
		f = await_frame(&s);
		assert_int_equal(f.ordinal, i + 1);
		assert_int_equal(f.link, 1);
		assert_int_equal(f.wire_len, FRAME_BYTES);
		assert_int_equal(f.bytes.n, FRAME_BYTES);
		assert_in_range(f.source, 0, PAIRS - 1);
		assert_int_equal(f.bytes.p[14], 2 * seen[f.source] + f.source);
		assert_true(f.at_us >= last_us);
		last_us = f.at_us;
		seen[f.source]++;
	}
	assert_int_equal(seen[0], 50);
	assert_int_equal(seen[1], 50);
	s.c->stats(s.c, &stats);
	assert_int_equal(stats.frames, 100);
	assert_int_equal(stats.bytes, 100 * FRAME_BYTES);
	assert_int_equal(stats.received, 100);
	assert_int_equal(stats.dropped_kernel, 0);
	assert_int_equal(stats.time_backwards, 0);
	s.c->close(s.c);
}

static void
filters_and_cuts(void **state)
{
	struct capture_live_options o = options_of(1);
	struct frames s;
	struct frame f;

	(void)state;
	need_links();
	o.bpf[0] = "ether proto 0x88b5 and ether[14] = 7";
	o.snaplen = 60;
	o.immediate = true;
	s = open_links(&o);
	send_frame("fp0", 6);
	send_frame("fp0", 7);
	f = await_frame(&s);
	assert_int_equal(f.bytes.p[14], 7);
	assert_in_range(f.bytes.n, 15, 60); /* the ring rounds its slots, here to 58 */
	assert_int_equal(f.wire_len, FRAME_BYTES);
	s.c->close(s.c);
}

static void *
stop_soon(void *c)
{
	usleep(50000);
	capture_stop(c);
	return NULL;
}

static void *
wait_for_the_end(void *c)
{
	struct frame f[CAPTURE_BATCH];
	unsigned n;

	return ((struct capture *)c)->next(c, -1, f, &n) == CAPTURE_END ? c : NULL;
}

/* While the link is idle and nothing ends the wait but the order to stop; told to one of all. */
static void
stops_while_idle(void **state)
{
	const struct capture_live_options o = options_of(1);
	struct capture *c[LANES_MOST];
	struct frame f[CAPTURE_BATCH];
	pthread_t t, other;
	void *ended;
	unsigned n;

	(void)state;
	need_links();
	for (unsigned lanes = 1; lanes <= LANES_MOST; lanes *= 2) {
		struct capture *last;

		if (capture_live(&o, lanes, c, error) != 0)
			fail_msg("%s", error);
		last = c[lanes - 1];
		assert_int_equal(last->next(last, 0, f, &n), CAPTURE_IDLE);
		assert_int_equal(n, 0);
		assert_int_equal(pthread_create(&t, NULL, stop_soon, c[0]), 0);
		assert_int_equal(pthread_create(&other, NULL, wait_for_the_end, last), 0);
		if (lanes > 1)
			assert_ptr_equal(wait_for_the_end(c[0]), c[0]);
		pthread_join(t, NULL);
		pthread_join(other, &ended);
		assert_ptr_equal(ended, last);
		assert_int_equal(last->next(last, -1, f, &n), CAPTURE_END);
		for (unsigned i = 0; i < lanes; i++)
			c[i]->close(c[i]);
	}
}

static void
says_why_it_cannot(void **state)
{
	struct capture_live_options o = options_of(1);

	(void)state;
	o.interfaces = 0;
	assert_refused(&o, 1, "1 to 8 interfaces");
	o.interfaces = 9;
	assert_refused(&o, 1, "1 to 8 interfaces");
	need_links();
	o.interfaces = 2;
	o.interface[1] = "none0";
	assert_refused(&o, 1, "none0");
	assert_refused(&o, 2, "ip link");
	o = options_of(1);
	o.bpf[0] = "tcp prot 1";
	assert_refused(&o, 1, "filter \"tcp prot 1\"");
	assert_refused(&o, 4, "filter \"tcp prot 1\"");
	if (system("ip tuntap add ft0 mode tun && ip link set ft0 up") != 0)
		return; /* a kernel without */
	o = options_of(1);
	o.interface[0] = "ft0";
	o.bpf[0] = NULL;
	assert_refused(&o, 2, "ft0: cannot be spread over 2 lanes: is no Ethernet");
}

/* One of two goes away: the other is still captured; then both. */
static void
outlives_an_interface(void **state)
{
	const struct capture_live_options o = options_of(PAIRS);
	struct frames s;
	struct frame f;
	enum capture_got got = CAPTURE_IDLE;

	(void)state;
	need_links();
	s = open_links(&o);
	assert_int_equal(system("ip link del fh0"), 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(frames_next(&s, 20, &f), CAPTURE_IDLE);
	send_frame("fp1", 1);
	f = await_frame(&s);
	assert_int_equal(f.source, 1);
	assert_int_equal(system("ip link del fh1"), 0);
	for (int i = 0; i < IDLES_MOST && got == CAPTURE_IDLE; i++)
		got = frames_next(&s, 200, &f);
	assert_int_equal(got, CAPTURE_ERROR_);
	s.c->close(s.c);
}

/* More than the ring holds: what was dropped is told to the frame, and all else is there. */
static void
counts_what_it_drops(void **state)
{
	enum { SENT = 20000 };
	struct capture_live_options o = options_of(1);
	uint8_t frame[1000] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5 };
	struct capture_stats stats;
	enum capture_got got;
	struct frames s;
	struct frame f;
	uint64_t seen = 0;
	int out;

	(void)state;
	need_links();
	o.ring_bytes = 1 << 20;
	s = open_links(&o);
	out = sender("fp0");
	for (unsigned i = 0; i < SENT; i++)
		assert_int_equal(send(out, frame, sizeof(frame), 0), sizeof(frame));
	close(out);
	capture_stop(s.c);
	while ((got = frames_next(&s, 200, &f)) != CAPTURE_END)
		seen += got == CAPTURE_FRAMES;
	s.c->stats(s.c, &stats);
	assert_true(stats.dropped_kernel > 0);
	assert_int_equal(stats.frames, seen);
	assert_int_equal(stats.received, seen);
	assert_int_equal(stats.received + stats.dropped_kernel, SENT);
	s.c->close(s.c);
}

/* Told to stop while frames lie in a block not handed out: they come first, unless told twice. */
static void
hands_on_the_rest(void **state)
{
	const struct capture_live_options o = options_of(1);
	struct frames s;
	struct frame f;

	(void)state;
	need_links();
	s = open_links(&o);
	send_frame("fp0", 1);
	send_frame("fp0", 2);
	capture_stop(s.c);
	assert_int_equal(await_frame(&s).bytes.p[14], 1);
	assert_int_equal(await_frame(&s).bytes.p[14], 2);
	assert_int_equal(frames_next(&s, -1, &f), CAPTURE_END);
	s.c->close(s.c);
	s = open_links(&o);
	send_frame("fp0", 1);
	capture_stop(s.c);
	capture_stop_at_once(s.c);
	assert_int_equal(frames_next(&s, -1, &f), CAPTURE_END);
	s.c->close(s.c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_interfaces),
		cmocka_unit_test(filters_and_cuts),
		cmocka_unit_test(stops_while_idle),
		cmocka_unit_test(says_why_it_cannot),
		cmocka_unit_test(hands_on_the_rest),
		cmocka_unit_test(counts_what_it_drops),
		cmocka_unit_test(outlives_an_interface),
	};

	return cmocka_run_group_tests(tests, make_links, NULL);
}
