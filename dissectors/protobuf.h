/*
 * protobuf: one field at a time of a Protocol Buffers message
 * [protobuf.dev/programming-guides/encoding].
 */
#ifndef DISSECTORS_PROTOBUF_H
#define DISSECTORS_PROTOBUF_H

#include "farhand/view.h"

enum { PB_VARINT = 0, PB_BYTES = 2 };

struct pb_field {
	uint32_t number;
	uint8_t wire;      /* PB_VARINT or PB_BYTES: others make the message bad */
	struct view bytes; /* empty for PB_VARINT */
};

/* A varint of up to 64 bits, cut to 32. */
static inline uint32_t
pb_varint(struct view *v)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		const uint8_t b = view_u8(v);

		value |= (uint64_t)(b & 0x7f) << shift;
		if (b < 0x80)
			return (uint32_t)value;
	}
	view_spoil(v);
	return 0;
}

/* The next field; false at the end, or when v went bad. */
static inline bool
pb_next(struct view *v, struct pb_field *out)
{
	uint32_t key;

	if (v->n == 0)
		return false;
	key = pb_varint(v);
	out->number = key >> 3;
	out->wire = key & 7;
	out->bytes = view_of(v->p, 0);
	if (out->wire == PB_BYTES) {
		const uint32_t n = pb_varint(v);

		out->bytes = view_take(v, n);
	} else if (out->wire == PB_VARINT) {
		pb_varint(v);
	} else {
		view_spoil(v);
	}
	if (out->number == 0)
		view_spoil(v);
	return !v->bad;
}

/* Is all of v well-formed?  *out: the first field `number` of bytes, or bad. */
static inline bool
pb_find(struct view v, uint32_t number, struct view *out)
{
	struct pb_field f;

	*out = (struct view){ v.p, 0, true };
	while (pb_next(&v, &f)) {
		if (f.number == number && f.wire == PB_BYTES && out->bad)
			*out = f.bytes;
	}
	return !v.bad;
}

#endif
