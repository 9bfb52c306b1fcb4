/*
 * team: one lane, on the caller's thread; or several, each on its own, and one who merges
 * what they tell.
 *
 *   replay   capture, front ─ crates ─▶ lane 0 ─ ring ─▶ merge ─▶ the caller
 *                                 └───▶ lane 1 ─ ring ─▶
 *   live     capture 0, front 0, lane 0 ─ ring ─▶ merge ─▶ the caller
 *            capture 1, front 1, lane 1 ─ ring ─▶
 *
 * Events come in the order one lane would have told them in (live: by time).  Nobody drops:
 * a full ring makes its lane wait, a waiting lane its reader, and what a reader does not
 * fetch the kernel drops and counts.
 */
#ifndef FARHAND_TEAM_H
#define FARHAND_TEAM_H

#include "capture/capture.h"
#include "capture/spread.h"
#include "lane.h"

#define LANES_MOST SHARDS

struct team;

struct team_options {
	struct lane_options lane; /* index is the team's to set */
	int64_t duplicate_us;
	struct capture *const *capture; /* lent: live one a lane, else one */
	/*
	 * With team_run's arg: fn will be called with this event soon; rounds 0, 1 and 2, each
	 * nearer.  May be called for some events only.  NULL: no need.
	 */
	void (*soon)(void *arg, const struct event *ev, unsigned round);
};

/* NULL after log_error. */
struct team *team_new(const struct team_options *o);
void team_free(struct team *t); /* NULL allowed */

/*
 * Start the threads, hand every event to fn on this one until EVENT_END, end the threads.
 * 0, or -1 if an interface went away.
 */
int team_run(struct team *t, void (*fn)(void *arg, const struct event *ev), void *arg);

/* While fn runs: what was seen up to its event, and how many flows were opened by then. */
void team_counts(
    const struct team *t, const struct event *ev, struct front_counts *out, uint64_t *opened);
/* What the captures counted, as of the last tick; exact once team_run is over. */
void team_captured(struct team *t, struct capture_stats *out);

/* Once team_run is over: counters by name, for the log; of the odd ones those above zero. */
void team_tell(
    const struct team *t, void (*fn)(void *arg, const char *name, uint64_t n), void *arg);

#endif
