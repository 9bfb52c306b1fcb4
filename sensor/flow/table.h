/*
 * table: what the files of this room share of a flow table.
 *
 *   buckets[hash & mask] -> row -> row ...      chained by index, 0 ends a chain
 *   idle[class]: oldest <-> ... <-> newest      each in order of the last packet
 *   rows: | 0 unused | 1 .. used: live or on the free chain | never touched yet |
 */
#ifndef FARHAND_FLOW_TABLE_H
#define FARHAND_FLOW_TABLE_H

#include "flow/flows.h"
#include "flow/key.h"
#include "flow/pool.h"

/* What a row waits for; in the order in which a full table gives them up. */
enum idle { IDLE_HALF, IDLE_CLOSED, IDLE_OTHER, IDLE_TCP, IDLES };

struct idle_list {
	uint32_t first, last;
};

struct flows {
	struct key key;
	struct flow_row *rows;
	uint32_t *buckets;
	uint32_t *order; /* room to sort rows in */
	uint32_t mask, limit, used, free;
	int64_t clock_us; /* the largest time so far */
	struct idle_list idle[IDLES];
	struct pool heads, facts;
	struct head *oldest_head, *newest_head; /* of those in use */
	struct flows_stats stats;
	flows_gone *gone;
	void *arg;
};

size_t heads_bytes(void); /* of one head */

#endif
