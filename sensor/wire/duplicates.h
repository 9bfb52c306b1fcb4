/*
 * duplicates: packets that a mirror shows twice.
 */
#ifndef FARHAND_WIRE_DUPLICATES_H
#define FARHAND_WIRE_DUPLICATES_H

#include "farhand/packet.h"

struct duplicates;

struct duplicates *duplicates_new(int64_t window_us);
void duplicates_free(struct duplicates *s); /* NULL allowed */

/* What a packet is known by.  Where it may stand is fetched for duplicates_take. */
uint64_t duplicates_look(const struct duplicates *s, const struct view *l3);
/* Was the same IP packet seen within the window?  If not it is remembered. */
bool duplicates_take(struct duplicates *s, int64_t at_us, uint64_t hash);

/* Both at once. */
static inline bool
duplicates_seen(struct duplicates *s, int64_t at_us, const struct view *l3)
{
	return duplicates_take(s, at_us, duplicates_look(s, l3));
}

#endif
