/*
 * spread: which shard, and which lane, a flow belongs to.
 *
 * A symmetric hash over addresses and ports, simple enough for the kernel: the same
 * function is a classic BPF program (live_fanout.c) and this one, so that what the kernel
 * gives a lane is the lane's, but for tunnels and fragments, whose inner or whole packet
 * only the sensor sees.
 */
#ifndef FARHAND_CAPTURE_SPREAD_H
#define FARHAND_CAPTURE_SPREAD_H

#include <stdint.h>

/* State that decides results is split by shard, never by lane: any number of lanes, one answer. */
#define SHARDS 8

/*
 * addrs: all 32-bit words of both addresses, as numbers, XORed (of IPv4 one word each).
 * ports: source and destination port XORed, 0 where there are none; proto: of the IP header.
 */
static inline uint32_t
spread_mix(uint32_t addrs, uint32_t ports, uint32_t proto)
{
	uint32_t h = addrs;

	h ^= h >> 16;
	h *= 0x7feb352du;
	h ^= ports | proto << 16;
	h ^= h >> 15;
	h *= 0x846ca68bu;
	return h ^ h >> 16;
}

static inline unsigned
spread_shard(uint32_t mix)
{
	return mix % SHARDS;
}

/* lanes 1, 2, 4 or 8: the same as mix % lanes. */
static inline unsigned
spread_lane(unsigned shard, unsigned lanes)
{
	return shard % lanes;
}

#endif
