/*
 * confined: does as much leave on one flow as came in on another (algorithms B4)?
 *
 * d counts in minus out, of packets or of units of 1 KB.  Of two unrelated flows it walks
 * at random; of a relay that passes on what it gets (TURN, DERP, socat, ssh -W, a port
 * forward) it stays within what is on its way.  With d within M while n passed,
 *
 *   every step seen   P <= .81 (M + 1) cos(pi / (M + 2))^n
 *   counts by window  P <= (M + 1) q(k1) q(k2) ...,  q(k) = (M/2 + 1) / sqrt(pi (k/2 + 1/4))
 *
 * The first is the walk between two walls [Feller, An Introduction to Probability Theory
 * I, XIV.5].  The second knows d at the ends of windows alone, wherever it was between:
 * of the M + 1 places of such walls that hold the start, one holds all ends; and from
 * any point of it, k steps end inside with no more than the greatest single probability
 * of k coins times the places of one parity inside, q(k) [C(2m,m) / 4^m <= 1 / sqrt(pi (m +
 * 1/4))], never more than 1.  It is valid for any windows and costs evidence: a window
 * of 600 packets is worth 1 nat and not 6.
 *
 * A pair that leaves its bounds starts anew, and each start is one more trial: the bound
 * told is times the starts.  Two flows clocked alike (beats, calls of one codec) are not
 * unrelated: only of windows that differ among themselves is confinement a sign, since a
 * relay follows each change and clocks do not change.
 */
#ifndef FARHAND_CONFINED_H
#define FARHAND_CONFINED_H

#include <stdbool.h>
#include <stdint.h>

#define CONFINED_KEYS 20 /* M for packets of input */
#define CONFINED_BULK 50 /* M for units of 1 KB */

/* 40 bytes; all zero but for most is its start. */
struct confined {
	uint32_t most; /* M */
	int32_t d, low, high;
	uint32_t passed;          /* in and out, since the last start */
	uint32_t restarts;        /* times it left its bounds */
	uint32_t least, greatest; /* in and out of a window, since the last start */
	double ln_window;         /* of q(k1) q(k2) ... */
};

void confined_start(struct confined *c, uint32_t most);

/* One came in (+1), or one left (-1). */
void confined_step(struct confined *c, int step);
/* So many did in a window, in whatever order; not to be mixed with steps. */
void confined_window(struct confined *c, uint32_t in, uint32_t out);

/* Did windows differ by several times M? */
bool confined_varies(const struct confined *c);

/* ln of the bound on P, no more than 0. */
double confined_ln_by_steps(const struct confined *c);
double confined_ln_by_windows(const struct confined *c);

#endif
