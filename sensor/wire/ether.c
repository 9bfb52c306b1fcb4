/*
 * ether: Ethernet and what may stand between it and IP.
 *
 *   to 6 | from 6 | type 2 | ...           Ethernet II
 *   to 6 | from 6 | length 2 | LLC ...     802.3
 *   priority 3, drop 1, id 12 | type 2     802.1Q, and again for QinQ
 *   label 20, class 3, last 1, ttl 8       MPLS, until `last` [RFC 3032]
 *   11 | 00 | session 2 | length 2 | PPP   PPPoE [RFC 2516]
 */
#include "wire/wire.h"

enum { LENGTH_MOST = 1500, LABELS_MOST = 16 };
enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057, PPP_MPLS = 0x0281 };

enum decode_count
ether_read(struct walk *w)
{
	struct view to = view_take(&w->at, 6), from = view_take(&w->at, 6);
	const uint16_t type = view_be16(&w->at);

	if (w->at.bad)
		return DECODE_SHORT;
	memcpy(w->out->mac[0].b, from.p, 6);
	memcpy(w->out->mac[1].b, to.p, 6);
	w->out->vlan = 0;
	return type <= LENGTH_MOST ? llc_read(w) : type_read(w, type);
}

enum decode_count
llc_read(struct walk *w)
{
	static const uint8_t snap[] = { 0xaa, 0xaa, 0x03 }, ip[] = { 0x06, 0x06, 0x03 };
	uint32_t owner;
	uint16_t type;

	if (view_lit(&w->at, ip, sizeof(ip)))
		return ip_read(w);
	if (!view_lit(&w->at, snap, sizeof(snap)))
		return w->at.n < sizeof(snap) ? DECODE_SHORT : DECODE_NOT_IP;
	owner = view_be24(&w->at);
	type = view_be16(&w->at);
	if (w->at.bad)
		return DECODE_SHORT;
	/* RFC 1042 encapsulation, and 802.1H's for bridges. */
	return owner == 0 || owner == 0x0000f8 ? type_read(w, type) : DECODE_NOT_IP;
}

/* The protocol may be preceded by ff 03, and be one odd byte [RFC 1661, 1662]. */
enum decode_count
ppp_read(struct walk *w)
{
	static const uint8_t all[] = { 0xff, 0x03 };
	uint16_t proto;

	(void)view_lit(&w->at, all, sizeof(all));
	proto = view_u8(&w->at);
	if ((proto & 1) == 0)
		proto = (uint16_t)(proto << 8 | view_u8(&w->at));
	if (w->at.bad)
		return DECODE_SHORT;
	switch (proto) {
	case PPP_IPV4:
	case PPP_IPV6:
		return ip_read(w);
	case PPP_MPLS:
		return type_read(w, TYPE_MPLS);
	default:
		return DECODE_NOT_IP;
	}
}

static enum decode_count
pppoe_read(struct walk *w)
{
	const uint16_t head = view_be16(&w->at);

	view_skip(&w->at, 4); /* session; length, of which IP has its own */
	if (w->at.bad)
		return DECODE_SHORT;
	return head == 0x1100 ? ppp_read(w) : DECODE_BAD_HEADER;
}

/* MPLS does not say what it carries: is there an Ethernet header `at` bytes on? */
static bool
looks_ethernet(struct view v, size_t at)
{
	uint16_t type;

	view_skip(&v, at + 12);
	type = view_be16(&v);
	switch (type) {
	case TYPE_IPV4:
	case TYPE_IPV6:
	case TYPE_ARP:
	case TYPE_VLAN:
	case TYPE_QINQ:
	case TYPE_MPLS:
	case TYPE_PPPOE:
		return true;
	default:
		return false;
	}
}

/* Labels, then IP by its version, or a pseudowire, its control word first or not [RFC 4448]. */
static enum decode_count
mpls_read(struct walk *w)
{
	uint32_t label = 0;

	for (int i = 0; (label & 0x100) == 0; i++) {
		if (i == LABELS_MOST)
			return DECODE_BAD_HEADER;
		label = view_be32(&w->at);
		if (w->at.bad)
			return DECODE_SHORT;
	}
	if (w->at.n == 0)
		return DECODE_SHORT;
	if (looks_ethernet(w->at, 4) && w->at.p[0] >> 4 == 0) {
		view_skip(&w->at, 4);
		return ether_read(w);
	}
	if (w->at.p[0] >> 4 == 4 || w->at.p[0] >> 4 == 6)
		return ip_read(w);
	return looks_ethernet(w->at, 0) ? ether_read(w) : DECODE_NOT_IP;
}

/* hardware 2 | protocol 2 | lengths 1 1 | operation 2 | from 6 4 | to 6 4 [RFC 826] */
static enum decode_count
arp_read(struct walk *w)
{
	static const uint8_t ether_ip[] = { 0, 1, 8, 0, 6, 4 };
	struct packet *out = w->out;
	struct view from_mac, from, to;
	uint16_t operation;

	if (!view_lit(&w->at, ether_ip, sizeof(ether_ip)))
		return w->at.n < sizeof(ether_ip) ? DECODE_SHORT : DECODE_NOT_IP;
	operation = view_be16(&w->at);
	from_mac = view_take(&w->at, 6);
	from = view_take(&w->at, 4);
	view_skip(&w->at, 6);
	to = view_take(&w->at, 4);
	if (w->at.bad)
		return DECODE_SHORT;
	out->kind = PACKET_ARP;
	out->mac[1] = out->mac[0];
	memcpy(out->mac[0].b, from_mac.p, 6);
	out->addr[0] = addr_v4(from.p);
	out->addr[1] = addr_v4(to.p);
	out->arp_asks = operation == 1;
	/* Found in a tunnel, it must not look like the IP packet that carried it. */
	out->proto = out->ttl = 0;
	out->ip_bytes = 0;
	out->l3 = view_of(NULL, 0);
	return DECODE_PACKETS;
}

static bool
is_tag(uint16_t type)
{
	return type == TYPE_VLAN || type == TYPE_QINQ || type == TYPE_QINQ_OLD ||
	    type == TYPE_QINQ_OLDER || type == TYPE_VNTAG;
}

enum decode_count
type_read(struct walk *w, uint16_t type)
{
	while (is_tag(type)) {
		const bool names_vlan = type != TYPE_VNTAG;
		const uint16_t tag = view_be16(&w->at);

		view_skip(&w->at, names_vlan ? 0 : 2);
		type = view_be16(&w->at);
		if (w->at.bad)
			return DECODE_SHORT;
		if (++w->steps > STEPS_MOST)
			return DECODE_BAD_HEADER;
		if (names_vlan)
			w->out->vlan = tag & 0x0fff;
	}
	if (++w->steps > STEPS_MOST)
		return DECODE_BAD_HEADER;
	switch (type) {
	case TYPE_IPV4:
	case TYPE_IPV6:
		return ip_read(w);
	case TYPE_ARP:
		return arp_read(w);
	case TYPE_MPLS:
	case TYPE_MPLS_UP:
		return mpls_read(w);
	case TYPE_PPPOE:
		return pppoe_read(w);
	case TYPE_FABRICPATH:
		view_skip(&w->at, 2);
		return ether_read(w);
	case TYPE_BRIDGED:
		return ether_read(w);
	default:
		return type <= LENGTH_MOST ? llc_read(w) : DECODE_NOT_IP;
	}
}
