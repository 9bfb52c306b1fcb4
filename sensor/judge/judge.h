/*
 * judge: findings become evidence, evidence becomes cases, cases become alerts.
 *
 * evidence adds log-likelihoods per person, in groups, capped, halved with time;
 * cases open, update and close; repeats are merged and counted, never silent.
 */
#ifndef FARHAND_JUDGE_H
#define FARHAND_JUDGE_H

#include "farhand/alert.h"

struct judge;

struct judge_options {
	uint32_t cases;      /* rows */
	int64_t close_us;    /* a case with no new evidence for so long closes */
	int64_t repeat_us;   /* the same finding is told again no sooner; 24 h */
	unsigned vantages;   /* bit set of the vantages this run has */
	bool has_people;     /* claims are known for someone */
	bool lacks_places;   /* no geolocation database is loaded */
	bool lacks_networks; /* nor an ASN database, nor hosting or VPN ranges configured */
};

/* An alert was decided; lent for the call. */
typedef void judge_tell(void *arg, const struct alert *a);

struct judge *judge_new(const struct judge_options *o, judge_tell *tell, void *arg);
void judge_free(struct judge *j); /* NULL allowed */

void judge_finding(
    struct judge *j, const struct finding *f, int64_t now_us, const struct health *h);
/* An endpoint's line is known; has_place: by an address that can be located. */
void judge_sees_egress(struct judge *j, bool has_place);
/* Packet time goes on: close cases, decay. */
void judge_tick(struct judge *j, int64_t now_us, const struct health *h);

uint64_t judge_suppressed(const struct judge *j);
/* "GEO-01: no claimed place": rules that could not work in this run; NULL-ended. */
const char *const *judge_not_observable(const struct judge *j);

#endif
