/*
 * fragments: a bounded store in which IP datagrams are put together.
 */
#ifndef FARHAND_WIRE_FRAGMENTS_H
#define FARHAND_WIRE_FRAGMENTS_H

#include "wire/decode.h"

/* One fragment, its views lent for the call. */
struct fragment {
	struct addr addr[2];
	uint32_t id;
	uint8_t proto;    /* of what was fragmented */
	uint16_t offset;  /* bytes */
	bool more;        /* others follow */
	struct view head; /* the headers before it that every fragment has */
	size_t next_at;   /* IPv6: where in head `proto` is named */
	struct view data;
};

struct fragments;

struct fragments *fragments_new(uint32_t datagrams);
void fragments_free(struct fragments *s); /* NULL allowed */

/*
 * Add one.  DECODE_PACKETS: it was the last one missing; *whole is the datagram
 * with its headers made good, lent until fragments_release.  Otherwise the
 * counter for this frame.  *lost rises by each older datagram given up to make
 * room or for its age.
 */
enum decode_count fragments_add(struct fragments *s, int64_t at_us, const struct fragment *f,
    struct view *whole, uint64_t *lost);

/* Take back all that was lent. */
void fragments_release(struct fragments *s);

#endif
