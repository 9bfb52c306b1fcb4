/*
 * tcp: where one connection ends and the next begins, and which bytes are new.
 */
#ifndef FARHAND_FLOW_TCP_H
#define FARHAND_FLOW_TCP_H

#include "flow/flows.h"

/* No sender repeats what is further back: such a number is a jump, not a repeat. */
#define REPEAT_MOST_BYTES (1u << 24)

/* Does this SYN or SYN-ACK belong to another connection than the row's, of the same ends? */
bool tcp_is_another(
    const struct flow_row *row, const struct packet *p, enum side from, int64_t now_us);

/* Note the numbers of a side's first segment, or of a SYN. */
void tcp_learn(struct flow_row *row, const struct packet *p, enum side from);

/* Follow a segment's sequence numbers.  True if it has payload that was not sent before. */
static inline bool
tcp_follow(struct flow_row *row, const struct packet *p, enum side from)
{
	const bool syn = (p->tcp_flags & TCP_SYN) != 0;
	const uint32_t end = p->tcp_seq + syn + p->payload_bytes;
	bool fresh;

	if (syn || (row->seq_known >> from & 1) == 0)
		tcp_learn(row, p, from);
	fresh = row->side[from].next_seq - end >= REPEAT_MOST_BYTES;
	if (fresh)
		row->side[from].next_seq = end;
	return fresh && p->payload_bytes > 0;
}

#endif
