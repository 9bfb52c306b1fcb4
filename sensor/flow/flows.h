/*
 * flows: a table of flows: find, open, count, age.
 *
 * Both directions of a 5-tuple are one row, with or without a VLAN tag.  A row is
 * kept small, as millions live at once: what is needed only until the flow is
 * decided is in a block of its own (struct flow_young), what few flows have in
 * another.  Memory is asked for at the start and touched as it is used; the pools
 * of stream heads and observations are bounded too.  A full table gives up its
 * cheapest flow and counts.  Time is packet time only.
 */
#ifndef FARHAND_FLOWS_H
#define FARHAND_FLOWS_H

#include "farhand/flow.h"

/*
 * The first bytes of one direction of a TCP stream, in order, holes filled as they come: as much
 * as the longest TLS record and the heads of the many small ones it may come in.
 */
#define HEAD_BYTES 17408

/* Payload after which a hole in the head will not be filled any more. */
#define HEAD_LATE_BYTES (1u << 20)

struct head;

/* classify/series: the datagrams of one side that may be one dissector's. */
struct series {
	uint32_t number;   /* of the last */
	uint16_t same;     /* digest of what they have in common */
	uint8_t whose;     /* 1 + index of the dissector; 0: nobody's */
	uint8_t steps : 4; /* datagrams that went on from another */
	uint8_t at : 4;    /* which of the side's datagrams was the last */
};

/* What a flow needs until its bytes have nothing more to tell. */
struct flow_young {
	struct head *head[2]; /* NULL: none, or given back */
	void *dpi;            /* classify/ndpi's state; NULL: none */
	union {
		int64_t syn_us[2];       /* TCP: handshake times for rtt */
		struct series series[2]; /* UDP */
	};
	uint64_t probed[2];   /* classify/dissect: dissectors that said NO, a bit each */
	uint16_t dpi_bytes;   /* of TCP payload given to nDPI */
	uint8_t dpi_packets;  /* packets given to nDPI */
	uint8_t datagrams[2]; /* UDP datagrams shown to dissectors */
	uint8_t headless;     /* a bit a side: its head was given back, or taken away */
	uint8_t handshake[2]; /* rtt's state of each side's SYN */
};

/* One end of a flow and what it sent; the counters are as in struct flow.  Packed: it would
   end in four bytes of nothing, and there are two in each row. */
struct __attribute__((packed, aligned(4))) flow_side {
	uint64_t bytes : 48, mss : 16;
	uint64_t payload_bytes : 48, vlan : 16; /* vlan: of its first frame */
	uint32_t packets, data_packets;
	uint32_t rtt_us;
	uint32_t isn;      /* number of its SYN; not syn_known: one before its first segment's */
	uint32_t next_seq; /* end of the highest byte sent, where seq_known */
	uint32_t four;     /* its IPv4 address as on the wire; 0 where the flow is wide */
	uint16_t port;
	uint8_t ttl, tcp_flags;
};

/* What only flows of IPv6, or found in a tunnel, have. */
struct flow_wide {
	struct addr end[2], outer[2];
	uint8_t tunnel; /* enum tunnel */
};

struct flow_row {
	struct flow_side side[2]; /* [SIDE_CLIENT], [SIDE_SERVER] */
	uint64_t id : 48, product : 16;
	uint64_t seen_ordinal : 48, ndpi_lower : 16; /* ordinal of its last packet */
	uint64_t told_payload : 48, ndpi_upper : 16; /* payload bytes, both sides, at told_us */
	int64_t first_us, last_us;
	int64_t seen_us;                       /* the clock at its last packet: never goes back */
	int64_t told_us;                       /* of the last event; 0: none yet */
	void *facts;                           /* the table's own: ask flows_told */
	struct flow_young *young;              /* NULL: decided, and given back */
	struct flow_wide *wide;                /* NULL: IPv4, no tunnel */
	uint32_t next, timer_next, timer_prev; /* the table's own; 0 is no row */
	struct mac mac[2];
	uint16_t source;
	uint8_t proto;
	uint8_t opened_by : 4, idle : 4;    /* enum opened_by; the table's own */
	uint8_t by : 4, sure : 2, host : 2; /* enum by and sureness of product; enum side */
	uint8_t every;  /* classify/dissect: 1 + index of the dissector that gets every datagram; 0
			   none */
	uint16_t shape; /* the table's own, as are the next three */
	uint8_t facts_class;
	uint8_t due;
	uint8_t seq_known : 2, syn_known : 2; /* a bit a side */
	uint8_t live : 1, midstream : 1, fragments : 1, registers : 1;
	uint8_t final : 1;   /* bytes have nothing more to tell */
	uint8_t plain : 1;   /* of no interest: not classified, only counted */
	uint8_t watched : 1; /* classify/starts looks at its packets */
	uint8_t first : 1;   /* enum side: it sent the first frame */
	uint8_t host_by : 3; /* enum host_by: why `host` */
	uint16_t screen;     /* classify/screen's, while the host is looked for; 0: none */
	uint16_t rhythm;     /* flow/rhythm's; 0: none */
};

struct flows_limits {
	uint32_t rows;
	uint64_t head_bytes; /* of stream heads in use at once */
	uint64_t seed;       /* of the hash: fixed in replay, random live */
};

/* Idle times after which a flow is closed, by packet time; multiples of TICK_US. */
#define FLOW_IDLE_TCP_US  (15 * 60 * 1000000LL) /* established, no FIN or RST */
#define FLOW_IDLE_HALF_US (60 * 1000000LL)      /* SYN without an answer */
#define FLOW_IDLE_CLOSED_US                                                                        \
	(10 * 1000000LL) /* after FIN from both, or RST: stragglers still count */
#define FLOW_IDLE_UDP_US (180 * 1000000LL)

struct flows;
/* Called before a row goes: last chance to read it.  `evicted`: for want of room. */
typedef void flows_gone(void *arg, struct flow_row *row, bool evicted);

struct flows *flows_new(const struct flows_limits *l, flows_gone *gone, void *arg);
void flows_free(struct flows *t); /* rows go without a word; NULL allowed */

/*
 * Before flows_see, for a batch: the hash of each packet; then, for each, have its bucket, in
 * a second round its row, and in a third what the undecided have, on the way from memory.
 */
uint32_t flows_hash(const struct flows *t, const struct packet *p);
void flows_prefetch_bucket(const struct flows *t, uint32_t hash);
void flows_prefetch_row(const struct flows *t, uint32_t hash);
/* Returns the row that it takes for the packet's; one of zeros if there is surely none. */
const struct flow_row *flows_prefetch_young(const struct flows *t, uint32_t hash);

/*
 * The row of an IP packet, opened if need be, counted, timed; *from is the side
 * that sent it.  now_us: the clock, never less than before nor than p->at_us.  A SYN
 * on the tuple of a row that is closed, idle or of another connection (its sequence
 * number is not the row's) closes that and opens a new one.
 */
struct flow_row *flows_see(
    struct flows *t, const struct packet *p, uint32_t hash, int64_t now_us, enum side *from);

/* All a row says of its flow, but for verdict.protocol and .ndpi, which are left "". */
void flows_value(const struct flow_row *row, struct flow *out);
struct addr flows_end(const struct flow_row *row, enum side s);

/* Swap client and server of a row whose roles were assumed wrong; how: why we know now. */
void flows_swap(struct flow_row *row, enum opened_by how);

/* What the flow's bytes told, lent until it is asked of another row; NULL: nothing yet. */
const struct obs_list *flows_told(struct flows *t, const struct flow_row *row);

/*
 * The row's list of observations with room for `more` bytes of them (up to OBS_BYTES in
 * all), from the pool; it may move.  NULL when there is no memory (counted).
 */
struct obs_list *flows_facts(struct flows *t, struct flow_row *row, size_t more);

/*
 * What the side's run of bytes from the start would be with this TCP segment: where it is
 * the stream's first and nothing is kept yet, the segment itself, nothing copied.  Else as
 * flows_head_add.  Empty if the run did not grow.
 */
struct view flows_head_with(
    struct flows *t, struct flow_row *row, enum side from, const struct packet *p);

/*
 * Add a TCP segment to its side's head.  True if the run of bytes from the start
 * grew, or was completed; read it with flows_head.  Retransmissions, overlaps and
 * disorder are dealt with; the first copy of a byte wins.  Mid-stream the first
 * segment seen is the start.  Where none is free the head begun first is taken away
 * (counted); a side that lost or gave back its head gets no other, as its start is
 * gone.  HEAD_LATE_BYTES into the stream nothing is added.  No-op on a row without young.
 */
bool flows_head_add(struct flows *t, struct flow_row *row, enum side from, const struct packet *p);
/*
 * Add bytes at a place of a side's head that no TCP stream fills, but pieces out of datagrams:
 * as flows_head_add.
 */
bool flows_head_put(
    struct flows *t, struct flow_row *row, enum side from, uint32_t at, struct view bytes);
struct view flows_head(const struct flow_row *row, enum side from); /* empty if none */
bool flows_head_full(const struct flow_row *row, enum side from);
void flows_heads_drop(struct flows *t, struct flow_row *row); /* decided: give them back */

/*
 * What the side's head held before `n` was a wrapping: it begins there from now on.  `p`
 * is the segment shown last, which flows_head_with may not have kept.  What of it is there.
 */
struct view flows_head_from(
    struct flows *t, struct flow_row *row, enum side from, const struct packet *p, size_t n);

/*
 * Decided: give back what only the undecided need, pack what was told.  Its dpi must be NULL.
 * Nothing happens while a handshake is still being timed; ask again.
 */
void flows_settle(struct flows *t, struct flow_row *row);

/* A row that is due, and the order in which such are to go: by `ordinal`, over all tables. */
struct flows_due {
	uint64_t ordinal;
	struct flow_row *row;
};

/*
 * Write up to `most` rows that are idle by tick_us (a multiple of TICK_US, never less than
 * before) to out, in any order; returns how many.  The caller closes each with flows_close
 * before anything else is asked of the table, or puts it back by not doing so.
 */
uint32_t flows_due(struct flows *t, int64_t tick_us, struct flows_due *out, uint32_t most);
/* How many may be idle by the last tick asked for, at most: some were seen again since. */
uint32_t flows_idle(const struct flows *t);
/* All that live, likewise; ordinal is the flow's id. */
uint32_t flows_all(struct flows *t, struct flows_due *out, uint32_t most);
/* Ascending by ordinal, in one of the two arrays, which it returns; spare: as long. */
struct flows_due *flows_due_sort(struct flows_due *due, struct flows_due *spare, uint32_t n);
void flows_close(struct flows *t, struct flow_row *row);
/* Before flows_close, for many: have the row, later what hangs on it, on the way from memory. */
void flows_prefetch(const struct flow_row *row);
void flows_prefetch_close(const struct flows *t, const struct flow_row *row);

struct flows_stats {
	uint64_t opened, closed, evicted, live;
	uint64_t heads_lost, facts_refused;
	uint64_t tcp_two_way,
	    tcp_one_way; /* closed TCP flows with payload, in both or one direction only */
};
const struct flows_stats *flows_stats(const struct flows *t);

#endif
