/*
 * wire: what the files of this room tell each other.
 *
 * A frame is read by a walk: each layer reads its header, steps over it and
 * calls the next one.  Every reader returns DECODE_PACKETS when a packet was
 * found, else the counter under which the frame is to be dropped.
 */
#ifndef FARHAND_WIRE_WIRE_H
#define FARHAND_WIRE_WIRE_H

#include "wire/decode.h"

/* EtherTypes [IANA ieee-802-numbers]. */
enum {
	TYPE_IPV4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_BRIDGED = 0x6558, /* a whole Ethernet frame, RFC 7637 */
	TYPE_IPV6 = 0x86dd,
	TYPE_MPLS = 0x8847,
	TYPE_MPLS_UP = 0x8848,
	TYPE_PPPOE = 0x8864,
	TYPE_FABRICPATH = 0x8903, /* Cisco's, tree and TTL before an Ethernet frame */
	TYPE_VNTAG = 0x8926,      /* 802.1BR's forerunner, in mirrors of virtual hosts */
	TYPE_VLAN = 0x8100,
	TYPE_QINQ = 0x88a8,
	TYPE_QINQ_OLD = 0x9100,
	TYPE_QINQ_OLDER = 0x9200
};

/* What libpcap calls Ethernet; the other links are known to link.c alone. */
enum { LINK_ETHERNET = 1 };

/* UDP ports where tunnels are. */
enum { PORT_GTPU = 2152, PORT_VXLAN = 4789, PORT_GENEVE = 6081, PORT_VXLAN_LINUX = 8472 };

enum { TUNNELS_DEEP = 4, STEPS_MOST = 24 };

struct decode {
	struct fragments *fragments;
	struct duplicates *duplicates; /* NULL: all are kept */
	uint64_t counts[DECODE_COUNTS];
};

struct walk {
	struct decode *d;
	struct packet *out;
	struct view at;       /* what is not read yet */
	size_t missing;       /* bytes that follow `at` on the wire, but were not captured */
	unsigned steps;       /* link layers taken off: a bound on nesting */
	const uint8_t *whole; /* the datagram last put together, its header made here; or NULL */
};

static inline bool
may_be_tunnel(uint16_t port)
{
	return port == PORT_VXLAN || port == PORT_VXLAN_LINUX || port == PORT_GENEVE ||
	    port == PORT_GTPU;
}

/* Of bytes known to be there. */
static inline uint16_t
be16_at(const uint8_t *p)
{
	return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

static inline uint32_t
be32_at(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/*
 * fast.c: true, and all of *out filled as the walk would, if the frame is of the most
 * common kind.  False, *out in disorder: walk.
 */
bool fast_read(const struct frame *f, struct packet *out);
/* decode.c: the walk through any frame, from its link on. */
enum decode_count walk_read(struct decode *d, const struct frame *f, struct packet *out);
/* link.c: what libpcap calls the link type. */
enum decode_count link_read(struct walk *w, int dlt);
/* wifi.c: 802.11 data frames, with or without radiotap before them. */
enum decode_count wifi_read(struct walk *w, bool padded);
enum decode_count radiotap_read(struct walk *w);
/* ether.c: an Ethernet header; LLC; PPP from its protocol on; what an EtherType announces. */
enum decode_count ether_read(struct walk *w);
enum decode_count llc_read(struct walk *w);
enum decode_count ppp_read(struct walk *w);
enum decode_count type_read(struct walk *w, uint16_t type);
/* ip.c: IPv4 or IPv6, whichever the version says. */
enum decode_count ip_read(struct walk *w);
/* transport.c: what follows the IP headers, if it is no tunnel. */
enum decode_count transport_read(struct walk *w, uint8_t proto);
/* transport.c: the segment size that TCP options ask for; 0: none. */
uint16_t tcp_mss(struct view options);
/*
 * tunnel.c: if a readable packet lies inside, true, *result as of the walk
 * through it.  False, and nothing moved, if there is none.
 */
bool tunnel_read(struct walk *w, uint8_t proto, enum decode_count *result);

#endif
