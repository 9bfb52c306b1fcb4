/*
 * pool: blocks of one size, made when first needed, up to a limit, and reused.
 */
#ifndef FARHAND_FLOW_POOL_H
#define FARHAND_FLOW_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool {
	size_t block_bytes;
	uint32_t made, most;
	void *spare; /* chain of blocks given back */
};

/* A block, its bytes undefined; NULL at the limit or without memory. */
void *pool_take(struct pool *p);
void pool_give(struct pool *p, void *block); /* NULL allowed */
void pool_empty(struct pool *p);             /* frees what was given back */

#endif
