/*
 * rtt: how far each end is from the mirror, by the three steps of a TCP handshake.
 */
#ifndef FARHAND_FLOW_RTT_H
#define FARHAND_FLOW_RTT_H

#include "flow/flows.h"

/* One TCP segment of a row that is young, before the row's sequence numbers have heard of it. */
void rtt_see(struct flow_row *row, const struct packet *p, enum side from);

/* May an answer to a SYN still come that would be a sample? */
bool rtt_is_open(const struct flow_young *y);

#endif
