/*
 * pool: a block not in use holds the address of the next.
 */
#include <stdlib.h>
#include <string.h>

#include "flow/pool.h"

enum {
	SLAB_BYTES = 16384,
	SLAB_BLOCKS = 4 /* at least */
};

struct slab {
	struct slab *next;
	uint64_t block[];
};

bool
pool_begin(struct pool *p)
{
	const size_t least = SLAB_BLOCKS * p->block_bytes;
	const size_t bytes = least > SLAB_BYTES ? least : SLAB_BYTES;
	struct slab *slab = malloc(sizeof(*slab) + bytes);

	if (slab == NULL)
		return false;
	slab->next = p->slabs;
	p->slabs = slab;
	p->at = (uint8_t *)slab->block;
	p->end = p->at + bytes;
	return true;
}

void *
pool_take(struct pool *p)
{
	void *block = p->spare;

	if (block != NULL) {
		memcpy(&p->spare, block, sizeof(p->spare));
		__builtin_prefetch(p->spare, 1);
		return block;
	}
	if ((size_t)(p->end - p->at) < p->block_bytes && !pool_begin(p))
		return NULL;
	block = p->at;
	p->at += p->block_bytes;
	return block;
}

void
pool_give(struct pool *p, void *block)
{
	if (block == NULL)
		return;
	memcpy(block, &p->spare, sizeof(p->spare));
	p->spare = block;
}

void
pool_free(struct pool *p)
{
	struct slab *slab = p->slabs, *next;

	for (; slab != NULL; slab = next) {
		next = slab->next;
		free(slab);
	}
}
