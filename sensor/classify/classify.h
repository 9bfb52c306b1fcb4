/*
 * classify: what a flow is, and who controls whom.
 *
 * Runs the dissectors over stream heads and datagrams, nDPI over packets until
 * its verdict, the catalogue over the names seen, and the role rules over all.
 */
#ifndef FARHAND_CLASSIFY_H
#define FARHAND_CLASSIFY_H

#include "classify/catalogue.h"
#include "flow/flows.h"

struct classify;

/* One a lane, shared by its classifiers.  NULL after saying why.  Not to be called at once by
   two threads: nDPI has statics. */
struct dpi *dpi_new(void);
void dpi_free(struct dpi *d); /* NULL allowed */

/* One a table of flows.  cat and dpi are lent and must outlive it.  dpi_states: flows looked into
   by nDPI at once.  NULL after saying why. */
struct classify *classify_new(
    const struct catalogue *cat, struct flows *flows, struct dpi *dpi, uint32_t dpi_states);
void classify_free(struct classify *c); /* NULL allowed */
/* Another catalogue from now on: of flows as well that are being looked at. */
void classify_use(struct classify *c, const struct catalogue *cat);

/* A packet of the row comes soon: what it needs is fetched meanwhile. */
void classify_fetch(const struct classify *c, const struct flow_row *row);

struct classified {
	bool changed; /* the row's verdict or what matters of its facts changed */
	bool message; /* `datagram` holds a message of its own (DNS, DHCP ...) */
	struct obs_list datagram;
};

/*
 * One packet of a row, `from` as flows_see said (it may swap the row's sides: re-read).  out's
 * datagram is written only where message is set.  A row that is `plain` is asked only for
 * messages of their own (DNS, DHCP ...).  A decided row's young is given back.
 */
void classify_packet(struct classify *c, struct flow_row *row, const struct packet *p,
    enum side from, struct classified *out);

/* The flow ends: nDPI's last word, without guessing.  True if the verdict changed. */
bool classify_finish(struct classify *c, struct flow_row *row);
/* flows_value, and the names of the verdict; told: flows_told's. */
void classify_value(const struct classify *c, const struct flow_row *row,
    const struct obs_list *told, struct flow *out);

/*
 * Of a VPN's row: bytes of a packet's payload that are the VPN's and, of the packet inside, IP's
 * and TCP's with the usual options.  0: no VPN, its payload is somebody's.  *padded: it rounds
 * sizes up.
 */
uint32_t classify_carried(const struct classify *c, const struct flow_row *row, bool *padded);

/* Free what it keeps in the row. */
void classify_drop(struct classify *c, struct flow_row *row);

/* Flows nDPI was not asked about, or not to the end, because it looked into too many at once. */
uint64_t classify_refused(const struct classify *c);
/* Packets that could not help to find the host, because it is looked for in too many flows. */
uint64_t classify_roles_refused(const struct classify *c);

struct quic_counts {
	/* Datagrams that look like a QUIC client's first, of which nothing opens: cut, a
	   server's, forged. */
	uint64_t sealed;
	uint64_t broken; /* that open, with frames that cannot be, or too many */
};
const struct quic_counts *classify_quic(const struct classify *c);

const char *classify_ndpi_version(void);

#endif
