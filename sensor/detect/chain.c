/*
 * chain: see chain.h.
 */
#include "detect/chain.h"

#define DAY_OF(at_us) ((int32_t)((at_us) / 86400000000LL))

uint32_t
chain_downstream_us(const struct chain *c)
{
	if (c->echo_us == 0 || c->ack_us == 0 || c->samples < CHAIN_SAMPLES)
		return 0;
	return c->echo_us > c->ack_us ? c->echo_us - c->ack_us : 0;
}

static uint32_t
lesser(uint32_t least, uint32_t x)
{
	return x != 0 && (least == 0 || x < least) ? x : least;
}

static void
close_day(struct chain *c, uint32_t over_us)
{
	const uint32_t beyond = chain_downstream_us(c);

	if (beyond > over_us) {
		if (c->days < UINT16_MAX)
			c->days++;
		c->beyond_us = lesser(c->beyond_us, beyond);
	}
	c->echo_us = c->ack_us = 0;
	c->samples = 0;
}

void
chain_sample(
    struct chain *c, int64_t at_us, uint32_t echo_us, uint32_t ack_us, unsigned n, uint32_t over_us)
{
	const int32_t day = DAY_OF(at_us);

	if (day < c->day)
		return;
	if (day > c->day) {
		close_day(c, over_us);
		c->day = day;
	}
	c->ack_us = lesser(c->ack_us, ack_us);
	if (echo_us == 0)
		return;
	c->echo_us = lesser(c->echo_us, echo_us);
	c->samples = (uint16_t)(c->samples + n < UINT16_MAX ? c->samples + n : UINT16_MAX);
}

bool
chain_is_long(const struct chain *c, uint32_t over_us)
{
	return c->days + (chain_downstream_us(c) > over_us ? 1u : 0u) >= CHAIN_DAYS;
}
