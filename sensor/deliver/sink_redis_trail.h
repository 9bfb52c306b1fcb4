/*
 * sink_redis_trail: which line got which place in the stream.
 *
 * Redis may come back from a restart without its newest entries.  The trail
 * tells which lines those were.
 */
#ifndef FARHAND_SINK_REDIS_TRAIL_H
#define FARHAND_SINK_REDIS_TRAIL_H

#include <stdbool.h>
#include <stdint.h>

#define TRAIL_STEPS 65536

/* A stream entry's id: milliseconds, then a counter; they only grow. */
struct stream_id {
	uint64_t ms, n;
};

/* Read "1526919030474-55"; false, *out untouched, if it is not one. */
bool stream_id_parse(const char *text, struct stream_id *out);
int stream_id_cmp(struct stream_id a, struct stream_id b);

struct trail_step {
	uint64_t seq;
	struct stream_id at;
};

/* The newest TRAIL_STEPS acknowledged lines, oldest first from `begin`. */
struct trail {
	uint64_t base; /* first line ever noted; 0: none */
	uint32_t begin, count;
	struct trail_step step[TRAIL_STEPS];
};

void trail_add(struct trail *t, uint64_t seq, struct stream_id at);
/* The newest step, NULL if there is none. */
const struct trail_step *trail_last(const struct trail *t);
/*
 * All after `survivor` is lost: forget it.  Gives the first seq to be sent again,
 * 0 if nothing is lost; where memory does not reach back, the first of all.
 */
uint64_t trail_cut(struct trail *t, struct stream_id survivor);

#endif
