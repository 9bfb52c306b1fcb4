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

/* No sender repeats what is further back: such a number is a jump, not a repeat. */
#define REPEAT_MOST_BYTES (1u << 24)

static bool
knows(uint8_t bits, enum side s)
{
	return (bits >> s & 1) != 0;
}

static bool
differs(const struct flow_row *row, enum side s, uint32_t isn)
{
	return knows(row->seq_known, s) && row->isn[s] != isn;
}

bool
tcp_is_another(const struct flow_row *row, const struct packet *p, enum side from, int64_t clock_us)
{
	const enum side other = side_other(from);

	if ((p->tcp_flags & (TCP_SYN | TCP_RST)) != TCP_SYN)
		return false;
	/* A server that keeps no state answers a repeated SYN with another number. */
	if ((p->tcp_flags & TCP_ACK) != 0)
		return differs(row, from, p->tcp_seq) &&
		    !(knows(row->syn_known, other) && row->isn[other] == p->tcp_ack - 1);
	return timers_is_closed(&row->f) || differs(row, from, p->tcp_seq) ||
	    clock_us - row->seen_us >= timers_idle_us((enum idle)row->idle);
}

/* What a SYN says of its sender, and a SYN-ACK of both. */
static void
learn(struct flow_row *row, const struct packet *p, enum side from)
{
	const enum side other = side_other(from);

	if ((p->tcp_flags & TCP_ACK) != 0 && !knows(row->seq_known, other)) {
		row->isn[other] = p->tcp_ack - 1;
		row->next_seq[other] = p->tcp_ack;
		row->seq_known |= (uint8_t)(1u << other);
		row->syn_known |= (uint8_t)(1u << other);
	}
	if (!knows(row->seq_known, from) || row->f.payload_bytes[from] == 0) {
		row->isn[from] = p->tcp_seq;
		row->next_seq[from] = p->tcp_seq + 1;
		row->seq_known |= (uint8_t)(1u << from);
		row->syn_known |= (uint8_t)(1u << from);
	}
}

bool
tcp_follow(struct flow_row *row, const struct packet *p, enum side from)
{
	const bool syn = (p->tcp_flags & TCP_SYN) != 0;
	const uint32_t first = p->tcp_seq + (syn ? 1 : 0);
	const uint32_t end = first + p->payload_bytes;
	bool fresh;

	if (syn) {
		learn(row, p, from);
	} else if (!knows(row->seq_known, from)) {
		row->isn[from] = first - 1;
		row->next_seq[from] = first;
		row->seq_known |= (uint8_t)(1u << from);
	}
	fresh = row->next_seq[from] - end >= REPEAT_MOST_BYTES;
	if (fresh)
		row->next_seq[from] = end;
	return fresh && p->payload_bytes > 0;
}
