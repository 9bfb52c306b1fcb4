/*
 * moonlight_udp: the control channel of Moonlight, on ENet at 47999
 * [enet include/enet/protocol.h; moonlight-common-c src/ControlStream.c].
 *
 *   peer*2 time*2 | commands
 *
 *   connect   82 ff number*2 .*4 mtu*4 window*4 channels*4 up*4 down*4 .*20    viewer, peer fff
 *   verify    83 ff number*2 .*4 mtu*4 window*4 channels*4 .*24                host, behind
 *             1 ff .*6 which acknowledges
 *   send      86 channel number*2 n*2 | 1 0 n-4*2(le) count*4(le) tag*16 ...   either, encrypted
 *
 * ENet carries games as well.  What tells this one is that it asks for 48 channels,
 * one for each kind of keys and pads, and the lengths of the encrypted messages.
 */
#include "dissectors/say.h"

enum {
	TIMED = 0x8000,
	PEER = 0x0fff, /* of the header; all set where there is none yet */
	NO_PEER = PEER,
	ACKNOWLEDGE = 0x01,
	CONNECT = 0x82,
	VERIFY = 0x83,
	SEND = 0x86,
	ALL = 0xff, /* the channel of what concerns the connection itself */
	ACKNOWLEDGE_BYTES = 8,
	CONNECT_BYTES = 48,
	VERIFY_BYTES = 44,
	CHANNELS = 48,
	ENCRYPTED = 1,
	ENCRYPTED_LEAST = 4 + 16 + 4
};

static bool
asks_channels(struct view v)
{
	uint32_t mtu;

	view_skip(&v, 8);
	mtu = view_be32(&v);
	view_skip(&v, 4);
	return mtu >= 576 && mtu <= 4096 && view_be32(&v) == CHANNELS && !v.bad;
}

static bool
is_encrypted(struct view v)
{
	uint16_t whole, kind, length;

	view_skip(&v, 4);
	whole = view_be16(&v);
	v = view_take(&v, whole);
	kind = view_le16(&v);
	length = view_le16(&v);
	return !v.bad && kind == ENCRYPTED && length == v.n && length >= ENCRYPTED_LEAST;
}

/* Asks for a connection, which is the viewer's part, or agrees to one. */
static bool
is_greeting(struct view v, uint16_t peer, bool *viewer)
{
	*viewer = v.n == CONNECT_BYTES && v.p[0] == CONNECT && (peer & PEER) == NO_PEER;
	if (!*viewer && (v.n != VERIFY_BYTES || v.p[0] != VERIFY))
		return false;
	return v.p[1] == ALL && asks_channels(v);
}

static enum probe
moonlight_udp_probe(struct view head, enum side from, struct obs_list *out)
{
	const uint16_t peer = view_be16(&head);
	bool viewer;

	view_skip(&head, 2);
	if ((peer & TIMED) == 0 || head.n < 2)
		return PROBE_NO;
	if (head.p[0] == ACKNOWLEDGE && head.p[1] == ALL)
		view_skip(&head, ACKNOWLEDGE_BYTES);
	if (is_greeting(head, peer, &viewer))
		say_viewer(out, viewer ? from : side_facing(from));
	else if (head.n == 0 || head.p[0] != SEND || !is_encrypted(head))
		return PROBE_NO;
	say_protocol(out, "enet");
	say_product(out, "sunshine", SURE_LIKELY);
	return PROBE_YES;
}

const struct dissector dissect_moonlight_udp = { "moonlight_udp", TRANSPORT_UDP, false,
	{ 47999, 48010 }, moonlight_udp_probe,
	{ { 0, 0x80, 0x100 }, { 4, 1, 2 }, { 4, 0x82, 0x84 }, { 4, 0x86, 0x87 } } };
