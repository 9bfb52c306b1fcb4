/*
 * farhand: a network sensor that finds the far hand.
 */
#include "options.h"
#include "pipeline.h"

int
main(int argc, char **argv)
{
	struct options o;
	int status;

	if (options_read(argc, argv, &o, &status) == 0)
		status = o.command == COMMAND_CHECK ? pipeline_check(&o) : pipeline_run(&o);
	options_free(&o);
	return status;
}
