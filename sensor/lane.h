/*
 * lane: the packet plane: packets in, events out.
 *
 * One thread, no locks: owns whole shards, each with its table of flows and its
 * classifier, and one nDPI module.  What it says of a flow depends on that flow's
 * shard alone, never on how many lanes there are or how packets were batched.
 */
#ifndef FARHAND_LANE_H
#define FARHAND_LANE_H

#include "classify/classify.h"
#include "classify/editions.h"
#include "farhand/event.h"
#include "flow/flows.h"
#include "front.h"
#include "people/watch.h"
#include "ring.h"

struct lane;

/* key: where the event belongs among those of all lanes; see docs/architecture.md. */
typedef void lane_emit(void *arg, struct ring_key key, const struct event *ev);

struct lane_options {
	unsigned index, lanes; /* owns the shards with shard % lanes == index */
	uint32_t flows;        /* of all shards of all lanes, as are the next three */
	uint64_t head_bytes;
	uint32_t dpi_states;
	uint32_t rhythms; /* flows whose sizes and times are followed at once */
	uint64_t seed;
	const struct catalogue *catalogue; /* lent */
	struct editions *editions;         /* lent: later catalogues, by index; NULL: none */
	const struct watch *watch;         /* lent; NULL: any flow may be an endpoint's */
	bool live;                         /* keys are times, and no pause is long */
};

/* NULL after log_error.  Makers of several must not run at once: nDPI has statics. */
struct lane *lane_new(const struct lane_options *o, lane_emit *emit, void *arg);
void lane_free(struct lane *l); /* NULL allowed */

/* Packets of its shards, in order, up to CAPTURE_BATCH of them. */
void lane_take(struct lane *l, struct parcel *const parcel[], unsigned n);
/* Live: time passed without a packet. */
void lane_idle(struct lane *l, int64_t now_us);
/*
 * The clock passed tick_us, a multiple of TICK_US, after frame `last` and by frame `by`
 * (live: 0): closes idle flows; live, in slices, as packets and time go on.  The first lane
 * then says EVENT_TICK.
 */
void lane_tick(
    struct lane *l, int64_t tick_us, uint64_t last, uint64_t by, const struct front_counts *counts);
/* The input is over: close all flows; the first lane then says EVENT_END. */
void lane_end(struct lane *l, int64_t now_us, uint64_t last, const struct front_counts *counts);

/* What was seen up to the event being emitted. */
const struct front_counts *lane_counts(const struct lane *l);
/* Sum of its tables' statistics up to now. */
void lane_stats(const struct lane *l, struct flows_stats *out);
/* Flows opened up to now. */
uint64_t lane_opened(const struct lane *l);
uint64_t lane_packets(const struct lane *l);
uint64_t lane_dpi_refused(const struct lane *l);
void lane_quic(const struct lane *l, struct quic_counts *out);
uint64_t lane_roles_refused(const struct lane *l);
/* Packets whose sizes and times could not be followed, for want of room. */
uint64_t lane_rhythms_refused(const struct lane *l);

#endif
