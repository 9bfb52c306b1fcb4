/*
 * tcp: sequence numbers of a connection (RFC 9293, 3.4).
 *
 *   isn | first byte ... | next_seq
 *    ^ the SYN takes one number; a FIN would take one too, but nothing follows it
 *
 * Numbers wrap: they are compared by their distance.
 */
#include "flow/tcp.h"
#include "flow/timers.h"

static bool
knows(uint8_t bits, enum side s)
{
	return (bits >> s & 1) != 0;
}

static bool
differs(const struct flow_row *row, enum side s, uint32_t isn)
{
	return knows(row->seq_known, s) && row->side[s].isn != isn;
}

bool
tcp_is_another(const struct flow_row *row, const struct packet *p, enum side from, int64_t now_us)
{
	const enum side other = side_other(from);

	if ((p->tcp_flags & (TCP_SYN | TCP_RST)) != TCP_SYN)
		return false;
	/* A server that keeps no state answers a repeated SYN with another number. */
	if ((p->tcp_flags & TCP_ACK) != 0)
		return differs(row, from, p->tcp_seq) &&
		    !(knows(row->syn_known, other) && row->side[other].isn == p->tcp_ack - 1);
	return timers_is_closed(row) || differs(row, from, p->tcp_seq) ||
	    (uint64_t)now_us - (uint64_t)row->seen_us >=
	    (uint64_t)timers_idle_us((enum idle)row->idle);
}

/* What a SYN says of its sender, and a SYN-ACK of both. */
static void
learn_syn(struct flow_row *row, const struct packet *p, enum side from)
{
	const enum side other = side_other(from);

	if ((p->tcp_flags & TCP_ACK) != 0 && !knows(row->seq_known, other)) {
		row->side[other].isn = p->tcp_ack - 1;
		row->side[other].next_seq = p->tcp_ack;
		row->seq_known = (row->seq_known | 1u << other) & 3;
		row->syn_known = (row->syn_known | 1u << other) & 3;
	}
	if (!knows(row->seq_known, from) || row->side[from].payload_bytes == 0) {
		row->side[from].isn = p->tcp_seq;
		row->side[from].next_seq = p->tcp_seq + 1;
		row->seq_known = (row->seq_known | 1u << from) & 3;
		row->syn_known = (row->syn_known | 1u << from) & 3;
	}
}

void
tcp_learn(struct flow_row *row, const struct packet *p, enum side from)
{
	if ((p->tcp_flags & TCP_SYN) != 0) {
		learn_syn(row, p, from);
		return;
	}
	row->side[from].isn = p->tcp_seq - 1;
	row->side[from].next_seq = p->tcp_seq;
	row->seq_known = (row->seq_known | 1u << from) & 3;
}
