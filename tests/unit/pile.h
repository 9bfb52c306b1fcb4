/*
 * pile: frames for tests, written from the inside out.
 *
 * Each header is put before what is there and so knows how long that is.
 */
#ifndef FARHAND_TESTS_PILE_H
#define FARHAND_TESTS_PILE_H

#include "wire/decode.h"

enum { PILE_BYTES = 70000 };

struct pile {
	size_t at; /* first byte in use; the last is b[PILE_BYTES - 1] */
	uint8_t b[PILE_BYTES];
};

static inline void
pile_clear(struct pile *p)
{
	p->at = PILE_BYTES;
}

static inline size_t
pile_length(const struct pile *p)
{
	return PILE_BYTES - p->at;
}

static inline struct view
pile_view(const struct pile *p)
{
	return view_of(p->b + p->at, pile_length(p));
}

/* Put bytes in front; returns where they are. */
static inline uint8_t *
pile_put(struct pile *p, const void *bytes, size_t n)
{
	p->at -= n;
	memcpy(p->b + p->at, bytes, n);
	return p->b + p->at;
}

/* The same with a literal: "\x08\x00". */
#define PILE_PUT(p, text) pile_put(p, text, sizeof(text) - 1)

static inline void
pile_be16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void
pile_u16(struct pile *p, unsigned value)
{
	uint8_t b[2];

	pile_be16(b, value);
	pile_put(p, b, 2);
}

static inline void
pile_udp(struct pile *p, unsigned from, unsigned to)
{
	const size_t length = pile_length(p) + 8;

	pile_u16(p, 0);
	pile_u16(p, (unsigned)length);
	pile_u16(p, to);
	pile_u16(p, from);
}

/* options: a multiple of four bytes */
static inline void
pile_tcp(struct pile *p, unsigned from, unsigned to, uint8_t flags, const char *options, size_t n)
{
	uint8_t head[20] = { 0 };

	pile_put(p, options, n);
	pile_be16(head, from);
	pile_be16(head + 2, to);
	memcpy(head + 4, "\x01\x02\x03\x04\x0a\x0b\x0c\x0d", 8);
	head[12] = (uint8_t)((20 + n) / 4 << 4);
	head[13] = flags;
	pile_be16(head + 14, 0x1234);
	pile_put(p, head, sizeof(head));
}

static inline void
pile_sum_v4(uint8_t *head)
{
	uint32_t sum = 0;

	pile_be16(head + 10, 0);
	for (size_t i = 0; i < (head[0] & 15) * 4u; i += 2)
		sum += (uint32_t)head[i] << 8 | head[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	pile_be16(head + 10, ~(sum + (sum >> 16)) & 0xffff);
}

/* From 10.0.0.FROM to 10.0.0.TO; where: flags and offset as on the wire. */
static inline uint8_t *
pile_v4(struct pile *p, uint8_t proto, uint8_t from, uint8_t to, unsigned id, unsigned where)
{
	uint8_t head[20] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64, proto, 0, 0, 10, 0, 0, from, 10, 0, 0,
		to };

	pile_be16(head + 2, pile_length(p) + 20);
	pile_be16(head + 4, id);
	pile_be16(head + 6, where);
	pile_sum_v4(head);
	return pile_put(p, head, sizeof(head));
}

/* From 2001:db8::FROM to 2001:db8::TO. */
static inline uint8_t *
pile_v6(struct pile *p, uint8_t next, uint8_t from, uint8_t to)
{
	uint8_t head[40] = { 0x60, 0, 0, 0, 0, 0, next, 64, 0x20, 0x01, 0x0d, 0xb8 };

	memcpy(head + 24, head + 8, 4);
	head[23] = from;
	head[39] = to;
	pile_be16(head + 4, pile_length(p));
	return pile_put(p, head, sizeof(head));
}

static inline void
pile_ether(struct pile *p, unsigned type)
{
	pile_u16(p, type);
	PILE_PUT(p, "\x02\x00\x00\x00\x00\x0b\x02\x00\x00\x00\x00\x0a");
}

/* A whole packet: 10.0.0.1:5000 > 10.0.0.2:53, UDP, "hello". */
static inline void
pile_hello(struct pile *p)
{
	pile_clear(p);
	PILE_PUT(p, "hello");
	pile_udp(p, 5000, 53);
	pile_v4(p, PROTO_UDP, 1, 2, 7, 0);
}

/* Decode the pile as one frame of `link` at a time. */
static inline bool
pile_decode(struct decode *d, const struct pile *p, int link, int64_t at_us, struct packet *out)
{
	const struct frame f = { .ordinal = 1,
		.at_us = at_us,
		.link = link,
		.wire_len = (uint32_t)pile_length(p),
		.bytes = pile_view(p) };

	return decode_frame(d, &f, out);
}

#endif
