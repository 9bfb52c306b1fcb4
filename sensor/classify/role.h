/*
 * role: which end of a flow is the controlled machine.
 */
#ifndef FARHAND_CLASSIFY_ROLE_H
#define FARHAND_CLASSIFY_ROLE_H

#include "classify/catalogue.h"
#include "farhand/flow.h"

/*
 * Write f->verdict.host from bytes, else from sizes; a host once known stays.
 * viewer: as names_decide told.  Cheap enough for every packet.
 */
void role_decide(
    const struct catalogue *cat, struct flow *f, const struct obs_list *facts, bool viewer);

/* Only the part that looks at the counters; true if the host became known. */
bool role_by_sizes(const struct catalogue *cat, struct flow *f);

#endif
