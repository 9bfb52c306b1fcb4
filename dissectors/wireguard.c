/*
 * wireguard: the four messages of WireGuard [wireguard.com/papers/wireguard.pdf, 5.4].
 *
 *   1 0 0 0 | sender*4 ephemeral*32 static*48 time*28 mac1*16 mac2*16     148: initiation
 *   2 0 0 0 | sender*4 receiver*4 ephemeral*32 empty*16 mac1*16 mac2*16    92: response
 *   3 0 0 0 | receiver*4 nonce*24 cookie*32                                64: cookie
 *   4 0 0 0 | receiver*4 counter*8(le) packet*16k                       32 and more: data
 *
 * Data is believed where its counters go on, or after a handshake.  Cloudflare's WARP
 * writes a client's number into the three zeros, and its newer clients c1 to c4 for the
 * types [ntop/nDPI, cloudflare_warp.c]; only its data keeps the form.
 *
 * Either peer may renew the handshake: nothing is said of client and server.
 */
#include "dissectors/wireguard.h"

#include "dissectors/say.h"
#include "dissectors/sealed.h"

enum { INITIATION = 1, RESPONSE = 2, COOKIE = 3, TRANSPORT = 4 };
enum { DATA_HEAD = 16, SERIES = 2, WARP_SERIES = 4, WARP_TYPE = 0xc0 };

/* Peers draw their index at random; one this small is some other protocol's number. */
enum { INDEX_LEAST = 0x10000 };

bool
wireguard_data(struct view v, uint32_t *counter)
{
	uint32_t receiver, high;

	if (v.n < 2 * DATA_HEAD || v.n % 16 != 0)
		return false;
	view_skip(&v, 4);
	receiver = view_le32(&v);
	*counter = view_le32(&v);
	high = view_le32(&v);
	/* 2^32 packets under one key do not happen. */
	return receiver >= INDEX_LEAST && high == 0 && looks_sealed(v);
}

enum sureness
wireguard_handshake(struct view v)
{
	const size_t bytes = v.n;
	const uint32_t type = view_le32(&v), first = view_le32(&v), second = view_le32(&v);

	if (v.bad || first < INDEX_LEAST)
		return SURE_NONE;
	switch (type) {
	case INITIATION:
		return bytes == 148 ? SURE_LIKELY : SURE_NONE;
	case RESPONSE:
		return bytes == 92 && second >= INDEX_LEAST ? SURE_CERTAIN : SURE_NONE;
	case COOKIE:
		return bytes == 64 ? SURE_LIKELY : SURE_NONE;
	default:
		return SURE_NONE;
	}
}

static enum probe
read_data(struct view head, struct obs_list *out)
{
	const bool warp = memcmp(head.p + 1, "\0\0\0", 3) != 0;
	uint32_t counter;

	if ((head.p[0] != TRANSPORT && (!warp || head.p[0] != (WARP_TYPE | TRANSPORT))) ||
	    !wireguard_data(head, &counter))
		return PROBE_NO;
	say_protocol(out, "wireguard");
	say_product(out, warp ? "warp" : "wireguard", SURE_LIKELY);
	return say_series(out, warp ? WARP_SERIES : SERIES, counter, head.p, 8);
}

static enum probe
wireguard_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum sureness sure = wireguard_handshake(head);

	(void)from;
	if (sure == SURE_NONE)
		return head.n > DATA_HEAD ? read_data(head, out) : PROBE_NO;
	say_protocol(out, "wireguard");
	say_product(out, "wireguard", sure);
	return PROBE_YES;
}

const struct dissector dissect_wireguard = { "wireguard", TRANSPORT_UDP, false, { 51820 },
	wireguard_probe, { { 0, 1, 5 }, { 0, 0xc4, 0xc5 } } };
