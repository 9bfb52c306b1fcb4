/*
 * rustdesk: what RustDesk's messages have in common over UDP and TCP.
 */
#ifndef DISSECTORS_RUSTDESK_H
#define DISSECTORS_RUSTDESK_H

#include "dissectors/protobuf.h"
#include "dissectors/say.h"

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

static inline void
rd_say(struct obs_list *out, enum sureness sure)
{
	say_protocol(out, "rustdesk");
	say_product(out, "rustdesk", sure);
}

#endif
