/*
 * rustdesk: what RustDesk's messages have in common over UDP and TCP.
 */
#ifndef DISSECTORS_RUSTDESK_H
#define DISSECTORS_RUSTDESK_H

#include "dissectors/protobuf.h"
#include "dissectors/say.h"

enum { RD_LENGTH_LEAST = 8, RD_LENGTH_MOST = 4096 };

/* Numbers of rendezvous.proto's RendezvousMessage. */
enum {
	RD_REGISTER_PEER = 6,
	RD_REGISTER_PEER_ANSWER = 7,
	RD_PUNCH_HOLE_REQUEST = 8,
	RD_PUNCH_HOLE_SENT = 10,
	RD_LOCAL_ADDR = 13,
	RD_REGISTER_KEY = 15,
	RD_REQUEST_RELAY = 18,
	RD_RELAY_ANSWER = 19,
	RD_PEER_DISCOVERY = 22,
	RD_ONLINE_REQUEST = 23,
	RD_KEY_EXCHANGE = 25
};

/* An id as RustDesk gives (nine or ten digits) or lets its owner choose. */
static inline bool
rd_is_id(struct view v)
{
	for (size_t i = 0; i < v.n; i++) {
		const uint8_t c = lower(v.p[i]);

		if (!is_digit(c) && (c < 'a' || c > 'z') && c != '_' && c != '-')
			return false;
	}
	return !v.bad && v.n >= 6 && v.n <= 16;
}

static inline bool
rd_is_number(struct view v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (!is_digit(v.p[i]))
			return false;
	}
	return v.n > 0;
}

/* A message is one field, which fills it. */
static inline bool
rd_open(struct view v, struct pb_field *out)
{
	return pb_next(&v, out) && v.n == 0 && out->wire == PB_BYTES;
}

/*
 * The first message over TCP, which begins with one of `tags`; MORE until it is whole,
 * NO as soon as it cannot be.
 */
static inline enum probe
rd_take_message(struct view *head, struct view tags, struct view *out)
{
	uint32_t length = 0;
	unsigned bytes;

	if (head->n == 0)
		return PROBE_MORE;
	bytes = (head->p[0] & 3u) + 1;
	for (unsigned i = 0; i < bytes; i++)
		length |= (uint32_t)view_u8(head) << (8 * i);
	length >>= 2;
	if (head->n > 0 && memchr(tags.p, head->p[0], tags.n) == NULL)
		return PROBE_NO;
	if (head->bad)
		return PROBE_MORE;
	if (length < RD_LENGTH_LEAST || length > RD_LENGTH_MOST)
		return PROBE_NO;
	*out = view_take(head, length);
	return out->bad ? PROBE_MORE : PROBE_YES;
}

static inline void
rd_say(struct obs_list *out, enum sureness sure)
{
	say_protocol(out, "rustdesk");
	say_product(out, "rustdesk", sure);
}

#endif
