/*
 * lines: zeroed memory that begins at a cache line, so that a row of a power of two bytes is
 * in as few lines as can be.  What is never touched is never resident.
 */
#ifndef FARHAND_PEOPLE_LINES_H
#define FARHAND_PEOPLE_LINES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define LINE_BYTES 64

/* n rows of `each` bytes; *block is what to free.  NULL: no memory. */
static inline void *
lines_new(size_t n, size_t each, void **block)
{
	uintptr_t at;

	*block = calloc(n + (LINE_BYTES + each - 1) / each, each);
	if (*block == NULL)
		return NULL;
	at = ((uintptr_t)*block + LINE_BYTES - 1) & ~(uintptr_t)(LINE_BYTES - 1);
	return (char *)*block + (at - (uintptr_t)*block);
}

#endif
