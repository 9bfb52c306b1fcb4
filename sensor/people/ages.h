/*
 * ages: which of a number of rows was used longest ago.  Private to this room.
 *
 * Exactly so, yet to use a row touches no other: uses are written one after the
 * other, and a row's last one counts.
 */
#ifndef FARHAND_PEOPLE_AGES_H
#define FARHAND_PEOPLE_AGES_H

#include <stdbool.h>
#include <stdint.h>

#define AGES_NONE UINT32_MAX

struct ages;

struct ages *ages_new(uint32_t rows); /* NULL: no memory */
void ages_free(struct ages *a);       /* NULL allowed */

/* The row is now the one used last. */
void ages_use(struct ages *a, uint32_t row);
/* The row is about to be used. */
void ages_fetch(const struct ages *a, uint32_t row);
/* Forget the row used longest ago, and return it; AGES_NONE: there is none. */
uint32_t ages_take(struct ages *a);
/*
 * The row that the ages_take after `skip` others, 6 at most, would return, unless one of them
 * is used meanwhile; AGES_NONE: not known, as before the first of them.
 */
uint32_t ages_next(const struct ages *a, uint32_t skip);
/* The row used last before *at, which it becomes: start with *at AGES_NONE.  AGES_NONE: no more. */
uint32_t ages_before(const struct ages *a, uint32_t *at);

#endif
