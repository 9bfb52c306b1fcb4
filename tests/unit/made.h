/*
 * made: frames of flows of every kind, made for tests, each with the hash it is spread by.
 */
#ifndef FARHAND_TESTS_MADE_H
#define FARHAND_TESTS_MADE_H

#include <netinet/in.h>

#include "capture/spread.h"

enum { FRAME_MOST = 256 };

/* A frame in the making, and what the lane is to be found by. */
struct made {
	size_t n;
	uint8_t at[FRAME_MOST];
	uint32_t mix;
};

static inline void
add(struct made *m, uint64_t number, size_t n)
{
	assert_true(m->n + n <= sizeof(m->at));
	while (n-- > 0)
		m->at[m->n++] = (uint8_t)(number >> 8 * n);
}

/* Spread over all bits, the same on every run. */
static inline uint32_t
any(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed ^ *seed >> 15;
}

static inline void
add_link(struct made *m, unsigned tags, uint32_t type)
{
	m->n = 0;
	add(m, 0x020000000001, 6);
	add(m, 0x020000000002, 6);
	for (unsigned i = 0; i < tags; i++) {
		add(m, i + 1 < tags ? 0x88a8 : 0x8100, 2);
		add(m, 100 + i, 2);
	}
	add(m, type, 2);
}

static inline bool
has_ports(uint32_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_SCTP;
}

/* fragment: as in the header; its ports, if it has any, are not to count. */
static inline void
make_ipv4(struct made *m, uint32_t *seed, unsigned tags, uint32_t proto, uint32_t fragment)
{
	const uint32_t words = 5 + any(seed) % 3, src = any(seed), dst = any(seed),
		       ports = any(seed);

	add_link(m, tags, 0x0800);
	add(m, 0x40 | words, 1);
	add(m, 0, 1);
	add(m, words * 4 + 8, 2);
	add(m, 7, 2);
	add(m, fragment, 2);
	add(m, 64, 1);
	add(m, proto, 1);
	add(m, 0, 2);
	add(m, src, 4);
	add(m, dst, 4);
	for (uint32_t i = 5; i < words; i++)
		add(m, 0x01010101, 4);
	add(m, ports, 4);
	add(m, 0x0008beef, 4);
	m->mix = spread_mix(src ^ dst,
	    has_ports(proto) && fragment == 0 ? (ports >> 16 ^ ports) & 0xffff : 0, proto);
}

static inline void
make_ipv6(struct made *m, uint32_t *seed, unsigned tags, uint32_t proto)
{
	uint32_t addrs = 0, word, ports;

	add_link(m, tags, 0x86dd);
	add(m, 6u << 28, 4);
	add(m, 8, 2);
	add(m, proto, 1);
	add(m, 64, 1);
	for (unsigned i = 0; i < 8; i++) {
		word = any(seed);
		addrs ^= word;
		add(m, word, 4);
	}
	ports = any(seed);
	add(m, ports, 4);
	add(m, 0x0008beef, 4);
	m->mix = spread_mix(addrs, has_ports(proto) ? (ports >> 16 ^ ports) & 0xffff : 0, proto);
}

/* The i-th flow's; every kind in turn. */
static inline void
make(struct made *m, uint32_t i)
{
	static const uint32_t protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_ICMP,
		IPPROTO_GRE };
	uint32_t seed = i * 7919u + 1;
	const unsigned tags = i % 3;

	m->n = 0;
	m->mix = 0;
	if (i % 11 == 10) {
		add_link(m, tags, 0x88b5); /* no IP */
		add(m, any(&seed), 4);
	} else if (i % 11 == 9) {
		make_ipv4(m, &seed, 2, IPPROTO_UDP, i % 2 ? 0x2000 : 100);
	} else if (i % 2 == 0) {
		make_ipv4(m, &seed, tags, protos[i % 5], 0);
	} else {
		make_ipv6(m, &seed, tags, i % 10 == 7 ? IPPROTO_FRAGMENT : protos[i % 5]);
	}
	while (m->n < 60)
		add(m, 0, 1);
	add(m, i, 4); /* to be known by */
}

#endif
