/*
 * pcapng [draft-ietf-opsawg-pcapng]: blocks, of which five kinds matter here.
 *
 *   kind 4 | length 4 | ... | length 4
 *
 *   section      order magic 4 | versions 4 | section length 8 | options
 *   interface    link 2, 0 2 | snap length 4 | options
 *   packet       interface 4 | time 8 | captured 4 | wire 4 | bytes | options
 *   old packet   interface 2, drops 2, then as above
 *   simple       wire 4 | bytes
 *
 * Each section has its own byte order and interfaces, each interface its own
 * link type, snap length and clock.
 */
#include <stdlib.h>

#include "capture/format.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OLD = 2,
	BLOCK_SIMPLE = 3,
	BLOCK_PACKET = 6
};
enum { BLOCK_HEAD = 8, BLOCK_LEAST = 12, SECTION_LEAST = 28, FACES_MOST = 65536 };
enum { OPTION_END = 0, OPTION_RESOLUTION = 9, OPTION_OFFSET = 14 };

#define TIME_MOST 253402300799999999LL /* the end of the year 9999 */

static const char cut_short[] = "ends in the middle of a block";
static const char bad_length[] = "has a block of impossible length";

bool
pcapng_is_section(const uint8_t *p)
{
	static const uint8_t kind[] = { 0x0a, 0x0d, 0x0d, 0x0a };

	return memcmp(p, kind, sizeof(kind)) == 0;
}

bool
pcapng_begin(struct reader *r)
{
	static const uint8_t order[2][4] = { { 0x4d, 0x3c, 0x2b, 0x1a },
		{ 0x1a, 0x2b, 0x3c, 0x4d } };
	const uint8_t *p = stream_peek(r->in, 4);
	struct reader as;
	uint32_t length;

	if (p == NULL || !pcapng_is_section(p) || (p = stream_peek(r->in, SECTION_LEAST)) == NULL)
		return false;
	as = *r;
	as.big = memcmp(p + 8, order[1], 4) == 0;
	if (memcmp(p + 8, order[as.big], 4) != 0)
		return false;
	length = format_u32(&as, p + 4);
	if (length < SECTION_LEAST || length % 4 != 0 || format_u16(&as, p + 12) != 1)
		return false;
	as.pcapng = true;
	as.faces = 0;
	as.last_us = 0;
	as.owed = length;
	*r = as;
	return true;
}

/* Time in units of the interface's clock, to microseconds since 1970. */
static int64_t
to_us(const struct face *f, uint64_t ticks)
{
	const unsigned exponent = f->resolution & 0x7f;
	uint64_t seconds, rest, per = 1;

	if ((f->resolution & 0x80) != 0 && exponent < 64) {
		seconds = ticks >> exponent;
		rest = ticks - (seconds << exponent);
		/* Keep the product within 64 bits. */
		rest = exponent > 40 ? (rest >> (exponent - 40)) * 1000000 >> 40
				     : rest * 1000000 >> exponent;
	} else if ((f->resolution & 0x80) == 0 && exponent < 20) {
		for (unsigned i = 0; i < exponent; i++)
			per *= 10;
		seconds = ticks / per;
		rest = ticks % per;
		rest = per >= 1000000 ? rest / (per / 1000000) : rest * (1000000 / per);
	} else {
		return 0;
	}
	/* A negative offset that is too large wraps, and fails like one too far ahead. */
	seconds += (uint64_t)f->offset_s;
	if (seconds > TIME_MOST / 1000000)
		return 0;
	return (int64_t)(seconds * 1000000 + rest);
}

static void
read_face_options(const struct reader *r, struct face *f, struct view options)
{
	while (options.n >= 4) {
		const struct view head = view_take(&options, 4);
		const uint16_t kind = format_u16(r, head.p), length = format_u16(r, head.p + 2);
		const struct view value = view_take(&options, length);
		const uint8_t *p = value.p;
		uint64_t low, high;

		if (kind == OPTION_END || value.bad)
			return;
		view_skip(&options, -(size_t)length & 3);
		if (kind == OPTION_RESOLUTION && length >= 1)
			f->resolution = p[0];
		if (kind == OPTION_OFFSET && length == 8) {
			low = format_u32(r, r->big ? p + 4 : p);
			high = format_u32(r, r->big ? p : p + 4);
			f->offset_s = (int64_t)(high << 32 | low);
		}
	}
}

static enum reader_got
add_face(struct reader *r, struct view body)
{
	const struct view head = view_take(&body, 8);
	struct face *f;

	if (head.bad)
		return format_broken(r, bad_length);
	if (r->faces == r->face_room) {
		const unsigned room = r->face_room == 0 ? 8 : r->face_room * 2;

		f = room > FACES_MOST ? NULL : realloc(r->face, room * sizeof(*f));
		if (f == NULL)
			return format_broken(r, "has too many interfaces");
		r->face = f;
		r->face_room = room;
	}
	f = &r->face[r->faces++];
	*f = (struct face){ format_u16(r, head.p), format_u32(r, head.p + 4), 6, 0 };
	read_face_options(r, f, body);
	return READER_FRAME;
}

static enum reader_got
take_packet(struct reader *r, uint32_t kind, struct view body, struct frame *out)
{
	const struct view head = view_take(&body, 20);
	const struct face *f;
	uint32_t which, captured;

	if (head.bad)
		return format_broken(r, bad_length);
	which = kind == BLOCK_PACKET ? format_u32(r, head.p) : format_u16(r, head.p);
	captured = format_u32(r, head.p + 12);
	if (which >= r->faces)
		return format_broken(r, "has a frame of an interface it does not describe");
	if (captured > FRAME_MOST || captured > body.n)
		return format_broken(r, "has a frame of impossible length");
	f = &r->face[which];
	out->at_us = r->last_us =
	    to_us(f, (uint64_t)format_u32(r, head.p + 4) << 32 | format_u32(r, head.p + 8));
	out->link = f->link;
	out->wire_len = format_u32(r, head.p + 16);
	if (out->wire_len < captured)
		out->wire_len = captured;
	out->bytes = view_of(body.p, captured);
	return READER_FRAME;
}

/* No time of its own: that of the frame before.  Of the first interface. */
static enum reader_got
take_simple(struct reader *r, struct view body, struct frame *out)
{
	const struct view head = view_take(&body, 4);
	uint32_t captured;

	if (head.bad)
		return format_broken(r, bad_length);
	if (r->faces == 0)
		return format_broken(r, "has a frame of an interface it does not describe");
	out->wire_len = captured = format_u32(r, head.p);
	if (r->face[0].snaplen != 0 && captured > r->face[0].snaplen)
		captured = r->face[0].snaplen;
	if (captured > FRAME_MOST || captured > body.n)
		return format_broken(r, "has a frame of impossible length");
	out->at_us = r->last_us;
	out->link = r->face[0].link;
	out->bytes = view_of(body.p, captured);
	return READER_FRAME;
}

enum reader_got
pcapng_next_record(struct reader *r, struct frame *out)
{
	const uint8_t *p = stream_peek(r->in, BLOCK_HEAD);
	struct view body;
	uint32_t kind, length;

	out->bytes = view_of(NULL, 0);
	if (p == NULL)
		return format_broken(r, cut_short);
	kind = format_u32(r, p);
	length = format_u32(r, p + 4);
	if (length < BLOCK_LEAST || length % 4 != 0)
		return format_broken(r, bad_length);
	if (kind == BLOCK_SECTION)
		return format_broken(r, "has a damaged section header");
	r->owed = length;
	if (kind != BLOCK_INTERFACE && kind != BLOCK_PACKET && kind != BLOCK_PACKET_OLD &&
	    kind != BLOCK_SIMPLE)
		return READER_FRAME;
	if (length > STREAM_PEEK_MOST)
		return format_broken(r, bad_length);
	p = stream_peek(r->in, length);
	if (p == NULL)
		return format_broken(r, cut_short);
	if (format_u32(r, p + length - 4) != length)
		return format_broken(r, "has a block whose two lengths differ");
	body = view_of(p + BLOCK_HEAD, length - BLOCK_LEAST);
	if (kind == BLOCK_INTERFACE)
		return add_face(r, body);
	return kind == BLOCK_SIMPLE ? take_simple(r, body, out) : take_packet(r, kind, body, out);
}

unsigned
pcapng_more(struct reader *r, struct frame *out, unsigned n)
{
	size_t room;
	const uint8_t *p = stream_held(r->in, &room);
	uint64_t begin = 0, end = r->owed;
	unsigned taken = 0;
	uint32_t length;

	while (taken < n && end + BLOCK_LEAST <= room && format_u32(r, p + end) == BLOCK_PACKET) {
		length = format_u32(r, p + end + 4);
		if (length < BLOCK_LEAST || length % 4 != 0 || length > STREAM_PEEK_MOST ||
		    end + length > room || format_u32(r, p + end + length - 4) != length)
			break;
		if (take_packet(r, BLOCK_PACKET,
			view_of(p + end + BLOCK_HEAD, length - BLOCK_LEAST),
			&out[taken]) != READER_FRAME)
			break;
		taken++;
		begin = end;
		end += length;
	}
	r->owed = end - begin;
	stream_skip(r->in, begin); /* what was seen to be there */
	return taken;
}
