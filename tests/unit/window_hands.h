/*
 * window_hands: windows as a lane makes them of input, for tests.
 */
#ifndef FARHAND_TEST_WINDOW_HANDS_H
#define FARHAND_TEST_WINDOW_HANDS_H

#include "hands.h"
#include "sights.h"

/* What a side's input in [from, from + 30 s) of a stream amounts to; times from START_US. */
static inline void
window_input(struct window_side *side, const struct stream *s, double from)
{
	for (unsigned i = 0; i < s->n; i++) {
		const double into = s->at[i] - from;

		if (into < 0 || into >= 30)
			continue;
		side->input |= 1ull << (unsigned)(into * 2);
		side->packets++;
		side->small++;
		side->bytes += 60;
		if (i > 0 && s->at[i] - s->at[i - 1] <= .5)
			continue;
		if (side->onsets < WINDOW_ONSETS)
			side->onset_ms[side->onsets] = (uint16_t)(into * 1000);
		side->onsets++;
	}
}

/* An empty window that begins so many seconds after START_US. */
static inline struct window
window_at(double from)
{
	return (struct window){ .start_us = START_US + in_us(from), .to = WINDOW_SLOTS };
}

/* The stage's flow has had this window; it is shown as it ends. */
static inline void
show_window(struct stage *t, const struct window *w)
{
	t->s.kind = SIGHT_WINDOW;
	t->s.phase = EVENT_WINDOW;
	t->s.now_us = w->start_us + WINDOW_US;
	t->flow.last_us = t->s.now_us;
	t->facts.used = t->facts.count = 0;
	obs_add(&t->facts, OBS_WINDOW, 0, w, sizeof(*w));
	show(t);
}

#endif
