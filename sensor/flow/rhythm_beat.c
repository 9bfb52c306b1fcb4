/*
 * rhythm_beat: what a small packet is by those of its size before it.
 *
 *   heartbeat      comes at even times, whatever the other end does
 *   confirmation   comes each time the other end sent something, and as soon as that can have
 *                  arrived: a request for the next picture (RFB), the receipt of a record
 *
 * Hands make neither.  Where keys, pointers and requests are of one size no size is mostly
 * requests, and all of it stays input.
 */
#include "flow/rhythm_private.h"

#define BEAT_LEAST     4000u /* TENTH: what comes faster is no heartbeat */
#define BEAT_UNIT      20u   /* TENTH */
#define BEAT_LONG      (5 * SECOND / BEAT_UNIT)
#define BEAT_SURE      8 /* arrivals in time; of long ones fewer do */
#define BEAT_SURE_LONG 4
#define IN_TIME        10 /* off by a tenth of the period at most */
#define EXACT          40 /* so near it counts twice */
#define PACE           16 /* of the running mean */
#define CONFIRMS       190

static bool
is_near(uint32_t gap, uint32_t period, uint32_t part)
{
	const uint32_t off = gap > period ? gap - period : period - gap;

	return off * part <= period;
}

/* That of the size, else the one that is least of anything, made anew. */
static struct beat *
beat_find(struct pulse *p, uint16_t size)
{
	struct beat *worst = &p->beat[0];

	for (int i = 0; i < BEATS; i++) {
		struct beat *b = &p->beat[i];

		if (b->size == size)
			return b;
		if (b->n + b->confirms < worst->n + worst->confirms)
			worst = b;
	}
	memset(worst, 0, sizeof(*worst));
	return worst;
}

void
beat_other(struct pulse *p, uint32_t now)
{
	p->heard = 1;
	for (int i = 0; i < BEATS; i++) {
		struct beat *b = &p->beat[i];
		const uint32_t after = now != b->last ? now - b->last : 1;

		if (b->after == 0)
			b->after = (uint16_t)(after < UINT16_MAX ? after : UINT16_MAX);
	}
}

static bool
confirms(struct beat *b, uint32_t now, uint32_t soonest, uint32_t latest)
{
	const uint32_t took = now - b->last - b->after;
	const bool in_time =
	    b->after != 0 && b->after < UINT16_MAX && took >= soonest && took <= latest;
	const int off = (in_time ? UINT8_MAX : 0) - b->confirms;

	/* Rounded away from where it is, else it would never come to an end of its range. */
	b->confirms = (uint8_t)(b->confirms + (off + (off > 0 ? PACE - 1 : 1 - PACE)) / PACE);
	b->after = 0;
	return in_time && b->confirms >= CONFIRMS;
}

static bool
keeps(struct beat *b, uint32_t gap)
{
	const uint32_t units = gap / BEAT_UNIT;
	unsigned arrivals;

	if (gap < BEAT_LEAST) {
		b->n /= 2;
		return false;
	}
	if (b->period == 0 || !is_near(units, b->period, IN_TIME)) {
		b->n /= 2;
		if (b->n < 2)
			b->period = (uint16_t)(units < UINT16_MAX ? units : UINT16_MAX);
		return false;
	}
	arrivals = b->n + 1u + is_near(units, b->period, EXACT);
	b->n = (uint8_t)(arrivals < UINT8_MAX ? arrivals : UINT8_MAX);
	b->period = (uint16_t)(b->period + ((int)units - b->period) / 8);
	return b->n >= (b->period >= BEAT_LONG ? BEAT_SURE_LONG : BEAT_SURE);
}

enum beat_is
beat_see(struct pulse *p, uint32_t now, uint16_t size, uint32_t soonest, uint32_t latest)
{
	struct beat *b = beat_find(p, size);
	const uint32_t gap = now - b->last;
	const bool known = b->size != 0;
	const bool confirming = known && confirms(b, now, soonest, latest);
	const bool kept = known && keeps(b, gap);

	b->size = size;
	b->last = now;
	p->heard = 0;
	return kept ? BEAT_KEPT : confirming ? BEAT_CONFIRMS : BEAT_NONE;
}
