/*
 * fuzz_rhythm: any packets at any times: windows hold what they promise, scores are numbers.
 *
 * Eight bytes a packet: side and transport, gap (up to 16 s), size, and what begins its payload.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "detect/session.h"
#include "flow/rhythm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
check(const struct window *w, struct session s[2])
{
	const struct scorecard card = {
		.card[CARD_DESKTOP] = {
		    .feature[FEATURE_MODULATION] = { FEATURES_RESPONSE, 2, { 0 }, { -1, 1 } },
		    .group = { { -2, 2, 1 }, { -2, 2, 1 }, { -2, 2, 1 }, { -2, 2, 1 } },
		},
		.card[CARD_SHELL] = {
		    .feature[FEATURE_PROMPTED] = { FEATURES_RESPONSE, 2, { 0 }, { -1, 1 } },
		    .group = { { -2, 2, 1 }, { -2, 2, 1 }, { -2, 2, 1 }, { -2, 2, 1 } },
		},
		.alike = 0.3f,
		.most = 6,
	};

	require(w->from <= w->to && w->to <= WINDOW_SLOTS && w->start_us % WINDOW_US == 0);
	for (int side = 0; side < 2; side++) {
		const struct window_side *x = &w->side[side];
		float value[FEATURES];

		require(x->input >> WINDOW_SLOTS == 0 && x->busy >> WINDOW_SLOTS == 0);
		require(x->small <= x->packets && x->masked <= x->small);
		require(x->human_gaps <= x->gaps && x->answered <= x->asked);
		require(x->led <= x->onsets && x->quiet <= WINDOW_SECONDS);
		for (unsigned i = 0; i < x->onsets && i < WINDOW_ONSETS; i++)
			require(window_onset_us(x, i) < WINDOW_US);
		require(x->wakes <= x->begins && x->prompted <= x->bursts);
		require(x->fresh <= x->events && x->echoed <= x->events + 1);
		if (!session_values(&s[side], w, side == 0 ? SIDE_SERVER : SIDE_CLIENT, value))
			continue;
		for (int i = 0; i < FEATURES; i++)
			require(!isinf(value[i]));
		session_add(&s[side], &card, w, value);
		require(isfinite(session_llr(&card, &s[side])));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct rhythms *r = rhythms_new(1);
	struct flow_row row = { .id = 1, .first_us = 0 };
	struct session s[2];
	struct window w;
	int64_t tick_us;

	require(r != NULL);
	memset(s, 0, sizeof(s));
	row.seen_us = 100 * WINDOW_US;
	tick_us = row.seen_us + WINDOW_US;
	row.side[0].data_packets = row.side[1].data_packets = RHYTHM_PACKETS;
	for (; n >= 8; data += 8, n -= 8) {
		struct packet p = { .proto = data[0] & 2 ? PROTO_TCP : PROTO_UDP };
		const enum side from = data[0] & 1 ? SIDE_CLIENT : SIDE_SERVER;
		const uint32_t size = (uint32_t)(data[3] << 8 | data[4]);

		row.proto = p.proto;
		row.product = data[0] >> 6;
		row.seen_us += (data[1] << 8 | data[2]) << (data[0] >> 2 & 7);
		for (; row.seen_us >= tick_us; tick_us += WINDOW_US) {
			if (rhythm_window(r, &row, tick_us, &w))
				check(&w, s);
		}
		row.side[from].data_packets += (data[0] & 32) == 0;
		p.payload_bytes = size != 0 ? size : UINT32_MAX;
		p.payload = view_of(data + 5, n - 5 < size ? n - 5 : size);
		rhythm_see(r, &row, from, &p);
		if (rhythm_asks(r, &row))
			rhythm_carried(r, &row, row.product != 0 ? 84 : 0, row.product == 1);
	}
	if (rhythm_window(r, &row, row.seen_us, &w))
		check(&w, s);
	rhythm_drop(r, &row);
	rhythms_free(r);
	return 0;
}
