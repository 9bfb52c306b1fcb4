/*
 * talk: packets of one flow laid out by hand, for tests of its rhythm.
 */
#ifndef FARHAND_TESTS_TALK_H
#define FARHAND_TESTS_TALK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flow/rhythm_private.h"

#define MS       1000LL
#define SEC      1000000LL
#define BEGIN_US (3000 * WINDOW_US)

/* A flow under a clock. */
struct talk {
	struct rhythms *pool;
	struct flow_row row;
	struct packet p;
	uint8_t bytes[64];
	struct window w;
};

static inline void
begin(struct talk *t, struct rhythms *pool)
{
	memset(t, 0, sizeof(*t));
	t->pool = pool;
	t->row.id = 1;
	t->row.proto = PROTO_TCP;
	t->row.seen_us = BEGIN_US;
	t->p.proto = PROTO_TCP;
	t->p.payload = view_of(t->bytes, sizeof(t->bytes));
}

/* The first packet of a block does not count. */
static inline void
sends(struct talk *t, enum side from, int64_t at_us, uint32_t bytes)
{
	t->row.seen_us = BEGIN_US + at_us;
	t->row.side[from].data_packets++;
	t->p.payload_bytes = bytes;
	rhythm_see(t->pool, &t->row, from, &t->p);
}

static inline const struct window_side *
ends(struct talk *t, int64_t at_us, enum side s)
{
	assert_true(rhythm_window(t->pool, &t->row, BEGIN_US + at_us, &t->w));
	return &t->w.side[s];
}

#endif
