/*
 * fast: the frames that nearly all traffic is made of, read at once.
 *
 *   to 6 | from 6 | [tag 4 | [tag 4]] | type 2
 *     | IPv4 without options, or IPv6 without extensions, neither in fragments
 *     | TCP, or UDP to a port where no tunnel is
 *
 * One look at the frame's length replaces a look at every field.  What is not quite
 * like this, be it only cut or odd, is left to the walk, which has the words for it.
 */
#include "wire/wire.h"

/* The shortest frame read here: with it, two tags, IPv4 and UDP can be looked at unasked. */
enum { TAGS_MOST = 2, FRAME_LEAST = 14 + TAGS_MOST * 4 + 20 + 8 };
enum { V4_BYTES = 20, V6_BYTES = 40, TCP_BYTES = 20, UDP_BYTES = 8 };

static inline bool
names_vlan(uint16_t type)
{
	return type == TYPE_VLAN || type == TYPE_QINQ || type == TYPE_QINQ_OLD ||
	    type == TYPE_QINQ_OLDER;
}

/*
 * Ones' complement sums do not mind the order of bytes, nor how many are added at a
 * time [RFC 1071]: 65535 divides 2^64 - 1, where a carry comes back as one.
 */
static inline bool
sum_holds(const uint8_t *ip)
{
	uint64_t a, b, sum;
	uint32_t c;

	memcpy(&a, ip, 8);
	memcpy(&b, ip + 8, 8);
	memcpy(&c, ip + 16, 4);
	sum = a + b;
	sum += sum < a;
	sum += c;
	sum += sum < c;
	return sum % 65535 == 0;
}

/* at: the transport's header and all it carries, n bytes, UDP_BYTES at least. */
static inline bool
tcp_fill(const uint8_t *at, size_t n, struct packet *out)
{
	const size_t head_bytes = n < TCP_BYTES ? 0 : (at[12] >> 4) * 4u;

	if (head_bytes < TCP_BYTES || head_bytes > n)
		return false;
	out->proto = PROTO_TCP;
	out->tcp_seq = be32_at(at + 4);
	out->tcp_ack = be32_at(at + 8);
	out->tcp_flags = at[13];
	out->tcp_window = be16_at(at + 14);
	out->tcp_mss = 0;
	out->payload = view_of(at + head_bytes, n - head_bytes);
	return true;
}

static inline bool
udp_fill(const uint8_t *at, size_t n, struct packet *out)
{
	const size_t length = be16_at(at + 4);

	if (length < UDP_BYTES || length > n || may_be_tunnel(be16_at(at + 2)))
		return false;
	out->proto = PROTO_UDP;
	out->tcp_seq = out->tcp_ack = 0;
	out->tcp_flags = 0;
	out->tcp_window = out->tcp_mss = 0;
	out->payload = view_of(at + UDP_BYTES, length - UDP_BYTES);
	return true;
}

/* ip: a packet of `total` bytes, all here; `head_bytes` are its header, UDP_BYTES or more follow.
 */
static inline bool
ip_fill(const uint8_t *ip, size_t head_bytes, size_t total, uint8_t proto, struct packet *out)
{
	const uint8_t *at = ip + head_bytes;
	const size_t n = total - head_bytes;

	if (proto == PROTO_TCP ? !tcp_fill(at, n, out)
			       : proto != PROTO_UDP || !udp_fill(at, n, out))
		return false;
	out->port[0] = be16_at(at);
	out->port[1] = be16_at(at + 2);
	out->ip_bytes = (uint32_t)total;
	out->payload_bytes = (uint32_t)out->payload.n;
	out->l3 = view_of(ip, total);
	return true;
}

/* ip: FRAME_LEAST less Ethernet and tags, or more: n bytes. */
static inline bool
v4_fill(const uint8_t *ip, size_t n, struct packet *out)
{
	const size_t total = be16_at(ip + 2);

	if (ip[0] != 0x45 || (be16_at(ip + 6) & 0x3fff) != 0 || total > n ||
	    total < V4_BYTES + UDP_BYTES || !ip_fill(ip, V4_BYTES, total, ip[9], out))
		return false;
	out->addr[0] = addr_v4(ip + 12);
	out->addr[1] = addr_v4(ip + 16);
	out->ttl = ip[8];
	out->bad_checksum = !sum_holds(ip);
	return true;
}

static inline bool
v6_fill(const uint8_t *ip, size_t n, struct packet *out)
{
	const size_t length = be16_at(ip + 4);

	if (ip[0] >> 4 != 6 || V6_BYTES + length > n || length < UDP_BYTES ||
	    !ip_fill(ip, V6_BYTES, V6_BYTES + length, ip[6], out))
		return false;
	out->addr[0] = addr_v6(ip + 8);
	out->addr[1] = addr_v6(ip + 24);
	out->ttl = ip[7];
	out->bad_checksum = false;
	return true;
}

/* Last of all and apart: the others need not make room for it. */
__attribute__((noinline)) static bool
mss_fill(struct packet *out)
{
	const uint8_t *at = out->l3.p + (out->l3.p[0] >> 4 == 4 ? V4_BYTES : V6_BYTES) + TCP_BYTES;

	out->tcp_mss = tcp_mss(view_of(at, (size_t)(out->payload.p - at)));
	return true;
}

bool
fast_read(const struct frame *f, struct packet *out)
{
	const uint8_t *p = f->bytes.p;
	size_t at = 14;
	uint16_t type, vlan = 0;

	if (f->link != LINK_ETHERNET || f->bytes.n < FRAME_LEAST)
		return false;
	type = be16_at(p + 12);
	for (int i = 0; type != TYPE_IPV4 && i < TAGS_MOST && names_vlan(type); i++, at += 4) {
		vlan = be16_at(p + at) & 0x0fff;
		type = be16_at(p + at + 2);
	}
	if (type == TYPE_IPV4 ? !v4_fill(p + at, f->bytes.n - at, out)
			      : type != TYPE_IPV6 || !v6_fill(p + at, f->bytes.n - at, out))
		return false;
	out->kind = PACKET_IP;
	out->ordinal = f->ordinal;
	out->at_us = f->at_us;
	out->source = f->source;
	memcpy(out->mac[0].b, p + 6, 6);
	memcpy(out->mac[1].b, p, 6);
	out->vlan = vlan;
	out->reassembled = false;
	out->depth = 0;
	out->tunnel = TUNNEL_NONE;
	memset(out->outer, 0, sizeof(out->outer));
	return (out->tcp_flags & TCP_SYN) == 0 || mss_fill(out);
}
