/*
 * stop: how a source is told, from a signal handler, that it is enough.
 */
#include <unistd.h>

#include "capture/base.h"

void
capture_stop(struct capture *c)
{
	struct halt *halt = ((struct capture_base *)c)->halt;
	const uint64_t one = 1;

	atomic_store(&halt->told, true);
	/* A full counter wakes just as well. */
	if (halt->wake >= 0 && write(halt->wake, &one, sizeof(one)) < 0)
		return;
}
