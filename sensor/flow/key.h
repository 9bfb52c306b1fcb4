/*
 * key: what makes packets one flow: two ends with their ports, and a protocol.
 */
#ifndef FARHAND_FLOW_KEY_H
#define FARHAND_FLOW_KEY_H

#include "flow/flows.h"

/* The secret of a table's hash. */
struct key {
	uint64_t start, factor;
};

struct key key_of(uint64_t seed);

/* The same for both directions, and for the row of a packet. */
uint32_t key_hash(const struct key *k, const struct packet *p);
uint32_t key_hash_row(const struct key *k, const struct flow_row *row);

/* As key_match, of rows that are wide. */
bool key_match_wide(const struct flow_row *row, const struct packet *p, enum side *from);

/* An end of an IPv4 flow in one number: port, address. */
static inline uint64_t
key_end(const struct addr *a, uint16_t port)
{
	uint32_t four;

	memcpy(&four, a->b + 12, sizeof(four));
	return (uint64_t)port << 32 | four;
}

static inline uint64_t
key_end_row(const struct flow_side *s)
{
	return (uint64_t)s->port << 32 | s->four;
}

static inline bool
key_is_four(const struct packet *p)
{
	return addr_is_v4(&p->addr[0]) && addr_is_v4(&p->addr[1]);
}

/*
 * Is the packet of this flow?  If so *from is who sent it.  Which of the two it is has no
 * pattern: found without a branch.
 */
static inline bool
key_match(const struct flow_row *row, const struct packet *p, enum side *from)
{
	const uint64_t source = key_end(&p->addr[0], p->port[0]);
	const uint64_t target = key_end(&p->addr[1], p->port[1]);
	const uint64_t client = key_end_row(&row->side[SIDE_CLIENT]);
	const uint64_t server = key_end_row(&row->side[SIDE_SERVER]);
	const uint64_t up = (client ^ source) | (server ^ target);
	const uint64_t down = (client ^ target) | (server ^ source);

	if (row->wide != NULL)
		return key_match_wide(row, p, from);
	*from = (enum side)(up != 0);
	return (up == 0 || down == 0) && row->proto == p->proto && key_is_four(p);
}

#endif
