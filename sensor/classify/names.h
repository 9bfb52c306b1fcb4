/*
 * names: from what was seen of a flow to what it is.
 */
#ifndef FARHAND_CLASSIFY_NAMES_H
#define FARHAND_CLASSIFY_NAMES_H

#include "classify/catalogue.h"
#include "farhand/flow.h"

/*
 * Write product, by, sure and registers of *v, from the facts (NULL: none) and
 * from v->ndpi.  *viewer: the name is one only the controlling side uses.
 */
void names_decide(const struct catalogue *cat, uint8_t proto, const struct obs_list *facts,
    struct verdict *v, bool *viewer);

/* Does v->ndpi contradict v->product and ->protocol, and not merely name what carries them? */
bool names_differ(const struct catalogue *cat, const struct verdict *v);

/* Write v->protocol, from the facts (NULL: none), v->ndpi and the IP protocol's number. */
void names_protocol(uint8_t proto, const struct obs_list *facts, struct verdict *v);

/*
 * What an IP protocol's number tells, and a few bytes where many use one number; false if
 * they tell nothing.
 */
bool names_by_number(
    const struct catalogue *cat, uint8_t proto, struct view payload, struct verdict *v);

#endif
