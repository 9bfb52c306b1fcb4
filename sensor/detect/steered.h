/*
 * steered: is the machine worked by someone through this flow?
 *
 * By what its bytes say, or by what its windows score together, as the host's and more so
 * than as the viewer's (detect/session.h).  A first look for rules that ask more of such
 * flows; RD-01 and RD-03 are the ones that tell of them.
 */
#ifndef FARHAND_DETECT_STEERED_H
#define FARHAND_DETECT_STEERED_H

#include "farhand/detector.h"

#define STEERED_WINDOWS 3 /* from which on the score is believed */

/* All zero is its start. */
struct steered {
	float score;      /* sum over windows, nats */
	uint16_t windows; /* with input */
	bool named;       /* by its bytes it is a session that controls this machine */
};

/*
 * A SIGHT_WINDOW's score: above 0 where it looks like hands on this machine, and more so than
 * the other way round.  NAN: it has no input, or there is no scorecard.
 */
float steered_score(const struct sight *s, const struct window *w);

/* Is it worth remembering, with a window of that score? */
bool steered_may(const struct sight *s, float score);

void steered_add(struct steered *h, const struct sight *s, float score);

bool steered_is(const struct steered *h);
/* It is not named, and its windows look like something else: its place may be taken. */
bool steered_is_not(const struct steered *h);

#endif
