/*
 * timers: which rows are idle, and which a full table can best do without.
 */
#ifndef FARHAND_FLOW_TIMERS_H
#define FARHAND_FLOW_TIMERS_H

#include "flow/table.h"

/* Put a row, linked or new, last on the list it belongs to now: it was just seen. */
void timers_touch(struct flows *t, struct flow_row *row, uint64_t ordinal);
void timers_unlink(struct flows *t, struct flow_row *row);

/* The row that is longest due by the table's clock; NULL: none is. */
struct flow_row *timers_due(const struct flows *t);

/* The cheapest row to lose; NULL: the table is empty. */
struct flow_row *timers_cheapest(const struct flows *t);

/* How long a row of this class may be silent. */
int64_t timers_idle_us(enum idle class);

/* Has its connection ended, or one end's half of it where the other is not seen at all? */
bool timers_is_closed(const struct flow *f);

#endif
