/*
 * websocket: frames of RFC 6455 5.2, as far as they tell who speaks.
 *
 *   fin+opcode | mask bit + length (7 bits; 126: 16 more; 127: 64 more) | [mask*4] | payload
 *
 * Who masks is the client: the standard's own word for who is who.
 */
#ifndef DISSECTORS_WEBSOCKET_H
#define DISSECTORS_WEBSOCKET_H

#include "dissectors/http_text.h"

/* Whole messages, of no extension. */
enum { WS_TEXT = 0x81, WS_BINARY = 0x82, WS_PING = 0x89, WS_PONG = 0x8a, WS_PLAIN = 64 };

struct ws_frame {
	uint8_t kind; /* WS_TEXT ... */
	bool masked;
	size_t header; /* bytes before the payload */
	uint64_t length;
	size_t n; /* bytes of payload that are here, at most WS_PLAIN */
	uint8_t plain[WS_PLAIN];
};

/* The client's side, by who sent the frame. */
static inline enum side
ws_client(const struct ws_frame *f, enum side from)
{
	return f->masked ? from : side_facing(from);
}

static inline uint64_t
ws_length(struct view *v, uint8_t seven)
{
	uint64_t high;

	if (seven == 126)
		return view_be16(v);
	if (seven < 126)
		return seven;
	high = view_be32(v);
	return high << 32 | view_be32(v);
}

/* The frame at the start of v; false while its own header is not complete. */
static inline bool
ws_read(struct view v, struct ws_frame *out)
{
	const size_t bytes = v.n;
	struct view mask = view_of(NULL, 0);
	uint8_t second;

	out->kind = view_u8(&v);
	second = view_u8(&v);
	out->masked = (second & 0x80) != 0;
	out->length = ws_length(&v, second & 0x7f);
	if (out->masked)
		mask = view_take(&v, 4);
	if (v.bad)
		return false;
	out->header = bytes - v.n;
	out->n = v.n < WS_PLAIN ? v.n : WS_PLAIN;
	if (out->n > out->length)
		out->n = (size_t)out->length;
	for (size_t i = 0; i < out->n; i++)
		out->plain[i] = (uint8_t)(v.p[i] ^ (out->masked ? mask.p[i % 4] : 0));
	return true;
}

/*
 * To the first frame, which may follow a request or its answer.  YES with *frames at
 * it; MORE while it may come; NO if the head is HTTP without a WebSocket.
 */
static inline enum probe
ws_enter(struct view head, struct view *frames)
{
	const enum probe asked = begins(head, "GET ", 4);
	const enum probe agreed = begins(head, "HTTP/1.1 101", 12);
	struct http_text t;
	enum probe whole;

	*frames = head;
	if (asked == PROBE_NO && agreed == PROBE_NO)
		return PROBE_YES;
	if (asked != PROBE_YES && agreed != PROBE_YES)
		return PROBE_MORE;
	whole = http_text_read(head, &t);
	if (whole != PROBE_YES)
		return whole;
	*frames = t.body;
	return http_is_websocket(&t) ? PROBE_YES : PROBE_NO;
}

#endif
