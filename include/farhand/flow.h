/*
 * flow: the two ends of a conversation, its counters and what it turned out to be.
 *
 * A plain value: copied into events, never pointed into from outside its lane.
 */
#ifndef FARHAND_FLOW_H
#define FARHAND_FLOW_H

#include "farhand/obs.h"
#include "farhand/packet.h"

/* Why end[SIDE_CLIENT] is called the client.  From OPENED_BY_PORT on it is "assumed". */
enum opened_by {
	OPENED_BY_SYN,    /* its SYN was seen */
	OPENED_BY_SYNACK, /* the other's SYN-ACK was seen */
	OPENED_BY_BYTES,  /* a dissector recognised who speaks the client's part */
	OPENED_BY_PORT,   /* the other end's port is a well-known one, its own is not */
	OPENED_BY_FIRST,  /* it merely sent first */
	OPENED_BYS
};

/* Who said what the flow is. */
enum by { BY_NONE, BY_DISSECTOR, BY_CATALOGUE, BY_NDPI, BY_BEHAVIOUR, BYS };

/* Which end of a remote-control flow an end is.  HOST: the controlled machine, screen leaves it. */
enum role { ROLE_UNKNOWN, ROLE_HOST, ROLE_VIEWER };

/* How the host is known, the strongest first. */
enum host_by {
	HOST_BY_NONE,   /* it is not */
	HOST_BY_BYTES,  /* the protocol's bytes say it */
	HOST_BY_PART,   /* they say who is the client, and the protocol shows whose screen */
	HOST_BY_BANNER, /* it greeted first, where the host does (RFB) */
	HOST_BY_NAME,   /* the other end asked for a name that only viewers use */
	HOST_BY_RHYTHM, /* sizes and times: screen one way, keys the other */
	HOST_BYS
};

struct verdict {
	uint16_t product;  /* index into the catalogue, 0: none */
	uint8_t by;        /* enum by */
	uint8_t sure;      /* enum sureness */
	uint8_t host;      /* enum side that is the controlled machine; SIDE_NONE: unknown */
	uint8_t host_by;   /* enum host_by */
	bool registers;    /* an agent's registration, not a session */
	bool final;        /* nothing more will be learnt from bytes */
	char protocol[14]; /* network.protocol, "" if unknown */
	char ndpi[20];     /* nDPI's name by payload, "" if none */
	bool ndpi_differs; /* and contradicts the product above */
};

struct flow {
	uint64_t id; /* ordinal of its first frame */
	int64_t first_us, last_us;
	struct addr end[2]; /* [SIDE_CLIENT], [SIDE_SERVER] */
	uint16_t port[2];
	uint8_t proto;
	uint8_t opened_by;  /* enum opened_by */
	uint16_t source;    /* of its first frame */
	uint16_t vlan;      /* of its first frame */
	uint16_t vlan_back; /* of the other direction's first frame, where it differs */
	struct mac mac[2];  /* each end's Ethernet address as seen at the mirror; zero if none */

	uint64_t bytes[2];         /* IP bytes each side sent */
	uint64_t payload_bytes[2]; /* transport payload each side sent, retransmissions included */
	uint32_t packets[2];
	uint32_t data_packets[2]; /* of them with payload */
	uint32_t
	    rtt_us[2]; /* least handshake round trip between the mirror and that side; 0: unknown */
	uint16_t mss[2];      /* of each side's SYN, 0: unknown */
	uint8_t ttl[2];       /* of each side's first packet */
	uint8_t tcp_flags[2]; /* all flags seen */
	bool midstream;       /* TCP picked up without its SYN */
	bool fragments;       /* some packets came as fragments */

	uint8_t tunnel;       /* enum tunnel, outermost of the first frame */
	struct addr outer[2]; /* tunnel ends: [SIDE_CLIENT] nearest the client */

	struct verdict verdict;
};

static inline enum side
side_other(enum side s)
{
	return s == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

static inline bool
flow_roles_assumed(const struct flow *f)
{
	return f->opened_by >= OPENED_BY_PORT;
}

static inline enum role
flow_role(const struct flow *f, enum side s)
{
	if (f->verdict.host == SIDE_NONE)
		return ROLE_UNKNOWN;
	return f->verdict.host == s ? ROLE_HOST : ROLE_VIEWER;
}

#endif
