/*
 * series: datagrams that have the form of a protocol, believed when they go on from each other.
 */
#ifndef FARHAND_CLASSIFY_SERIES_H
#define FARHAND_CLASSIFY_SERIES_H

#include "flow/flows.h"

/*
 * Dissector `index` said LIKE of a datagram of side `from`, and this of it.  Takes the
 * OBS_SERIES off the end of the list.  True once as many datagrams went on as it asks for.
 */
bool series_goes_on(struct flow_young *y, enum side from, unsigned index, struct obs_list *said);

#endif
