/*
 * session: what the windows of a flow add up to, were one of its ends somebody's host.
 *
 * Both ends are tried.  A window without input in it (SESSION_INPUT_SLOTS) is idle: it is not
 * scored.
 */
#ifndef FARHAND_DETECT_SESSION_H
#define FARHAND_DETECT_SESSION_H

#include "farhand/flow.h"
#include "farhand/scorecard.h"
#include "farhand/window.h"

#define SESSION_INPUT_SLOTS 2  /* of half a second: 3 % of a window */
#define SESSION_SEEN_SLOTS  40 /* a window of which less was seen is not scored */

/* Were one end the host. */
struct session {
	int64_t first_us; /* its first active window; 0: none yet */
	int64_t last_us;
	uint16_t active;             /* windows */
	float score[CARDS];          /* sums over active windows */
	float part[CARDS][FEATURES]; /* likewise: what each feature gave, before clips */
	float value[FEATURES];       /* sums of their values */
	uint16_t known[FEATURES];
	struct pool {
		float part, whole;
	} pool[FEATURES]; /* of features that are shares of all the session had */
};

/*
 * The features as of a window, NAN where not known: over the session's active windows up to and
 * with this one, as one alone is noisy.  False: it is idle, or too short.
 */
bool session_values(
    struct session *s, const struct window *w, enum side host, float value[FEATURES]);

/* The score of a window by its features; part[] is each one's weight. */
float session_score(const struct card *card, const float value[FEATURES], float part[FEATURES]);

/* Add what the window's features say, by each card. */
void session_add(struct session *s, const struct scorecard *card, const struct window *w,
    const float value[FEATURES]);

/* What its windows amount to, by the card that says more: see struct scorecard.  And which that is.
 */
float session_llr(const struct scorecard *card, const struct session *s);
enum card_kind session_kind(const struct session *s);

/* The mean of a feature's values; NAN: never known. */
float session_mean(const struct session *s, enum feature f);

#endif
