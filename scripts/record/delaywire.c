/*
 * delaywire: a cable with length.
 *
 *   delaywire IF_A IF_B DELAY_MS [JITTER_MS [LOSS_PERMILLE [SEED]]]
 *
 *        IF_A ── packet socket ─▶ queue, due = now + delay + jitter ─▶ IF_B
 *        IF_A ◀─ queue ◀────────────────────────── packet socket ──── IF_B
 *
 * The lab's kernels often lack netem; two packet sockets on veth ends do the
 * same in user space.  Each direction is a queue in order of arrival: jitter
 * delays, it never reorders.  The seed decides jitter and loss, so that a
 * recording can be repeated with the same wire.  It runs until it is killed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SLOTS       8192 /* frames under way, each direction */
#define FRAME_BYTES 2048 /* offloads are off: no frame is longer than the MTU */

struct slot {
	int64_t due_us;
	size_t n;
	uint8_t bytes[FRAME_BYTES];
};

struct way {
	int from, to; /* sockets */
	unsigned head, count;
	int64_t last_due_us;
	struct slot slot[SLOTS];
};

struct wire {
	int64_t delay_us, jitter_us;
	unsigned loss_permille;
	uint64_t dice;
	struct way way[2];
};

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* xorshift64* [Vigna 2016]: the low bits are weak, the high ones are used. */
static uint32_t
wire_roll(struct wire *w)
{
	w->dice ^= w->dice >> 12;
	w->dice ^= w->dice << 25;
	w->dice ^= w->dice >> 27;
	return (uint32_t)((w->dice * 0x2545f4914f6cdd1dULL) >> 32);
}

static int
socket_on(const char *name)
{
	const int one = 1;
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	const int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);

	at.sll_ifindex = (int)if_nametoindex(name);
	/* Our own sendings must not come back to us: they would circle for ever. */
	if (fd < 0 || at.sll_ifindex == 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) != 0 ||
	    bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0) {
		fprintf(stderr, "delaywire: %s: %s\n", name, strerror(errno));
		exit(1);
	}
	return fd;
}

/* Take in all that waits at one end. */
static void
way_fill(struct wire *w, struct way *q)
{
	while (q->count < SLOTS) {
		struct slot *s = &q->slot[(q->head + q->count) % SLOTS];
		const ssize_t n = recv(q->from, s->bytes, sizeof(s->bytes), MSG_TRUNC);

		if (n <= 0)
			return;
		if ((size_t)n > sizeof(s->bytes) || wire_roll(w) % 1000 < w->loss_permille)
			continue;
		s->n = (size_t)n;
		s->due_us = now_us() + w->delay_us;
		if (w->jitter_us > 0)
			s->due_us += wire_roll(w) % w->jitter_us;
		if (s->due_us < q->last_due_us)
			s->due_us = q->last_due_us;
		q->last_due_us = s->due_us;
		q->count++;
	}
}

/* Let out all that is due; the time of the next, or INT64_MAX. */
static int64_t
way_drain(struct way *q)
{
	while (q->count > 0) {
		const struct slot *s = &q->slot[q->head];

		if (s->due_us > now_us())
			return s->due_us;
		/* A full or downed end loses the frame, as a cable would. */
		(void)!send(q->to, s->bytes, s->n, 0);
		q->head = (q->head + 1) % SLOTS;
		q->count--;
	}
	return INT64_MAX;
}

static void
wire_run(struct wire *w)
{
	for (;;) {
		struct pollfd fd[2] = { { .fd = w->way[0].from, .events = POLLIN },
			{ .fd = w->way[1].from, .events = POLLIN } };
		struct timespec wait = { 1, 0 };
		int64_t next_us = INT64_MAX, left_us;

		for (int i = 0; i < 2; i++) {
			const int64_t due_us = way_drain(&w->way[i]);

			if (due_us < next_us)
				next_us = due_us;
			/* A full queue is not asked: else poll would spin. */
			if (w->way[i].count == SLOTS)
				fd[i].fd = -1;
		}
		left_us = next_us - now_us();
		if (left_us < 1000000) {
			wait.tv_sec = 0;
			wait.tv_nsec = left_us > 0 ? (long)left_us * 1000 : 0;
		}
		ppoll(fd, 2, &wait, NULL);
		way_fill(w, &w->way[0]);
		way_fill(w, &w->way[1]);
	}
}

int
main(int argc, char **argv)
{
	static struct wire w;
	uint64_t seed;

	if (argc < 4 || argc > 7) {
		fprintf(stderr,
		    "usage: delaywire IF_A IF_B DELAY_MS [JITTER_MS [LOSS_PERMILLE [SEED]]]\n");
		return 2;
	}
	w.delay_us = (int64_t)(strtod(argv[3], NULL) * 1000);
	w.jitter_us = argc > 4 ? (int64_t)(strtod(argv[4], NULL) * 1000) : 0;
	w.loss_permille = argc > 5 ? (unsigned)strtoul(argv[5], NULL, 10) : 0;
	seed = argc > 6 ? strtoull(argv[6], NULL, 10) : 1;
	w.dice = seed * 0x9e3779b97f4a7c15ULL + 1;
	w.way[0].from = w.way[1].to = socket_on(argv[1]);
	w.way[1].from = w.way[0].to = socket_on(argv[2]);
	wire_run(&w);
}
