/*
 * idle: does anyone ever leave this machine alone (algorithms J2)?
 *
 * People eat and sleep: half an hour at noon, five hours at night.  A day in which input
 * was seen over 20 hours or more without a pause of 20 minutes is nobody's; three such
 * days of a week are told.  Where a day begins does not matter, since a night is longer
 * than the pause wherever it is cut: days are UTC's.
 */
#ifndef FARHAND_IDLE_H
#define FARHAND_IDLE_H

#include <stdbool.h>
#include <stdint.h>

#define IDLE_PAUSE_US (20 * 60 * 1000000LL)
#define IDLE_SPAN_US  (20 * 3600 * 1000000LL)
#define IDLE_DAYS     3u
#define IDLE_WEIGHT   1.5f /* nats */

/* 40 bytes; all zero is its start. */
struct idle {
	int64_t first_us, last_us; /* of the day's input; 0: none ever */
	int64_t longest_us;        /* pause between its inputs */
	int32_t day;               /* UTC */
	uint8_t week;              /* bit i: the day i + 1 days before had no pause */
	uint32_t back;             /* inputs earlier than the one before: dropped */
};

/* Input at a time; of what comes within seconds, the first and the last will do. */
void idle_input(struct idle *i, int64_t at_us);

/* No pause so far in a day that was long enough? */
bool idle_is_never(const struct idle *i);

/* Such days of the last seven, the present one included. */
unsigned idle_days(const struct idle *i);

#endif
