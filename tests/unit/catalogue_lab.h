/*
 * catalogue_lab: the catalogue as shipped.
 */
#ifndef FARHAND_CATALOGUE_LAB_H
#define FARHAND_CATALOGUE_LAB_H

#include <stdlib.h>

#include "classify/catalogue.h"

static struct catalogue *cat;

static inline int
load_catalogue(void **state)
{
	char path[4096];

	(void)state;
	snprintf(path, sizeof(path), "%s/catalog", getenv("FARHAND_ROOT"));
	cat = catalogue_load(path);
	return cat != NULL ? 0 : -1;
}

static inline int
free_catalogue(void **state)
{
	(void)state;
	catalogue_free(cat);
	return 0;
}

#endif
