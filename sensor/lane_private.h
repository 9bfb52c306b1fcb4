/*
 * What the files of the lane share.
 */
#ifndef FARHAND_LANE_PRIVATE_H
#define FARHAND_LANE_PRIVATE_H

#include "capture/capture.h"
#include "capture/spread.h"
#include "classify/classify.h"
#include "flow/rhythm.h"
#include "lane.h"

#define DEVICE_SLOTS 1024 /* power of two */

/* minor of a key: windows that end at a tick go by their flows' ids, then flows that close by
   ordinal, then all else. */
#define MINOR_CLOSE  (1ull << 56) /* + ordinal: after the windows that end at the tick, by id */
#define MINOR_TICK   (UINT64_MAX - 2)
#define MINOR_PACKET (UINT64_MAX - 1)

/* What was last told of a hardware address; direct-mapped, a collision costs a repeat. */
struct device {
	struct mac mac;
	struct addr addr;
	int64_t told_us;
};

#define MASKED_SLOTS 256 /* power of two */

/* What a station's ARP last said in another's name; likewise. */
struct masked {
	struct mac station, said;
	int64_t from_us;
	unsigned told; /* since then */
};

/* A table of flows and its classifier; both NULL where another lane owns the shard. */
struct shard {
	struct flows *flows;
	struct classify *classify;
	struct rhythms *rhythms;
	struct flows_due *due, *spare; /* room for all its rows, each */
	uint32_t found, done;          /* of due: written, done with */
	uint32_t window; /* the first block whose window was not looked at since the tick */
};

struct lane {
	struct lane_options o;
	struct shard shard[SHARDS];
	struct dpi *dpi;
	lane_emit *emit;
	void *arg;
	bool whole;       /* all its shards are made */
	struct shard *at; /* the shard whose row is being told of */
	int64_t now_us;
	int64_t slice_us, sliced_us; /* a tick whose work is not all done, or 0; the last slice */
	uint64_t ordinal, packets, opened;
	const struct front_counts *counts; /* of the packet, or tick, being worked on */
	struct front_counts last;          /* of the batch before */
	struct ring_key key;
	struct event ev;        /* scratch: one is built at a time */
	struct classified seen; /* likewise */
	uint32_t rows;          /* of each shard */
	struct device device[DEVICE_SLOTS];
	struct masked masked[MASKED_SLOTS];
};

/* Begin an event of a flow, or of none: NULL. */
struct event *lane_event(struct lane *l, enum event_kind kind, const struct flow_row *row);
void lane_tell(struct lane *l, const struct event *ev);
/* A table lets a row go (flows_gone). */
void lane_row_gone(void *arg, struct flow_row *row, bool evicted);
/* Tell of the row's window up to now, if there is anything to tell. */
void lane_window(struct lane *l, struct flow_row *row);
/* Live: do some of what the tick left to do, if it is time. */
void lane_slice(struct lane *l);
/* Close all flows, in order of their ids. */
void lane_close_all(struct lane *l);

#endif
