/*
 * pool: blocks of one size, cut off slabs as they are needed, and reused.
 *
 *   slab: | next slab | block | block | block ... never touched yet |
 */
#ifndef FARHAND_FLOW_POOL_H
#define FARHAND_FLOW_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool {
	size_t block_bytes; /* a multiple of what its users align to; room for an address */
	void *spare;        /* chain of blocks given back */
	void *slabs;
	uint8_t *at, *end; /* what is left of the newest slab */
};

/* Have a first slab, so that not all blocks can ever be wanting; false without memory. */
bool pool_begin(struct pool *p);
/* A block, its bytes undefined; NULL without memory. */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *block); /* NULL allowed */
void pool_free(struct pool *p);              /* and all its blocks */

#endif
