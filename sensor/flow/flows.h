/*
 * flows: the flow table of one lane: find, open, count, age.
 *
 * Both directions of a 5-tuple are one row, with or without a VLAN tag.  All
 * memory is taken at the start, but for pooled stream heads and observations,
 * which are bounded too.  A full table gives up its cheapest old flow and counts.
 * Time is packet time only.
 */
#ifndef FARHAND_FLOWS_H
#define FARHAND_FLOWS_H

#include "farhand/flow.h"

/* The first bytes of one direction of a TCP stream, in order, holes filled as they come. */
#define HEAD_BYTES 8192

/* Payload after which a hole in the head will not be filled any more. */
#define HEAD_LATE_BYTES (1u << 20)

struct head;

struct flow_row {
	struct flow f;
	struct obs_list *facts; /* NULL: none yet.  From flows_facts. */
	struct head *head[2];   /* NULL: none, or given back */
	void *dpi;              /* classify/ndpi's state; NULL: none */
	uint32_t probed[2];     /* classify/dissect: dissectors that said NO, a bit each */
	uint8_t datagrams[2];   /* UDP datagrams shown to dissectors */
	uint8_t every; /* classify/dissect: 1 + index of the dissector that gets every datagram; 0
			  none */
	uint8_t dpi_packets;   /* packets given to nDPI */
	uint16_t dpi_bytes;    /* of TCP payload in them */
	int64_t told_us;       /* of the last event; 0: none yet */
	uint64_t told_payload; /* payload bytes, both sides, at that event */
	/* the table's own; 0 is no row */
	uint32_t next, timer_next, timer_prev;
	uint32_t hash;
	uint32_t isn[2];      /* number of its SYN; not syn_known: one before its first segment's */
	uint32_t next_seq[2]; /* end of the highest byte sent, where seq_known */
	uint8_t seq_known;    /* a bit a side, as in the next two */
	uint8_t syn_known;
	uint8_t headless;     /* its head was given back, or taken away */
	uint8_t handshake[2]; /* rtt's state of each side's SYN */
	uint8_t idle;         /* the timers' list it is on */
	bool live;
	int64_t syn_us[2];     /* handshake times for rtt */
	int64_t seen_us;       /* the table's clock at its last packet: never goes back */
	uint64_t seen_ordinal; /* of that packet */
};

struct flows_limits {
	uint32_t rows;
	uint32_t heads; /* stream heads in use at once */
	uint64_t seed;  /* of the hash: fixed in replay, random live */
};

/* Idle times after which a flow is closed, by packet time. */
#define FLOW_IDLE_TCP_US  (15 * 60 * 1000000LL) /* established, no FIN or RST */
#define FLOW_IDLE_HALF_US (60 * 1000000LL)      /* SYN without an answer */
#define FLOW_IDLE_CLOSED_US                                                                        \
	(10 * 1000000LL) /* after FIN from both, or RST: stragglers still count */
#define FLOW_IDLE_UDP_US (180 * 1000000LL)

struct flows;
/* Called before a row goes: last chance to read it.  `evicted`: for want of room. */
typedef void flows_gone(void *arg, struct flow_row *row, int64_t now_us, bool evicted);

struct flows *flows_new(const struct flows_limits *l, flows_gone *gone, void *arg);
void flows_free(struct flows *t); /* rows go without a word; NULL allowed */

/*
 * The row of an IP packet, opened if need be, counted, timed; *from is the side
 * that sent it.  A SYN on the tuple of a row that is closed, idle or of another
 * connection (its sequence number is not the row's) closes that and opens a new one.
 */
struct flow_row *flows_see(struct flows *t, const struct packet *p, enum side *from);

/* Swap client and server of a row whose roles were assumed wrong; how: why we know now. */
void flows_swap(struct flow_row *row, enum opened_by how);

/* The row's list of observations, taken from the pool; NULL when that is empty (counted). */
struct obs_list *flows_facts(struct flows *t, struct flow_row *row);

/*
 * Add a TCP segment to its side's head.  True if the run of bytes from the start
 * grew, or was completed; read it with flows_head.  Retransmissions, overlaps and
 * disorder are dealt with; the first copy of a byte wins.  Mid-stream the first
 * segment seen is the start.  Where none is free the head begun first is taken away
 * (counted); a side that lost or gave back its head gets no other, as its start is
 * gone.  HEAD_LATE_BYTES into the stream nothing is added.
 */
bool flows_head_add(struct flows *t, struct flow_row *row, enum side from, const struct packet *p);
struct view flows_head(const struct flow_row *row, enum side from); /* empty if none */
bool flows_head_full(const struct flow_row *row, enum side from);
void flows_heads_drop(struct flows *t, struct flow_row *row); /* decided: give them back */

/*
 * Close what is idle by now_us, oldest first, in one microsecond by the ordinal of
 * the last packet; at most `most` rows.  Returns how many went.
 */
uint32_t flows_expire(struct flows *t, int64_t now_us, uint32_t most);
/* Close all, in order of id. */
void flows_close_all(struct flows *t, int64_t now_us);

struct flows_stats {
	uint64_t opened, closed, evicted, live;
	uint64_t heads_lost, facts_refused;
	uint64_t tcp_two_way,
	    tcp_one_way; /* closed TCP flows with payload, in both or one direction only */
};
void flows_stats(const struct flows *t, struct flows_stats *out);

#endif
