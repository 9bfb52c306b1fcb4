/*
 * teamviewer_udp: TeamViewer between two machines, over UDP.
 *
 *   number*4 session*6 kind | 17 24 command length*2(le) | body, to the end
 *
 * Read off captures; the length must fit the datagram.
 */
#include "dissectors/say.h"

static enum probe
teamviewer_udp_probe(struct view head, enum side from, struct obs_list *out)
{
	uint16_t length;
	bool marked;

	(void)from;
	view_skip(&head, 11);
	marked = view_lit(&head, "\x17\x24", 2);
	view_skip(&head, 1);
	length = view_le16(&head);
	if (!marked || head.bad || length == 0 || length != head.n)
		return PROBE_NO;
	say_protocol(out, "teamviewer");
	say_product(out, "teamviewer", SURE_CERTAIN);
	return PROBE_YES;
}

const struct dissector dissect_teamviewer_udp = { "teamviewer_udp", TRANSPORT_UDP, false, { 5938 },
	teamviewer_udp_probe, { { 11, 0x17, 0x18 }, { 12, 0x24, 0x25 } } };
