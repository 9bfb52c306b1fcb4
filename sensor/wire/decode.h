/*
 * decode: a frame's headers, from the link to the transport.
 *
 * Takes off links, VLAN, QinQ, MPLS, PPPoE and up to four tunnels, puts IP
 * fragments together, drops the second copy of frames a SPAN port mirrors twice.
 * Bounded memory; what it does not understand is counted under a name.
 */
#ifndef FARHAND_DECODE_H
#define FARHAND_DECODE_H

#include "farhand/packet.h"

/* Named counters of what was not handed on, and of what was, but oddly. */
enum decode_count {
	DECODE_PACKETS, /* handed on */
	DECODE_ARPS,
	DECODE_LINK_UNKNOWN,  /* a DLT_ we do not read */
	DECODE_NOT_IP,        /* LLDP, STP, IPX ... */
	DECODE_SHORT,         /* the frame ends before its headers do */
	DECODE_BAD_HEADER,    /* lengths or versions that cannot be */
	DECODE_TOO_DEEP,      /* more than four tunnels */
	DECODE_FRAGMENT_HELD, /* waiting for the rest of its datagram */
	DECODE_FRAGMENT_LOST, /* datagram never completed, overlapped, or store full */
	DECODE_DUPLICATE,     /* second copy of a mirrored frame */
	DECODE_BAD_CHECKSUM,  /* IPv4 header; handed on all the same */
	DECODE_CUT,           /* payload cut by the snap length; handed on */
	DECODE_COUNTS
};

struct decode;

struct decode_options {
	uint32_t datagrams;   /* fragmented datagrams put together at once; 256 */
	int64_t duplicate_us; /* window for SPAN duplicates, microseconds; 0: keep all */
};

struct decode *decode_new(const struct decode_options *o);
void decode_free(struct decode *d); /* NULL allowed */

/* What a frame tells by itself. */
struct look {
	bool fast;     /* its packet, too */
	uint64_t hash; /* of that, for duplicates */
};

/*
 * Of each frame of a batch what does not hang on those before it; what else it needs is then on
 * its way from memory when decode_turn goes on with it, in order.  *out may be written already.
 */
void decode_look(
    const struct decode *d, const struct frame *f, struct packet *out, struct look *look);

/*
 * True: *out is filled.  Its views lie in the frame; those of a packet that is
 * `reassembled` are lent until the next call.  False: counted.
 */
bool decode_turn(
    struct decode *d, const struct frame *f, const struct look *look, struct packet *out);

/* Both at once. */
static inline bool
decode_frame(struct decode *d, const struct frame *f, struct packet *out)
{
	struct look look;

	decode_look(d, f, out, &look);
	return decode_turn(d, f, &look, out);
}

const uint64_t *decode_counts(const struct decode *d); /* [DECODE_COUNTS] */
const char *decode_count_name(enum decode_count c);    /* "fragment_lost" */

#endif
