/*
 * window: half a minute of an eligible flow, by sizes, directions and times alone.
 *
 * Windows of all flows begin at multiples of WINDOW_US of packet time, so that those of one
 * machine can be held beside each other.  Only payload that was not sent before counts: no
 * retransmissions, no pure acknowledgements [research/algorithms.md 0.2, 2.3].
 *
 * "Input" is what hands may have made: a small packet that neither is one of a heartbeat's nor
 * confirms what the other side sent.  Both
 * sides are measured alike, as input and as screen; which is which is for who reads it.
 */
#ifndef FARHAND_WINDOW_H
#define FARHAND_WINDOW_H

#include <math.h>

#include "farhand/obs.h"

#define WINDOW_US      (30 * 1000000LL)
#define WINDOW_SECONDS 30
#define SLOT_US        500000LL /* of `input` and `busy` */
#define WINDOW_SLOTS   60
#define WINDOW_ONSETS  12

#define ONSET_LED 0x8000 /* right after the other side sent: an answer, maybe no hand's */

/* What carries the session, where bytes told it: what of a packet is its own. */
enum carrier {
	CARRIER_PLAIN, /* TCP or UDP payload, TLS records or SSH packets in it */
	CARRIER_ICE,   /* STUN, DTLS and RTP share the flow [RFC 7983]; input is DTLS */
	CARRIER_VPN,   /* whole packets are inside: acknowledgements too */
	CARRIERS
};

struct window_side {
	uint64_t input;                  /* a bit a slot, the first lowest: input was sent in it */
	uint64_t busy;                   /* likewise: 1000 bytes or more were sent in it */
	uint32_t bytes;                  /* payload, what the carrier adds taken off */
	uint16_t packets, small, masked; /* all; of them small; of those a heartbeat's */
	uint16_t gaps, human_gaps;       /* input but for the flow's first; of it 10 ms to 2 s after
					    the one before */
	uint16_t pairs;                  /* input right after input, nothing larger between */
	uint16_t events;                 /* input, what comes within 5 ms taken as one */
	uint16_t fresh;    /* of them, long after the other side's last: they answer nothing */
	uint16_t echoed;   /* of them or the last of before, those followed at once by something */
	uint16_t bursts;   /* what it sent after a tenth of a second of silence */
	uint16_t prompted; /* of them, those right after the other side's input */
	uint16_t cover_ms; /* how much of the window is right after its input */
	uint16_t still_ms; /* how much of it is long after its last: what comes then is fresh */
	uint16_t answer;   /* median bytes of an answer to its onsets, in units of 16 */
	uint16_t echo;     /* least time from an onset to an answer, in units of 100 us; 0: none */
	uint8_t begins, wakes;   /* silences of both sides that it ended; of them by input */
	uint8_t gap_cv;          /* of gaps between its packets: coefficient of variation, percent,
				    at most 255 */
	uint8_t onsets;          /* input after SLOT_US of silence; at most WINDOW_ONSETS kept */
	uint8_t led;             /* onsets right after the other side woke: themselves answers */
	uint8_t asked, answered; /* the others, judged; those the other side answered */
	uint8_t chance;  /* percent of equal spans in the window in which it would seem answered */
	uint8_t pulses;  /* bursts of PULSE_BYTES or more with silence on both sides */
	uint8_t quiet;   /* seconds in which it sent less than 500 bytes */
	uint8_t loudest; /* half octaves of the bytes of its loudest second */
	uint8_t loud[WINDOW_SECONDS / 2]; /* how loud each second is beside it: see window_loud */
	uint32_t rate, rest; /* the other side's bytes a second: while this one gives input (and a
				second after); otherwise */
	uint16_t onset_ms[WINDOW_ONSETS]; /* from the window's start; and ONSET_LED */
};

struct window {
	int64_t start_us;
	uint8_t from,
	    to; /* slots seen whole or in part: a flow's first and last windows are short */
	uint8_t carrier;            /* enum carrier */
	struct window_side side[2]; /* [SIDE_CLIENT], [SIDE_SERVER] of the flow it comes with */
};

_Static_assert(sizeof(struct window) <= OBS_TEXT, "a window travels as one observation");

/* When the i-th kept onset was, from the window's start. */
static inline int64_t
window_onset_us(const struct window_side *s, unsigned i)
{
	return (s->onset_ms[i] & ~ONSET_LED) * 1000LL;
}

static inline bool
window_onset_led(const struct window_side *s, unsigned i)
{
	return (s->onset_ms[i] & ONSET_LED) != 0;
}

/*
 * Bytes a side sent in a second, within a fifth; 0 where less than 1/128 of
 * the loudest: four bits tell how many half octaves below it.
 */
static inline float
window_loud(const struct window_side *s, unsigned second)
{
	const unsigned k = s->loud[second / 2] >> (second % 2 * 4) & 15;

	return k == 0 ? 0 : exp2f(((float)s->loudest + (float)k - 15) / 2);
}

static inline void
window_set_loud(struct window_side *s, const float bytes[WINDOW_SECONDS])
{
	float most = 0;

	for (int i = 0; i < WINDOW_SECONDS; i++)
		most = fmaxf(most, bytes[i]);
	memset(s->loud, 0, sizeof(s->loud));
	s->loudest = (uint8_t)(most >= 1 ? 2 * log2f(most) + 0.5f : 0);
	for (int i = 0; i < WINDOW_SECONDS; i++) {
		const float k = bytes[i] > 0 ? 15.5f + 2 * log2f(bytes[i] / most) : 0;

		if (k >= 1)
			s->loud[i / 2] |= (uint8_t)((unsigned)k << (i % 2 * 4));
	}
}

/* The window among an event's facts; false if there is none. */
static inline bool
window_find(const struct obs_list *facts, struct window *out)
{
	struct obs o;

	if (!obs_find(facts, OBS_WINDOW, &o) || o.text.n != sizeof(*out))
		return false;
	memcpy(out, o.text.p, sizeof(*out));
	return true;
}

#endif
