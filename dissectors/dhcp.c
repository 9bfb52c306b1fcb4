/*
 * dhcp: which machine got which address, and what it calls itself [RFC 2131, RFC 2132,
 * RFC 4702].
 *
 *   op htype hlen hops | xid*4 | secs*2 flags*2 | ciaddr*4 yiaddr*4 siaddr*4 giaddr*4
 *   chaddr*16 | sname*64 | file*128 | 63 82 53 63 | ( option length value )... ff
 *   81 length flags rcode*2 name      a full name, of which the machine's own is the first label
 *
 * What a client asks for (55), in its order, and how it calls itself to the server (61)
 * tell its system.
 */
#include "dissectors/say.h"

enum {
	REQUEST = 1,
	REPLY = 2,
	ETHERNET = 1,
	MAC_BYTES = 6,
	SERVER_NAME_AND_FILE = 192,
	PAD = 0,
	HOST_NAME = 12,
	LEASE = 51,
	TYPE = 53,
	ASKS = 55,
	VENDOR = 60,
	CLIENT = 61,
	FULL_NAME = 81,
	FULL_NAME_HEAD = 3,
	END = 255,
	TYPE_MOST = 18
};

static void
say_name(struct view v, struct obs_list *out)
{
	while (v.n > 0 && v.p[v.n - 1] == '\0')
		v.n--;
	if (v.n > 0)
		obs_text(out, OBS_DHCP_NAME, v);
}

/* In DNS's labels where flag E is set, else, as of old, in ASCII with dots. */
static void
say_full_name(struct view v, struct obs_list *out)
{
	enum { IN_LABELS = 4, LABEL_MOST = 63 };
	const bool in_labels = v.n > 0 && (*v.p & IN_LABELS) != 0;
	const uint8_t *dot;
	struct view label;

	view_skip(&v, FULL_NAME_HEAD);
	if (v.bad || v.n == 0)
		return;
	if (in_labels) {
		const size_t length = view_u8(&v);

		label = view_take(&v, length);
		if (label.bad || length > LABEL_MOST)
			return;
	} else {
		dot = memchr(v.p, '.', v.n);
		label = view_of(v.p, dot != NULL ? (size_t)(dot - v.p) : v.n);
	}
	say_name(label, out);
}

static void
say_option(uint8_t option, struct view v, struct obs_list *out)
{
	switch (option) {
	case HOST_NAME:
		say_name(v, out);
		break;
	case FULL_NAME:
		say_full_name(v, out);
		break;
	case LEASE:
		if (v.n == 4)
			obs_num(out, OBS_DHCP_LEASE, view_be32(&v));
		break;
	case VENDOR:
		obs_text(out, OBS_DHCP_VENDOR, v);
		break;
	case ASKS:
		obs_text(out, OBS_DHCP_ASKS, v);
		break;
	case CLIENT:
		obs_text(out, OBS_DHCP_CLIENT, v);
		break;
	default:
		break;
	}
}

/* Say all options; the message type, without which it is BOOTP, or 0. */
static uint8_t
read_options(struct view v, struct obs_list *out)
{
	uint8_t type = 0;

	while (v.n > 0) {
		const uint8_t option = view_u8(&v);
		struct view value;
		size_t length;

		if (option == PAD)
			continue;
		if (option == END)
			break;
		length = view_u8(&v);
		value = view_take(&v, length);
		if (value.bad)
			break;
		if (option == TYPE && value.n == 1)
			type = value.p[0];
		else
			say_option(option, value, out);
	}
	return type;
}

static enum probe
dhcp_probe(struct view head, enum side from, struct obs_list *out)
{
	static const uint8_t cookie[] = { 0x63, 0x82, 0x53, 0x63 }, none[4];
	const uint8_t op = view_u8(&head), htype = view_u8(&head), hlen = view_u8(&head);
	struct view used, given, mac;
	struct addr a;
	uint8_t type;

	view_skip(&head, 9); /* hops; xid; secs; flags */
	used = view_take(&head, 4);
	given = view_take(&head, 4);
	view_skip(&head, 8); /* siaddr; giaddr */
	mac = view_take(&head, 16);
	view_skip(&head, SERVER_NAME_AND_FILE);
	if (head.bad || (op != REQUEST && op != REPLY) || !view_lit(&head, cookie, sizeof(cookie)))
		return PROBE_NO;
	type = read_options(head, out);
	if (type == 0 || type > TYPE_MOST)
		return PROBE_NO;
	say_protocol(out, "dhcp");
	obs_num(out, OBS_CLIENT, (uint32_t)(op == REQUEST ? from : side_facing(from)));
	obs_num(out, OBS_DHCP_TYPE, type);
	if (htype == ETHERNET && hlen == MAC_BYTES)
		obs_add(out, OBS_DHCP_MAC, 0, mac.p, MAC_BYTES);
	if (memcmp(given.p, none, 4) == 0)
		given = used;
	if (memcmp(given.p, none, 4) != 0) {
		a = addr_v4(given.p);
		obs_addr(out, OBS_DHCP_ADDR, &a, 0);
	}
	return PROBE_YES;
}

const struct dissector dissect_dhcp = { "dhcp", TRANSPORT_UDP, true, { 67, 68 }, dhcp_probe,
	{ { 0, 1, 3 } } };
