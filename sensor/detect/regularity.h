/*
 * regularity: does a stream of onsets beat like a machine?
 *
 * Of the latest gaps between onsets are told (algorithms J1):
 *
 *   burstiness  (sd - mean) / (sd + mean), -1 for a clock, 0 for chance, > 0 for bursts
 *               [Goh and Barabasi, EPL 81 (2008) 48002]
 *   entropy     bits, over half-octave bins of the gap
 *   spread      median absolute deviation over the median
 *   Rayleigh    n R^2 of the onsets' phases at one of eight periods [Mardia and Jupp,
 *               Directional Statistics (2000) 6.3]
 *
 * A machine: entropy < 2.0 and burstiness < -.15; or spread < .10; or phases that chance
 * gives once in a million (n R^2 > ln(8 / 1e-6)).  Burstiness alone would find machines
 * that wait 5 to 120 s at random, and people who scroll steadily; what chance itself
 * clocks (a Poisson process) cannot be told from a hand by its times.
 *
 * Correlating two periodic streams finds a relay wherever their phases happen to fit,
 * 15 % of the time for beats of one second: this gate stands before every such test.
 */
#ifndef FARHAND_REGULARITY_H
#define FARHAND_REGULARITY_H

#include <stdbool.h>
#include <stdint.h>

#define REGULARITY_GAPS  64 /* remembered */
#define REGULARITY_LEAST 32 /* judged from so many on */

/* 152 bytes; all zero is an empty stream. */
struct regularity {
	int64_t last_tick;             /* of the latest onset; of 8 ms */
	uint32_t onsets;               /* ever */
	uint32_t back;                 /* dropped: earlier than the one before */
	uint16_t next;                 /* in the ring */
	uint16_t gap[REGULARITY_GAPS]; /* ticks; of longer ones than the cap, their phase is kept */
};

struct regularity_measure {
	unsigned gaps; /* the measures are over so many; all are 0 where there is none */
	double burstiness, entropy, spread;
	double rayleigh;   /* the greatest n R^2 of the periods */
	unsigned period_s; /* at which it is; 0: no period was repeated often enough */
};

enum rhythm { RHYTHM_UNKNOWN, RHYTHM_HAND, RHYTHM_MACHINE };

/* An onset; O(1).  One that is earlier than the one before is dropped and counted. */
void regularity_onset(struct regularity *r, int64_t at_us);

/* Over the latest REGULARITY_GAPS gaps, or all where there are fewer. */
void regularity_measure(const struct regularity *r, struct regularity_measure *out);

/* RHYTHM_UNKNOWN below REGULARITY_LEAST gaps. */
enum rhythm regularity_judge(const struct regularity_measure *m);

#endif
