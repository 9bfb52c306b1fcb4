/*
 * sources: where frames come from: files, or each lane's handle on the interfaces.
 */
#ifndef FARHAND_SOURCES_H
#define FARHAND_SOURCES_H

#include "options.h"
#include "people/watch.h"
#include "team.h"

struct sources {
	struct capture *capture[LANES_MOST];
	unsigned n;
	char *filter[CONFIG_INTERFACES]; /* of the kernel's; NULL: none */
};

/* 0, or -1 after log_error; then sources_close all the same.  w NULL: no one in particular. */
int sources_open(
    struct sources *s, const struct options *o, const struct config *c, const struct watch *w);
void sources_close(struct sources *s);

#endif
