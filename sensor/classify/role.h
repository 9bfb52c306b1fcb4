/*
 * role: which end of a flow is the controlled machine, and how that is known.
 */
#ifndef FARHAND_CLASSIFY_ROLE_H
#define FARHAND_CLASSIFY_ROLE_H

#include "classify/catalogue.h"
#include "classify/screen.h"

/*
 * Write row->host and ->host_by from what the flow's bytes told (NULL: nothing); a host once known
 * stays where they tell nothing.  viewer: as names_decide told.
 */
void role_decide(
    const struct catalogue *cat, struct flow_row *row, const struct obs_list *told, bool viewer);

/*
 * A packet with payload of a row: where bytes do not tell who is the host, sizes and times
 * may.  True if the host became known.  For every packet.
 */
bool role_by_screen(const struct catalogue *cat, struct screens *screens, struct flow_row *row,
    enum side from, uint32_t bytes);

#endif
