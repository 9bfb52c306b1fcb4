/*
 * scribe: flow records into a file, in order.
 *
 * To write a record costs more than all the rest of the desk's work on its flow.  Where the
 * lanes have threads of their own, so has the scribe: it is told copies.  Where a flow's ends
 * are it looks up itself, unless the desk did.
 */
#ifndef FARHAND_SCRIBE_H
#define FARHAND_SCRIBE_H

#include "deliver/ecs.h"
#include "people/geo.h"

struct scribe;

/*
 * path: "-" is stdout.  run is lent, geo (NULL: none) for the thread that calls, and so is each
 * record's product.  NULL after log_error.
 */
struct scribe *scribe_open(
    const char *path, const struct run_facts *run, struct geo *geo, bool own_thread);
/* What was taken is written, as far as that is possible.  NULL allowed. */
void scribe_close(struct scribe *s);

/* Waits where the thread is behind. */
void scribe_take(struct scribe *s, const struct flow_record *r);
/* Write out all that was taken. */
void scribe_flush(struct scribe *s);
/* The file could not be written whole: it ends where that began. */
bool scribe_failed(const struct scribe *s);

#endif
