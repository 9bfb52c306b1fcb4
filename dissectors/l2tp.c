/*
 * l2tp: the control messages that open a tunnel of the Layer Two Tunneling Protocol
 * [RFC 2661 3.1, 4.1; RFC 3931 3.2.1].
 *
 *   c8 02 length*2 | tunnel*2 session*2 | sent*2 next*2 | 80 08 0 0, 0 0, kind*2 | ...  v2
 *   c8 03 length*2 | connection*4       | sent*2 next*2 | 80 08 0 0, 0 0, kind*2 | ...  v3
 *
 * The first AVP is always the kind of message.  Most tunnels run inside IPsec, where
 * nobody sees them.
 */
#include "dissectors/say.h"

enum {
	CONTROL = 0xc8, /* control, length and numbers present */
	FLAGS = 0xcb,   /* which must be so; the rest is reserved */
	HEAD = 12,
	KIND_AVP = 8,
	START_REQUEST = 1, /* the one who asks */
	START_REPLY = 2,
	START_CONNECTED = 3,
	KIND_LAST = 29
};

static enum probe
l2tp_probe(struct view head, enum side from, struct obs_list *out)
{
	static const char avp[] = "\x80\x08\0\0\0\0";
	const size_t bytes = head.n;
	const uint8_t flags = view_u8(&head), version = view_u8(&head);
	const uint16_t length = view_be16(&head);
	uint16_t kind;

	if (head.bad || (flags & FLAGS) != CONTROL || (version != 2 && version != 3) ||
	    length != bytes || length < HEAD + KIND_AVP)
		return PROBE_NO;
	view_skip(&head, HEAD - 4);
	if (!view_lit(&head, avp, sizeof(avp) - 1))
		return PROBE_NO;
	kind = view_be16(&head);
	if (kind == 0 || kind > KIND_LAST)
		return PROBE_NO;
	say_protocol(out, "l2tp");
	say_product(out, "l2tp", SURE_CERTAIN);
	if (kind == START_REQUEST || kind == START_CONNECTED)
		obs_num(out, OBS_CLIENT, (uint32_t)from);
	else if (kind == START_REPLY)
		obs_num(out, OBS_CLIENT, (uint32_t)side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_l2tp = { "l2tp", TRANSPORT_UDP, false, { 1701 }, l2tp_probe,
	{ { 0, 0xc8, 0xfd }, { 1, 2, 4 } } };
