/*
 * ring: see ring.h.  Either side tells the other of its place now and then only: the
 * line that both look at moves seldom.
 */
#include "ring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = sizeof(struct ring_record), TELL = 16 * 1024, AHEAD = 2048 };

int
ring_open(struct ring *r, uint64_t size)
{
	assert((size & (size - 1)) == 0);
	memset(r, 0, sizeof(*r));
	if (gate_open(&r->written) != 0)
		return -1;
	if (gate_open(&r->read) != 0)
		goto err0;
	r->bytes = aligned_alloc(CACHE_LINE, size);
	if (r->bytes == NULL)
		goto err1;
	r->size = r->free_to = size;
	return 0;
err1:
	gate_close(&r->read);
err0:
	gate_close(&r->written);
	return -1;
}

void
ring_close(struct ring *r)
{
	if (r->bytes == NULL)
		return;
	free(r->bytes);
	r->bytes = NULL;
	gate_close(&r->read);
	gate_close(&r->written);
}

void
ring_flush(struct ring *r)
{
	if (r->told == r->write_at)
		return;
	r->told = r->write_at;
	gate_raise(&r->written, r->told);
}

/* Bytes that a record of n takes at the writer's place: it is never split. */
static uint64_t
span_of(const struct ring *r, uint64_t n)
{
	const uint64_t left = r->size - (r->write_at & (r->size - 1));

	return n <= left ? n : left + n;
}

/* The reader had it last: by the next record it is here. */
static void
fetch_room(const struct ring *r, uint64_t n)
{
	for (uint64_t i = 0; i < n; i += CACHE_LINE)
		__builtin_prefetch(r->bytes + ((r->write_at + i) & (r->size - 1)), 1);
}

static struct ring_record *
put(struct ring *r, uint32_t kind, struct ring_key key, uint64_t n)
{
	const uint64_t at = r->write_at & (r->size - 1), left = r->size - at;
	struct ring_record *record = (struct ring_record *)(r->bytes + at);

	assert(n <= r->size / 2); /* else it might never fit, wherever the end is */
	if (n > left) {
		/* Less than a head may be left: only its length and kind would not fit. */
		if (left >= HEAD)
			*record =
			    (struct ring_record){ .bytes = (uint32_t)left, .kind = RING_SKIP };
		r->write_at += left;
		record = (struct ring_record *)r->bytes;
	}
	record->key = key;
	record->bytes = (uint32_t)n;
	record->kind = kind;
	r->write_at += n;
	fetch_room(r, n);
	return record;
}

static uint64_t
whole(size_t body)
{
	return (HEAD + body + 7) & ~7ull;
}

/* Is there room up to here?  The reader's place is looked at only where it may matter. */
static bool
is_free(struct ring *r, uint64_t end)
{
	if (end > r->free_to)
		r->free_to = gate_at(&r->read) + r->size;
	return end <= r->free_to;
}

struct ring_record *
ring_try(struct ring *r, uint32_t kind, struct ring_key key, size_t body)
{
	const uint64_t n = whole(body);

	return is_free(r, r->write_at + span_of(r, n)) ? put(r, kind, key, n) : NULL;
}

struct ring_record *
ring_write(struct ring *r, uint32_t kind, struct ring_key key, size_t body)
{
	const uint64_t n = whole(body);
	const uint64_t end = r->write_at + span_of(r, n);

	if (!is_free(r, end)) {
		const uint64_t some = end - r->size + r->size / 8;

		/* Until an eighth is free, or all: to be woken for each record costs more. */
		r->waits++;
		ring_flush(r);
		r->free_to = r->size + gate_wait(&r->read, some < r->write_at ? some : r->write_at);
	}
	return put(r, kind, key, n);
}

bool
ring_is_behind(struct ring *r)
{
	return !is_free(r, r->write_at + r->size / 2);
}

/* The record at the reader's place, what is skipped passed over; NULL: none is known. */
static struct ring_record *
at_reader(struct ring *r)
{
	while (r->read_at < r->known) {
		const uint64_t at = r->read_at & (r->size - 1);
		struct ring_record *record = (struct ring_record *)(r->bytes + at);

		if (r->size - at >= HEAD && record->kind != RING_SKIP)
			return record;
		r->read_at += r->size - at;
	}
	return NULL;
}

static void
give_back(struct ring *r)
{
	r->returned = r->read_at;
	gate_raise(&r->read, r->returned);
}

struct ring_record *
ring_look(struct ring *r)
{
	struct ring_record *record = at_reader(r);

	if (record != NULL)
		return record;
	give_back(r);
	r->known = gate_at(&r->written);
	return at_reader(r);
}

struct ring_record *
ring_peek(struct ring *r)
{
	struct ring_record *record = ring_look(r);

	while (record == NULL) {
		r->known = gate_wait(&r->written, r->read_at + 1);
		record = at_reader(r);
	}
	return record;
}

/* What the other thread wrote is in the other processor's cache. */
static void
fetch_ahead(struct ring *r)
{
	uint64_t to = r->ahead_at + AHEAD;

	if (to > r->known)
		to = r->known;
	if (r->fetched < r->read_at)
		r->fetched = r->read_at;
	for (; r->fetched < to; r->fetched += CACHE_LINE)
		__builtin_prefetch(r->bytes + (r->fetched & (r->size - 1)));
}

const struct ring_record *
ring_ahead(struct ring *r)
{
	if (r->ahead_at < r->read_at)
		r->ahead_at = r->read_at;
	fetch_ahead(r);
	while (r->ahead_at < r->known) {
		const uint64_t at = r->ahead_at & (r->size - 1);
		const struct ring_record *record = (const struct ring_record *)(r->bytes + at);

		if (r->size - at >= HEAD && record->kind != RING_SKIP) {
			r->ahead_at += record->bytes;
			return record;
		}
		r->ahead_at += r->size - at;
	}
	return NULL;
}

void
ring_pop(struct ring *r)
{
	const struct ring_record *record = at_reader(r);

	assert(record != NULL);
	r->read_at += record->bytes;
	if (r->read_at - r->returned >= TELL)
		give_back(r);
}
