/*
 * frames: a capture's frames one at a time, for tests that look at each.
 */
#ifndef FARHAND_TESTS_FRAMES_H
#define FARHAND_TESTS_FRAMES_H

#include "capture/capture.h"

struct frames {
	struct capture *c;
	struct frame at[CAPTURE_BATCH];
	unsigned next, n;
};

static inline enum capture_got
frames_next(struct frames *s, int wait_ms, struct frame *out)
{
	enum capture_got got = CAPTURE_FRAMES;

	if (s->next == s->n) {
		got = s->c->next(s->c, wait_ms, s->at, &s->n);
		s->next = 0;
		assert_int_equal(got == CAPTURE_FRAMES, s->n > 0);
		assert_in_range(s->n, 0, CAPTURE_BATCH);
	}
	*out = s->at[s->next];
	if (got == CAPTURE_FRAMES)
		s->next++;
	return got;
}

#endif
