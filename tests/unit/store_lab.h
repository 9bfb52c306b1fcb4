/*
 * store_lab: stores with lines in them, and a file in a directory of its own.
 */
#ifndef FARHAND_STORE_LAB_H
#define FARHAND_STORE_LAB_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver/store.h"

static char dir[64], path[96];

static inline int
make_dir(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/farhand-store-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/file", dir);
	return 0;
}

static inline int
drop_dir(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static inline int
put(struct store *s, const char *id)
{
	const struct line line = { .seq = store_last_seq(s) + 1,
		.id = id,
		.rule = "RD-01",
		.case_id = "C-1",
		.severity = 47,
		.body = "{\"a\":1}",
		.length = 7 };

	return store_put(s, &line);
}

/* A store in memory of this many lines. */
static inline struct store *
filled(unsigned lines)
{
	struct store *s = store_open(NULL);
	char id[16], body[16];

	assert_non_null(s);
	for (unsigned i = 1; i <= lines; i++) {
		struct line line = { .seq = i, .id = id, .rule = "R", .case_id = "", .body = body };

		snprintf(id, sizeof(id), "id%u", i);
		line.length = (size_t)snprintf(body, sizeof(body), "{\"n\":%u}", i);
		assert_int_equal(store_put(s, &line), 0);
	}
	return s;
}

#endif
