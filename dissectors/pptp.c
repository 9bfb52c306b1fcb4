/*
 * pptp: the control connection of the Point-to-Point Tunneling Protocol [RFC 2637 2].
 *
 *   length*2 0 1 | 1a 2b 3c 4d | kind*2 0 0 | ...
 *   156 bytes, kind 1: the client asks; 156 bytes, kind 2: the server answers
 *
 * The data goes by GRE beside it, told by its number (sensor/classify/names).
 */
#include "dissectors/say.h"

enum { LENGTH_MOST = 220, ASKS = 1, ANSWERS = 2, KIND_LAST = 15 };

static enum probe
pptp_probe(struct view head, enum side from, struct obs_list *out)
{
	static const char cookie[] = "\0\1\x1a\x2b\x3c\x4d";
	enum probe said = begins(head, "\0", 1);
	uint16_t length, kind;

	if (said != PROBE_YES || head.n < 2)
		return said == PROBE_NO ? PROBE_NO : PROBE_MORE;
	length = view_be16(&head);
	said = begins(head, cookie, sizeof(cookie) - 1);
	if (length > LENGTH_MOST || said == PROBE_NO)
		return PROBE_NO;
	view_skip(&head, sizeof(cookie) - 1);
	kind = view_be16(&head);
	if (head.bad)
		return PROBE_MORE;
	if (kind == 0 || kind > KIND_LAST)
		return PROBE_NO;
	say_protocol(out, "pptp");
	say_product(out, "pptp", SURE_CERTAIN);
	if (kind == ASKS || kind == ANSWERS)
		obs_num(out, OBS_CLIENT, (uint32_t)(kind == ASKS ? from : side_facing(from)));
	return PROBE_YES;
}

const struct dissector dissect_pptp = { "pptp", TRANSPORT_TCP, false, { 1723 }, pptp_probe };
