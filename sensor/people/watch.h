/*
 * watch: which addresses can be an endpoint's at all.
 *
 * Where people.yaml binds persons by address and prefix only and anonymous hosts are not
 * followed, everyone else's flows need no classification, and the kernel need not even
 * copy them.  Where an account, lease, MAC or host name may bind any address there is no
 * such set.
 */
#ifndef FARHAND_PEOPLE_WATCH_H
#define FARHAND_PEOPLE_WATCH_H

#include "people/registry.h"

struct watch;

/* *out NULL: anyone may be an endpoint.  0, or -1 after log_error.  r is lent. */
int watch_new(const struct registry *r, struct watch **out);
void watch_free(struct watch *w); /* NULL allowed */

/* May this address be an endpoint's? */
bool watch_has(const struct watch *w, const struct addr *a);

/*
 * Write as a BPF expression what must be captured: frames to or from those addresses, tagged or
 * not, ARP, tunnels, fragments, and what tells of leases and names (DHCP, DNS, mDNS,
 * RADIUS).  False: too long for room or for the kernel; then it is to filter nothing.
 */
bool watch_filter(const struct watch *w, char *out, size_t room);

#endif
