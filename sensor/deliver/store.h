/*
 * store: what must not be lost, in SQLite: alerts to be delivered (the outbox)
 * and how far each sink has got.  Safe to use from any thread.
 */
#ifndef FARHAND_STORE_H
#define FARHAND_STORE_H

#include <stdbool.h>

#include "farhand/sink.h"

struct store;

/* path NULL: in memory, for a run that keeps nothing (shelf.h).  NULL after log_error. */
struct store *store_open(const char *path);
void store_close(struct store *s); /* NULL allowed */

uint64_t store_last_seq(struct store *s); /* 0: empty */

/*
 * Commit one alert; its seq must be store_last_seq + 1.  0, or -1 (disk full ...):
 * said once per change of state; the caller keeps it and tries again.
 * An id that is in the store already, from an earlier run, is not added again: 1.
 */
int store_put(struct store *s, const struct line *line);
/*
 * The same for many, on disk, in one commit: all or none.  Each is given its seq, or 0 if
 * its id is there already, be it from a line before it.  0, or -1: said as above.
 */
int store_put_all(struct store *s, struct line line[], unsigned n);
bool store_on_disk(const struct store *s);

/*
 * The lines after seq, ascending, at most `most`; fn is called for each (lent),
 * stops when it returns false.  Returns how many were shown.  seq is no less than
 * the cursor of a sink that asked: behind those a line may go meanwhile.
 */
unsigned store_after(struct store *s, uint64_t seq, unsigned most,
    bool (*fn)(void *arg, const struct line *line), void *arg);

/* How far a sink has got; 0 at first. */
uint64_t store_cursor(struct store *s, const char *sink);
void store_set_cursor(struct store *s, const char *sink, uint64_t seq);

/* Drop alerts that all sinks have, beyond the newest `keep`; in memory their ids stay. */
void store_trim(struct store *s, uint64_t keep);

#endif
