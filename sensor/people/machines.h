/*
 * machines: the bounded pool of endpoints, and the MAC addresses seen with them.
 * Private to this room.
 */
#ifndef FARHAND_PEOPLE_MACHINES_H
#define FARHAND_PEOPLE_MACHINES_H

#include "farhand/endpoint.h"
#include "people/table.h"

/* An endpoint and what it is told apart by. */
struct machine {
	struct endpoint e;
	struct addr account; /* account_key of an anonymous one named by its account; else zero */
	bool has_v4;         /* it was seen with an IPv4 address */
	uint32_t older, newer;
};

/* A machine that may have made room meanwhile.  Zero: none. */
struct machine_ref {
	uint32_t row;
	uint32_t id; /* its endpoint's, and 1 */
};

struct machines;

struct machines *machines_new(uint32_t rows); /* NULL: no memory */
void machines_free(struct machines *m);       /* NULL allowed */
uint64_t machines_evicted(const struct machines *m);

struct machine *machines_get(const struct machines *m, struct machine_ref ref); /* NULL: gone */
struct machine_ref machines_ref(const struct machines *m, const struct machine *at);
/*
 * A new machine of who; of a copy of `nobody`, whose id the caller then gives
 * (*own), if who is NULL.  A full pool gives up the anonymous one seen longest
 * ago, and only when there is none a named one.
 */
struct machine *machines_add(
    struct machines *m, const struct person *who, const struct person *nobody, struct person **own);
/*
 * A named person's machine by what it had last, of the 1024 seen latest: for when
 * strangers have crowded it out of the tables.  By MAC; by address if that is NULL.
 */
struct machine *machines_search(const struct machines *m, const struct person *who,
    const struct addr *a, const struct mac *mac);
void machines_touch(struct machines *m, struct machine *at);

#define MAC_ADDRESSES 8 /* one MAC with more is a router's */

struct macs;

struct macs *macs_new(uint32_t rows);
void macs_free(struct macs *m);
/* Seen with an address: false if it is a router's. */
bool macs_see(struct macs *m, const struct mac *mac, const struct addr *a);
bool macs_is_router(const struct macs *m, const struct mac *mac);
/* IPv4 addresses it was seen with; 0 if never seen. */
unsigned macs_v4(const struct macs *m, const struct mac *mac);
/* The machine a MAC was last bound to. */
struct machine_ref macs_machine(const struct macs *m, const struct mac *mac);
void macs_bind(struct macs *m, const struct mac *mac, struct machine_ref ref);

#endif
