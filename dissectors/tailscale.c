/*
 * tailscale: the messages by which two nodes of Tailscale look for a path to each
 * other [tailscale sources, disco/disco.go].
 *
 *   "TS" f0 9f 92 ac | sender's key*32 nonce*24 | seal*16, two bytes and more
 *
 * On any port, since a NAT moves it; the data beside it is WireGuard's.  Either side
 * may begin.  Releases of iroh used the same form, so it is likely and no more.
 */
#include "dissectors/say.h"

enum { LEAST = 6 + 32 + 24 + 16 + 2 };

static enum probe
tailscale_probe(struct view head, enum side from, struct obs_list *out)
{
	static const char magic[] = "TS\xf0\x9f\x92\xac";

	(void)from;
	if (head.n < LEAST || !view_lit(&head, magic, sizeof(magic) - 1))
		return PROBE_NO;
	say_protocol(out, "tailscale");
	say_product(out, "tailscale", SURE_LIKELY);
	return PROBE_YES;
}

const struct dissector dissect_tailscale = { "tailscale", TRANSPORT_UDP, false, { 41641 },
	tailscale_probe, { { 0, 0x54, 0x55 }, { 1, 0x53, 0x54 } } };
