/*
 * features: a session's score, feature by feature, in words.
 */
#ifndef FARHAND_DETECT_FEATURES_H
#define FARHAND_DETECT_FEATURES_H

#include "detect/session.h"
#include "farhand/detector.h"

/* Add a signal for each feature that moved the score most, and one for the rest: together llr. */
void features_tell(struct finding *f, const struct sight *s, const struct session *h, float llr);

#endif
