/*
 * timers: which rows are idle, and which a full table can best do without.
 */
#ifndef FARHAND_FLOW_TIMERS_H
#define FARHAND_FLOW_TIMERS_H

#include "flow/table.h"

/* What a row waits for; in the order in which a full table gives them up. */
enum idle {
	IDLE_HALF,   /* TCP that is not answered */
	IDLE_CLOSED, /* TCP that has ended */
	IDLE_ONE,    /* one packet, not of TCP */
	IDLE_OTHER,  /* more of them */
	IDLE_TCP,    /* TCP that is open */
	IDLES
};

void timers_begin(struct flows *t);

void timers_remove(struct flows *t, struct flow_row *row);
/* A row just seen whose class is another now; IDLES before: it is new. */
void timers_change(struct flows *t, struct flow_row *row, enum idle class);

/* The cheapest row to lose, of a table that is not empty. */
struct flow_row *timers_cheapest(struct flows *t);

/* How long a row of this class may be silent. */
int64_t timers_idle_us(enum idle class);

/* Has its connection ended, or one end's half of it where the other is not seen at all? */
static inline bool
timers_is_closed(const struct flow_row *row)
{
	const struct flow_side *a = &row->side[0], *b = &row->side[1];
	const unsigned flags = a->tcp_flags | b->tcp_flags;

	if (row->proto != PROTO_TCP || (flags & (TCP_RST | TCP_FIN)) == 0)
		return false;
	if ((flags & TCP_RST) != 0)
		return true;
	return ((a->tcp_flags & TCP_FIN) != 0 || a->packets == 0) &&
	    ((b->tcp_flags & TCP_FIN) != 0 || b->packets == 0);
}

/*
 * A connection counts as open once its client has acknowledged or its server has
 * sent data, and more than one bare packet was seen: scans and floods stay cheap.
 */
static inline enum idle
timers_class(const struct flow_row *row)
{
	const struct flow_side *client = &row->side[SIDE_CLIENT];
	const struct flow_side *server = &row->side[SIDE_SERVER];
	const bool more = client->packets + server->packets > 1;

	if (row->proto != PROTO_TCP)
		return more ? IDLE_OTHER : IDLE_ONE;
	if (timers_is_closed(row))
		return IDLE_CLOSED;
	if ((client->tcp_flags & TCP_ACK) == 0 && server->payload_bytes == 0)
		return IDLE_HALF;
	return more || client->payload_bytes + server->payload_bytes > 0 ? IDLE_TCP : IDLE_HALF;
}

/* A packet of a row was counted. */
static inline void
timers_touch(struct flows *t, struct flow_row *row, int64_t now_us)
{
	const enum idle class = timers_class(row);

	row->seen_us = now_us;
	if (class != row->idle)
		timers_change(t, row, class);
}

#endif
