/*
 * fuzz_decode: frames of any bytes through decode.
 *
 *   link 2 | (length 2 | bytes)...
 *
 * The first two bytes choose the link type, the rest is split into frames of one
 * decoder, so that fragments and duplicates meet.  Every view must lie in memory
 * that can be read, and what is read at once must be what the walk reads.
 */
#include <stdlib.h>

#include "../unit/same_packet.h"
#include "wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static uint8_t
touch(struct view v)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < v.n; i++)
		sum ^= v.p[i];
	return sum;
}

/* A copy of its own size, so that the sanitizer sees every byte read beyond. */
static void
decode_one(struct decode *d, struct frame *f, struct view bytes)
{
	uint8_t *copy = malloc(bytes.n);
	volatile uint8_t sum;
	struct packet p, fast;

	if (copy == NULL && bytes.n > 0)
		abort();
	if (bytes.n > 0)
		memcpy(copy, bytes.p, bytes.n);
	f->bytes = view_of(copy, bytes.n);
	f->wire_len = (uint32_t)bytes.n;
	memset(&fast, 0xa5, sizeof(fast));
	if (fast_read(f, &fast) &&
	    (walk_read(d, f, &p) != DECODE_PACKETS || !same_packet(&fast, &p)))
		abort();
	if (decode_frame(d, f, &p)) {
		if (p.depth > 4 || p.payload.n > p.payload_bytes || p.l3.bad || p.payload.bad)
			abort();
		sum = (uint8_t)(touch(p.l3) ^ touch(p.payload));
		(void)sum;
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct decode_options options = { .datagrams = 3, .duplicate_us = 500 };
	struct decode *d = decode_new(&options);
	struct view all = view_of(data, n), bytes;
	struct frame f = { .at_us = 1700000000000000 };

	if (d == NULL)
		abort();
	f.link = view_be16(&all);
	while (!all.bad && all.n > 2) {
		const size_t want = view_be16(&all);

		bytes = view_take(&all, want < all.n ? want : all.n);
		f.ordinal++;
		f.at_us += 300;
		decode_one(d, &f, bytes);
	}
	decode_free(d);
	return 0;
}
