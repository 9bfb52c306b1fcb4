/*
 * relay: what comes into a machine by a session and what leaves it, half a minute at a time.
 *
 *   far end ── X ─▶ machine ── Y ─▶ elsewhere     pairs of flows, and flows it opens
 *
 * X are flows by which someone's hands come in, by name or by the scorecard; Y are flows by
 * which the machine itself gives input.  Windows of one half minute come one by one; what
 * they show together is counted when the first of a later one is seen (struct lag, drive,
 * confined, chain).  A flow is known to have been opened when its first window comes, up to
 * a window after the fact: so drivenness is counted one window late.
 */
#ifndef FARHAND_DETECT_RELAY_H
#define FARHAND_DETECT_RELAY_H

#include "detect/causality.h"
#include "detect/chain.h"
#include "detect/confined.h"
#include "detect/regularity.h"
#include "detect/steered.h"
#include "farhand/detector.h"

#define RELAY_INS    2
#define RELAY_OUTS   6
#define RELAY_OPENED 16

/* One flow's input, one way; what is a heartbeat's is left out. */
struct relay_line {
	uint64_t flow;                    /* 0: free */
	struct addr peer;                 /* its far end */
	int64_t first_us;                 /* of its first window */
	int64_t start_us;                 /* of its latest window, which is the rest's */
	int64_t before_us;                /* its latest onset before that; 0: none */
	uint64_t input;                   /* slots with input */
	uint32_t packets;                 /* of input's direction */
	uint32_t back_kb;                 /* sent the other way */
	uint16_t back_rest;               /* bytes of it that make no kB yet */
	uint16_t onset_ms[WINDOW_ONSETS]; /* that the other end did not lead */
	uint16_t known_ms;                /* of which none is missing up to here */
	uint8_t onsets;
	bool whole; /* seen from its first slot on */
	struct regularity beat;
};

struct relay_in {
	struct relay_line line;
	struct steered steered;
	int64_t past_us; /* the window before the latest, for what was opened in it */
	uint64_t past;
	struct input input;
	struct drive drive;
	struct chain chain;
	int64_t told_us; /* the detector's */
	uint8_t told;
	bool shell; /* its latest answers were echoes */
};

struct relay_pair {
	struct lag lag;
	struct confined keys, bulk; /* packets of input onwards; kB of the way back */
};

struct relay {
	int64_t start_us; /* the window at hand; 0: none yet */
	int32_t day;
	uint16_t pairs; /* tried in it */
	uint8_t opens;
	int64_t opened_us[RELAY_OPENED]; /* ascending */
	struct relay_in in[RELAY_INS];
	struct relay_line out[RELAY_OUTS];
	struct relay_pair pair[RELAY_INS][RELAY_OUTS];
};

/* A window of a flow of the machine.  The flow as a session it is steered by; NULL: it is none. */
struct relay_in *relay_see(struct relay *r, const struct sight *s, const struct window *w);

#endif
