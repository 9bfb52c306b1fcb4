/*
 * key: what makes packets one flow: two ends with their ports, and a protocol.
 */
#ifndef FARHAND_FLOW_KEY_H
#define FARHAND_FLOW_KEY_H

#include "farhand/flow.h"

/* The secret of a table's hash. */
struct key {
	uint64_t start, factor;
};

struct key key_of(uint64_t seed);

/* The same for both directions. */
uint32_t key_hash(const struct key *k, const struct packet *p);

/* Is the packet of this flow?  If so *from is who sent it; else *from is untouched. */
bool key_match(const struct flow *f, const struct packet *p, enum side *from);

#endif
