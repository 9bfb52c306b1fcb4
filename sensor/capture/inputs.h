/*
 * inputs: the files a replay reads, in order.
 */
#ifndef FARHAND_CAPTURE_INPUTS_H
#define FARHAND_CAPTURE_INPUTS_H

#include "capture/reader.h"

struct input {
	char *path;
	int64_t first_us;      /* of its first frame; INT64_MAX if it has none */
	int link;              /* of its first frame; -1 unknown */
	struct reader *opened; /* where it cannot be opened a second time */
};

struct inputs {
	struct input *at;
	size_t count, room;
	unsigned unreadable; /* files and directories below a directory; each said in the log */
};

/*
 * What the names stand for: files in the order given, and in place of a
 * directory the captures below it in order of their first frame, then by name.
 * -1 after writing why into error: a name that is nothing, or no capture, or a
 * directory without one.
 */
int inputs_collect(struct inputs *list, unsigned names, const char *const *name,
    const atomic_bool *stop, char error[CAPTURE_ERROR]);
void inputs_clear(struct inputs *list);

#endif
