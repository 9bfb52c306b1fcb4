/*
 * rtt: time from a side's SYN, at the mirror, to the other side's answer to it.
 *
 *   client          mirror          server
 *      |--- SYN ------>|--------------->|   client's SYN called
 *      |               |<--- SYN-ACK ---|   answered: rtt_us[SIDE_SERVER]; server's called
 *      |<--------------|                |
 *      |--- ACK ------>|                |   answered: rtt_us[SIDE_CLIENT]
 *
 * A SYN sent twice is no clock: the answer may be to either.  Nor is an ACK that
 * carries data, which waited for the application.  Times are the frames' own, not
 * the table's clock, which other frames may have moved on.
 */
#include "flow/rtt.h"

enum handshake { NOT_CALLED, CALLED, SPOILED, ANSWERED };

static bool
answers(const struct flow_row *row, const struct packet *p, enum side caller)
{
	if (p->tcp_ack == row->side[caller].isn + 1)
		return p->payload_bytes == 0;
	/* A SYN may carry data, and a SYN-ACK take it (RFC 7413). */
	return (p->tcp_flags & TCP_SYN) != 0 && p->tcp_ack == row->side[caller].next_seq;
}

static void
take_sample(struct flow_row *row, const struct packet *p, enum side from)
{
	const int64_t called_us = row->young->syn_us[side_other(from)];
	const uint64_t us = (uint64_t)p->at_us - (uint64_t)called_us;
	uint32_t *least_us = &row->side[from].rtt_us;

	if (p->at_us < called_us || us > FLOW_IDLE_HALF_US)
		return;
	if (*least_us == 0 || us < *least_us)
		*least_us = us > 0 ? (uint32_t)us : 1;
}

void
rtt_see(struct flow_row *row, const struct packet *p, enum side from)
{
	const enum side other = side_other(from);
	struct flow_young *y = row->young;

	if ((p->tcp_flags & TCP_RST) != 0)
		return;
	if ((p->tcp_flags & TCP_ACK) != 0 && y->handshake[other] != NOT_CALLED) {
		if (y->handshake[other] == CALLED && answers(row, p, other))
			take_sample(row, p, from);
		y->handshake[other] = ANSWERED;
	}
	if ((p->tcp_flags & TCP_SYN) == 0)
		return;
	if (y->handshake[from] == NOT_CALLED) {
		y->handshake[from] = CALLED;
		y->syn_us[from] = p->at_us;
	} else if (y->handshake[from] == CALLED) {
		y->handshake[from] = SPOILED;
	}
}

bool
rtt_is_open(const struct flow_young *y)
{
	return y->handshake[0] == CALLED || y->handshake[1] == CALLED;
}
