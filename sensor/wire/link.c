/*
 * link: from what libpcap calls the link type to what it carries.
 *
 * The values are libpcap's DLT_ and, where a file's LINKTYPE_ differs, that one
 * too [www.tcpdump.org/linktypes.html].
 */
#include "wire/wire.h"

enum {
	LINK_NULL = 0,
	LINK_PPP = 9,
	LINK_RAW = 12,
	LINK_RAW_OPENBSD = 14,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_RAW_FILE = 101,
	LINK_C_HDLC = 104,
	LINK_80211 = 105,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_RADIOTAP = 127,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_NFLOG = 239,
	LINK_SLL2 = 276
};

enum { ARPHRD_ETHER = 1, SLL_8023 = 0x0001, SLL_8022 = 0x0004, NFLOG_PAYLOAD = 9 };

/*
 * NULL and LOOP: the address family of the host that captured, in its byte
 * order or the network's.  IPv6 is 10 on Linux, 24, 28 and 30 on the BSDs.
 */
static enum decode_count
null_read(struct walk *w)
{
	uint32_t family = view_be32(&w->at);

	if (w->at.bad)
		return DECODE_SHORT;
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	switch (family) {
	case 2:
	case 10:
	case 24:
	case 28:
	case 30:
		return ip_read(w);
	default:
		return DECODE_NOT_IP;
	}
}

/* Of a cooked header: whose address it is, and what comes next. */
static enum decode_count
cooked_read(struct walk *w, uint16_t device, unsigned length, struct view addr, uint16_t proto)
{
	if (w->at.bad || addr.bad)
		return DECODE_SHORT;
	if (device == ARPHRD_ETHER && length == 6)
		memcpy(w->out->mac[0].b, addr.p, 6);
	if (proto == SLL_8023)
		return DECODE_NOT_IP;
	return proto == SLL_8022 ? llc_read(w) : type_read(w, proto);
}

/* kind 2 | device 2 | address length 2 | address 8 | protocol 2 */
static enum decode_count
sll_read(struct walk *w)
{
	uint16_t device, length, proto;
	struct view addr;

	view_skip(&w->at, 2);
	device = view_be16(&w->at);
	length = view_be16(&w->at);
	addr = view_take(&w->at, 8);
	proto = view_be16(&w->at);
	return cooked_read(w, device, length, addr, proto);
}

/* protocol 2 | 0 0 | interface 4 | device 2 | kind 1 | address length 1 | address 8 */
static enum decode_count
sll2_read(struct walk *w)
{
	uint16_t device, proto;
	uint8_t length;
	struct view addr;

	proto = view_be16(&w->at);
	view_skip(&w->at, 6);
	device = view_be16(&w->at);
	view_skip(&w->at, 1);
	length = view_u8(&w->at);
	addr = view_take(&w->at, 8);
	return cooked_read(w, device, length, addr, proto);
}

/* Cisco's HDLC: 0f (or 8f, to all) 00 | EtherType */
static enum decode_count
chdlc_read(struct walk *w)
{
	uint16_t type;

	view_skip(&w->at, 2);
	type = view_be16(&w->at);
	return w->at.bad ? DECODE_SHORT : type_read(w, type);
}

/* PPP; on HDLC links Cisco's framing is told by its address byte. */
static enum decode_count
hdlc_read(struct walk *w)
{
	struct view v = w->at;
	const uint8_t address = view_u8(&v);

	return address == 0x0f || address == 0x8f ? chdlc_read(w) : ppp_read(w);
}

/*
 * family 1 | version 1 | resource 2, then (length 2 | kind 2 | value) padded to
 * four, in the byte order of the host that captured.
 */
static enum decode_count
nflog_read(struct walk *w)
{
	struct view *v = &w->at;

	view_skip(v, 4);
	while (v->n >= 4) {
		const bool big = v->p[0] == 0 && v->p[1] >= 4 && v->p[2] == 0;
		const size_t length = big ? view_be16(v) : view_le16(v);
		const uint16_t kind = big ? view_be16(v) : view_le16(v);

		if (length < 4)
			return DECODE_BAD_HEADER;
		if (kind == NFLOG_PAYLOAD) {
			v->n = length - 4 < v->n ? length - 4 : v->n;
			return ip_read(w);
		}
		view_skip(v, ((length + 3) & ~(size_t)3) - 4);
	}
	return v->bad ? DECODE_SHORT : DECODE_NOT_IP;
}

enum decode_count
link_read(struct walk *w, int dlt)
{
	switch (dlt) {
	case LINK_ETHERNET:
		return ether_read(w);
	case LINK_RAW:
	case LINK_RAW_OPENBSD:
	case LINK_RAW_FILE:
	case LINK_IPV4:
	case LINK_IPV6:
		return ip_read(w);
	case LINK_SLL:
		return sll_read(w);
	case LINK_SLL2:
		return sll2_read(w);
	case LINK_NULL:
	case LINK_LOOP:
		return null_read(w);
	case LINK_PPP:
	case LINK_PPP_HDLC:
		return hdlc_read(w);
	case LINK_PPP_ETHER:
		return type_read(w, TYPE_PPPOE);
	case LINK_C_HDLC:
		return chdlc_read(w);
	case LINK_NFLOG:
		return nflog_read(w);
	case LINK_80211:
		return wifi_read(w, false);
	case LINK_RADIOTAP:
		return radiotap_read(w);
	default:
		return DECODE_LINK_UNKNOWN;
	}
}
