/*
 * frame: what the wire, or a capture file, gave.  Lent: valid until the next.
 */
#ifndef FARHAND_FRAME_H
#define FARHAND_FRAME_H

#include "farhand/view.h"

/* The two ends and the two directions of a flow: 0 is the client (initiator) side. */
enum side { SIDE_CLIENT = 0, SIDE_SERVER = 1, SIDE_NONE = 2 };

/* Where a mirror stands; see docs/architecture.md, "Vantage". */
enum vantage {
	VANTAGE_INSIDE, /* employer side, inside the VPN gateway or office LAN */
	VANTAGE_EDGE,   /* employer side, outside the VPN gateway */
	VANTAGE_SITE,   /* the contractor's own LAN or its uplink */
	VANTAGES
};

struct frame {
	uint64_t ordinal;  /* counts every frame of a run from 1, over all sources */
	int64_t at_us;     /* capture time, microseconds since 1970-01-01 UTC */
	int link;          /* libpcap's DLT_ value */
	uint16_t source;   /* index of the interface in the configuration; 0 in a replay */
	uint32_t wire_len; /* length on the wire; bytes.n may be less (snaplen) */
	struct view bytes;
};

#endif
