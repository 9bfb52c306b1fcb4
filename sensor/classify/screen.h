/*
 * screen: which end's screen leaves, by sizes and times; for any encrypted session.
 *
 * Kept only for flows that are remote control by name and whose host their bytes do not
 * tell, in a pool of fixed size: taken at once at the start, touched as it is used.
 */
#ifndef FARHAND_CLASSIFY_SCREEN_H
#define FARHAND_CLASSIFY_SCREEN_H

#include "flow/flows.h"

struct screens;

/* For `most` flows at once, less than 65536.  NULL without memory. */
struct screens *screens_new(uint32_t most);
void screens_free(struct screens *r); /* NULL allowed */

/*
 * A packet with payload that flows_see counted on the row.  Returns the host, once it is
 * sure; SIDE_NONE until then, and for a row there was no room for (counted).
 */
enum side screen_see(struct screens *r, struct flow_row *row, enum side from, uint32_t bytes);

/* Give back what is kept of the row, if anything. */
void screen_drop(struct screens *r, struct flow_row *row);

/* Packets of flows there was no room for. */
uint64_t screens_refused(const struct screens *r);

#endif
