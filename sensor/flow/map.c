/*
 * map: anonymous pages; see map.h.
 */
#include "flow/map.h"

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_BYTES ((size_t)2 << 20)

static void *
pages_new(size_t bytes)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return map != MAP_FAILED ? map : NULL;
}

static size_t
whole(size_t bytes)
{
	return (bytes + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
}

/* What does not lie on its boundary cannot be a huge page: ask for one more, give back the rest. */
static void *
huge_new(size_t bytes)
{
	uint8_t *const map = pages_new(bytes + HUGE_BYTES);
	size_t before;

	if (map == NULL)
		return NULL;
	before = -(uintptr_t)map % HUGE_BYTES;
	if (before > 0)
		(void)munmap(map, before);
	(void)munmap(map + before + bytes, HUGE_BYTES - before);
	/* Advice: without it all works, more slowly. */
	(void)madvise(map + before, bytes, MADV_HUGEPAGE);
	return map + before;
}

void *
map_new(size_t bytes)
{
	return bytes < HUGE_BYTES ? pages_new(bytes) : huge_new(whole(bytes));
}

void
map_free(void *map, size_t bytes)
{
	if (map != NULL)
		munmap(map, bytes < HUGE_BYTES ? bytes : whole(bytes));
}
