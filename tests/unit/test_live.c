/*
 * test_live: frames from a veth pair in a network namespace of its own.
 *
 * Needs root; skipped without.  What is awaited is awaited by count, never by time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/capture.h"

enum { PAIRS = 2, FRAME_BYTES = 100, EXPERIMENTAL = 0x88b5, IDLES_MOST = 100 };

static bool ready;
static char error[CAPTURE_ERROR];

static int
make_links(void **state)
{
	(void)state;
	ready = geteuid() == 0 && unshare(CLONE_NEWNET) == 0 &&
	    system("for i in 0 1; do"
		   " ip link add fh$i type veth peer name fp$i &&"
		   " ip link set fh$i up && ip link set fp$i up || exit 1; done 2>/dev/null") == 0;
	return 0;
}

static void
need_links(void)
{
	if (!ready)
		skip();
}

/* Send one frame of our own kind whose last byte is `mark`, cut or padded to n. */
static void
send_frame(const char *interface, uint8_t mark, size_t n)
{
	uint8_t frame[FRAME_BYTES] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5 };
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_protocol = htons(EXPERIMENTAL),
		.sll_ifindex = (int)if_nametoindex(interface) };
	const int s = socket(AF_PACKET, SOCK_RAW, 0);

	assert_true(s >= 0 && n <= sizeof(frame));
	frame[14] = mark;
	assert_int_equal(sendto(s, frame, n, 0, (struct sockaddr *)&to, sizeof(to)), n);
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

static struct capture *
open_links(const struct capture_live_options *o)
{
	struct capture *c = capture_live(o, error);

	if (c == NULL)
		fail_msg("%s", error);
	return c;
}

/* The next frame, however many idle turns it takes. */
static struct frame
await_frame(struct capture *c)
{
	struct frame f;

	for (int i = 0; i < IDLES_MOST; i++) {
		const enum capture_got got = c->next(c, 200, &f);

		if (got == CAPTURE_FRAME)
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
	struct capture *c;
	struct frame f;

	(void)state;
	need_links();
	c = open_links(&o);
	for (uint8_t i = 0; i < 10; i++)
		send_frame(i % 2 == 0 ? "fp0" : "fp1", i, FRAME_BYTES);
	for (uint64_t i = 0; i < 10; i++) {
		f = await_frame(c);
		assert_int_equal(f.ordinal, i + 1);
		assert_int_equal(f.link, 1);
		assert_int_equal(f.wire_len, FRAME_BYTES);
		assert_int_equal(f.bytes.n, FRAME_BYTES);
		assert_in_range(f.source, 0, PAIRS - 1);
		assert_int_equal(f.bytes.p[14], 2 * seen[f.source] + f.source);
		seen[f.source]++;
	}
	assert_int_equal(seen[0], 5);
	assert_int_equal(seen[1], 5);
	c->stats(c, &stats);
	assert_int_equal(stats.frames, 10);
	assert_int_equal(stats.bytes, 10 * FRAME_BYTES);
	assert_true(stats.received >= 10);
	assert_int_equal(stats.dropped_kernel, 0);
	c->close(c);
}

static void
filters_and_cuts(void **state)
{
	struct capture_live_options o = options_of(1);
	struct capture *c;
	struct frame f;

	(void)state;
	need_links();
	o.bpf[0] = "ether proto 0x88b5 and ether[14] = 7";
	o.snaplen = 60;
	o.immediate = true;
	c = open_links(&o);
	send_frame("fp0", 6, FRAME_BYTES);
	send_frame("fp0", 7, FRAME_BYTES);
	f = await_frame(c);
	assert_int_equal(f.bytes.p[14], 7);
	assert_in_range(f.bytes.n, 15, 60); /* the ring rounds its slots, here to 58 */
	assert_int_equal(f.wire_len, FRAME_BYTES);
	c->close(c);
}

static void *
stop_soon(void *c)
{
	usleep(50000);
	capture_stop(c);
	return NULL;
}

/* While the link is idle and nothing ends the wait but the order to stop. */
static void
stops_while_idle(void **state)
{
	const struct capture_live_options o = options_of(1);
	struct capture *c;
	struct frame f;
	pthread_t t;

	(void)state;
	need_links();
	c = open_links(&o);
	assert_int_equal(c->next(c, 0, &f), CAPTURE_IDLE);
	assert_int_equal(pthread_create(&t, NULL, stop_soon, c), 0);
	assert_int_equal(c->next(c, -1, &f), CAPTURE_END);
	pthread_join(t, NULL);
	assert_int_equal(c->next(c, -1, &f), CAPTURE_END);
	c->close(c);
}

static void
says_why_it_cannot(void **state)
{
	struct capture_live_options o = options_of(1);

	(void)state;
	o.interfaces = 0;
	assert_null(capture_live(&o, error));
	o.interfaces = 9;
	assert_null(capture_live(&o, error));
	need_links();
	o.interfaces = 2;
	o.interface[1] = "none0";
	assert_null(capture_live(&o, error));
	assert_non_null(strstr(error, "none0"));
	assert_non_null(strstr(error, "ip link"));
	o = options_of(1);
	o.bpf[0] = "tcp prot 1";
	assert_null(capture_live(&o, error));
	assert_non_null(strstr(error, "filter \"tcp prot 1\""));
}

/* One of two goes away: the other is still captured; then both. */
static void
outlives_an_interface(void **state)
{
	const struct capture_live_options o = options_of(PAIRS);
	struct capture *c;
	struct frame f;
	enum capture_got got = CAPTURE_IDLE;

	(void)state;
	need_links();
	c = open_links(&o);
	assert_int_equal(system("ip link del fh0"), 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(c->next(c, 20, &f), CAPTURE_IDLE);
	send_frame("fp1", 1, FRAME_BYTES);
	f = await_frame(c);
	assert_int_equal(f.source, 1);
	assert_int_equal(system("ip link del fh1"), 0);
	for (int i = 0; i < IDLES_MOST && got == CAPTURE_IDLE; i++)
		got = c->next(c, 200, &f);
	assert_int_equal(got, CAPTURE_ERROR_);
	c->close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_interfaces),
		cmocka_unit_test(filters_and_cuts),
		cmocka_unit_test(stops_while_idle),
		cmocka_unit_test(says_why_it_cannot),
		cmocka_unit_test(outlives_an_interface),
	};

	return cmocka_run_group_tests(tests, make_links, NULL);
}
