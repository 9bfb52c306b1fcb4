/*
 * pcap: the classic format [draft-ietf-opsawg-pcap].
 *
 *   magic 4 | major 2, minor 2 | 0 8 | snap length 4 | link 4     once
 *   seconds 4 | micro- or nanoseconds 4 | captured 4 | wire 4     each, then the bytes
 *
 * The magic tells byte order, fraction, and a variant whose record headers are
 * eight bytes longer.
 */
#include "capture/format.h"

enum { FILE_HEAD = 24, RECORD_HEAD = 16, RECORD_HEAD_LONG = 24, LINK_MASK = 0x03ffffff };

struct magic {
	uint8_t magic[4];
	bool big, nano;
	size_t record_bytes;
};

static bool
take_header(struct reader *r, const struct magic *m)
{
	const uint8_t *p = stream_peek(r->in, FILE_HEAD);
	struct reader as = *r;

	as.big = m->big;
	if (p == NULL || format_u16(&as, p + 4) != 2 || format_u16(&as, p + 6) > 4)
		return false;
	as.pcapng = false;
	as.nano = m->nano;
	as.record_bytes = m->record_bytes;
	as.link = (int)(format_u32(&as, p + 20) & LINK_MASK);
	*r = as;
	return stream_skip(r->in, FILE_HEAD);
}

/* NULL: these four bytes are none. */
static const struct magic *
find_magic(const uint8_t *p)
{
	static const struct magic known[] = {
		{ { 0xd4, 0xc3, 0xb2, 0xa1 }, false, false, RECORD_HEAD },
		{ { 0xa1, 0xb2, 0xc3, 0xd4 }, true, false, RECORD_HEAD },
		{ { 0x4d, 0x3c, 0xb2, 0xa1 }, false, true, RECORD_HEAD },
		{ { 0xa1, 0xb2, 0x3c, 0x4d }, true, true, RECORD_HEAD },
		{ { 0x34, 0xcd, 0xb2, 0xa1 }, false, false, RECORD_HEAD_LONG },
		{ { 0xa1, 0xb2, 0xcd, 0x34 }, true, false, RECORD_HEAD_LONG },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (memcmp(p, known[i].magic, 4) == 0)
			return &known[i];
	}
	return NULL;
}

bool
pcap_begin(struct reader *r)
{
	const uint8_t *p = stream_peek(r->in, 4);
	const struct magic *m = p != NULL ? find_magic(p) : NULL;

	return m != NULL && take_header(r, m);
}

static void
fill_frame(const struct reader *r, const uint8_t *p, uint32_t captured, struct frame *out)
{
	const uint32_t fraction = format_u32(r, p + 4), wire = format_u32(r, p + 12);

	out->at_us = (int64_t)format_u32(r, p) * 1000000 + (r->nano ? fraction / 1000 : fraction);
	out->link = r->link;
	out->wire_len = wire < captured ? captured : wire;
	out->bytes = view_of(p + r->record_bytes, captured);
}

enum reader_got
pcap_next_record(struct reader *r, struct frame *out)
{
	const uint8_t *p = stream_peek(r->in, r->record_bytes);
	uint32_t captured;

	if (p == NULL)
		return format_broken(r, "ends in the middle of a frame");
	captured = format_u32(r, p + 8);
	if (captured > FRAME_MOST)
		return format_broken(r, "has a frame of impossible length");
	p = stream_peek(r->in, r->record_bytes + captured);
	if (p == NULL)
		return format_broken(r, "ends in the middle of a frame");
	fill_frame(r, p, captured, out);
	r->owed = r->record_bytes + captured;
	return READER_FRAME;
}

unsigned
pcap_more(struct reader *r, struct frame *out, unsigned n)
{
	uint32_t captured, second, known = 0; /* no magic, so seconds like it are none */
	size_t room;
	const uint8_t *p = stream_held(r->in, &room);
	uint64_t begin = 0, end = r->owed;
	unsigned taken = 0;

	while (taken < n && end + r->record_bytes <= room) {
		second = format_u32(r, p + end);
		captured = format_u32(r, p + end + 8);
		if (captured > FRAME_MOST || end + r->record_bytes + captured > room)
			break;
		if (second != known && (find_magic(p + end) || pcapng_is_section(p + end)))
			break;
		known = second;
		fill_frame(r, p + end, captured, &out[taken++]);
		/* The rest of its headers; the first line came with the record's own. */
		__builtin_prefetch(p + end + 64);
		__builtin_prefetch(p + end + 128);
		begin = end;
		end += r->record_bytes + captured;
	}
	r->owed = end - begin;
	stream_skip(r->in, begin); /* what was seen to be there */
	return taken;
}
