/*
 * courier: the thread that delivers: store -> outbox -> sinks.
 */
#ifndef FARHAND_COURIER_H
#define FARHAND_COURIER_H

#include "deliver/outbox.h"

struct courier;

/* Starts the thread; outbox is lent and used by it alone until courier_stop.  NULL after log_error.
 */
struct courier *courier_start(struct outbox *outbox);

/* Something was committed: do not sleep. */
void courier_wake(struct courier *c);

/*
 * Wait until all is delivered, but no longer than patience_ms without progress
 * (0: one try), then end the thread.  True: every sink has everything.  *stop
 * becoming true ends the waiting, and so does a receiver that is gone for good.
 * NULL allowed.
 */
bool courier_stop(struct courier *c, int64_t patience_ms, const volatile int *stop);

#endif
