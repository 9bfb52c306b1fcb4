/*
 * wireguard: the four messages of WireGuard [wireguard.com/papers/wireguard.pdf, 5.4].
 *
 *   1 0 0 0 | sender*4 ephemeral*32 static*48 time*28 mac1*16 mac2*16     148: initiation
 *   2 0 0 0 | sender*4 receiver*4 ephemeral*32 empty*16 mac1*16 mac2*16    92: response
 *   3 0 0 0 | receiver*4 nonce*24 cookie*32                                64: cookie
 *   4 0 0 0 | receiver*4 counter*8(le) packet*16k                       32 and more: data
 *
 * Either peer may renew the handshake: nothing is said of client and server.
 */
#include "dissectors/wireguard.h"

#include "dissectors/say.h"

enum { INITIATION = 1, RESPONSE = 2, COOKIE = 3, TRANSPORT = 4 };

/* Peers draw their index at random; one this small is some other protocol's number. */
enum { INDEX_LEAST = 0x10000 };

/* Data alone is told by its form only: 2^32 packets under one key do not happen. */
static bool
is_data(struct view v)
{
	const size_t bytes = v.n;
	uint32_t receiver, high;

	view_skip(&v, 4);
	receiver = view_le32(&v);
	view_skip(&v, 4);
	high = view_le32(&v);
	return !v.bad && bytes >= 32 && bytes % 16 == 0 && receiver >= INDEX_LEAST && high == 0;
}

enum sureness
wireguard_message(struct view v)
{
	struct view rest = v;
	const uint32_t type = view_le32(&rest), first = view_le32(&rest);
	const uint32_t second = view_le32(&rest);

	if (rest.bad || first < INDEX_LEAST)
		return SURE_NONE;
	switch (type) {
	case INITIATION:
		return v.n == 148 ? SURE_LIKELY : SURE_NONE;
	case RESPONSE:
		return v.n == 92 && second >= INDEX_LEAST ? SURE_CERTAIN : SURE_NONE;
	case COOKIE:
		return v.n == 64 ? SURE_LIKELY : SURE_NONE;
	case TRANSPORT:
		return is_data(v) ? SURE_LIKELY : SURE_NONE;
	default:
		return SURE_NONE;
	}
}

static enum probe
wireguard_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum sureness sure = wireguard_message(head);

	(void)from;
	if (sure == SURE_NONE)
		return PROBE_NO;
	say_protocol(out, "wireguard");
	say_product(out, "wireguard", sure);
	return PROBE_YES;
}

const struct dissector dissect_wireguard = { "wireguard", TRANSPORT_UDP, false, { 51820 },
	wireguard_probe };
