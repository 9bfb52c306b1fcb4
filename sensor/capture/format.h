/*
 * format: what the two file formats share with the reader.
 */
#ifndef FARHAND_CAPTURE_FORMAT_H
#define FARHAND_CAPTURE_FORMAT_H

#include <endian.h>

#include "capture/reader.h"

/* An interface of a pcapng section. */
struct face {
	int link;
	uint32_t snaplen;   /* 0: none */
	uint8_t resolution; /* if_tsresol */
	int64_t offset_s;   /* if_tsoffset */
};

struct reader {
	struct stream *in;
	uint64_t owed;       /* bytes of what was lent last, to be stepped over */
	const char *trouble; /* a sentence's end: "its ..."; NULL none */
	bool pcapng, big;    /* numbers are big-endian */

	/* pcap */
	bool nano;
	size_t record_bytes; /* of a record's header */
	int link;

	/* pcapng, of the current section */
	struct face *face;
	unsigned faces, face_room;
	int64_t last_us;
};

static inline uint16_t
format_u16(const struct reader *r, const uint8_t *p)
{
	struct view v = view_of(p, 2);

	return r->big ? view_be16(&v) : view_le16(&v);
}

static inline uint32_t
format_u32(const struct reader *r, const uint8_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
	return r->big ? be32toh(word) : le32toh(word);
}

/* Note what is wrong. */
static inline enum reader_got
format_broken(struct reader *r, const char *trouble)
{
	const char *of_stream = stream_trouble(r->in);

	r->trouble = of_stream != NULL ? of_stream : trouble;
	return READER_BROKEN;
}

/* pcap.c and pcapng.c: does a file of this format begin here?  If so take its header. */
bool pcap_begin(struct reader *r);
bool pcapng_begin(struct reader *r);

/* The next frame, where one may be. */
enum reader_got pcap_next_record(struct reader *r, struct frame *out);
enum reader_got pcapng_next_record(struct reader *r, struct frame *out);

/* As reader_more: ordinary frames, up to whatever is anything else. */
unsigned pcap_more(struct reader *r, struct frame *out, unsigned n);
unsigned pcapng_more(struct reader *r, struct frame *out, unsigned n);

/* pcapng.c: do these four bytes begin a section? */
bool pcapng_is_section(const uint8_t *p);

#endif
