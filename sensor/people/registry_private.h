/*
 * registry_private: what the files of the registry share.
 */
#ifndef FARHAND_REGISTRY_PRIVATE_H
#define FARHAND_REGISTRY_PRIVATE_H

#include "people/leases.h"
#include "people/machines.h"
#include "people/people.h"
#include "people/registry.h"

struct registry {
	const struct config *cfg;
	struct people *people;
	struct leases *leases;
	struct macs *macs;
	struct machines *machines;
	struct table *accounts;      /* by account_key */
	struct table *seen;          /* by address; apart from leases, so that a scan ends none */
	struct nets *homes, *ranges; /* by where they are in cfg */
};

/* What is believed of an address now.  who NULL and `some` set: an anonymous person's. */
struct belief {
	bool some;
	const struct person *who;
	enum bound_by how;
	const struct mac *firm; /* the machine's MAC without doubt, NULL if unknown */
	const struct mac *near; /* the frame's, of a machine on the same LAN; NULL if in doubt */
	const struct mac_seen *near_seen;          /* where `near` is set */
	const struct lease *dhcp, *session, *said; /* those in force, else NULL */
};

/* Counts the MAC as seen with the address. */
void registry_believe(struct registry *r, const struct addr *a, const struct mac *mac,
    int64_t now_us, struct belief *b);

/* fe80::/10, and 169.254.0.0/16. */
bool registry_is_link_local(const struct addr *a);
/* An address whose frames come from the machine itself, if its MAC is no router's. */
bool registry_is_local(const struct registry *r, const struct addr *a);

#endif
