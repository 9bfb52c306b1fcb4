/*
 * ndpi: a second opinion on every flow, by nDPI; and all that is known of nDPI here.
 */
#ifndef FARHAND_CLASSIFY_NDPI_H
#define FARHAND_CLASSIFY_NDPI_H

#include "classify/classify.h"

#define DPI_PACKETS_DONE 255 /* in flow_young.dpi_packets */

/* What one classifier may take of the lane's struct dpi, and what it has. */
struct dpi_share {
	struct dpi *dpi;
	uint32_t states, most; /* flows looked into at once */
	uint32_t held;         /* bytes of TCP payload in them */
	uint64_t refused; /* flows it was not asked about, or not to the end, for want of room */
};

/*
 * Show nDPI a packet with payload, if it has not made up its mind or been given
 * up on.  True when it named the flow just now: row->ndpi_lower and _upper are its ids.
 */
bool dpi_packet(struct dpi_share *s, struct flow_row *row, const struct packet *p);

enum opening { OPENING_UNREAD, OPENING_TLS, OPENING_QUIC, OPENING_HTTP };

/*
 * The ClientHello or request was read by a dissector: ask nDPI only whose server name that
 * is, and no more.  It would read the same bytes again, at ten times the cost.
 */
void dpi_server(
    struct dpi_share *s, struct flow_row *row, enum opening opening, const struct obs_list *told);

/* The flow ends: what it knows by now, never a guess.  True if that names the flow. */
bool dpi_finish(struct dpi_share *s, struct flow_row *row);

/* Free its state in the row; the row is not shown to it again. */
void dpi_drop(struct dpi_share *s, struct flow_row *row);

/* Has it said all it will?  True of a row without young. */
static inline bool
dpi_done(const struct flow_row *row)
{
	return row->young == NULL || row->young->dpi_packets == DPI_PACKETS_DONE;
}

/* Its name for the row, "TLS" or "TLS.Google", cut to fit; "": none. */
void dpi_name(const struct dpi *d, const struct flow_row *row, char *out, size_t room);

#endif
