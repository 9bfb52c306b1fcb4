/*
 * x11: the connection setup of the X Window System [X11 protocol, 8].
 *
 *   program  'B' or 'l' 0 | major*2 = 11 | minor*2 = 0 | name length*2 | data length*2 | 0 0 | name
 * ... server   1 0 | major*2 = 11 | minor*2 = 0 | words*2 | .*16 vendor length*2 .*2 screens
 * formats byte order, bit order unit pad keys*2 .*4 | vendor ...
 *
 * The program is the client: its windows are shown at, and typed into from, the
 * server.  So it is the client whose screen leaves.
 */
#include "dissectors/say.h"

enum {
	NAME_MOST = 64,
	VENDOR_MOST = 128,
	SETUP_WORDS = 8, /* before the vendor's name; a format has two */
	SCREENS_MOST = 16,
	KEY_LEAST = 8
};

static bool
is_known_name(struct view name)
{
	static const char cookie[] = "MIT-MAGIC-COOKIE-1", xdm[] = "XDM-AUTHORIZATION-1";

	return (view_lit(&name, cookie, sizeof(cookie) - 1) ||
		   view_lit(&name, xdm, sizeof(xdm) - 1)) &&
	    name.n == 0;
}

static enum probe
read_program(struct view head, enum side from, struct obs_list *out)
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

/* Is it the rest of a server's setup, from what comes before the vendor's length? */
static enum probe
read_setup(struct view v, uint32_t words, bool big)
{
	uint8_t screens, formats, byte_order, bit_order, unit, pad, least, most;
	uint16_t length;
	struct view vendor;

	view_skip(&v, 16);
	length = big ? view_be16(&v) : view_le16(&v);
	view_skip(&v, 2);
	screens = view_u8(&v);
	formats = view_u8(&v);
	byte_order = view_u8(&v);
	bit_order = view_u8(&v);
	unit = view_u8(&v);
	pad = view_u8(&v);
	least = view_u8(&v);
	most = view_u8(&v);
	view_skip(&v, 4);
	if (v.bad)
		return PROBE_MORE;
	if (length == 0 || length > VENDOR_MOST || screens == 0 || screens > SCREENS_MOST ||
	    byte_order > 1 || bit_order > 1 || unit % 8 != 0 || pad % 8 != 0 || least < KEY_LEAST ||
	    most <= least || words < SETUP_WORDS + 2u * formats + (length + 3u) / 4)
		return PROBE_NO;
	vendor = view_take(&v, length);
	if (vendor.bad)
		return PROBE_MORE;
	for (size_t i = 0; i < vendor.n; i++) {
		if (vendor.p[i] < ' ' || vendor.p[i] > '~')
			return PROBE_NO;
	}
	return PROBE_YES;
}

/* Where only the server's half is seen. */
static enum probe
read_server(struct view head, enum side from, struct obs_list *out)
{
	const bool big = head.n > 2 && head.p[2] == 0;
	enum probe said = begins(head, big ? "\1\0\0\x0b\0\0" : "\1\0\x0b\0\0\0", 6);
	uint16_t words;

	if (said != PROBE_YES)
		return said;
	view_skip(&head, 6);
	words = big ? view_be16(&head) : view_le16(&head);
	if (head.bad)
		return PROBE_MORE;
	said = read_setup(head, words, big);
	if (said != PROBE_YES)
		return said;
	say_protocol(out, "x11");
	say_product(out, "x11", SURE_CERTAIN);
	obs_num(out, OBS_CLIENT, (uint32_t)side_facing(from));
	obs_num(out, OBS_HOST, (uint32_t)side_facing(from));
	return PROBE_YES;
}

static enum probe
x11_probe(struct view head, enum side from, struct obs_list *out)
{
	if (head.n > 0 && head.p[0] == 1)
		return read_server(head, from, out);
	return read_program(head, from, out);
}

const struct dissector dissect_x11 = { "x11", TRANSPORT_TCP, false, { 6000, 6001, 6010 },
	x11_probe };
