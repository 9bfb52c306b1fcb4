/*
 * table: chained hashing; two lines of memory tell all of a key.
 *
 *   bucket[hash] -> slot -> slot
 *
 * The hash needs no secret: chains of a bounded table are walked only as far as
 * the table is long, and its keys are of one's own networks.
 */
#include "people/table.h"

#include "people/ages.h"
#include "people/lines.h"

/* In how many takes what is fetched will be given up: a slot, its bucket, the first of its chain.
 */
enum { SLOT_IN = 5, BUCKET_IN = 3, CHAIN_IN = 1 };

struct slot {
	struct addr key;
	struct machine_ref machine;
	uint32_t chain; /* slot + 1, 0: the last */
	uint32_t hash;  /* makes it half a line, and saves to look at the key */
};

struct table {
	uint32_t rows, used, buckets; /* buckets: a power of two */
	uint32_t *bucket;             /* slot + 1, 0: none */
	struct slot *slot;
	void *block; /* slot's memory */
	struct ages *ages;
};

struct table *
table_new(uint32_t rows)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->rows = rows;
	for (t->buckets = 16; t->buckets < rows && t->buckets < 1u << 30;)
		t->buckets *= 2;
	t->buckets *= 2; /* most chains are of one */
	t->bucket = calloc(t->buckets, sizeof(t->bucket[0]));
	t->slot = lines_new(rows, sizeof(t->slot[0]), &t->block);
	t->ages = ages_new(rows);
	if (t->bucket == NULL || t->slot == NULL || t->ages == NULL) {
		table_free(t);
		return NULL;
	}
	return t;
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	ages_free(t->ages);
	free(t->block);
	free(t->bucket);
	free(t);
}

static uint32_t *
bucket_of(const struct table *t, uint32_t hash)
{
	return &t->bucket[hash & (t->buckets - 1)];
}

static uint32_t
find_in(const struct table *t, uint32_t bucket, const struct addr *key)
{
	uint32_t at = bucket;

	while (at != 0 && !addr_equal(&t->slot[at - 1].key, key))
		at = t->slot[at - 1].chain;
	return at != 0 ? at - 1 : TABLE_NONE;
}

uint32_t
table_find(const struct table *t, const struct addr *key)
{
	return t->used > 0 ? find_in(t, *bucket_of(t, addr_hash(key)), key) : TABLE_NONE;
}

void
table_fetch(const struct table *t, const struct addr *key)
{
	__builtin_prefetch(bucket_of(t, addr_hash(key)));
}

uint32_t
table_fetch_slot(const struct table *t, const struct addr *key)
{
	const uint32_t at = *bucket_of(t, addr_hash(key));

	if (at == 0)
		return TABLE_NONE;
	__builtin_prefetch(&t->slot[at - 1], 1);
	ages_fetch(t->ages, at - 1);
	return at - 1;
}

void
table_touch(struct table *t, uint32_t slot)
{
	ages_use(t->ages, slot);
}

/* Full tables go on giving up: what the next ones need is fetched meanwhile. */
static void
fetch_oldest(const struct table *t)
{
	const uint32_t slot = ages_next(t->ages, SLOT_IN), bucket = ages_next(t->ages, BUCKET_IN);
	const uint32_t chain = ages_next(t->ages, CHAIN_IN);

	if (slot != AGES_NONE)
		__builtin_prefetch(&t->slot[slot], 1);
	if (bucket != AGES_NONE)
		__builtin_prefetch(bucket_of(t, t->slot[bucket].hash), 1);
	if (chain != AGES_NONE)
		__builtin_prefetch(&t->slot[*bucket_of(t, t->slot[chain].hash) - 1], 1);
}

static uint32_t
take_oldest(struct table *t)
{
	const uint32_t at = ages_take(t->ages);
	uint32_t *p = bucket_of(t, t->slot[at].hash);

	fetch_oldest(t);
	while (*p != at + 1)
		p = &t->slot[*p - 1].chain;
	*p = t->slot[at].chain;
	return at;
}

static uint32_t
add(struct table *t, const struct addr *key, uint32_t hash)
{
	const uint32_t at = t->used < t->rows ? t->used++ : take_oldest(t);
	uint32_t *bucket = bucket_of(t, hash);

	t->slot[at] = (struct slot){ .key = *key, .chain = *bucket, .hash = hash };
	*bucket = at + 1;
	ages_use(t->ages, at);
	return at;
}

uint32_t
table_add(struct table *t, const struct addr *key)
{
	return add(t, key, addr_hash(key));
}

uint32_t
table_use(struct table *t, const struct addr *key, bool *fresh)
{
	const uint32_t hash = addr_hash(key);
	const uint32_t at = find_in(t, *bucket_of(t, hash), key);

	*fresh = at == TABLE_NONE;
	if (*fresh)
		return add(t, key, hash);
	ages_use(t->ages, at);
	return at;
}

uint32_t
table_next_oldest(const struct table *t)
{
	return t->used == t->rows ? ages_next(t->ages, BUCKET_IN) : TABLE_NONE;
}

struct machine_ref
table_machine(const struct table *t, uint32_t slot)
{
	return t->slot[slot].machine;
}

void
table_bind(struct table *t, uint32_t slot, struct machine_ref machine)
{
	t->slot[slot].machine = machine;
}
