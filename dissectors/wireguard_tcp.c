/*
 * wireguard_tcp: WireGuard in a TCP stream, as udp2tcp and Mullvad's bridge do.
 *
 *   length*2 | message       the first two messages are always 148 and 92 bytes
 *
 * Seen from its middle on: data of one receiver, its counter rising by one, three times.
 */
#include "dissectors/say.h"
#include "dissectors/wireguard.h"

enum { STEPS = 3, DATA_LEAST = 32 };

static enum probe
say_wireguard(struct obs_list *out, enum sureness sure)
{
	say_protocol(out, "wireguard");
	say_product(out, "wireguard", sure);
	return PROBE_YES;
}

/* Of a stream that begins with data: the messages must follow on each other. */
static enum probe
read_data(struct view head, struct obs_list *out)
{
	static const char type[] = "\4\0\0\0";
	const uint8_t *first = head.n >= 2 ? head.p + 2 : NULL;
	uint32_t counter, before = 0;

	for (unsigned steps = 0; steps <= STEPS; steps++) {
		const uint16_t length = view_be16(&head);
		const enum probe said = begins(head, type, 4);
		struct view message;

		if (!head.bad && (said == PROBE_NO || length < DATA_LEAST || length % 16 != 0))
			return PROBE_NO;
		message = view_take(&head, length);
		if (message.bad)
			return PROBE_MORE;
		if (!wireguard_data(message, &counter) || memcmp(message.p, first, 8) != 0 ||
		    (steps > 0 && counter != before + 1))
			return PROBE_NO;
		before = counter;
	}
	return say_wireguard(out, SURE_LIKELY);
}

static enum probe
wireguard_tcp_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view rest = head, message;
	uint16_t length;

	(void)from;
	if (head.n > 0 && head.p[0] > 5) /* no message is longer than a packet */
		return PROBE_NO;
	if (head.n < 3)
		return PROBE_MORE;
	length = view_be16(&rest);
	if (*rest.p == 4)
		return read_data(head, out);
	if ((length != 148 && length != 92) || *rest.p != (length == 148 ? 1 : 2))
		return PROBE_NO;
	message = view_take(&rest, length);
	if (message.bad)
		return PROBE_MORE;
	return wireguard_handshake(message) == SURE_NONE ? PROBE_NO
							 : say_wireguard(out, SURE_CERTAIN);
}

const struct dissector dissect_wireguard_tcp = { "wireguard_tcp", TRANSPORT_TCP, false, { 443 },
	wireguard_tcp_probe };
