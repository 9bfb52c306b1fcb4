/*
 * subjects: a hash table with chained rows, and a list through them by last use.
 *
 *   bucket[h] -> row -> row         chains by index, 0 is none
 *   oldest <-> ... <-> newest       the list; a full table takes its oldest
 *
 * All memory is asked for at once; rows never used cost address space only.
 */
#include "detect/subjects.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "flow/map.h"

#define ROOMY 2048 /* bytes of a row, of which most then begin a page of memory */

struct row {
	uint8_t key[SUBJECT_KEY];
	uint32_t chain, older, newer;
};

struct subjects {
	uint32_t rows, used; /* rows are 1..rows; those above used were never taken */
	uint32_t dropped;    /* chain of rows given back */
	uint32_t buckets;    /* a power of two */
	uint32_t oldest, newest;
	size_t stride;
	uint64_t evicted;
	uint32_t *bucket;
	struct row *row;
	uint8_t *memory;
};

static uint32_t
hash(const struct subjects *t, const uint8_t key[SUBJECT_KEY])
{
	uint64_t h = 14695981039346656037u, word;

	/* A product carries upwards only: fold the upper half down after each. */
	for (unsigned i = 0; i < SUBJECT_KEY; i += sizeof(word)) {
		memcpy(&word, key + i, sizeof(word));
		h = (h ^ word) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	return (uint32_t)h & (t->buckets - 1);
}

static void
unlist(struct subjects *t, uint32_t i)
{
	const struct row *r = &t->row[i];

	if (r->older != 0)
		t->row[r->older].newer = r->newer;
	else
		t->oldest = r->newer;
	if (r->newer != 0)
		t->row[r->newer].older = r->older;
	else
		t->newest = r->older;
}

static void
list_newest(struct subjects *t, uint32_t i)
{
	t->row[i].older = t->newest;
	t->row[i].newer = 0;
	if (t->newest != 0)
		t->row[t->newest].newer = i;
	else
		t->oldest = i;
	t->newest = i;
}

static void
unchain(struct subjects *t, uint32_t i)
{
	uint32_t *link = &t->bucket[hash(t, t->row[i].key)];

	while (*link != i)
		link = &t->row[*link].chain;
	*link = t->row[i].chain;
}

/* A row with its memory all zero; one never used is so, and not to be touched for it. */
static uint32_t
take_row(struct subjects *t)
{
	uint32_t i = t->dropped;

	if (i == 0 && t->used < t->rows)
		return ++t->used;
	if (i != 0) {
		t->dropped = t->row[i].chain;
	} else {
		i = t->oldest;
		unlist(t, i);
		unchain(t, i);
		t->evicted++;
	}
	memset(t->memory + i * t->stride, 0, t->stride);
	return i;
}

static uint32_t
find_row(const struct subjects *t, const uint8_t key[SUBJECT_KEY])
{
	uint32_t i = t->bucket[hash(t, key)];

	while (i != 0 && memcmp(t->row[i].key, key, SUBJECT_KEY) != 0)
		i = t->row[i].chain;
	return i;
}

void *
subjects_at(struct subjects *t, const uint8_t key[SUBJECT_KEY])
{
	uint32_t i = find_row(t, key), h;

	if (i != 0) {
		unlist(t, i);
		list_newest(t, i);
		return t->memory + i * t->stride;
	}
	i = take_row(t);
	h = hash(t, key);
	memcpy(t->row[i].key, key, SUBJECT_KEY);
	t->row[i].chain = t->bucket[h];
	t->bucket[h] = i;
	list_newest(t, i);
	return t->memory + i * t->stride;
}

void *
subjects_find(const struct subjects *t, const uint8_t key[SUBJECT_KEY])
{
	const uint32_t i = find_row(t, key);

	return i != 0 ? t->memory + i * t->stride : NULL;
}

void *
subjects_oldest(const struct subjects *t, uint8_t key[SUBJECT_KEY])
{
	if (t->oldest == 0)
		return NULL;
	memcpy(key, t->row[t->oldest].key, SUBJECT_KEY);
	return t->memory + t->oldest * t->stride;
}

void
subjects_drop(struct subjects *t, const uint8_t key[SUBJECT_KEY])
{
	const uint32_t i = find_row(t, key);

	if (i == 0)
		return;
	unlist(t, i);
	unchain(t, i);
	t->row[i].chain = t->dropped;
	t->dropped = i;
}

bool
subjects_full(const struct subjects *t)
{
	return t->dropped == 0 && t->used == t->rows;
}

/* Each new row of many bytes would fault on its way, for a page or two: huge ones hold hundreds. */
static bool
is_roomy(const struct subjects *t)
{
	return t->stride >= ROOMY;
}

static size_t
memory_bytes(const struct subjects *t)
{
	return ((size_t)t->rows + 1) * t->stride;
}

struct subjects *
subjects_new(uint32_t rows, size_t memory)
{
	const size_t unit = alignof(max_align_t);
	struct subjects *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->rows = rows;
	t->buckets = 16;
	while (t->buckets < rows && t->buckets < 1u << 31)
		t->buckets *= 2;
	t->stride = (memory + unit - 1) / unit * unit;
	t->bucket = calloc(t->buckets, sizeof(t->bucket[0]));
	t->row = calloc((size_t)rows + 1, sizeof(t->row[0]));
	t->memory = is_roomy(t) ? map_new(memory_bytes(t)) : calloc(1, memory_bytes(t));
	if (t->bucket == NULL || t->row == NULL || t->memory == NULL) {
		subjects_free(t);
		return NULL;
	}
	return t;
}

void
subjects_free(struct subjects *t)
{
	if (t == NULL)
		return;
	if (is_roomy(t))
		map_free(t->memory, memory_bytes(t));
	else
		free(t->memory);
	free(t->row);
	free(t->bucket);
	free(t);
}

uint64_t
subjects_evicted(const struct subjects *t)
{
	return t->evicted;
}
