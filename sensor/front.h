/*
 * front: from frames to what lanes are given: packets, each with the clock and its shard.
 *
 * Whoever reads the capture owns it: decoding, fragments, and the second copies of a
 * mirror need to see every frame in order.  Its clock is the largest frame time so far.
 */
#ifndef FARHAND_FRONT_H
#define FARHAND_FRONT_H

#include "farhand/packet.h"
#include "wire/decode.h"

/* What was seen and missed up to a frame, that one included. */
struct front_counts {
	uint64_t frames, bytes;
	uint64_t decode_errors, link_unknown, duplicates;
};

struct parcel {
	struct packet p;
	int64_t now_us; /* the clock */
	struct front_counts counts;
	uint8_t shard;
	bool opened; /* by the lane: it began a flow */
};

struct front;

struct front *front_new(int64_t duplicate_us); /* NULL: no memory */
void front_free(struct front *f);              /* NULL allowed */

/*
 * Does this frame's time carry the clock past a multiple of TICK_US?  Then *tick_us is the last
 * such; it is to be told to the lanes before the frame is shown to front_turn.
 */
bool front_ticks(struct front *f, int64_t at_us, int64_t *tick_us);
/* Time passed without a frame (live): as front_ticks, and the clock moves. */
bool front_idle(struct front *f, int64_t at_us, int64_t *tick_us);

/* Of n frames, before the front_turn of each: see decode_look. */
void front_look(const struct front *f, const struct frame frame[], unsigned n, struct parcel out[],
    struct look look[]);

/*
 * True: *out is filled, its views lent as the frame's; of a reassembled packet only until
 * the next front_turn.  False: counted.
 */
bool front_turn(
    struct front *f, const struct frame *frame, const struct look *look, struct parcel *out);

/* Both at once. */
static inline bool
front_frame(struct front *f, const struct frame *frame, struct parcel *out)
{
	struct look look;

	front_look(f, frame, 1, out, &look);
	return front_turn(f, frame, &look, out);
}

/* The clock now, and the last frame's ordinal. */
int64_t front_now_us(const struct front *f);
uint64_t front_ordinal(const struct front *f);
const struct front_counts *front_counts(const struct front *f);
/* The decoder's, [DECODE_COUNTS]. */
const uint64_t *front_decoded(const struct front *f);

#endif
