/*
 * ip: IPv4 [RFC 791] and IPv6 [RFC 8200] with its extension headers.
 *
 *   4 words | class | length 2 | id 2 | flags 3, offset 13 | ttl | proto | sum 2 | from 4 | to 4
 *   6 class label 4 | length 2 | next | ttl | from 16 | to 16 | next, length, ... | ...
 */
#include "wire/duplicates.h"
#include "wire/fragments.h"
#include "wire/wire.h"

enum { HEADERS_MOST = 10, V4_MORE = 0x2000, V4_OFFSET = 0x1fff };
enum {
	NEXT_HOPS = 0,
	NEXT_ROUTING = 43,
	NEXT_FRAGMENT = 44,
	NEXT_OPTIONS = 60,
	NEXT_MOBILITY = 135
};

/*
 * Leave in w->at only the `total` bytes of an IP packet.  False if the packet
 * claims more than the one that carries it has room for; but mirrors may cut.
 */
static bool
fit(struct walk *w, size_t total)
{
	const bool inside = w->out->depth > 0 && w->out->tunnel != TUNNEL_ERSPAN;

	if (inside && total > w->at.n + w->missing)
		return false;
	if (total <= w->at.n) {
		w->at.n = total;
		w->missing = 0;
	} else {
		w->missing = total - w->at.n;
	}
	return true;
}

static bool
checksum_holds(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return ((sum & 0xffff) + (sum >> 16)) == 0xffff;
}

/* AH says in clear what it guards: it is stepped over like an IPv6 extension. */
static enum decode_count
upper_read(struct walk *w, uint8_t proto)
{
	enum decode_count result;

	for (int i = 0; proto == PROTO_AH; i++) {
		const uint8_t next = view_u8(&w->at);
		const size_t words = view_u8(&w->at);

		view_skip(&w->at, (words + 2) * 4 - 2);
		if (w->at.bad)
			return DECODE_SHORT;
		if (i == HEADERS_MOST)
			return DECODE_BAD_HEADER;
		proto = next;
	}
	return tunnel_read(w, proto, &result) ? result : transport_read(w, proto);
}

/* Keep a fragment; with the last one go on with the whole. */
static enum decode_count
fragment_read(struct walk *w, const struct fragment *f)
{
	struct decode *d = w->d;
	const int64_t at_us = w->out->at_us;
	enum decode_count c;

	if (w->out->l3.p == w->whole) /* a fragment made of fragments */
		return DECODE_BAD_HEADER;
	if (w->missing > 0)
		return DECODE_FRAGMENT_LOST;
	if (d->duplicates != NULL && duplicates_seen(d->duplicates, at_us, &w->out->l3))
		return DECODE_DUPLICATE;
	c = fragments_add(d->fragments, at_us, f, &w->at, &d->counts[DECODE_FRAGMENT_LOST]);
	if (c != DECODE_PACKETS)
		return c;
	w->out->reassembled = true;
	w->whole = w->at.p;
	return ip_read(w);
}

static enum decode_count
v4_fragment_read(struct walk *w, uint16_t id, uint16_t where, struct view head, uint8_t proto)
{
	struct fragment f = {
		.addr = { w->out->addr[0], w->out->addr[1] },
		.id = id,
		.proto = proto,
		.offset = (uint16_t)((where & V4_OFFSET) * 8),
		.more = (where & V4_MORE) != 0,
		.head = head,
		.data = w->at,
	};

	return fragment_read(w, &f);
}

static enum decode_count
v4_read(struct walk *w)
{
	struct packet *out = w->out;
	struct view v = w->at, head, from, to;
	const size_t head_bytes = (view_u8(&v) & 15) * 4u;
	uint16_t id, where;
	uint8_t proto;
	size_t total;

	view_skip(&v, 1);
	total = view_be16(&v);
	id = view_be16(&v);
	where = view_be16(&v);
	out->ttl = view_u8(&v);
	proto = view_u8(&v);
	view_skip(&v, 2);
	from = view_take(&v, 4);
	to = view_take(&v, 4);
	if (v.bad || head_bytes > w->at.n)
		return DECODE_SHORT;
	if (total == 0) /* segmentation is left to the network card */
		total = w->at.n + w->missing;
	if (head_bytes < 20 || total < head_bytes || !fit(w, total))
		return DECODE_BAD_HEADER;
	out->l3 = w->at;
	out->addr[0] = addr_v4(from.p);
	out->addr[1] = addr_v4(to.p);
	out->ip_bytes = (uint32_t)total;
	head = view_take(&w->at, head_bytes);
	if (head.p != w->whole && !checksum_holds(head.p, head_bytes))
		out->bad_checksum = true;
	if ((where & (V4_MORE | V4_OFFSET)) != 0)
		return v4_fragment_read(w, id, where, head, proto);
	return upper_read(w, proto);
}

/* Does it carry the whole packet (RFC 6946), so that there is nothing to wait for? */
static bool
is_whole(const struct view *v)
{
	return v->n >= 8 && v->p[2] == 0 && (v->p[3] & 0xf9) == 0;
}

/* next | 0 | offset 13, 0 2, more 1 | id 4 */
static enum decode_count
v6_fragment_read(struct walk *w, struct view head, size_t next_at)
{
	struct fragment f = { .head = head, .next_at = next_at };
	uint16_t where;

	f.proto = view_u8(&w->at);
	view_skip(&w->at, 1);
	where = view_be16(&w->at);
	f.id = view_be32(&w->at);
	if (w->at.bad)
		return DECODE_SHORT;
	f.offset = where & 0xfff8;
	f.more = (where & 1) != 0;
	f.addr[0] = w->out->addr[0];
	f.addr[1] = w->out->addr[1];
	f.data = w->at;
	return fragment_read(w, &f);
}

/* Step over extension headers until the transport. */
static enum decode_count
v6_next_read(struct walk *w, uint8_t next)
{
	const uint8_t *start = w->out->l3.p;
	size_t next_at = 6; /* where `next` is written */

	for (int i = 0; i < HEADERS_MOST; i++) {
		const size_t at = (size_t)(w->at.p - start);
		size_t eights;
		bool fixed;

		switch (next) {
		case NEXT_HOPS:
		case NEXT_ROUTING:
		case NEXT_OPTIONS:
		case NEXT_MOBILITY:
		case NEXT_FRAGMENT:
			break;
		default:
			return upper_read(w, next);
		}
		if (next == NEXT_FRAGMENT && !is_whole(&w->at))
			return v6_fragment_read(w, view_of(start, at), next_at);
		fixed = next == NEXT_FRAGMENT; /* its second byte is no length */
		next = view_u8(&w->at);
		eights = view_u8(&w->at);
		view_skip(&w->at, (fixed ? 0 : eights * 8) + 6);
		if (w->at.bad)
			return DECODE_SHORT;
		next_at = at;
	}
	return DECODE_BAD_HEADER;
}

static enum decode_count
v6_read(struct walk *w)
{
	struct packet *out = w->out;
	struct view v = w->at, from, to;
	size_t total;
	uint8_t next;

	view_skip(&v, 4);
	total = view_be16(&v);
	next = view_u8(&v);
	out->ttl = view_u8(&v);
	from = view_take(&v, 16);
	to = view_take(&v, 16);
	if (v.bad)
		return DECODE_SHORT;
	/* No length: a jumbogram [RFC 2675], or segmentation left to the network card. */
	total = total == 0 && next != 59 ? w->at.n + w->missing : total + 40;
	if (!fit(w, total))
		return DECODE_BAD_HEADER;
	out->l3 = w->at;
	out->addr[0] = addr_v6(from.p);
	out->addr[1] = addr_v6(to.p);
	out->ip_bytes = (uint32_t)total;
	view_skip(&w->at, 40);
	return v6_next_read(w, next);
}

enum decode_count
ip_read(struct walk *w)
{
	if (w->at.n == 0)
		return DECODE_SHORT;
	switch (w->at.p[0] >> 4) {
	case 4:
		return v4_read(w);
	case 6:
		return v6_read(w);
	default:
		return DECODE_BAD_HEADER;
	}
}
