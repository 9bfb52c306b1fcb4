/*
 * transport: TCP [RFC 9293], UDP [RFC 768], the ports of SCTP, and the rest as it is.
 *
 *   from 2 | to 2 | seq 4 | ack 4 | words 4, 0 4, flags 8 | window 2 | sum 2 | urgent 2 | options
 *   from 2 | to 2 | length 2 | sum 2
 */
#include "wire/wire.h"

enum { OPTION_END = 0, OPTION_PAD = 1, OPTION_MSS = 2 };

uint16_t
tcp_mss(struct view options)
{
	while (options.n > 0) {
		const uint8_t kind = view_u8(&options);
		uint8_t length;
		struct view value;

		if (kind == OPTION_END)
			break;
		if (kind == OPTION_PAD)
			continue;
		length = view_u8(&options);
		if (length < 2)
			break;
		value = view_take(&options, length - 2u);
		if (kind == OPTION_MSS && value.n == 2)
			return view_be16(&value);
	}
	return 0;
}

/* The payload, and how long it is by the headers, whatever was captured of it. */
static enum decode_count
note_payload(struct walk *w, size_t head_bytes)
{
	const size_t room = w->at.n + w->missing;
	struct packet *out = w->out;

	out->payload_bytes = (uint32_t)(room - head_bytes);
	if (head_bytes <= w->at.n)
		view_skip(&w->at, head_bytes);
	else
		w->at.n = 0;
	out->payload = w->at;
	return DECODE_PACKETS;
}

static enum decode_count
tcp_read(struct walk *w)
{
	struct packet *out = w->out;
	struct view v = w->at;
	size_t head_bytes;

	out->port[0] = view_be16(&v);
	out->port[1] = view_be16(&v);
	out->tcp_seq = view_be32(&v);
	out->tcp_ack = view_be32(&v);
	head_bytes = (view_u8(&v) >> 4) * 4u;
	out->tcp_flags = view_u8(&v);
	out->tcp_window = view_be16(&v);
	view_skip(&v, 4);
	if (v.bad)
		return DECODE_SHORT;
	if (head_bytes < 20 || head_bytes > w->at.n + w->missing)
		return DECODE_BAD_HEADER;
	if ((out->tcp_flags & TCP_SYN) != 0) {
		v.n = head_bytes - 20 < v.n ? head_bytes - 20 : v.n;
		out->tcp_mss = tcp_mss(v);
	}
	return note_payload(w, head_bytes);
}

static enum decode_count
udp_read(struct walk *w)
{
	struct packet *out = w->out;
	struct view v = w->at;
	const size_t room = w->at.n + w->missing;
	size_t length;

	out->port[0] = view_be16(&v);
	out->port[1] = view_be16(&v);
	length = view_be16(&v);
	view_skip(&v, 2);
	if (v.bad)
		return DECODE_SHORT;
	if (length == 0) /* a jumbogram, or left to the network card */
		length = room;
	if (length < 8)
		return DECODE_BAD_HEADER;
	if (length < room) {
		w->missing = length > w->at.n ? length - w->at.n : 0;
		w->at.n = length < w->at.n ? length : w->at.n;
	}
	return note_payload(w, 8);
}

static enum decode_count
sctp_read(struct walk *w)
{
	struct view v = w->at;

	w->out->port[0] = view_be16(&v);
	w->out->port[1] = view_be16(&v);
	view_skip(&v, 8);
	return v.bad ? DECODE_SHORT : note_payload(w, 12);
}

enum decode_count
transport_read(struct walk *w, uint8_t proto)
{
	w->out->proto = proto;
	switch (proto) {
	case PROTO_TCP:
		return tcp_read(w);
	case PROTO_UDP:
		return udp_read(w);
	case PROTO_SCTP:
		return sctp_read(w);
	default:
		return note_payload(w, 0);
	}
}
