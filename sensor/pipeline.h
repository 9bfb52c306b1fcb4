/*
 * pipeline: builds the rooms from options and configuration, lets the data flow
 * through them, takes them down.
 */
#ifndef FARHAND_PIPELINE_H
#define FARHAND_PIPELINE_H

#include "options.h"

/* The process's exit status. */
enum {
	EXIT_WELL = 0,
	EXIT_START = 1,       /* told why; nothing was captured */
	EXIT_CAPTURE = 2,     /* the interface went away, or an input was damaged */
	EXIT_UNDELIVERED = 3, /* some alerts or flow records did not reach their place */
};

int pipeline_run(const struct options *o);
/* farhand check: read everything, start nothing. */
int pipeline_check(const struct options *o);

#endif
