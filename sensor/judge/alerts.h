/*
 * alerts: how bad and how sure an alert is, and what it is called.
 */
#ifndef FARHAND_ALERTS_H
#define FARHAND_ALERTS_H

#include "farhand/alert.h"

#define DIGEST 32

/* 1, 21, 47, 73 by level; a case in band ALERT is at least 73, URGENT 99. */
uint8_t alerts_severity(enum level level, enum band band);

/* How bad: the probability of the case in percent, and no less than the severity. */
uint8_t alerts_risk(uint8_t severity, double probability);

/*
 * How sure the finding itself is, whatever it means: its log-likelihood ratio
 * at even odds in percent, 5 less for each line that speaks against it; 95 at
 * least where it is near certain; 99 at most.
 */
uint8_t alerts_confidence(const struct finding *f);

/*
 * What makes two findings the same: "RD-01|u11|anydesk 192.0.2.10".  Findings on
 * several persons are the same whoever was seen last: "LF-01|*|egress ...".
 */
void alerts_key(const struct finding *f, char out[sizeof(((struct alert *)0)->key)]);

/* SHA-256 of a text. */
void alerts_digest(const char *text, uint8_t out[DIGEST]);

/*
 * The id of the n-th thing of a key on a day of packet time: 16 hex digits of
 * the digest of "key|day|n".  It does not depend on the time of day: live and
 * replay differ by microseconds.
 */
void alerts_id(const char *key, int64_t day, uint32_t n, char out[ALERT_ID]);

#endif
