/*
 * setup: options and configuration joined, and what is read from files.
 */
#ifndef FARHAND_SETUP_H
#define FARHAND_SETUP_H

#include "classify/editions.h"
#include "farhand/scorecard.h"
#include "options.h"
#include "people/geo.h"
#include "people/registry.h"

struct setup {
	struct config config;      /* options laid over it */
	struct editions *editions; /* of the catalogue; readers: each lane, then the desk */
	struct scorecard card;
	struct geo *geo;
	struct registry *registry;
};

/* 0, or -1 after every mistake was said; then setup_free all the same. */
int setup_read(struct setup *s, const struct options *o);
void setup_free(struct setup *s);

#endif
