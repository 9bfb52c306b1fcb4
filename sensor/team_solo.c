/*
 * team_solo: a team of one: capture, front, lane and the caller on one thread.
 */
#include "team_private.h"

enum { IDLE_MS = 100 };

void
team_solo_event(void *arg, struct ring_key key, const struct event *ev)
{
	struct team *t = arg;

	(void)key;
	t->fn(t->arg, ev);
}

static void
tick(struct team *t, int64_t tick_us, uint64_t by)
{
	lane_tick(t->member[0].lane, tick_us, front_ordinal(t->front), by, front_counts(t->front));
}

static void
take_frames(struct team *t, const struct frame f[], unsigned n)
{
	struct parcel parcel[CAPTURE_BATCH], *batch[CAPTURE_BATCH];
	struct lane *lane = t->member[0].lane;
	unsigned full = 0;
	int64_t tick_us;

	for (unsigned i = 0; i < n; i++) {
		if (front_ticks(t->front, f[i].at_us, &tick_us)) {
			lane_take(lane, batch, full);
			full = 0;
			tick(t, tick_us, f[i].ordinal);
		}
		if (!front_frame(t->front, &f[i], &parcel[full]))
			continue;
		batch[full] = &parcel[full];
		full++;
		if (batch[full - 1]->p.reassembled) {
			lane_take(lane, batch, full);
			full = 0;
		}
	}
	lane_take(lane, batch, full);
}

static void
take_time(struct team *t, int64_t now_us)
{
	int64_t tick_us;

	if (front_idle(t->front, now_us, &tick_us))
		tick(t, tick_us, 0);
	lane_take(t->member[0].lane, NULL, 0);
}

int
team_solo_run(struct team *t)
{
	struct capture *c = t->o.capture[0];
	struct frame f[CAPTURE_BATCH];
	enum capture_got got;
	unsigned n;

	while ((got = c->next(c, IDLE_MS, f, &n)) == CAPTURE_FRAMES || got == CAPTURE_IDLE) {
		if (got == CAPTURE_FRAMES)
			take_frames(t, f, n);
		else
			take_time(t, f[0].at_us);
	}
	lane_end(t->member[0].lane, front_now_us(t->front), front_ordinal(t->front),
	    front_counts(t->front));
	return got == CAPTURE_ERROR_ ? -1 : 0;
}
