/*
 * openvpn_tcp: the reset that opens a session, over TCP.  See openvpn_reset.
 *
 *   length*2 | message
 */
#include "dissectors/openvpn_reset.h"

enum { LENGTH_LEAST = 14, LENGTH_MOST = 1100 };

static enum probe
openvpn_tcp_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view message;
	uint16_t length;

	if (head.n < 2)
		return head.n == 1 && head.p[0] > LENGTH_MOST >> 8 ? PROBE_NO : PROBE_MORE;
	length = view_be16(&head);
	if (length < LENGTH_LEAST || length > LENGTH_MOST)
		return PROBE_NO;
	if (head.n > 0 && head.p[0] != 0x38 && head.p[0] != 0x40 && head.p[0] != 0x50)
		return PROBE_NO;
	message = view_take(&head, length);
	return message.bad ? PROBE_MORE : openvpn_reset(message, from, out);
}

const struct dissector dissect_openvpn_tcp = { "openvpn_tcp", TRANSPORT_TCP, false, { 1194, 443 },
	openvpn_tcp_probe };
