/*
 * tcp: where one connection ends and the next begins, and which bytes are new.
 */
#ifndef FARHAND_FLOW_TCP_H
#define FARHAND_FLOW_TCP_H

#include "flow/flows.h"

/* Does this SYN or SYN-ACK belong to another connection than the row's, of the same ends? */
bool tcp_is_another(
    const struct flow_row *row, const struct packet *p, enum side from, int64_t clock_us);

/* Follow a segment's sequence numbers.  True if it has payload that was not sent before. */
bool tcp_follow(struct flow_row *row, const struct packet *p, enum side from);

#endif
