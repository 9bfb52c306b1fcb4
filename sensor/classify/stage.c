/*
 * stage: a packet written anew for nDPI.
 */
#include "classify/stage.h"

static void
put16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static void
put32(uint8_t *at, uint32_t v)
{
	put16(at, v >> 16);
	put16(at + 2, v);
}

/* Which way a packet goes, by itself: rows may swap their sides in between. */
static bool
goes_up(const struct packet *p)
{
	const int c = addr_cmp(&p->addr[0], &p->addr[1]);

	return c != 0 ? c < 0 : p->port[0] <= p->port[1];
}

uint16_t
stage_write(struct stage *s, uint64_t id, const struct packet *p)
{
	const uint32_t low = 0x0a000000u | (uint32_t)(id & 0x7fffff), high = low | 0x800000u;
	const bool tcp = p->proto == PROTO_TCP, up = goes_up(p);
	const size_t head = STAGE_IP + (tcp ? STAGE_TCP : STAGE_UDP);
	const size_t shown = p->payload.n < STAGE_SHOWN ? p->payload.n : STAGE_SHOWN;
	uint8_t *ip = s->at, *l4 = ip + STAGE_IP;

	memset(ip, 0, head);
	ip[0] = 0x45;
	put16(ip + 2, (uint32_t)(head + shown));
	ip[8] = 64;
	ip[9] = p->proto;
	put32(ip + 12, up ? low : high);
	put32(ip + 16, up ? high : low);
	put16(l4, p->port[0]);
	put16(l4 + 2, p->port[1]);
	if (tcp) {
		put32(l4 + 4, p->tcp_seq);
		put32(l4 + 8, p->tcp_ack);
		l4[12] = STAGE_TCP / 4 << 4;
		l4[13] = p->tcp_flags;
		put16(l4 + 14, p->tcp_window);
	} else {
		put16(l4 + 4, (uint32_t)(STAGE_UDP + shown));
	}
	memcpy(ip + head, p->payload.p, shown);
	return (uint16_t)(head + shown);
}
