/*
 * causality: does what comes in on one flow (X) make something else go out (Y)?
 *
 * Two tests, each of a few counters (algorithms 1.2).  Both compare what follows X at
 * once with what follows it later, so that two people who merely work at the same hours
 * are no evidence.  Both want X and Y free of periodic streams: see regularity.h.
 *
 * B1a, the lag: Y's onsets follow X's onsets by at most 150 ms, as in a relay
 * [after Zhang and Paxson, Detecting Stepping Stones, USENIX Security 2000].
 * B1b, drivenness: events (a flow is opened, say) come when there was input just now,
 * more often than there was input some 4 to 32 s before.
 *
 * All zero is the empty state of each.  Log-likelihood ratios are in nats.
 */
#ifndef FARHAND_CAUSALITY_H
#define FARHAND_CAUSALITY_H

#include "farhand/window.h"

/* Evidence and alarm (algorithms 1.2). */
#define CAUSALITY_EVIDENCE   6.0
#define CAUSALITY_EVIDENCE_N 20u
#define CAUSALITY_RAISE      12.0
#define CAUSALITY_RAISE_N    40u
#define LAG_SHARE            .15 /* of Y's onsets follow, for either */
#define DRIVE_EXCESS         .08 /* (h - mu) / n, for either */

/* h hits where mu were expected, as a counting process: 0 unless h > mu > 0. */
double causality_excess(double h, double mu);

/* What an alarm wants where so many pairs are tried in a day. */
double causality_bar(unsigned pairs);

#define LAG_WITHIN_US 150000  /* a hit */
#define LAG_FROM_US   250000  /* what would be one by chance: of this ... */
#define LAG_TO_US     1750000 /* ... to this */
#define LAG_BINS      24      /* of LAG_WITHIN_US */

/* B1a of one pair; 60 bytes. */
struct lag {
	uint32_t n, h, c; /* Y's onsets; of them soon after X's; and in the window of chance */
	uint16_t bin[LAG_BINS]; /* of h, by lag */
};

/*
 * An onset of Y, after_us since X's latest onset; INT64_MAX: X had none.  What is
 * negative is nobody's answer and only counted in n.
 */
void lag_onset(struct lag *l, int64_t after_us);
double lag_expected(const struct lag *l);
double lag_llr(const struct lag *l);
/* Middle of the commonest bin, us; 0 without hits. */
uint32_t lag_modal_us(const struct lag *l);

/* When X had input; 24 bytes. */
struct input {
	uint64_t slots;        /* bit i: i slots before the newest */
	int64_t newest, since; /* slot numbers: time / SLOT_US */
};

/* X is watched from here on. */
void input_start(struct input *in, int64_t at_us);
/* Input at a time: O(1).  What is earlier than the slots reach back is dropped. */
void input_seen(struct input *in, int64_t at_us);

/* B1b of one X and one kind of event; 16 bytes. */
struct drive {
	uint32_t n, h; /* events; of them with input in their slot or the one before */
	double mu;     /* hits expected, by the input 4 to 32 s before each */
};

/*
 * An event, with all input known up to it.  Not counted while X has been watched for
 * less than 32 s, for then nothing says what to expect; nor when it is earlier than the
 * newest input's slot.
 */
void drive_event(struct drive *d, const struct input *in, int64_t at_us);
double drive_llr(const struct drive *d);
/* (h - mu) / n: the share of events that input explains. */
double drive_excess(const struct drive *d);

#endif
