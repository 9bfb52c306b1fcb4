/*
 * crowd: which persons were seen at one place: a small set with times.
 *
 * Persons are copied, for an unnamed one's record may be gone by the next call.
 */
#ifndef FARHAND_CROWD_H
#define FARHAND_CROWD_H

#include "farhand/detector.h"

#define CROWD_MOST 16 /* bits of a mask of members */

struct crowd_member {
	char id[PERSON_ID]; /* "": free */
	char household[32];
	struct place claimed;
	bool anonymous, has_claim;
	int64_t first_us, last_us;
	uint16_t met;  /* members that were there at the same time */
	uint64_t flow; /* its most recent, 0: none */
};

struct crowd {
	struct crowd_member at[CROWD_MOST];
};

/*
 * The person is there now: forget who was not there for window_us, then add or
 * refresh it; those there within overlap_us have met it.  The member's index.
 * A full crowd forgets who was not there for the longest.
 */
unsigned crowd_see(struct crowd *c, const struct person *who, int64_t now_us, int64_t window_us,
    int64_t overlap_us);

/* A member and all who have met it, themselves or through others. */
uint16_t crowd_around(const struct crowd *c, unsigned member);
/* When the first of a mask came. */
int64_t crowd_since(const struct crowd *c, uint16_t mask);
/* Members of a mask, those of one household counted once. */
unsigned crowd_households(const struct crowd *c, uint16_t mask);
/* Do two members of a mask claim different places? */
bool crowd_claims_differ(const struct crowd *c, uint16_t mask);

/* Set the finding's persons to those of the mask, f->who among them, ascending; flows too. */
void crowd_put(const struct crowd *c, uint16_t mask, struct finding *f);
/* "u11, u12 and u13"; unnamed ones by their address */
void crowd_say(const struct crowd *c, uint16_t mask, char *out, size_t room);
/* "Dallas, US; Denver, US": each claimed place once, in order of person; "" if none */
void crowd_say_claims(const struct crowd *c, uint16_t mask, char *out, size_t room);

#endif
