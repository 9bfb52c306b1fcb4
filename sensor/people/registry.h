/*
 * registry: persons, their claims, and which machine is whose.
 *
 * Reads people.yaml; adds the machines seen on the wire.  Without a people file
 * every host of the home networks is an anonymous endpoint.  Endpoints live in a
 * bounded table (least recently seen anonymous ones go first); ids are given in
 * order of first sight, so a replay gives the same ones.
 */
#ifndef FARHAND_REGISTRY_H
#define FARHAND_REGISTRY_H

#include "farhand/endpoint.h"
#include "ops/config.h"

struct registry;

/*
 * Read people (path "" or NULL: none) and check it: unknown key, bad country
 * code, unknown product (known(arg, id) false), overlapping endpoints, malformed
 * prefix.  NULL after all mistakes were said with file and line.  cfg is lent for
 * as long as the registry lives.
 */
struct registry *registry_new(const struct config *cfg, const char *people,
    bool (*known_product)(void *arg, const char *id), void *arg);
void registry_free(struct registry *r); /* NULL allowed */

unsigned registry_persons(const struct registry *r); /* named ones */
const struct person *registry_person(const struct registry *r, unsigned i);
/* Endpoints given up for want of room (limits.endpoints). */
uint64_t registry_evicted(const struct registry *r);

/*
 * The endpoint at an address now, made if it belongs to a person or (no people
 * file, or anonymous hosts wanted) to a home network; NULL if it is nobody's.
 * mac: as seen with it, NULL or zero if unknown; it is believed only where it is
 * not a router's (one MAC with more than 8 addresses).  Order of belief: lease,
 * address, prefix, MAC, host name.
 */
struct endpoint *registry_at(struct registry *r, const struct addr *a, const struct mac *mac,
    enum vantage v, uint16_t source, int64_t now_us);

/* The endpoint last seen with this hardware address; NULL if there is none, or it is a router's. */
const struct endpoint *registry_by_mac(const struct registry *r, const struct mac *mac);

/*
 * registry_at will be asked of this address and MAC soon: what it needs is fetched
 * meanwhile, in rounds 0, 1 and 2, the one's reaching what the one before fetched.  Changes
 * nothing.  In round 2 returns the id of the endpoint last seen there, and 1; 0: not known.
 */
uint32_t registry_fetch(
    const struct registry *r, const struct addr *a, const struct mac *mac, unsigned round);

/* A DHCP lease: mac has addr until until_us.  name, vendor "" if unknown. */
void registry_lease(struct registry *r, const struct mac *mac, const struct addr *a,
    const char *name, const char *vendor, enum vantage v, uint16_t source, int64_t now_us,
    int64_t until_us);
/* mac gives addr back before its time. */
void registry_release(
    struct registry *r, const struct mac *mac, const struct addr *a, int64_t now_us);
/* Accounting of a VPN gateway: user has framed, from caller; start or interim, or stop. */
void registry_account(struct registry *r, const char *user, const struct addr *framed,
    const struct addr *caller, bool stop, int64_t now_us);
/* False if the address was given to someone (else) after then: today's holder is not that day's. */
bool registry_held_since(const struct registry *r, const struct addr *a, int64_t then_us);
/* A name announced for an address (mDNS). */
void registry_named(struct registry *r, const struct addr *a, const char *name, int64_t now_us);

bool registry_is_home(const struct registry *r, const struct addr *a);
/* The most specific configured range around an address at a time, NULL if none. */
const struct config_range *registry_range(
    const struct registry *r, const struct addr *a, int64_t now_us);

#endif
