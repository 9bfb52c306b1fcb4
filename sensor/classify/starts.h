/*
 * starts: what the first packets of a flow show of a tunnel under it [research: algorithms 3].
 *
 *   TLS       OBS_LATE_SERVER, OBS_LATE_CLIENT, OBS_TLS_INSIDE          start_tls
 *   nameless  OBS_OPENVPN_OPCODES, OBS_OPENVPN_ACKS, OBS_WIREGUARD_GRID  start_vpn
 *
 * A flow that is watched has row->watched set, and a place in a table of fixed size that is
 * touched as it is used; once it has told what it can the bit is cleared, and its packets cost
 * nothing more.  Where a table's places for a flow are taken, the flow that began first loses its
 * own, unless it is one of those whose handshakes are waited for by the minute.
 */
#ifndef FARHAND_CLASSIFY_STARTS_H
#define FARHAND_CLASSIFY_STARTS_H

#include "flow/flows.h"

struct starts;

struct starts *starts_new(void);    /* NULL without memory */
void starts_free(struct starts *s); /* NULL allowed */

/* A row's packet will be asked about soon: its place is fetched meanwhile. */
void starts_fetch(const struct starts *s, const struct flow_row *row);
/* The flow's first packet with payload, after dissectors and nDPI saw it. */
void starts_begin(struct starts *s, struct flows *t, struct flow_row *row, const struct packet *p,
    enum side from);
/* A packet with payload of a row that is watched. */
void starts_see(struct starts *s, struct flows *t, struct flow_row *row, const struct packet *p,
    enum side from);
/* The flow ends: what may still be told of it. */
void starts_finish(struct starts *s, struct flows *t, struct flow_row *row);
/* Give back what is kept of the row, if anything. */
void starts_drop(struct starts *s, struct flow_row *row);

#endif
