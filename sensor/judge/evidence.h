/*
 * evidence: what speaks for one person's case, in nats, by group.
 *
 * Findings of one group share their cause, so a group counts its strongest in
 * full and the others by three tenths, up to the group's cap; groups add.  Every
 * contribution halves with its group's half-life, and the same contribution seen
 * again takes the larger of what is left and what is new.  The result depends on
 * what was seen when, not on the order in which it was told.
 * [research: algorithms 7]
 */
#ifndef FARHAND_EVIDENCE_H
#define FARHAND_EVIDENCE_H

#include "farhand/alert.h"

#define EVIDENCE_PARTS 4 /* the strongest of a group are kept */

struct evidence_part {
	uint64_t key;     /* which contribution */
	const char *rule; /* NULL: free */
	double llr;       /* at at_us */
	int64_t at_us, since_us, last_us;
	bool near_certain;
};

struct evidence {
	struct evidence_part part[GROUPS][EVIDENCE_PARTS];
};

/* One contribution; not above 0: nothing. */
struct contribution {
	enum group group;
	uint64_t key;
	const char *rule; /* static */
	double llr;
	bool near_certain;
};

void evidence_add(struct evidence *e, const struct contribution *c, int64_t at_us);

/* What a group adds now, after decay and cap; out NULL allowed. */
double evidence_group(
    const struct evidence *e, enum group g, int64_t now_us, struct case_group *out);
/* The logarithm of the odds now: the prior of 1 in 1000 and all groups. */
double evidence_log_odds(const struct evidence *e, int64_t now_us);
double evidence_probability(double log_odds);

/* Two groups at +2 or above; or a near-certain fact, still at +2, and another group at +1. */
bool evidence_two_keys(const struct evidence *e, int64_t now_us);

/*
 * The band that follows `was`: up at .5, .9, .98, the upper two with two keys
 * only; down below .3, .6, .9, so that it does not flutter.
 */
enum band evidence_band(enum band was, double probability, bool two_keys);

#endif
