/*
 * role: which end of a flow is the controlled machine.
 *
 * Who opened the connection tells nothing: a relayed host dials out as its viewer
 * does, and a direct AnyDesk session may run over the connection the host opened.
 * So, in this order: what the protocol's bytes say; which part of the protocol
 * each end speaks, where that settles it; and for flows already known as remote
 * control, the sizes [research: the generic test of a controlled side]:
 *
 *   screen   host   > viewer   large, many
 *   keys     viewer > host     small, nearly all of them, at least KEYS_LEAST
 *
 * Unknown is better than wrong.
 */
#include "classify/role.h"

enum {
	KEYS_LEAST = 40,
	SCREEN_TIMES = 8, /* as many bytes as the keys, or more */
	SMALL_OF_TEN = 9  /* of ten packets of the viewer this many are small */
};

static bool
is_side(uint32_t num)
{
	return num < SIDE_NONE;
}

/* RFB: the host greets first.  On a mirror that lacks one direction "first" means nothing. */
static enum side
by_banner(const struct flow *f, const struct obs_list *facts)
{
	struct obs o;

	if (!obs_find(facts, OBS_RFB_VERSION, &o) || o.num < 1 || o.num > 2 ||
	    f->packets[2 - o.num] == 0)
		return SIDE_NONE;
	return (enum side)(o.num - 1);
}

/* The catalogue knows which part of the protocol the controlled machine speaks. */
static enum side
by_part(const struct catalogue *cat, const struct flow *f, const struct obs_list *facts)
{
	enum side side = catalogue_controlled(cat, f->verdict.product);
	struct obs o;

	if (side == SIDE_NONE || (f->verdict.by != BY_DISSECTOR && f->verdict.by != BY_NDPI))
		return SIDE_NONE;
	if (facts != NULL && obs_find(facts, OBS_CLIENT, &o) && is_side(o.num))
		return o.num == SIDE_SERVER ? side_other(side) : side;
	return f->opened_by == OPENED_BY_FIRST ? SIDE_NONE : side;
}

static bool
looks_like_host(const struct flow *f, enum side host)
{
	const enum side viewer = side_other(host);
	const uint64_t small = f->small_packets[viewer];

	return small >= KEYS_LEAST &&
	    small * 10 >= (uint64_t)f->data_packets[viewer] * SMALL_OF_TEN &&
	    f->payload_bytes[host] / SCREEN_TIMES >= f->payload_bytes[viewer];
}

bool
role_by_sizes(const struct catalogue *cat, struct flow *f)
{
	const struct product *p = catalogue_at(cat, f->verdict.product);

	if (p == NULL || !product_controls(p->kind) || f->verdict.host != SIDE_NONE)
		return false;
	if (looks_like_host(f, SIDE_CLIENT))
		f->verdict.host = SIDE_CLIENT;
	else if (looks_like_host(f, SIDE_SERVER))
		f->verdict.host = SIDE_SERVER;
	else
		return false;
	f->verdict.registers = false; /* screen and keys: a session after all */
	return true;
}

void
role_decide(const struct catalogue *cat, struct flow *f, const struct obs_list *facts, bool viewer)
{
	enum side host = SIDE_NONE;
	struct obs o;

	if (facts != NULL && obs_find(facts, OBS_HOST, &o) && is_side(o.num))
		host = (enum side)o.num;
	if (host == SIDE_NONE && facts != NULL)
		host = by_banner(f, facts);
	if (host == SIDE_NONE)
		host = by_part(cat, f, facts);
	if (host == SIDE_NONE && viewer && f->opened_by != OPENED_BY_FIRST)
		host = SIDE_SERVER;
	if (host != SIDE_NONE)
		f->verdict.host = (uint8_t)host;
	else
		(void)role_by_sizes(cat, f);
}
