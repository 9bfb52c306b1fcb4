/*
 * duplicates: packets that a mirror shows twice.
 */
#ifndef FARHAND_WIRE_DUPLICATES_H
#define FARHAND_WIRE_DUPLICATES_H

#include "farhand/packet.h"

struct duplicates;

struct duplicates *duplicates_new(int64_t window_us);
void duplicates_free(struct duplicates *s); /* NULL allowed */

/* Was the same IP packet seen within the window?  If not it is remembered. */
bool duplicates_seen(struct duplicates *s, int64_t at_us, const struct view *l3);

#endif
