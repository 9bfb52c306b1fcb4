/*
 * pool: blocks of one size; a block not in use holds the address of the next.
 */
#include <stdlib.h>

#include "flow/pool.h"

struct spare {
	struct spare *next;
};

void *
pool_take(struct pool *p)
{
	struct spare *block = p->spare;

	if (block != NULL) {
		p->spare = block->next;
		return block;
	}
	if (p->made == p->most || (block = malloc(p->block_bytes)) == NULL)
		return NULL;
	p->made++;
	return block;
}

void
pool_give(struct pool *p, void *block)
{
	struct spare *s = block;

	if (s == NULL)
		return;
	s->next = p->spare;
	p->spare = s;
}

void
pool_empty(struct pool *p)
{
	struct spare *s = p->spare, *next;

	for (; s != NULL; s = next) {
		next = s->next;
		free(s);
		p->made--;
	}
	p->spare = NULL;
}
