/*
 * editions: the catalogue that is in force, exchanged while it is in use.
 *
 *   loader   catalogue_follow ─▶ editions_put ─▶ now
 *   readers  lane 0 ... lane n, desk: editions_take between two pieces of work
 *
 * A reader has one edition until it asks again, and the catalogue of an edition lives until
 * every reader has a later one.  Nobody waits.  What a lane has told of is never newer than
 * what the desk takes after it: the desk is to ask before each event.
 */
#ifndef FARHAND_EDITIONS_H
#define FARHAND_EDITIONS_H

#include "classify/catalogue.h"

#define EDITION_READERS 9 /* eight lanes and the desk */

struct editions;

/* Owns first from now on, also when NULL: no memory.  Readers are 0 to readers - 1. */
struct editions *editions_new(struct catalogue *first, unsigned readers);
/* No reader reads any more.  NULL allowed. */
void editions_free(struct editions *e);

/* The newest, for this reader, until it takes again. */
const struct catalogue *editions_take(struct editions *e, unsigned reader);

/* For the one thread that loads. */
const struct catalogue *editions_newest(const struct editions *e);
/* c, which follows the newest, is in force and owned here.  -1: no memory, and c is freed. */
int editions_put(struct editions *e, struct catalogue *c);
/* Catalogues still kept. */
unsigned editions_kept(const struct editions *e);

#endif
