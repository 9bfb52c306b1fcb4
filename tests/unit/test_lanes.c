/*
 * test_lanes: several live sources of one interface, each with its share of the flows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>

#include "frames.h"
#include "links.h"
#include "made.h"

enum { FLOWS = 600, LANES_MOST = 8 };

static char error[CAPTURE_ERROR];

static uint32_t
which(const struct frame *f)
{
	uint32_t number;

	assert_true(f->bytes.n >= 64);
	memcpy(&number, f->bytes.p + f->bytes.n - 4, 4);
	return ntohl(number);
}

static void
open_lanes(unsigned lanes, uint64_t ring_bytes, struct frames s[])
{
	const struct capture_live_options o = { .interfaces = 1,
		.interface = { "fh0" },
		.bpf = { "ether src 02:00:00:00:00:02" },
		.ring_bytes = ring_bytes,
		.promiscuous = true };
	struct capture *c[LANES_MOST];

	if (capture_live(&o, lanes, c, error) != 0)
		fail_msg("%s", error);
	for (unsigned i = 0; i < lanes; i++)
		s[i] = (struct frames){ .c = c[i] };
}

/* All lanes' frames until none is left: of each, who got it is right, and its ordinal. */
static uint64_t
drain(struct frames s[], unsigned lanes, uint64_t got[])
{
	struct made m;
	struct frame f;
	uint64_t all = 0;

	for (unsigned i = 0; i < lanes; i++) {
		for (int idles = 0; idles < 2;) {
			if (frames_next(&s[i], 50, &f) != CAPTURE_FRAMES) {
				idles++;
				continue;
			}
			make(&m, which(&f));
			assert_int_equal(spread_lane(spread_shard(m.mix), lanes), i);
			assert_int_equal(f.ordinal, i + 1 + lanes * got[i]++);
			assert_int_equal(f.bytes.n, m.n);
			assert_memory_equal(f.bytes.p, m.at, m.n);
			all++;
		}
	}
	return all;
}

static void
close_lanes(struct frames s[], unsigned lanes)
{
	for (unsigned i = 0; i < lanes; i++)
		s[i].c->close(s[i].c);
}

static void
spreads_as_it_says(void **state)
{
	struct frames s[LANES_MOST];
	struct made m;
	int out;

	(void)state;
	need_links();
	for (unsigned lanes = 1; lanes <= LANES_MOST; lanes *= 2) {
		uint64_t got[LANES_MOST] = { 0 };

		open_lanes(lanes, 8 << 20, s);
		out = sender("fp0");
		for (uint32_t i = 0; i < FLOWS; i++) {
			make(&m, i);
			assert_int_equal(send(out, m.at, m.n, 0), m.n);
		}
		close(out);
		assert_int_equal(drain(s, lanes, got), FLOWS);
		for (unsigned i = 0; i < lanes; i++)
			assert_true(got[i] > FLOWS / lanes / 2);
		close_lanes(s, lanes);
	}
}

/* Two halves of a datagram come as one, where its ports say. */
static void
joins_fragments(void **state)
{
	enum { HEAD = 14 + 20 };
	uint64_t got[2] = { 0 };
	struct frames s[2];
	struct made half[2];
	struct frame f;
	uint32_t mix;
	int out;

	(void)state;
	need_links();
	open_lanes(2, 4 << 20, s);
	out = sender("fp0");
	for (uint32_t ports = 1; ports <= 20; ports++) {
		mix = spread_mix(0x0a000001 ^ 0x0a000002, ports, IPPROTO_UDP);
		for (unsigned i = 0; i < 2; i++) {
			add_link(&half[i], 1, 0x0800);
			add(&half[i], 0x4500, 2);
			add(&half[i], 20 + 80, 2);
			add(&half[i], ports, 2);
			add(&half[i], i == 0 ? 0x2000 : 10, 2);
			add(&half[i], 64 << 8 | IPPROTO_UDP, 2);
			add(&half[i], 0, 2);
			add(&half[i], 0x0a000001, 4);
			add(&half[i], 0x0a000002, 4);
			add(&half[i], i == 0 ? ports : 0, 4);
			add(&half[i], i == 0 ? 160 : 0, 2);
			while (half[i].n < 4 + HEAD + 80)
				add(&half[i], i, 1);
			assert_int_equal(send(out, half[i].at, half[i].n, 0), half[i].n);
		}
		while (frames_next(&s[mix % 2], 200, &f) != CAPTURE_FRAMES)
			assert_true(got[0]++ < 100);
		assert_int_equal(f.bytes.n, 4 + HEAD + 160);
	}
	close(out);
	close_lanes(s, 2);
}

/* Rings too small for all, read by nobody: each frame is one lane's, handed on or dropped. */
static void
loses_none_untold(void **state)
{
	enum { SENT = 40000, LANES = 4 };
	uint64_t got[LANES] = { 0 }, received = 0, dropped = 0;
	struct capture_stats stats;
	struct frames s[LANES];
	struct made m;
	int out;

	(void)state;
	need_links();
	open_lanes(LANES, 2 << 20, s);
	out = sender("fp0");
	for (uint32_t i = 0; i < SENT; i++) {
		make(&m, i);
		assert_int_equal(send(out, m.at, m.n, 0), m.n);
	}
	close(out);
	drain(s, LANES, got);
	for (unsigned i = 0; i < LANES; i++) {
		s[i].c->stats(s[i].c, &stats);
		assert_true(stats.dropped_kernel > 0);
		assert_int_equal(stats.frames, got[i]);
		assert_int_equal(stats.received, got[i]);
		received += stats.received;
		dropped += stats.dropped_kernel;
	}
	assert_int_equal(received + dropped, SENT);
	close_lanes(s, LANES);
}

static atomic_bool enough;

static void *
keep_sending(void *arg)
{
	const int out = sender("fp0");
	struct made m;

	for (uint32_t i = 0; !atomic_load(&enough); i++) {
		make(&m, i);
		if (send(out, m.at, m.n, 0) < 0)
			break;
		if (i % 16 == 0)
			usleep(100);
	}
	close(out);
	return arg;
}

/* While it is opened frames come all the time: none in the wrong lane, none uncounted. */
static void
begins_when_all_have_joined(void **state)
{
	enum { LANES = 4 };
	struct capture_stats stats;
	struct frames s[LANES];
	pthread_t t;

	(void)state;
	need_links();
	assert_int_equal(pthread_create(&t, NULL, keep_sending, NULL), 0);
	for (unsigned round = 0; round < 3; round++) {
		uint64_t got[LANES] = { 0 };

		usleep(20000);
		open_lanes(LANES, 64 << 20, s);
		usleep(20000);
		if (round == 2) {
			atomic_store(&enough, true);
			pthread_join(t, NULL);
			assert_true(drain(s, LANES, got) > 0);
			for (unsigned i = 0; i < LANES; i++) {
				s[i].c->stats(s[i].c, &stats);
				assert_int_equal(stats.received, got[i]);
				assert_int_equal(stats.dropped_kernel, 0);
			}
		}
		close_lanes(s, LANES);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spreads_as_it_says),
		cmocka_unit_test(joins_fragments),
		cmocka_unit_test(loses_none_untold),
		cmocka_unit_test(begins_when_all_have_joined),
	};

	return cmocka_run_group_tests(tests, make_links, NULL);
}
