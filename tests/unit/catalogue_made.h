/*
 * catalogue_made: catalogues of files that a test writes, in c/, c.d/ and own/ of a folder.
 */
#ifndef FARHAND_CATALOGUE_MADE_H
#define FARHAND_CATALOGUE_MADE_H

#include <sys/stat.h>

#include "caught.h"
#include "classify/catalogue.h"

struct made {
	char folder[64];
	struct caught caught; /* .text: what was said while loading, the folder written "F" */
};

static inline void
made_write(const struct made *m, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", m->folder, name);
	f = fopen(path, "w");
	if (f == NULL)
		abort();
	fputs(text, f);
	fclose(f);
}

static inline void
made_open(struct made *m)
{
	static const char *const folders[] = { "c", "c.d", "own" };
	char path[128];

	strcpy(m->folder, "/tmp/farhand-made-XXXXXX");
	if (mkdtemp(m->folder) == NULL)
		abort();
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", m->folder, folders[i]);
		if (mkdir(path, 0700) != 0)
			abort();
	}
	made_write(m, "c/products.yaml", "products: []\n");
	made_write(m, "c/networks.yaml", "networks: []\n");
}

static inline void
made_close(struct made *m)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", m->folder);
	if (system(command) != 0)
		abort();
}

static inline struct catalogue *
made_follow(struct made *m, const struct catalogue *before)
{
	char directory[128], own[128];
	struct catalogue *c;

	snprintf(directory, sizeof(directory), "%s/c", m->folder);
	snprintf(own, sizeof(own), "%s/own", m->folder);
	caught_begin(&m->caught);
	c = catalogue_follow(before, directory, own);
	caught_end(&m->caught);
	caught_shorten(&m->caught, m->folder);
	return c;
}

#endif
