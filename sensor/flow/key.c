/*
 * key: hash and comparison of the 5-tuple.
 *
 *   lower end's address 16 | higher end's address 16 | ports, protocol 8
 *
 * Each eight bytes are multiplied into the state and the product's halves folded,
 * so that all bits of the input reach all bits of the result.  Start and factor
 * come from the seed: who does not know it cannot aim flows at one bucket.
 */
#include "flow/key.h"

static uint64_t
fold(uint64_t a, uint64_t b)
{
	const unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

struct key
key_of(uint64_t seed)
{
	struct key k;

	/* Irrational constants: the fractions of the golden ratio and of the root of 2. */
	k.start = fold(seed ^ 0x9e3779b97f4a7c15u, 0x6a09e667f3bcc909u);
	k.factor = fold(seed + 0x6a09e667f3bcc909u, k.start ^ 0x9e3779b97f4a7c15u) | 1;
	return k;
}

static uint64_t
mix_addr(uint64_t h, uint64_t factor, const struct addr *a)
{
	uint64_t word[2];

	memcpy(word, a->b, sizeof(word));
	return fold(fold(h ^ word[0], factor) ^ word[1], factor);
}

uint32_t
key_hash(const struct key *k, const struct packet *p)
{
	const int order = addr_cmp(&p->addr[0], &p->addr[1]);
	const unsigned low = order < 0 || (order == 0 && p->port[0] <= p->port[1]) ? 0 : 1;
	const uint64_t rest =
	    (uint64_t)p->port[low] << 32 | (uint64_t)p->port[1 - low] << 8 | p->proto;
	uint64_t h = k->start;

	h = mix_addr(h, k->factor, &p->addr[low]);
	h = mix_addr(h, k->factor, &p->addr[1 - low]);
	h = fold(h ^ rest, k->factor);
	return (uint32_t)(h ^ h >> 32);
}

static bool
ends_are(const struct flow *f, const struct packet *p, unsigned source)
{
	return f->port[0] == p->port[source] && f->port[1] == p->port[1 - source] &&
	    addr_equal(&f->end[0], &p->addr[source]) &&
	    addr_equal(&f->end[1], &p->addr[1 - source]);
}

bool
key_match(const struct flow *f, const struct packet *p, enum side *from)
{
	if (f->proto != p->proto)
		return false;
	if (ends_are(f, p, 0))
		*from = SIDE_CLIENT;
	else if (ends_are(f, p, 1))
		*from = SIDE_SERVER;
	else
		return false;
	return true;
}
