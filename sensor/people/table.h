/*
 * table: a bounded map of 16-byte keys to slots, for what the wire tells.
 *
 * A slot holds the machine its key was last bound to; what else belongs to a key the
 * caller keeps in an array of `rows` beside the table, by slot.  A full table gives
 * up the slot used longest ago.
 */
#ifndef FARHAND_PEOPLE_TABLE_H
#define FARHAND_PEOPLE_TABLE_H

#include "farhand/addr.h"

#define TABLE_NONE UINT32_MAX

/* A machine that may have made room meanwhile.  Zero: none. */
struct machine_ref {
	uint32_t row;
	uint32_t id; /* its endpoint's, and 1 */
};

struct table;

struct table *table_new(uint32_t rows); /* NULL: no memory */
void table_free(struct table *t);       /* NULL allowed */

/* The slot of a key, TABLE_NONE if it has none; does not count as use. */
uint32_t table_find(const struct table *t, const struct addr *key);
/* A key is about to be looked for: its first line is fetched meanwhile. */
void table_fetch(const struct table *t, const struct addr *key);
/* Once that is there: its slot, TABLE_NONE if there is surely none; it is fetched. */
uint32_t table_fetch_slot(const struct table *t, const struct addr *key);
/* A slot of a key is now the last used. */
void table_touch(struct table *t, uint32_t slot);
/* A slot for a key that has none, now the last used; its payload is someone else's rest. */
uint32_t table_add(struct table *t, const struct addr *key);
/* The slot of a key, now the last used; *fresh: it was added. */
uint32_t table_use(struct table *t, const struct addr *key, bool *fresh);

/* A slot that one of the next keys to be added gets, unless it is used before; TABLE_NONE: not known. */
uint32_t table_next_oldest(const struct table *t);

/* The machine a slot's key was last bound to; none for a fresh one. */
struct machine_ref table_machine(const struct table *t, uint32_t slot);
void table_bind(struct table *t, uint32_t slot, struct machine_ref machine);

#endif
