/*
 * idle: see idle.h.
 */
#include "detect/idle.h"

#define DAY_OF(at_us) ((int32_t)((at_us) / 86400000000LL))
#define WEEK          7 /* days told of, with the present one */

bool
idle_is_never(const struct idle *i)
{
	return i->last_us - i->first_us >= IDLE_SPAN_US && i->longest_us < IDLE_PAUSE_US;
}

static void
begin_day(struct idle *i, int32_t day, int64_t at_us)
{
	const int64_t days = (int64_t)day - i->day;
	const unsigned week = (unsigned)i->week << 1 | (idle_is_never(i) ? 1u : 0u);

	i->week = (uint8_t)(days < WEEK ? week << (days - 1) & ((1u << (WEEK - 1)) - 1) : 0);
	i->day = day;
	i->first_us = i->last_us = at_us;
	i->longest_us = 0;
}

void
idle_input(struct idle *i, int64_t at_us)
{
	const int32_t day = DAY_OF(at_us);

	if (at_us < i->last_us) {
		i->back++;
		return;
	}
	if (i->last_us == 0 || day != i->day) {
		begin_day(i, day, at_us);
		return;
	}
	if (at_us - i->last_us > i->longest_us)
		i->longest_us = at_us - i->last_us;
	i->last_us = at_us;
}

unsigned
idle_days(const struct idle *i)
{
	return (unsigned)__builtin_popcount(i->week) + (idle_is_never(i) ? 1u : 0u);
}
