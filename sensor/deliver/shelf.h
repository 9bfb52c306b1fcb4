/*
 * shelf: the store of a run that keeps none: in memory.
 *
 * What store.h says of a store holds for it, but that nothing outlives the run.
 * Not safe for threads: store.c is.
 */
#ifndef FARHAND_SHELF_H
#define FARHAND_SHELF_H

#include "farhand/sink.h"

struct shelf;

struct shelf *shelf_new(void);        /* NULL: no memory */
void shelf_free(struct shelf *shelf); /* NULL allowed */

/* The id of line->seq, which is the last and one more: 0 taken, 1 the id is there, -1 no memory. */
int shelf_put(struct shelf *shelf, const struct line *line);
/* The lines after seq, at most `most`, lent while some sink that asked has not got them. */
unsigned shelf_after(const struct shelf *shelf, uint64_t seq, struct line *out, unsigned most);

uint64_t shelf_cursor(struct shelf *shelf, const char *sink);
void shelf_set_cursor(struct shelf *shelf, const char *sink, uint64_t seq);
/* As store_trim, but that the newest ids, a million, are remembered. */
void shelf_trim(struct shelf *shelf, uint64_t keep);

#endif
