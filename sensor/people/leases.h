/*
 * leases: what the wire said of an address for a time.  Private to this room.
 */
#ifndef FARHAND_PEOPLE_LEASES_H
#define FARHAND_PEOPLE_LEASES_H

#include "farhand/endpoint.h"

#define LEASE_NAME 64

/*
 * Each part has its own end: a DHCP lease, a VPN session, a name announced.  Whom
 * people.yaml means by it (NULL: nobody) is looked up once, when it is told.
 */
struct lease {
	int64_t mac_until_us, user_until_us, said_until_us;
	int64_t given_us; /* when a DHCP client or account last got what it did not have */
	const struct person *mac_who, *user_who, *said_who;
	struct mac mac;
	struct addr account;               /* account_key of user */
	struct addr caller;                /* where the user comes from; zero if not told */
	char name[LEASE_NAME], vendor[32]; /* as the DHCP client told */
	char user[LEASE_NAME];
	char said[LEASE_NAME]; /* mDNS name */
};

struct leases;

struct leases *leases_new(uint32_t rows); /* NULL: no memory */
void leases_free(struct leases *l);       /* NULL allowed */

/* The row of an address; NULL if nothing is known of it. */
struct lease *leases_find(const struct leases *l, const struct addr *a);
/* An address is about to be looked for. */
void leases_fetch(const struct leases *l, const struct addr *a);
/* As leases_find, made if need be; the one used longest ago makes room. */
struct lease *leases_use(struct leases *l, const struct addr *a);

/* Copy what the wire calls something: bytes that are no printable ASCII become '?'. */
void lease_text(char *out, size_t room, const char *text);

/* A user name as a key, in any case: FNV-1a, 128 bits [RFC draft-eastlake-fnv]. */
struct addr account_key(const char *user);
/* Ids for anonymous persons: an address, "user:NAME"; cut ones end in a hash. */
void anonymous_id(const struct addr *a, const char *user, char out[PERSON_ID]);

#endif
