/*
 * radius: accounting, by which a VPN gateway says who got which address and from
 * where [RFC 2866, RFC 2868, RFC 6911].
 *
 *   4 id length*2 | authenticator*16 | ( type length value )...     the gateway tells
 *   5 id length*2 | authenticator*16 | ...                          the server has heard
 */
#include "dissectors/ip_text.h"
#include "dissectors/say.h"

enum {
	REQUEST = 4,
	RESPONSE = 5,
	HEADER = 20,
	LENGTH_MOST = 4096,
	USER_NAME = 1,
	FRAMED_IP = 8,
	CALLING_STATION = 31,
	STATUS_TYPE = 40,
	TUNNEL_CLIENT = 66,
	FRAMED_IPV6 = 168,
	STATUS_MOST = 15,
	TAG_MOST = 0x1f
};

/* What is gathered over the attributes. */
struct account {
	uint32_t status;
	bool called, tunnelled;
	struct addr caller, tunnel; /* hold where called, tunnelled */
};

/* Values that leave the choice to others [RFC 2865 5.8]. */
static bool
is_assigned(struct view v)
{
	return v.n == 4 && memcmp(v.p, "\xff\xff\xff\xff", 4) != 0 &&
	    memcmp(v.p, "\xff\xff\xff\xfe", 4) != 0 && memcmp(v.p, "\0\0\0\0", 4) != 0;
}

static void
read_attribute(uint8_t type, struct view v, struct account *account, struct obs_list *out)
{
	const uint8_t *port;
	struct addr a;

	switch (type) {
	case USER_NAME:
		obs_text(out, OBS_RADIUS_USER, v);
		break;
	case FRAMED_IP:
		if (!is_assigned(v))
			break;
		a = addr_v4(v.p);
		obs_addr(out, OBS_RADIUS_FRAMED, &a, 0);
		break;
	case FRAMED_IPV6:
		if (v.n != 16)
			break;
		a = addr_v6(v.p);
		obs_addr(out, OBS_RADIUS_FRAMED, &a, 0);
		break;
	case CALLING_STATION:
		/* strongSwan's is "192.0.2.1[4500]". */
		port = v.n > 0 ? memchr(v.p, '[', v.n) : NULL;
		if (port != NULL)
			v.n = (size_t)(port - v.p);
		account->called = ip_text_read(v, &account->caller);
		break;
	case TUNNEL_CLIENT:
		if (v.n > 0 && *v.p <= TAG_MOST)
			view_skip(&v, 1);
		account->tunnelled = ip_text_read(v, &account->tunnel);
		break;
	case STATUS_TYPE:
		if (v.n == 4)
			account->status = view_be32(&v);
		break;
	default:
		break;
	}
}

static bool
read_attributes(struct view v, struct account *account, struct obs_list *out)
{
	while (v.n > 0) {
		const uint8_t type = view_u8(&v), length = view_u8(&v);
		struct view value;

		if (type == 0 || length < 2)
			return false;
		value = view_take(&v, length - 2u);
		if (value.bad)
			return false;
		read_attribute(type, value, account, out);
	}
	return !v.bad;
}

static enum probe
radius_probe(struct view head, enum side from, struct obs_list *out)
{
	const size_t bytes = head.n;
	struct account account = { .status = 0 };
	const uint8_t code = view_u8(&head);
	const bool request = code == REQUEST;
	uint16_t length;

	view_skip(&head, 1); /* id */
	length = view_be16(&head);
	view_skip(&head, HEADER - 4);
	if (head.bad || (!request && code != RESPONSE) || length != bytes || length > LENGTH_MOST)
		return PROBE_NO;
	if (!read_attributes(head, &account, out))
		return PROBE_NO;
	if (request && (account.status == 0 || account.status > STATUS_MOST))
		return PROBE_NO;
	say_protocol(out, "radius");
	obs_num(out, OBS_CLIENT, (uint32_t)(request ? from : side_facing(from)));
	if (request)
		obs_num(out, OBS_RADIUS_STATUS, account.status);
	/* The tunnel's own end is surer than what the gateway calls a station. */
	if (account.tunnelled)
		obs_addr(out, OBS_RADIUS_CALLER, &account.tunnel, 0);
	else if (account.called)
		obs_addr(out, OBS_RADIUS_CALLER, &account.caller, 0);
	return PROBE_YES;
}

const struct dissector dissect_radius = { "radius", TRANSPORT_UDP, true, { 1813, 1646 },
	radius_probe, { { 0, 4, 6 }, { 2, 0, 0x11 } } };
