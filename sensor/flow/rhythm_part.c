/*
 * rhythm_part: may a packet be input at all, by what carries it?
 *
 * Beside media and STUN only DTLS may be; inside a VPN no acknowledgement is.
 */
#include "flow/rhythm_private.h"

/* What is left of an acknowledgement inside a VPN, its times taken off: nothing, but for a length
   before the packet; or a SACK of one block [RFC 2018]. */
#define ACK_TIMES   2
#define SACK        12
#define ACK_MOST    14
#define INNER_LEAST 24    /* IP and UDP are so much less than IP, TCP and times */
#define WAY         1000u /* TENTH: a usual one */

/* STUN, DTLS and RTP on one flow by their first byte [RFC 7983]; a TURN channel has 4 more. */
static enum part
part_of_ice(struct view v)
{
	const uint8_t *b = v.p;

	if (v.n >= 5 && b[0] >= 64 && b[0] <= 79)
		b += 4;
	if (b[0] >= 128 && b[0] <= 191)
		return PART_SCREEN;
	/* DTLS application data; of DTLS 1.3 all that is encrypted [RFC 9147 4]. */
	return b[0] == 23 || (b[0] >= 32 && b[0] <= 63) ? PART_ANY : PART_NONE;
}

static bool
is_stun(struct view v)
{
	static const uint8_t cookie[4] = { 0x21, 0x12, 0xa4, 0x42 }; /* [RFC 8489 5] */

	return v.n >= 8 && v.p[0] < 4 && memcmp(v.p + 4, cookie, sizeof(cookie)) == 0;
}

uint32_t
rhythm_way(const struct rhythm *m, int end)
{
	const uint32_t rtt_us = m->row->side[end ^ m->row->first].rtt_us;

	return rtt_us != 0 ? rtt_us / TENTH_US : m->row->proto == PROTO_UDP ? WAY : 0;
}

/*
 * Inside a VPN that rounds sizes up a key is as small as an acknowledgement.  Who owes one sends
 * that; who owes none sends input.
 */
static enum part
part_of_vpn(struct rhythm *m, const struct packet *p, int end, uint32_t size)
{
	const uint32_t now = (uint32_t)(m->row->seen_us / TENTH_US);
	struct pulse *other = &m->end[!end];

	if (size > ACK_MOST || (!m->padded && size > ACK_TIMES && size < SACK))
		return PART_ANY;
	if ((uint32_t)p->payload_bytes + INNER_LEAST < m->extra ||
	    (!m->padded && size <= ACK_TIMES))
		return PART_NONE;
	if (now - other->sent > rhythm_patience(m, end))
		other->owed = 0;
	if (other->owed == 0)
		return PART_ANY;
	other->owed--;
	return PART_NONE;
}

enum part
rhythm_part(struct rhythm *m, const struct packet *p, int end, uint32_t size)
{
	if (m->carrier == CARRIER_VPN)
		return part_of_vpn(m, p, end, size);
	if (p->proto != PROTO_UDP)
		return PART_ANY;
	if (m->carrier != CARRIER_ICE && is_stun(p->payload))
		m->carrier = CARRIER_ICE;
	if (m->carrier == CARRIER_ICE && p->payload.n > 0)
		return part_of_ice(p->payload);
	return PART_ANY;
}
