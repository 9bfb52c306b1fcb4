/*
 * ndpi: a second opinion on every flow, by nDPI; and all that is known of nDPI here.
 */
#ifndef FARHAND_CLASSIFY_NDPI_H
#define FARHAND_CLASSIFY_NDPI_H

#include "flow/flows.h"

struct dpi;

/* NULL after saying why.  Makers of several must not run at once: nDPI has statics. */
struct dpi *dpi_new(void);
void dpi_free(struct dpi *d); /* NULL allowed */

/*
 * Show nDPI a packet with payload, if it has not made up its mind or been given
 * up on.  True when it named the flow just now: row->f.verdict.ndpi is "TLS" or
 * "TLS.Google", and a server name read from QUIC is added to *heard.
 */
bool dpi_packet(
    struct dpi *d, struct flow_row *row, const struct packet *p, struct obs_list *heard);

/* The flow ends: what it knows by now, never a guess.  True if that names the flow. */
bool dpi_finish(struct dpi *d, struct flow_row *row, struct obs_list *heard);

/* Free its state in the row; the row is not shown to it again. */
void dpi_drop(struct dpi *d, struct flow_row *row);
bool dpi_done(const struct flow_row *row);

/* Flows it was not asked about, or not to the end, for want of room. */
uint64_t dpi_refused(const struct dpi *d);

#endif
