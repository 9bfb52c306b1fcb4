/*
 * ring: records from one thread to another, in order, in bounded memory.
 *
 *   | head | bytes ... | head | bytes ... | (rest skipped at the end) |
 *
 * A record is written in place and read in place.  One writer, one reader.
 */
#ifndef FARHAND_RING_H
#define FARHAND_RING_H

#include <stdbool.h>
#include <stddef.h>

#include "gate.h"

/* Where a record belongs among those of all rings: the least is next. */
struct ring_key {
	uint64_t major, minor;
};

struct ring_record {
	struct ring_key key;
	uint32_t bytes; /* of the record whole, its head included; a multiple of 8 */
	uint32_t kind;  /* the user's; RING_SKIP is the ring's own */
	_Alignas(8) unsigned char body[];
};

#define RING_SKIP UINT32_MAX

/*
 * What one of the two writes stands in no line of memory that the other looks at often: each
 * look would fetch it from the other's processor.
 */
#define CACHE_LINE 64

struct ring {
	struct gate written, read; /* bytes since the start, as far as either has told */
	unsigned char *bytes;
	uint64_t size; /* a power of two */
	unsigned char apart0[CACHE_LINE];
	/* The writer's. */
	uint64_t write_at, told; /* of them, made known to the reader */
	uint64_t free_to;        /* room is known to be free to here */
	uint64_t waits;          /* times it was full */
	unsigned char apart1[CACHE_LINE];
	/* The reader's. */
	uint64_t read_at, returned; /* of them, made known to the writer */
	uint64_t known;             /* to be written */
	uint64_t ahead_at, fetched; /* passed by ring_ahead; on its way from memory */
	unsigned char apart2[CACHE_LINE];
};

int ring_open(struct ring *r, uint64_t size); /* 0, or -1: no memory */
void ring_close(struct ring *r);              /* one never opened: all zero */

/* Room for a record of `body` bytes, its kind and key written; waits while the ring is full. */
struct ring_record *ring_write(struct ring *r, uint32_t kind, struct ring_key key, size_t body);
/* The same, but NULL when it is full. */
struct ring_record *ring_try(struct ring *r, uint32_t kind, struct ring_key key, size_t body);
/* Is more than half of it unread? */
bool ring_is_behind(struct ring *r);
/* Make what was written known.  ring_write does so by itself only when it must wait. */
void ring_flush(struct ring *r);

/* The next record, lent until ring_pop; waits for one.  ring_look: NULL where there is none. */
struct ring_record *ring_peek(struct ring *r);
struct ring_record *ring_look(struct ring *r);
void ring_pop(struct ring *r);
/* Each record once, before its turn, in order; NULL: no more are known yet. */
const struct ring_record *ring_ahead(struct ring *r);

#endif
