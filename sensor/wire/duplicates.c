/*
 * duplicates: packets that a mirror shows twice.
 *
 * A switch that mirrors two ports, or both directions of one, copies what goes
 * from one to the other twice; a router on the way changes VLAN, TTL, class of
 * service and checksum.  So a packet is known by its IP header without those,
 * and by its first bytes.  A sender numbers its packets, hence a retransmission
 * is another packet; where there is no number (IPv6, or 0 with DF) all bytes must
 * be the same.  Copies on different interfaces count too: the first one is kept.
 *
 *   known[set][way]: hash 8 | time 8; the oldest of a set makes room
 */
#include <stdlib.h>

#include "wire/duplicates.h"

enum { SETS = 1024, WAYS = 4, HEAD_MOST = 40, FIRST_BYTES = 128 };

struct known {
	uint64_t hash;
	int64_t at_us;
};

struct duplicates {
	int64_t window_us;
	struct known known[SETS][WAYS];
};

struct duplicates *
duplicates_new(int64_t window_us)
{
	struct duplicates *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->window_us = window_us;
	return s;
}

void
duplicates_free(struct duplicates *s)
{
	free(s);
}

static uint64_t
mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15ull;
	return h ^ h >> 29;
}

static uint64_t
hash_bytes(uint64_t h, const uint8_t *p, size_t n)
{
	uint64_t word;

	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&word, p, 8);
		h = mix(h, word);
	}
	word = n;
	for (size_t i = 0; i < n; i++)
		word = word << 8 | p[i];
	return mix(h, word);
}

static uint64_t
hash_packet(struct view l3)
{
	const bool v4 = l3.p[0] >> 4 == 4;
	const size_t head_n = v4 ? 20 : 40;
	uint8_t head[HEAD_MOST];
	size_t most = l3.n;
	uint64_t h;

	memcpy(head, l3.p, head_n);
	if (v4) {
		if ((head[4] | head[5]) != 0 && most > head_n + FIRST_BYTES)
			most = head_n + FIRST_BYTES;
		head[1] = head[8] = head[10] = head[11] = 0;
	} else {
		head[0] &= 0xf0;
		head[1] &= 0x0f;
		head[7] = 0;
	}
	h = hash_bytes(0, head, head_n);
	return hash_bytes(h, l3.p + head_n, most - head_n);
}

bool
duplicates_seen(struct duplicates *s, int64_t at_us, struct view l3)
{
	const uint64_t hash = hash_packet(l3) | 1; /* 0 is a place not yet used */
	struct known *set = s->known[(hash >> 32) % SETS], *oldest = set;

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
