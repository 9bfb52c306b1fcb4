/*
 * table: what the files of this room share of a flow table.
 *
 *   buckets[hash & mask] -> row -> row ...      chained by index, 0 ends a chain
 *   slot[due]: first <-> ... <-> last           rows by when they may be due: timers.c
 *   rows: | 0 unused | 1 .. used: live or on the free chain | never touched yet |
 */
#ifndef FARHAND_FLOW_TABLE_H
#define FARHAND_FLOW_TABLE_H

#include "flow/flows.h"
#include "flow/key.h"
#include "flow/pool.h"

enum { FACTS_CLASSES = 40, SHAPES = 4096, HEAD_CLASSES = 4, TIMER_SLOTS = 139 };

struct shape;

struct row_list {
	uint32_t first, last;
};

struct flows {
	struct key key;
	struct flow_row *rows;
	uint32_t *buckets;
	uint32_t mask, limit, used, free;
	int64_t tick; /* the last multiple of TICK_US by which rows were due */
	struct row_list slot[TIMER_SLOTS];
	uint32_t idle; /* rows in the slot of those due */
	struct pool young, wide;
	struct pool facts[FACTS_CLASSES], heads[HEAD_CLASSES];
	struct shape *shape[SHAPES + 1]; /* [0] is none; see facts.c */
	struct obs_list told;            /* flows_told's */
	uint64_t head_bytes, head_bytes_most;
	struct head *oldest_head, *newest_head; /* of those in use */
	struct flows_stats stats;
	flows_gone *gone;
	void *arg;
};

/* What fits a row's counters: they wrap, as no flow lives to see it. */
#define LOW48(n) ((n)&0xffffffffffffu)

void facts_begin(struct flows *t);
void facts_drop(struct flows *t, struct flow_row *row);
/* Nothing more is expected: keep them in less room. */
void facts_pack(struct flows *t, struct flow_row *row);
void heads_begin(struct flows *t);

#endif
