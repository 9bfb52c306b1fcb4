/*
 * farhand: a network sensor that finds the far hand.
 */
#include <malloc.h>

#include "options.h"
#include "pipeline.h"

int
main(int argc, char **argv)
{
	struct options o;
	int status;

	/* Left alone glibc raises it, and then clears big tables by hand: they are all resident. */
	mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	if (options_read(argc, argv, &o, &status) == 0)
		status = o.command == COMMAND_CHECK ? pipeline_check(&o) : pipeline_run(&o);
	options_free(&o);
	return status;
}
