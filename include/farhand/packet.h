/*
 * packet: what the headers of a frame said.  Its views point into the frame (or
 * into the fragment store) and are valid until the next frame.
 */
#ifndef FARHAND_PACKET_H
#define FARHAND_PACKET_H

#include "farhand/addr.h"
#include "farhand/frame.h"

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16, TCP_URG = 32 };

/* IP protocol numbers the sensor names (IANA). */
enum {
	PROTO_ICMP = 1,
	PROTO_IPIP = 4,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_IPV6 = 41,
	PROTO_GRE = 47,
	PROTO_ESP = 50,
	PROTO_AH = 51,
	PROTO_ICMPV6 = 58,
	PROTO_SCTP = 132
};

/* What a packet was found inside of; the outermost is kept. */
enum tunnel {
	TUNNEL_NONE,
	TUNNEL_GRE,
	TUNNEL_ERSPAN, /* a mirror's own wrapping: its addresses are not the endpoint's egress */
	TUNNEL_VXLAN,
	TUNNEL_GENEVE,
	TUNNEL_IPIP,
	TUNNEL_GTPU,
	TUNNELS
};

enum packet_kind { PACKET_IP, PACKET_ARP };

struct packet {
	enum packet_kind kind;
	uint64_t ordinal;
	int64_t at_us;
	uint16_t source;

	struct mac mac[2]; /* Ethernet source, destination, innermost; zero if none */
	uint16_t vlan;     /* innermost VLAN id, 0 if untagged */

	/* PACKET_IP: [0] source, [1] destination of the innermost IP header.
	   PACKET_ARP: what it says, [0] of the sender, [1] of the target; but mac[1] is who
	   sent the frame. */
	struct addr addr[2];
	uint16_t port[2]; /* 0 where the transport has none */
	uint8_t proto, ttl;
	uint32_t
	    ip_bytes; /* IP total length as the header says, 0 length (TSO) taken from the frame */
	uint32_t
	    payload_bytes; /* transport payload by the headers; payload.n may be less (snaplen) */
	uint8_t tcp_flags;
	uint16_t tcp_window, tcp_mss; /* mss: of a SYN, 0 if absent */
	uint32_t tcp_seq, tcp_ack;
	bool bad_checksum; /* IPv4 header checksum wrong: accepted, counted */
	bool reassembled;  /* from IP fragments */
	bool arp_asks;     /* PACKET_ARP: a request */

	struct view l3;      /* from the innermost IP header to the end of its payload */
	struct view payload; /* of TCP or UDP; of other protocols, what follows the IP header */

	uint8_t depth;        /* tunnels taken off, 0..4 */
	enum tunnel tunnel;   /* the outermost of them */
	struct addr outer[2]; /* its source and destination */
};

#endif
