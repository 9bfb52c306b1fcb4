/*
 * nomachine_udp: an NX session's pictures and sound over UDP.
 *
 *   01 00 | 01 00 | length*2(le) of all | .*2 | 00 00 | ...
 *
 * Read off captures; the length must be the datagram's own.
 */
#include "dissectors/say.h"

enum { LEAST = 10 };

static enum probe
nomachine_udp_probe(struct view head, enum side from, struct obs_list *out)
{
	const size_t bytes = head.n;
	uint16_t length, zero;

	(void)from;
	if (bytes < LEAST || !view_lit(&head, "\1\0\1\0", 4))
		return PROBE_NO;
	length = view_le16(&head);
	view_skip(&head, 2);
	zero = view_le16(&head);
	if (length != bytes || zero != 0)
		return PROBE_NO;
	say_protocol(out, "nx");
	say_product(out, "nomachine", SURE_LIKELY);
	return PROBE_YES;
}

const struct dissector dissect_nomachine_udp = { "nomachine_udp", TRANSPORT_UDP, false,
	{ 4000, 4011, 4012 }, nomachine_udp_probe,
	{ { 0, 1, 2 }, { 1, 0, 1 }, { 2, 1, 2 }, { 3, 0, 1 } } };
