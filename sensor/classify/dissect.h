/*
 * dissect: runs the table of dissectors over stream heads and datagrams.
 */
#ifndef FARHAND_CLASSIFY_DISSECT_H
#define FARHAND_CLASSIFY_DISSECT_H

#include "classify/classify.h"
#include "farhand/dissector.h"

/* Dissectors are bits of flow_row.probed. */
#define DISSECTORS_MAX 32

struct dissect {
	const struct dissector *const *table; /* NULL-ended */
	unsigned count;
	uint32_t tcp, udp; /* which of them are for which transport */
};

struct dissect dissect_of(const struct dissector *const *table);

/*
 * Show one packet of TCP or UDP; may swap the row's sides, and tells messages of
 * their own in *out.  True if row->facts grew.  OBS_RFB_VERSION is kept with
 * 1 + enum side as its num: whose banner came first tells who is the host.
 */
bool dissect_packet(const struct dissect *d, struct flows *t, struct flow_row *row,
    const struct packet *p, enum side from, struct classified *out);

/* Will nothing more be read of this row? */
bool dissect_done(const struct dissect *d, const struct flow_row *row);

/* Add to the row's facts what is not there yet; true if anything. */
bool facts_merge(struct flows *t, struct flow_row *row, const struct obs_list *more);

#endif
