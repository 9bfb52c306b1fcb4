/*
 * nets: networks, which may lie within each other, and which of them an address is in.
 * Private to this room; read-only once made.
 */
#ifndef FARHAND_PEOPLE_NETS_H
#define FARHAND_PEOPLE_NETS_H

#include "farhand/addr.h"

#define NETS_NONE UINT32_MAX

struct net {
	struct prefix net;
	uint32_t value; /* what it stands for, to whoever made the list */
};

struct nets;

struct nets *nets_new(const struct net *list, uint32_t n); /* copied; NULL: no memory */
void nets_free(struct nets *n);                            /* NULL allowed */

/*
 * The narrowest network around an address, of the same ones that of the least value;
 * NETS_NONE: there is none.
 */
uint32_t nets_find(const struct nets *n, const struct addr *a);
/* The next one around that one, NETS_NONE: there is none. */
uint32_t nets_around(const struct nets *n, uint32_t at);
uint32_t nets_value(const struct nets *n, uint32_t at);

#endif
