/*
 * duplicates: packets that a mirror shows twice.
 *
 * A switch that mirrors two ports, or both directions of one, copies what goes
 * from one to the other twice; a router on the way changes VLAN, TTL, class of
 * service and checksum.  So a packet is known by its IP header without those,
 * and by its first bytes.  A sender numbers its packets, hence a retransmission
 * is another packet; where there is no number (IPv6, or 0 with DF), and of a
 * fragment, which has the number of others, all bytes must be the same.  Copies on
 * different interfaces count too: the first one is kept.
 *
 *   known[set][way]: hash 8 | time 8; the oldest of a set makes room
 */
#include <stdlib.h>

#include "wire/duplicates.h"

enum { SETS = 1024, WAYS = 4, LINE = 64 };
/* Bytes: in which the header has what routers change; hashed at a time; of a numbered packet. */
enum { HEAD = 16, STRIPE = 64, NUMBERED = HEAD + STRIPE };

struct known {
	uint64_t hash;
	int64_t at_us;
};

struct duplicates {
	_Alignas(LINE) struct known known[SETS][WAYS]; /* a set a line */
	int64_t window_us;
	uint64_t head_key[2], key[8]; /* here, as code would load each apart */
};

/* Of no meaning but their bits' disorder: of SplitMix64, MurmurHash3 and wyhash. */
static const uint64_t keys[] = { 0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb,
	0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53, 0xa0761d6478bd642f, 0xe7037ed1a0b428db,
	0x8ebc6af09c88c6e3, 0x589965cc75374cc3, 0x1d8e4e27c47d124f };

struct duplicates *
duplicates_new(int64_t window_us)
{
	struct duplicates *s = aligned_alloc(LINE, sizeof(*s));

	if (s == NULL)
		return NULL;
	memset(s, 0, sizeof(*s));
	s->window_us = window_us;
	memcpy(s->head_key, keys, sizeof(s->head_key));
	memcpy(s->key, keys + 2, sizeof(s->key));
	return s;
}

void
duplicates_free(struct duplicates *s)
{
	free(s);
}

static inline uint64_t
word_at(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, 8);
	return word;
}

/* Sixteen bytes: every bit of the product's halves together hangs on all of them. */
static inline uint64_t
mix(uint64_t a, uint64_t b, const uint64_t key[2])
{
	const unsigned __int128 product = (unsigned __int128)(a ^ key[0]) * (b ^ key[1]);

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Between sums, that what is in one place of them does not pass for what is in another. */
static inline uint64_t
stir(uint64_t h)
{
	return (h ^ h >> 29) * 0x9e3779b97f4a7c15;
}

static inline uint64_t
hash_stripe(const uint8_t *p, const uint64_t key[8])
{
	return mix(word_at(p), word_at(p + 8), key) +
	    mix(word_at(p + 16), word_at(p + 24), key + 2) +
	    mix(word_at(p + 32), word_at(p + 40), key + 4) +
	    mix(word_at(p + 48), word_at(p + 56), key + 6);
}

/* Any number of bytes; n is in h already.  Apart, as few packets need it. */
__attribute__((noinline)) static uint64_t
hash_all(uint64_t h, const uint8_t *p, size_t n, const uint64_t key[8])
{
	uint64_t a = 0;

	for (; n >= STRIPE; p += STRIPE, n -= STRIPE)
		h = stir(h) + hash_stripe(p, key);
	h = stir(h);
	for (; n >= 16; p += 16, n -= 16, key += 2)
		h += mix(word_at(p), word_at(p + 8), key);
	if (n >= 8) /* its last eight overlap the first */
		return h + mix(word_at(p), word_at(p + n - 8), key);
	while (n > 0)
		a = a << 8 | p[--n];
	return h + mix(a, 0, key);
}

/* Then the first bytes will do: headers, checksums and counters are there. */
static inline bool
is_numbered(const uint8_t *v4)
{
	return (v4[4] | v4[5]) != 0 && ((v4[6] & 0x3f) | v4[7]) == 0;
}

static inline uint64_t
hash_packet(const struct duplicates *s, const struct view *l3)
{
	static const uint8_t v4_kept[HEAD] = { 255, 0, 255, 255, 255, 255, 255, 255, 0, 255, 0, 0,
		255, 255, 255, 255 };
	static const uint8_t v6_kept[HEAD] = { 0xf0, 0x0f, 255, 255, 255, 255, 255, 0, 255, 255,
		255, 255, 255, 255, 255, 255 };
	const uint8_t *p = l3->p, *kept = p[0] >> 4 == 4 ? v4_kept : v6_kept;
	const size_t n = l3->n;
	const uint64_t h =
	    mix(word_at(p) & word_at(kept), word_at(p + 8) & word_at(kept + 8), s->head_key);

	if (n >= NUMBERED && kept == v4_kept && is_numbered(p))
		return h + hash_stripe(p + HEAD, s->key);
	return hash_all(h + n, p + HEAD, n - HEAD, s->key);
}

static size_t
set_of(uint64_t hash)
{
	return (hash >> 32) % SETS;
}

uint64_t
duplicates_look(const struct duplicates *s, const struct view *l3)
{
	const uint64_t hash = hash_packet(s, l3) | 1; /* 0 is a place not yet used */

	__builtin_prefetch(s->known[set_of(hash)], 1);
	return hash;
}

bool
duplicates_take(struct duplicates *s, int64_t at_us, uint64_t hash)
{
	struct known *set = s->known[set_of(hash)], *oldest = set;

	for (int i = 0; i < WAYS; i++) {
		/* Frames of several interfaces may come a little out of order. */
		if (set[i].hash == hash && llabs(at_us - set[i].at_us) <= s->window_us)
			return true;
		if (set[i].at_us < oldest->at_us)
			oldest = &set[i];
	}
	oldest->hash = hash;
	oldest->at_us = at_us;
	return false;
}
