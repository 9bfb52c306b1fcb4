/*
 * stop: how a source is told, from a signal handler, that it is enough.
 */
#include <unistd.h>

#include "capture/base.h"

static void
tell(struct halt *halt)
{
	const uint64_t one = 1;

	atomic_store(&halt->told, true);
	/* A full counter wakes just as well. */
	if (halt->wake >= 0 && write(halt->wake, &one, sizeof(one)) < 0)
		return;
}

void
capture_stop(struct capture *c)
{
	tell(((struct capture_base *)c)->halt);
}

void
capture_stop_at_once(struct capture *c)
{
	struct halt *halt = ((struct capture_base *)c)->halt;

	atomic_store(&halt->at_once, true);
	tell(halt);
}
