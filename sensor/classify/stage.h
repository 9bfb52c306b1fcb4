/*
 * stage: a packet written anew for nDPI.
 *
 * nDPI 4.2 takes an address inside TeamViewer's ranges for a payload match, and
 * keeps caches across flows.  Neither may decide here: no name may rest on an
 * address, and a replay must not depend on which flows share a lane.  So it is shown
 *
 *   IPv4 10.b.b.b > 10.b.b.b | TCP or UDP, real ports | the real payload's start
 *
 * with addresses made from the flow's id.  No list of addresses has them, no two
 * flows near in time share them, and options, fragments or offloaded lengths of
 * the original cannot trouble it.
 */
#ifndef FARHAND_CLASSIFY_STAGE_H
#define FARHAND_CLASSIFY_STAGE_H

#include "farhand/packet.h"

enum { STAGE_IP = 20, STAGE_TCP = 20, STAGE_UDP = 8, STAGE_SHOWN = 4096 };

struct stage {
	_Alignas(8) uint8_t at[STAGE_IP + STAGE_TCP + STAGE_SHOWN];
};

/* Write a packet of TCP or UDP of the flow `id`; returns its length. */
uint16_t stage_write(struct stage *s, uint64_t id, const struct packet *p);

#endif
