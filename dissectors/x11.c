/*
 * x11: the connection setup of the X Window System [X11 protocol, 8].
 *
 *   'B' or 'l' 0 | major*2 = 11 | minor*2 = 0 | name length*2 | data length*2 | 0 0 | name ...
 *
 * The program is the client: its windows are shown at, and typed into from, the
 * server.  So it is the client whose screen leaves.
 */
#include "dissectors/say.h"

enum { NAME_MOST = 64 };

static bool
is_known_name(struct view name)
{
	static const char cookie[] = "MIT-MAGIC-COOKIE-1", xdm[] = "XDM-AUTHORIZATION-1";

	return (view_lit(&name, cookie, sizeof(cookie) - 1) ||
		   view_lit(&name, xdm, sizeof(xdm) - 1)) &&
	    name.n == 0;
}

static enum probe
x11_probe(struct view head, enum side from, struct obs_list *out)
{
	const bool big = head.n > 0 && head.p[0] == 'B';
	const enum probe said = begins(head, big ? "B\0\0\x0b\0\0" : "l\0\x0b\0\0\0", 6);
	uint16_t name_length, data_length, unused;
	struct view name;

	if (said != PROBE_YES)
		return said;
	view_skip(&head, 6);
	name_length = big ? view_be16(&head) : view_le16(&head);
	data_length = big ? view_be16(&head) : view_le16(&head);
	unused = view_be16(&head);
	if (head.bad)
		return PROBE_MORE;
	/* Without a name all is zeros, and the setup ends there. */
	if (unused != 0 || (name_length == 0 && data_length != 0) || name_length > NAME_MOST)
		return PROBE_NO;
	name = view_take(&head, name_length);
	if (name.bad)
		return PROBE_MORE;
	if (name_length > 0 ? !is_known_name(name) : head.n > 0)
		return PROBE_NO;
	say_protocol(out, "x11");
	say_product(out, "x11", name_length > 0 ? SURE_CERTAIN : SURE_LIKELY);
	obs_num(out, OBS_CLIENT, (uint32_t)from);
	obs_num(out, OBS_HOST, (uint32_t)from);
	return PROBE_YES;
}

const struct dissector dissect_x11 = { "x11", TRANSPORT_TCP, false, { 6000, 6001, 6010 },
	x11_probe };
