/*
 * tunnel: packets inside packets.
 *
 *   GRE     C R K S, 0, version 3 | type 2 | sum 4 | key 4 | seq 4          [RFC 2784, 2890]
 *   ERSPAN  I: none; II: version 4, vlan 12, ... 8 bytes; III: 12, and 8 if its last bit is set
 *                                                          [draft-foschiano-erspan-03]
 *   VXLAN   flags | 0 3 | network 3 | 0                                     [RFC 7348]
 *   GENEVE  version 2, words 6 | flags | type 2 | network 3 | 0 | options   [RFC 8926]
 *   GTP-U   version 3, 1, 0, E S N | kind | length 2 | tunnel 4 | seq 2, n-pdu, next | ...
 *                                                                           [3GPP TS 29.281]
 *
 * UDP ports are only a hint: a header that cannot be, or an inside that cannot
 * be read, leave the packet what it is without us, a datagram.
 */
#include "wire/wire.h"

enum {
	GRE_SUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQ = 0x1000,
	GRE_VERSION = 7
};
enum { GRE_ERSPAN = 0x88be, GRE_ERSPAN_III = 0x22eb };
enum { GTPU_VERSION_1 = 0x30, GTPU_FIXED = 0xf8, GTPU_MORE = 7, GTPU_NEXT = 4, GTPU_T_PDU = 255 };

/* What a tunnel's header announces. */
struct inside {
	enum tunnel kind;
	uint16_t type; /* EtherType */
};

static bool
erspan_open(struct view *v, uint16_t type, bool numbered)
{
	struct view head;

	if (type == GRE_ERSPAN && !numbered)
		return true; /* type I has no header of its own */
	head = view_take(v, type == GRE_ERSPAN ? 8 : 12);
	if (head.bad || head.p[0] >> 4 != (type == GRE_ERSPAN ? 1 : 2))
		return false;
	if (type == GRE_ERSPAN_III && (head.p[11] & 1) != 0)
		view_skip(v, 8);
	return !v->bad;
}

static bool
gre_open(struct view *v, struct inside *out)
{
	const uint16_t flags = view_be16(v), type = view_be16(v);

	view_skip(v, (flags & GRE_SUM) != 0 ? 4 : 0);
	view_skip(v, (flags & GRE_KEY) != 0 ? 4 : 0);
	view_skip(v, (flags & GRE_SEQ) != 0 ? 4 : 0);
	if (v->bad || (flags & (GRE_ROUTING | GRE_VERSION)) != 0)
		return false;
	switch (type) {
	case TYPE_IPV4:
	case TYPE_IPV6:
	case TYPE_MPLS:
	case TYPE_BRIDGED:
		*out = (struct inside){ TUNNEL_GRE, type };
		return true;
	case GRE_ERSPAN:
	case GRE_ERSPAN_III:
		*out = (struct inside){ TUNNEL_ERSPAN, TYPE_BRIDGED };
		return erspan_open(v, type, (flags & GRE_SEQ) != 0);
	default:
		return false;
	}
}

static bool
vxlan_open(struct view *v, struct inside *out)
{
	const uint32_t flags = view_be32(v), network = view_be32(v);

	*out = (struct inside){ TUNNEL_VXLAN, TYPE_BRIDGED };
	return !v->bad && (flags & 0x08000000) != 0 && (network & 0xff) == 0;
}

static bool
geneve_open(struct view *v, struct inside *out)
{
	const uint8_t head = view_u8(v);
	uint16_t type;
	uint32_t network;

	view_skip(v, 1);
	type = view_be16(v);
	network = view_be32(v);
	view_skip(v, (head & 0x3f) * 4u);
	*out = (struct inside){ TUNNEL_GENEVE, type };
	return !v->bad && head >> 6 == 0 && (network & 0xff) == 0 &&
	    (type == TYPE_BRIDGED || type == TYPE_IPV4 || type == TYPE_IPV6);
}

/* Extension headers: length in fours, then to the byte that names the next. */
static bool
gtpu_skip_extensions(struct view *v, uint8_t next)
{
	for (int i = 0; next != 0; i++) {
		const size_t fours = view_u8(v);

		if (fours == 0 || i == 8)
			return false;
		view_skip(v, fours * 4 - 2);
		next = view_u8(v);
	}
	return !v->bad;
}

static bool
gtpu_open(struct view *v, size_t room, struct inside *out)
{
	const uint8_t flags = view_u8(v), kind = view_u8(v);
	const uint16_t length = view_be16(v);
	uint8_t next = 0;

	view_skip(v, 4);
	if ((flags & GTPU_MORE) != 0) {
		view_skip(v, 3);
		next = view_u8(v);
	}
	*out = (struct inside){ TUNNEL_GTPU, TYPE_IPV4 };
	if (v->bad || (flags & GTPU_FIXED) != GTPU_VERSION_1 || kind != GTPU_T_PDU ||
	    length + 8u > room)
		return false;
	return (flags & GTPU_NEXT) == 0 || gtpu_skip_extensions(v, next);
}

static bool
udp_open(struct walk *w, struct inside *out)
{
	struct view *v = &w->at;
	size_t length, room = v->n + w->missing;
	uint16_t port;

	view_skip(v, 2);
	port = view_be16(v);
	if (!may_be_tunnel(port))
		return false;
	length = view_be16(v);
	view_skip(v, 2);
	if (length == 0) /* left to the network card */
		length = room;
	if (v->bad || length < 8 || length > room)
		return false;
	room = length - 8;
	w->missing = room > v->n ? room - v->n : 0;
	v->n = room < v->n ? room : v->n;
	if (port == PORT_GENEVE)
		return geneve_open(v, out);
	return port == PORT_GTPU ? gtpu_open(v, room, out) : vxlan_open(v, out);
}

static bool
tunnel_open(struct walk *w, uint8_t proto, struct inside *out)
{
	switch (proto) {
	case PROTO_UDP:
		return udp_open(w, out);
	case PROTO_GRE:
		return gre_open(&w->at, out);
	case PROTO_IPIP:
	case PROTO_IPV6:
		*out = (struct inside){ TUNNEL_IPIP, proto == PROTO_IPIP ? TYPE_IPV4 : TYPE_IPV6 };
		return true;
	default:
		return false;
	}
}

/* The outermost tunnel is the endpoint's, unless it is only the mirror's. */
static void
note_tunnel(struct packet *out, enum tunnel kind)
{
	if (out->tunnel == TUNNEL_NONE || out->tunnel == TUNNEL_ERSPAN) {
		out->tunnel = kind;
		memcpy(out->outer, out->addr, sizeof(out->outer));
	}
	out->depth++;
}

/* Did the walk through the inside fail on bytes that may not be what we took them for? */
static bool
is_unreadable(enum decode_count c)
{
	return c == DECODE_NOT_IP || c == DECODE_SHORT || c == DECODE_BAD_HEADER;
}

bool
tunnel_read(struct walk *w, uint8_t proto, enum decode_count *result)
{
	const struct walk before = *w;
	struct packet outer;
	struct inside in;

	if (!tunnel_open(w, proto, &in)) {
		*w = before;
		return false;
	}
	if (w->out->depth == TUNNELS_DEEP) {
		*result = DECODE_TOO_DEEP;
		return true;
	}
	outer = *w->out;
	note_tunnel(w->out, in.kind);
	*result = type_read(w, in.type);
	if (!is_unreadable(*result) || in.kind == TUNNEL_ERSPAN)
		return true;
	*w = before;
	*w->out = outer;
	return false;
}
