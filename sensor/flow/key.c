/*
 * key: hash and comparison of the 5-tuple.
 *
 *   IPv4: lower end's port, address 8 | higher end's, and the protocol 8
 *   else: lower end's address 16 | higher end's address 16 | ports, protocol 8
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

static uint32_t
hash_four(const struct key *k, uint64_t a, uint64_t b, uint8_t proto)
{
	const uint64_t low = a < b ? a : b;
	const uint64_t high = a < b ? b : a;
	const uint64_t h =
	    fold(fold(low ^ k->start, k->factor) ^ high ^ (uint64_t)proto << 48, k->factor);

	return (uint32_t)(h ^ h >> 32);
}

static uint64_t
mix_addr(uint64_t h, uint64_t factor, const struct addr *a)
{
	uint64_t word[2];

	memcpy(word, a->b, sizeof(word));
	return fold(fold(h ^ word[0], factor) ^ word[1], factor);
}

static uint32_t
hash_wide(const struct key *k, const struct addr a[2], const uint16_t port[2], uint8_t proto)
{
	const int order = addr_cmp(&a[0], &a[1]);
	const unsigned low = order < 0 || (order == 0 && port[0] <= port[1]) ? 0 : 1;
	const uint64_t rest = (uint64_t)port[low] << 32 | (uint64_t)port[1 - low] << 8 | proto;
	uint64_t h = k->start;

	h = mix_addr(h, k->factor, &a[low]);
	h = mix_addr(h, k->factor, &a[1 - low]);
	h = fold(h ^ rest, k->factor);
	return (uint32_t)(h ^ h >> 32);
}

uint32_t
key_hash(const struct key *k, const struct packet *p)
{
	if (key_is_four(p))
		return hash_four(k, key_end(&p->addr[0], p->port[0]),
		    key_end(&p->addr[1], p->port[1]), p->proto);
	return hash_wide(k, p->addr, p->port, p->proto);
}

uint32_t
key_hash_row(const struct key *k, const struct flow_row *row)
{
	const uint16_t port[2] = { row->side[0].port, row->side[1].port };
	const struct addr *end;

	if (row->wide == NULL)
		return hash_four(
		    k, key_end_row(&row->side[0]), key_end_row(&row->side[1]), row->proto);
	/* In a tunnel it may be IPv4 all the same, and its packets hash as such. */
	end = row->wide->end;
	if (addr_is_v4(&end[0]) && addr_is_v4(&end[1]))
		return hash_four(
		    k, key_end(&end[0], port[0]), key_end(&end[1], port[1]), row->proto);
	return hash_wide(k, end, port, row->proto);
}

static bool
ends_are(const struct flow_row *row, const struct packet *p, unsigned source)
{
	const struct addr *end = row->wide->end;

	return row->side[0].port == p->port[source] && row->side[1].port == p->port[1 - source] &&
	    addr_equal(&end[0], &p->addr[source]) && addr_equal(&end[1], &p->addr[1 - source]);
}

bool
key_match_wide(const struct flow_row *row, const struct packet *p, enum side *from)
{
	if (row->proto != p->proto)
		return false;
	if (ends_are(row, p, 0))
		*from = SIDE_CLIENT;
	else if (ends_are(row, p, 1))
		*from = SIDE_SERVER;
	else
		return false;
	return true;
}
