/*
 * classify: what a flow is, and who controls whom.
 *
 * Runs the dissectors over stream heads and datagrams, nDPI over packets until
 * its verdict, the catalogue over the names seen, and the role rules over all.
 * One per lane.
 */
#ifndef FARHAND_CLASSIFY_H
#define FARHAND_CLASSIFY_H

#include "classify/catalogue.h"
#include "flow/flows.h"

struct classify;

/* cat is lent and must outlive it.  NULL after saying why. */
struct classify *classify_new(const struct catalogue *cat, struct flows *flows);
void classify_free(struct classify *c); /* NULL allowed */

struct classified {
	bool changed; /* row->f.verdict or what matters of its facts changed */
	bool message; /* `datagram` holds a message of its own (DNS, DHCP ...) */
	struct obs_list datagram;
};

/* One packet of a row, `from` as flows_see said (it may swap the row's sides: re-read). */
void classify_packet(struct classify *c, struct flow_row *row, const struct packet *p,
    enum side from, struct classified *out);

/* The flow ends: nDPI's last word, without guessing.  True if the verdict changed. */
bool classify_finish(struct classify *c, struct flow_row *row);
/* Free what it keeps in the row. */
void classify_drop(struct classify *c, struct flow_row *row);

/* Flows nDPI was not asked about, or not to the end, because it looked into too many at once. */
uint64_t classify_refused(const struct classify *c);

const char *classify_ndpi_version(void);

#endif
