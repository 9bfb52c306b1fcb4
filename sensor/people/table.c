/*
 * table: chained hashing, and a list by last use through all slots.
 *
 *   bucket[hash] -> slot -> slot      older <- slot <-> slot -> newer
 *
 * The hash needs no secret: chains of a bounded table are walked only as far as
 * the table is long, and its keys are of one's own networks.
 */
#include "people/table.h"

struct slot {
	struct addr key;
	uint32_t chain, older, newer;
};

struct table {
	uint32_t rows, used, buckets; /* buckets: a power of two */
	uint32_t oldest, newest;
	uint32_t *bucket;
	struct slot slot[];
};

struct table *
table_new(uint32_t rows)
{
	struct table *t = calloc(1, sizeof(*t) + (size_t)rows * sizeof(t->slot[0]));

	if (t == NULL)
		return NULL;
	t->rows = rows;
	t->oldest = t->newest = TABLE_NONE;
	for (t->buckets = 16; t->buckets < rows && t->buckets < 1u << 30;)
		t->buckets *= 2;
	t->bucket = malloc((size_t)t->buckets * sizeof(t->bucket[0]));
	if (t->bucket == NULL) {
		free(t);
		return NULL;
	}
	memset(t->bucket, 0xff, (size_t)t->buckets * sizeof(t->bucket[0]));
	return t;
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	free(t->bucket);
	free(t);
}

static uint32_t *
bucket_of(const struct table *t, const struct addr *key)
{
	return &t->bucket[addr_hash(key) & (t->buckets - 1)];
}

uint32_t
table_find(const struct table *t, const struct addr *key)
{
	uint32_t at = *bucket_of(t, key);

	while (at != TABLE_NONE && !addr_equal(&t->slot[at].key, key))
		at = t->slot[at].chain;
	return at;
}

static void
unlink_age(struct table *t, uint32_t at)
{
	const struct slot *s = &t->slot[at];

	*(s->older != TABLE_NONE ? &t->slot[s->older].newer : &t->oldest) = s->newer;
	*(s->newer != TABLE_NONE ? &t->slot[s->newer].older : &t->newest) = s->older;
}

static void
link_newest(struct table *t, uint32_t at)
{
	struct slot *s = &t->slot[at];

	s->older = t->newest;
	s->newer = TABLE_NONE;
	*(t->newest != TABLE_NONE ? &t->slot[t->newest].newer : &t->oldest) = at;
	t->newest = at;
}

static uint32_t
take_oldest(struct table *t)
{
	const uint32_t at = t->oldest;
	uint32_t *p = bucket_of(t, &t->slot[at].key);

	while (*p != at)
		p = &t->slot[*p].chain;
	*p = t->slot[at].chain;
	unlink_age(t, at);
	return at;
}

uint32_t
table_use(struct table *t, const struct addr *key, bool *fresh)
{
	uint32_t at = table_find(t, key), *bucket;

	*fresh = at == TABLE_NONE;
	if (!*fresh) {
		unlink_age(t, at);
		link_newest(t, at);
		return at;
	}
	at = t->used < t->rows ? t->used++ : take_oldest(t);
	bucket = bucket_of(t, key);
	t->slot[at].key = *key;
	t->slot[at].chain = *bucket;
	*bucket = at;
	link_newest(t, at);
	return at;
}
