/*
 * steered: see steered.h.
 */
#include "detect/steered.h"

#include <math.h>

#include "detect/control.h"
#include "detect/session.h"

static float
score_of(const struct sight *s, const struct window *w, enum side host)
{
	struct session one = { 0 };
	float value[FEATURES];

	if (!session_values(&one, w, host, value))
		return NAN;
	session_add(&one, s->card, w, value);
	return one.score[session_kind(&one)];
}

/* The other way round there may be no input: then that speaks for nothing. */
float
steered_score(const struct sight *s, const struct window *w)
{
	float host, viewer;

	if (s->card == NULL)
		return NAN;
	host = score_of(s, w, s->inner);
	viewer = score_of(s, w, side_other(s->inner));
	return isnan(viewer) ? host : fminf(host, host - viewer);
}

bool
steered_may(const struct sight *s, float score)
{
	return score > 0 || control_of(s) == CONTROL_SESSION;
}

void
steered_add(struct steered *h, const struct sight *s, float score)
{
	h->named |= control_of(s) == CONTROL_SESSION;
	if (isnan(score) || h->windows == UINT16_MAX)
		return;
	h->windows++;
	h->score += score;
}

bool
steered_is(const struct steered *h)
{
	return h->named || (h->windows >= STEERED_WINDOWS && h->score > 0);
}

bool
steered_is_not(const struct steered *h)
{
	return !h->named && h->score <= 0;
}
