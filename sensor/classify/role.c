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
by_banner(const struct flow_row *row)
{
	struct obs o;

	if (!obs_find(row->facts, OBS_RFB_VERSION, &o) || o.num < 1 || o.num > 2 ||
	    row->side[2 - o.num].packets == 0)
		return SIDE_NONE;
	return (enum side)(o.num - 1);
}

/* The catalogue knows which part of the protocol the controlled machine speaks. */
static enum side
by_part(const struct catalogue *cat, const struct flow_row *row)
{
	enum side side = catalogue_controlled(cat, row->product);
	struct obs o;

	if (side == SIDE_NONE || (row->by != BY_DISSECTOR && row->by != BY_NDPI))
		return SIDE_NONE;
	if (row->facts != NULL && obs_find(row->facts, OBS_CLIENT, &o) && is_side(o.num))
		return o.num == SIDE_SERVER ? side_other(side) : side;
	return row->opened_by == OPENED_BY_FIRST ? SIDE_NONE : side;
}

static bool
looks_like_host(const struct flow_row *row, enum side side)
{
	const struct flow_side *host = &row->side[side], *viewer = &row->side[side_other(side)];
	const uint64_t small = viewer->small_packets;

	return small >= KEYS_LEAST && small * 10 >= (uint64_t)viewer->data_packets * SMALL_OF_TEN &&
	    host->payload_bytes / SCREEN_TIMES >= viewer->payload_bytes;
}

bool
role_by_sizes(const struct catalogue *cat, struct flow_row *row)
{
	const struct product *p;

	if (row->product == 0 || row->host != SIDE_NONE)
		return false;
	p = catalogue_at(cat, row->product);
	if (p == NULL || !product_controls(p->kind))
		return false;
	if (looks_like_host(row, SIDE_CLIENT))
		row->host = SIDE_CLIENT;
	else if (looks_like_host(row, SIDE_SERVER))
		row->host = SIDE_SERVER;
	else
		return false;
	row->registers = false; /* screen and keys: a session after all */
	return true;
}

void
role_decide(const struct catalogue *cat, struct flow_row *row, bool viewer)
{
	enum side host = SIDE_NONE;
	struct obs o;

	if (row->facts != NULL && obs_find(row->facts, OBS_HOST, &o) && is_side(o.num))
		host = (enum side)o.num;
	if (host == SIDE_NONE && row->facts != NULL)
		host = by_banner(row);
	if (host == SIDE_NONE)
		host = by_part(cat, row);
	if (host == SIDE_NONE && viewer && row->opened_by != OPENED_BY_FIRST)
		host = SIDE_SERVER;
	if (host != SIDE_NONE)
		row->host = host & 3;
	else
		(void)role_by_sizes(cat, row);
}
