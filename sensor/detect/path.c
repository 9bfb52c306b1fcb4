/*
 * path: see path.h.  Weights, and the table of links, are those of [research: algorithms 3].
 */
#include "detect/path.h"

enum { MTU_OVER_V4 = 40, MTU_OVER_V6 = 60, V6_LEAST = 1280, ODD_LEAST = 1358, ODD_MOST = 1432 };
enum { ETHERNET_MTU = 1500 };

static const struct {
	float weight;
	const char *words;
} signs[PATH_SIGNS] = {
	[PATH_OPENVPN] = { 1.0f, "OpenVPN by its bytes" },
	[PATH_OPCODES] = { 1.0f, "OpenVPN's order of messages under a mask" },
	[PATH_WIREGUARD] = { 1.0f, "WireGuard by its bytes" },
	[PATH_GRID] = { 1.0f, "WireGuard's lengths and clock under other bytes" },
	[PATH_INSIDE] = { 0.7f, "TLS handshakes inside TLS" },
	[PATH_OWN_LATE] = { 1.0f, "this machine answers later by TLS than by TCP" },
	[PATH_FAR_LATE] = { 0.5f, "the far end answers later by TLS than by TCP" },
	[PATH_HAND_LATE] = { 0.3f, "the client answers later by TLS than by TCP" },
	[PATH_SEALED] = { 0.5f, "encryption from the first byte on" },
	[PATH_ACKS] = { 0.3f, "acknowledgements as OpenVPN's" },
};

/* [p0f v3: its table of MTUs] */
static const struct path_link links[] = {
	{ 1490, 0.7f, "PPTP" },
	{ 1480, 0.3f, "IPIP or SIT" },
	{ 1476, 0.7f, "GRE or IPsec" },
	{ 1460, 0.7f, "a tunnel, or DS-Lite" },
	{ 1450, 0.7f, "a tunnel" },
	{ 1440, 0.7f, "a tunnel" },
	{ 1420, 0.7f, "a tunnel; WireGuard's default" },
	{ 1400, 0.7f, "a tunnel, as of IPsec" },
	{ 1300, 0.7f, "a VPN" },
	{ 1280, 0.7f, "6to4, Tailscale or WARP" },
	{ 1240, 0.7f, "GIF" },
};
static const struct path_link odd_link = { 0, 0.5f, "OpenVPN, or a mobile network" };

/* Named by its bytes, and more than its handshake went both ways. */
static bool
is_tunnel(const struct sight *s, const char *id)
{
	const uint32_t *n = s->flow->data_packets;

	return s->product != NULL && s->by == BY_DISSECTOR && s->sure >= SURE_LIKELY &&
	    strcmp(s->product->id, id) == 0 && n[0] > 0 && n[1] > 0 && n[0] + n[1] > 2;
}

/* What an observation shows; PATH_SIGNS: nothing. */
static enum path_sign
sign_of(const struct sight *s, enum obs_kind kind)
{
	switch (kind) {
	case OBS_OPENVPN_OPCODES:
		return PATH_OPCODES;
	case OBS_OPENVPN_ACKS:
		return PATH_ACKS;
	case OBS_WIREGUARD_GRID:
		return PATH_GRID;
	case OBS_TLS_INSIDE:
		return PATH_INSIDE;
	case OBS_LATE_SERVER:
		return s->inner == SIDE_SERVER ? PATH_OWN_LATE : PATH_FAR_LATE;
	case OBS_LATE_CLIENT:
		return PATH_HAND_LATE;
	case OBS_FULLY_ENCRYPTED:
		return s->product == NULL ? PATH_SEALED : PATH_SIGNS;
	default:
		return PATH_SIGNS;
	}
}

uint32_t
path_signs(const struct sight *s)
{
	uint32_t out = 0;
	struct obs o;

	for (size_t at = 0; obs_next(s->facts, &at, &o);)
		out |= 1u << sign_of(s, o.kind);
	if (is_tunnel(s, "openvpn"))
		out |= 1u << PATH_OPENVPN;
	else if (is_tunnel(s, "wireguard"))
		out |= 1u << PATH_WIREGUARD;
	return out & ((1u << PATH_SIGNS) - 1);
}

bool
path_is_tls(const struct sight *s)
{
	const struct flow *f = s->flow;

	return f->proto == PROTO_TCP && f->rtt_us[0] > 0 && f->rtt_us[1] > 0 &&
	    strcmp(f->verdict.protocol, "tls") == 0;
}

float
path_weight(enum path_sign sign)
{
	return signs[sign].weight;
}

const char *
path_words(enum path_sign sign)
{
	return signs[sign].words;
}

const struct path_link *
path_link(const struct sight *s, uint16_t *mtu)
{
	const bool four = addr_is_v4(&s->flow->end[s->inner]);
	const unsigned mss = s->flow->mss[s->inner];
	const unsigned all = mss + (four ? MTU_OVER_V4 : MTU_OVER_V6);

	if (s->vantage == VANTAGE_INSIDE || mss == 0 || all > ETHERNET_MTU ||
	    (!four && all == V6_LEAST))
		return NULL;
	*mtu = (uint16_t)all;
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (links[i].mtu == all)
			return &links[i];
	}
	return all >= ODD_LEAST && all <= ODD_MOST ? &odd_link : NULL;
}

unsigned
path_hops(const struct sight *s)
{
	const unsigned ttl = s->flow->ttl[s->inner];

	return (ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255) - ttl;
}
