/*
 * stop: how a source is told, from a signal handler, that it is enough.
 */
#include <unistd.h>

#include "capture/base.h"

void
capture_stop(struct capture *c)
{
	struct capture_base *base = (struct capture_base *)c;
	const uint64_t one = 1;

	atomic_store(&base->stop, true);
	/* A full counter wakes just as well. */
	if (base->wake >= 0 && write(base->wake, &one, sizeof(one)) < 0)
		return;
}
