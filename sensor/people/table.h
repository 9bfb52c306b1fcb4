/*
 * table: a bounded map of 16-byte keys to slots, for what the wire tells.
 *
 * The caller keeps an array of `rows` payloads beside it, by slot.  A full table
 * gives up the slot used longest ago.
 */
#ifndef FARHAND_PEOPLE_TABLE_H
#define FARHAND_PEOPLE_TABLE_H

#include "farhand/addr.h"

#define TABLE_NONE UINT32_MAX

struct table;

struct table *table_new(uint32_t rows); /* NULL: no memory */
void table_free(struct table *t);       /* NULL allowed */

/* The slot of a key, TABLE_NONE if it has none; does not count as use. */
uint32_t table_find(const struct table *t, const struct addr *key);
/* The slot of a key, now the last used; *fresh: it is new, and its payload someone else's rest. */
uint32_t table_use(struct table *t, const struct addr *key, bool *fresh);

#endif
