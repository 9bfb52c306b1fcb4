/*
 * lane: the packet plane: frames in, events out.
 *
 * One thread, no locks: owns its decoder, its shard of flows and its classifier.
 * Its clock is the largest frame time so far.  At every multiple of TICK_US it
 * closes idle flows and then says EVENT_TICK, so that what is closed when does
 * not depend on how frames were batched.
 */
#ifndef FARHAND_LANE_H
#define FARHAND_LANE_H

#include "classify/catalogue.h"
#include "farhand/alert.h"
#include "farhand/event.h"
#include "flow/flows.h"

struct lane;

typedef void lane_emit(void *arg, const struct event *ev);

struct lane_options {
	struct flows_limits flows;
	const struct catalogue *catalogue; /* lent */
	int64_t duplicate_us;
};

/* NULL after log_error. */
struct lane *lane_new(const struct lane_options *o, lane_emit *emit, void *arg);
void lane_free(struct lane *l); /* NULL allowed */

void lane_frame(struct lane *l, const struct frame *f);
/* Time passed without a frame (live). */
void lane_idle(struct lane *l, int64_t now_us);
/* The input is over: close all flows, say EVENT_END. */
void lane_end(struct lane *l);

/* Add what this lane knows of its own blindness; dropped_* are the capture's. */
void lane_health(const struct lane *l, struct health *out);
/* Decoder's counters by name, for the log: fn is called for those above zero. */
void lane_counts(
    const struct lane *l, void (*fn)(void *arg, const char *name, uint64_t n), void *arg);

#endif
