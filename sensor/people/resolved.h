/*
 * resolved: which name an address was last resolved from, by the DNS answers
 * seen.  A bounded memory: the least recently used goes first.
 */
#ifndef FARHAND_RESOLVED_H
#define FARHAND_RESOLVED_H

#include "farhand/addr.h"

struct resolved;

struct resolved *resolved_new(uint32_t names);
void resolved_free(struct resolved *r); /* NULL allowed */

/* name (n bytes) resolves to a for ttl_s seconds from now. */
void resolved_add(struct resolved *r, const struct addr *a, const char *name, size_t n,
    uint32_t ttl_s, int64_t now_us);

/* resolved_name or resolved_add will be asked soon: the first line is fetched meanwhile. */
void resolved_fetch(const struct resolved *r, const struct addr *a);

/* The name in force, lent until the next resolved_add; NULL if none. */
const char *resolved_name(struct resolved *r, const struct addr *a, int64_t now_us);

#endif
