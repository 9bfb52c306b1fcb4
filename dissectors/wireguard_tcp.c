/*
 * wireguard_tcp: WireGuard in a TCP stream, as udp2tcp and Mullvad's bridge do.
 *
 *   length*2 | message       the first two messages are always 148 and 92 bytes
 */
#include "dissectors/say.h"
#include "dissectors/wireguard.h"

static enum probe
wireguard_tcp_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum probe said = begins(head, "\0", 1);
	struct view message;
	uint16_t length;

	(void)from;
	if (said != PROBE_YES || head.n < 3)
		return said == PROBE_NO ? PROBE_NO : PROBE_MORE;
	length = view_be16(&head);
	if ((length != 148 && length != 92) || *head.p != (length == 148 ? 1 : 2))
		return PROBE_NO;
	message = view_take(&head, length);
	if (message.bad)
		return PROBE_MORE;
	if (wireguard_message(message) == SURE_NONE)
		return PROBE_NO;
	say_protocol(out, "wireguard");
	say_product(out, "wireguard", SURE_CERTAIN);
	return PROBE_YES;
}

const struct dissector dissect_wireguard_tcp = { "wireguard_tcp", TRANSPORT_TCP, false, { 443 },
	wireguard_tcp_probe };
