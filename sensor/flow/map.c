/*
 * map: anonymous pages; see map.h.
 */
#include "flow/map.h"

#include <sys/mman.h>

void *
map_new(size_t bytes)
{
	void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (map == MAP_FAILED)
		return NULL;
	(void)madvise(map, bytes, MADV_HUGEPAGE); /* advice: without it all works, more slowly */
	return map;
}

void
map_free(void *map, size_t bytes)
{
	if (map != NULL)
		munmap(map, bytes);
}
