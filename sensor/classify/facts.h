/*
 * facts: lists of observations, and the one of a row.
 */
#ifndef FARHAND_CLASSIFY_FACTS_H
#define FARHAND_CLASSIFY_FACTS_H

#include "flow/flows.h"

/* Make a list empty, without touching the rest of its kilobyte. */
static inline void
facts_clear(struct obs_list *l)
{
	l->used = l->count = l->lost = 0;
}

/* Turn round what observations say of sides. */
void facts_mirror(struct obs_list *l);

/* Add to the row's facts what is not there yet; true if anything. */
bool facts_merge(struct flows *t, struct flow_row *row, const struct obs_list *more);

#endif
