/*
 * role: which end of a flow is the controlled machine.
 *
 * Who opened the connection tells nothing: a relayed host dials out as its viewer
 * does, a direct AnyDesk session may run over the connection the host opened, VNC
 * and SSH are turned round by an option.  So, in this order (enum host_by): what the
 * protocol's bytes say; which part of the protocol each end speaks by its bytes, where
 * that settles it; who greeted first; who asked for a name that only viewers use; and
 * for flows known as remote control, sizes and times (screen.c).
 *
 * Unknown is better than wrong.
 */
#include "classify/role.h"

static bool
is_side(uint32_t num)
{
	return num < SIDE_NONE;
}

/* The side in the first observation of the kind. */
static enum side
side_said(const struct obs_list *told, enum obs_kind kind)
{
	struct obs o;

	if (told == NULL || !obs_find(told, kind, &o) || !is_side(o.num))
		return SIDE_NONE;
	return (enum side)o.num;
}

/* RFB: the host greets first.  On a mirror that lacks one direction "first" means nothing. */
static enum side
by_banner(const struct flow_row *row, const struct obs_list *told)
{
	struct obs o;

	if (told == NULL || !obs_find(told, OBS_RFB_VERSION, &o) || o.num < 1 || o.num > 2 ||
	    row->side[2 - o.num].packets == 0)
		return SIDE_NONE;
	return (enum side)(o.num - 1);
}

/* The catalogue knows which part of the protocol the controlled machine speaks. */
static enum side
by_part(const struct catalogue *cat, const struct flow_row *row, const struct obs_list *told)
{
	const enum side part = catalogue_controlled(cat, row->product);
	const enum side client = side_said(told, OBS_CLIENT);

	if (part == SIDE_NONE || client == SIDE_NONE ||
	    (row->by != BY_DISSECTOR && row->by != BY_NDPI))
		return SIDE_NONE;
	return part == SIDE_CLIENT ? client : side_other(client);
}

/* The client asked for a viewer's name, or was shown its certificate. */
static enum side
by_name(const struct obs_list *told, bool viewer)
{
	const enum side client = viewer ? side_said(told, OBS_CLIENT) : SIDE_NONE;

	return client != SIDE_NONE ? side_other(client) : SIDE_NONE;
}

static void
set(struct flow_row *row, enum side host, enum host_by by)
{
	row->host = host & 3;
	row->host_by = by & 7;
}

void
role_decide(
    const struct catalogue *cat, struct flow_row *row, const struct obs_list *told, bool viewer)
{
	const enum side said[] = {
		[HOST_BY_NONE] = SIDE_NONE,
		[HOST_BY_BYTES] = side_said(told, OBS_HOST),
		[HOST_BY_PART] = by_part(cat, row, told),
		[HOST_BY_BANNER] = by_banner(row, told),
		[HOST_BY_NAME] = by_name(told, viewer),
	};

	for (enum host_by by = HOST_BY_BYTES; by <= HOST_BY_NAME; by++) {
		if (said[by] != SIDE_NONE) {
			set(row, said[by], by);
			return;
		}
	}
}

/* Remote control by a name that is more than a guess, and nobody knows whose? */
static bool
is_open(const struct catalogue *cat, const struct flow_row *row)
{
	return row->product != 0 && row->host == SIDE_NONE && row->sure >= SURE_LIKELY &&
	    product_controls(catalogue_at(cat, row->product)->kind);
}

bool
role_by_screen(const struct catalogue *cat, struct screens *screens, struct flow_row *row,
    enum side from, uint32_t bytes)
{
	enum side host;

	if (!is_open(cat, row)) {
		screen_drop(screens, row);
		return false;
	}
	host = screen_see(screens, row, from, bytes);
	if (host == SIDE_NONE)
		return false;
	screen_drop(screens, row);
	set(row, host, HOST_BY_RHYTHM);
	return true;
}
