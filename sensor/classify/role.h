/*
 * role: which end of a flow is the controlled machine.
 */
#ifndef FARHAND_CLASSIFY_ROLE_H
#define FARHAND_CLASSIFY_ROLE_H

#include "classify/catalogue.h"
#include "flow/flows.h"

/*
 * Write row->host from bytes, else from sizes; a host once known stays.
 * viewer: as names_decide told.
 */
void role_decide(const struct catalogue *cat, struct flow_row *row, bool viewer);

/* Only the part that looks at the counters; true if the host became known.  For every packet. */
bool role_by_sizes(const struct catalogue *cat, struct flow_row *row);

#endif
