/*
 * openvpn_tcp: over TCP, the reset that opens a session (see openvpn_reset), or from the
 * middle of one on data whose numbers follow on each other.
 *
 *   length*2 | message
 */
#include "dissectors/openvpn_data.h"
#include "dissectors/openvpn_reset.h"
#include "dissectors/say.h"

enum { LENGTH_LEAST = 14, RESET_MOST = 1100, LENGTH_MOST = 0x7ff, STEPS = 4 };

static bool
is_reset(uint8_t op)
{
	return op == 0x38 || op == 0x40 || op == 0x50;
}

/* Messages of data, one after the other: same key, same peer, the number one higher. */
static enum probe
read_data(struct view head, struct obs_list *out)
{
	const uint8_t *first = head.n >= 2 ? head.p + 2 : NULL;
	uint32_t number, before = 0;

	for (unsigned steps = 0; steps <= STEPS; steps++) {
		const uint16_t length = view_be16(&head);
		const struct view message = view_take(&head, length);

		if (message.bad)
			return length > LENGTH_MOST ? PROBE_NO : PROBE_MORE;
		if (!openvpn_data(message, &number) ||
		    memcmp(message.p, first, OPENVPN_PEER) != 0 ||
		    (steps > 0 && number != before + 1))
			return PROBE_NO;
		before = number;
	}
	say_protocol(out, "openvpn");
	say_product(out, "openvpn", SURE_LIKELY);
	return PROBE_YES;
}

static enum probe
openvpn_tcp_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view rest = head, message;
	uint16_t length;

	if (head.n > 0 && head.p[0] > LENGTH_MOST >> 8)
		return PROBE_NO;
	if (head.n < 3)
		return PROBE_MORE;
	length = view_be16(&rest);
	if (length < LENGTH_LEAST)
		return PROBE_NO;
	if (*rest.p >> 3 == 9)
		return read_data(head, out);
	if (length > RESET_MOST || !is_reset(*rest.p))
		return PROBE_NO;
	message = view_take(&rest, length);
	return message.bad ? PROBE_MORE : openvpn_reset(message, from, out);
}

const struct dissector dissect_openvpn_tcp = { "openvpn_tcp", TRANSPORT_TCP, false, { 1194, 443 },
	openvpn_tcp_probe };
