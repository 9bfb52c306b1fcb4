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
	bool anonymous;      /* as e.who says */
	bool has_v4;         /* it was seen with an IPv4 address */
	struct addr account; /* account_key of an anonymous one named by its account; else zero */
} __attribute__((aligned(64))); /* what every event asks is in three lines */

struct machines;

/* Anonymous persons begin as copies of nobody, which is lent.  NULL: no memory. */
struct machines *machines_new(uint32_t rows, const struct person *nobody);
void machines_free(struct machines *m); /* NULL allowed */
uint64_t machines_evicted(const struct machines *m);

struct machine *machines_get(const struct machines *m, struct machine_ref ref); /* NULL: gone */
struct machine_ref machines_ref(const struct machines *m, const struct machine *at);
/*
 * A new machine of who; of an anonymous person, whose id the caller then gives
 * (*own), if who is NULL.  A full pool gives up the anonymous one seen longest
 * ago, and only when there is none a named one.
 */
struct machine *machines_add(struct machines *m, const struct person *who, struct person **own);
/* The machine is about to be asked for: its lines are fetched meanwhile. */
void machines_fetch(const struct machines *m, struct machine_ref ref);
/*
 * A named person's machine by what it had last, of the 1024 seen latest: for when
 * strangers have crowded it out of the tables.  By MAC; by address if that is NULL.
 */
struct machine *machines_search(const struct machines *m, const struct person *who,
    const struct addr *a, const struct mac *mac);
void machines_touch(struct machines *m, struct machine *at);

#define MAC_ADDRESSES 8 /* one MAC with more is a router's */

/* What a hardware address was seen with. */
struct mac_seen {
	uint8_t count;            /* addresses; MAC_ADDRESSES + 1: a router's */
	uint8_t v4;               /* of them IPv4 */
	bool asked;               /* `who` holds */
	uint32_t slot;            /* for macs_bound and macs_bind */
	const struct person *who; /* whom people.yaml names by it: for belief.c to keep */
	struct addr addr[MAC_ADDRESSES];
};

struct macs;

struct macs *macs_new(uint32_t rows);
void macs_free(struct macs *m);
/* macs_use will be asked soon: in two rounds, what it needs is fetched meanwhile. */
void macs_fetch(const struct macs *m, const struct mac *mac, unsigned round);
/* It is used; made if it was never seen. */
struct mac_seen *macs_use(struct macs *m, const struct mac *mac);
/* Seen with an address: false if it is a router's. */
bool macs_see(struct mac_seen *s, const struct addr *a);
bool macs_is_router(const struct macs *m, const struct mac *mac);
/* The machine a MAC was last bound to. */
struct machine_ref macs_machine(const struct macs *m, const struct mac *mac);
struct machine_ref macs_bound(const struct macs *m, const struct mac_seen *s);
void macs_bind(struct macs *m, const struct mac_seen *s, struct machine_ref ref);

#endif
