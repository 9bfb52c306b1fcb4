/*
 * dissect: runs the table of dissectors over stream heads and datagrams.
 */
#ifndef FARHAND_CLASSIFY_DISSECT_H
#define FARHAND_CLASSIFY_DISSECT_H

#include "classify/classify.h"
#include "classify/quic_open.h"
#include "farhand/dissector.h"

/*
 * Dissectors are bits of flow_young.probed, those of streams in a stream's, those of datagrams
 * and of what they bring in pieces in a datagram flow's: so many of either.
 */
#define DISSECTORS_MAX 64

enum dissect_of { OF_STREAMS, OF_DATAGRAMS };

#define USUAL_SLOTS 256 /* a power of two; at most half are in use */

/* Whose usual port a port is. */
struct usual {
	uint16_t port; /* 0: free slot */
	uint64_t whose[2];
};

struct dissect {
	const struct dissector *table[2][DISSECTORS_MAX]; /* [enum dissect_of] */
	unsigned count[2];
	uint64_t tcp, udp;      /* which of them read whole heads, datagrams */
	uint64_t every;         /* which are to see every datagram */
	uint64_t pieces;        /* which read what datagrams bring in pieces */
	uint64_t mixed;         /* whose datagrams come among each other's */
	uint64_t opens[2][256]; /* whose stream may begin with that byte, by who sends it */
	uint64_t places;        /* a bit each: datagrams' bytes that tell whose they are not */
	uint64_t never[LEAD_BYTES][256]; /* whose never have that byte there */
	unsigned ports;
	struct usual usual[USUAL_SLOTS];
};

/* That of all dissectors, for the whole process: made by the first who asks, read-only. */
const struct dissect *dissect_all(void);

static inline enum dissect_of
dissect_of(const struct flow_row *row)
{
	return row->proto == PROTO_TCP ? OF_STREAMS : OF_DATAGRAMS;
}

/* The dissectors at whose usual ports the row is. */
uint64_t dissect_usual(const struct dissect *d, const struct flow_row *row);

/*
 * Show one packet of TCP or UDP; may swap the row's sides, and tells messages of
 * their own in *out.  True if row->facts grew.  OBS_RFB_VERSION is kept with
 * 1 + enum side as its num: whose banner came first tells who is the host.  Of a
 * plain row only messages are told.
 */
bool dissect_packet(const struct dissect *d, struct quic_opener *quic, struct flows *t,
    struct flow_row *row, const struct packet *p, enum side from, struct classified *out);

/* Will nothing more be read of this row, not counting what `every` gets? */
bool dissect_done(const struct dissect *d, const struct flow_row *row);

#endif
