/*
 * reload: SIGHUP has the catalogue read again, on a thread of its own.
 *
 *   SIGHUP ─▶ this thread: read files ─▶ well: editions_put; broken: said, nothing changes
 *
 * Lanes and desk go on meanwhile, and take the new one between two pieces of work.
 */
#ifndef FARHAND_RELOAD_H
#define FARHAND_RELOAD_H

#include "classify/editions.h"

struct reload;

/*
 * Lent; directory and own as of catalogue_follow.  Before any other thread is made: it is
 * the one that gets SIGHUP.  NULL after log_error.
 */
struct reload *reload_start(struct editions *e, const char *directory, const char *own);
void reload_stop(struct reload *r); /* NULL allowed */

#endif
