/*
 * delivery: publish, store, courier and sinks put together as the operator wants.
 */
#ifndef FARHAND_DELIVERY_H
#define FARHAND_DELIVERY_H

#include "options.h"
#include "publish.h"

struct delivery;

/* Could alerts go where c says?  Nothing is connected.  False after log_error. */
bool delivery_check(const struct config *c);

/* All are lent; geo for the thread that calls.  NULL after log_error. */
struct delivery *delivery_open(
    const struct options *o, const struct config *c, const struct run_facts *run, struct geo *geo);
void delivery_close(struct delivery *d); /* NULL allowed */

struct publish *delivery_publish(struct delivery *d);

/*
 * Let the sinks have everything (options.patience_ms without progress ends it, so
 * does *stop), then say what did not get there.  True: all did.
 */
bool delivery_finish(struct delivery *d, const volatile int *stop);

#endif
