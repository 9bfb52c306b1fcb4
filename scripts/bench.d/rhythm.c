/*
 * bench_rhythm: what following a flow's sizes and times costs; a line "NANOSECONDS WHAT" each, the
 * best of some rounds.  Sessions are interleaved so that a block is as cold as it is for a sensor
 * that follows thousands.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "flow/rhythm.h"

enum { FLOWS = 4096, PACKETS = 1 << 21, ROUNDS = 5 };

static struct flow_row row[FLOWS];
static struct packet packet;
static uint64_t seen;

static double
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Small input now and then, larger answers; windows end as they do in a lane. */
static double
follow(struct rhythms *r, bool eligible)
{
	int64_t now_us = 1000 * WINDOW_US, tick_us = now_us + WINDOW_US;
	const double from = now_ns();
	struct window w;

	for (unsigned i = 0; i < PACKETS; i++) {
		struct flow_row *at = &row[i * 2654435761u % FLOWS];
		const enum side side = i % 7 == 0 ? SIDE_CLIENT : SIDE_SERVER;

		now_us += 60;
		at->seen_us = now_us;
		at->side[side].data_packets++;
		packet.payload_bytes = side == SIDE_CLIENT ? 40 + i % 60 : 1400;
		if (eligible && rhythm_is_due(at))
			rhythm_see(r, at, side, &packet);
		else
			seen += rhythm_is_due(at);
		if (now_us < tick_us)
			continue;
		for (unsigned k = 0; k < FLOWS; k++)
			seen += rhythm_window(r, &row[k], tick_us, &w);
		tick_us += WINDOW_US;
	}
	return (now_ns() - from) / PACKETS;
}

static void
begin(bool eligible)
{
	for (unsigned k = 0; k < FLOWS; k++) {
		row[k] = (struct flow_row){ .proto = PROTO_TCP };
		row[k].side[0].data_packets = row[k].side[1].data_packets = RHYTHM_PACKETS;
		row[k].first_us = eligible ? 0 : INT64_MAX / 2;
	}
}

int
main(void)
{
	double best[2] = { 1e9, 1e9 };

	packet.proto = PROTO_TCP;
	for (int i = 0; i < ROUNDS; i++) {
		for (int eligible = 0; eligible < 2; eligible++) {
			struct rhythms *r = rhythms_new(FLOWS);
			double ns;

			if (r == NULL)
				return 2;
			begin(eligible != 0);
			ns = follow(r, eligible != 0);
			if (ns < best[eligible])
				best[eligible] = ns;
			rhythms_free(r);
		}
	}
	if (seen == 0)
		return 1;
	printf("%.1f a packet of another flow, the bench's own loop included\n", best[0]);
	printf("%.1f a packet of an eligible flow, its windows and that loop included\n", best[1]);
	return 0;
}
