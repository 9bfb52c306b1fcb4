/*
 * dhcpv6: which machine got which IPv6 address, and what it calls itself [RFC 8415, RFC 4704].
 *
 *   type xid*3 | ( option*2 length*2 value )...             client and server
 *   type hops link*16 peer*16 | options, the message in 9   a relay hands it on
 *
 *   1    client's id: 00 01 00 01 time*4 mac*6, or 00 03 00 01 mac*6
 *   3    addresses: id*4 times*8 | options, of which 5: address*16 preferred*4 valid*4
 *   16   vendor class: enterprise*4 | ( length*2 text )...
 *   39   flags name in DNS's labels
 *   79   the client's hardware address, by its relay: 00 01 mac*6 [RFC 6939]
 *
 * The MAC of an id is one of the machine's own, not always of the interface that asks.
 * Messages are told as those of DHCP that mean the same.
 */
#include "dissectors/say.h"

enum {
	SOLICIT = 1,
	ADVERTISE,
	REQUEST,
	CONFIRM,
	RENEW,
	REBIND,
	REPLY,
	RELEASE,
	DECLINE,
	RECONFIGURE,
	INFORM,
	RELAY_FORTH,
	RELAY_BACK,
	RELAYS_MOST = 8
};

enum {
	CLIENT_ID = 1,
	SERVER_ID = 2,
	ADDRESSES = 3,
	ADDRESS = 5,
	RELAYED = 9,
	VENDOR_CLASS = 16,
	FULL_NAME = 39,
	CLIENT_MAC = 79,
	MAC_BYTES = 6,
	LABEL_MOST = 63,
	ID_MOST = 128
};

/* Of DHCP: discover, offer, request, decline, ack, release, inform; 0 has no like. */
static const uint8_t meaning[] = { 0, 1, 2, 3, 3, 3, 3, 5, 7, 4, 0, 8 };

struct lease {
	bool has_client, has_server, has_mac, has_addr;
	uint8_t mac[MAC_BYTES];
	struct addr addr;
	uint32_t valid_s;
};

static bool
take_option(struct view *v, uint16_t *option, struct view *value)
{
	size_t length;

	*option = view_be16(v);
	length = view_be16(v);
	*value = view_take(v, length);
	return !value->bad;
}

static bool
is_id(struct view v)
{
	const uint16_t kind = view_be16(&v);

	return !v.bad && kind >= 1 && kind <= 4 && v.n > 0 && v.n <= ID_MOST;
}

/* "type*2 00 01": of Ethernet; by time and link-layer, or by link-layer alone. */
static void
read_id(struct view v, struct lease *l)
{
	const uint16_t kind = view_be16(&v), hardware = view_be16(&v);

	if (kind == 1)
		view_skip(&v, 4);
	if (v.bad || (kind != 1 && kind != 3) || hardware != 1 || v.n != MAC_BYTES || l->has_mac)
		return;
	l->has_mac = true;
	memcpy(l->mac, v.p, MAC_BYTES);
}

/* The first address of those in one association. */
static void
read_addresses(struct view v, struct lease *l)
{
	struct view value, addr;
	uint16_t option;

	view_skip(&v, 12); /* its id; when to renew, to rebind */
	while (v.n > 0 && take_option(&v, &option, &value)) {
		if (option != ADDRESS || l->has_addr)
			continue;
		addr = view_take(&value, 16);
		view_skip(&value, 4);
		l->valid_s = view_be32(&value);
		l->has_addr = !value.bad;
		if (l->has_addr)
			l->addr = addr_v6(addr.p);
	}
}

static void
say_texts(struct view v, uint16_t option, struct obs_list *out)
{
	size_t length;
	struct view text;

	if (option == FULL_NAME) {
		view_skip(&v, 1);
		length = view_u8(&v);
		if (length == 0 || length > LABEL_MOST)
			return;
		obs_text(out, OBS_DHCP_NAME, view_take(&v, length));
		return;
	}
	view_skip(&v, 4);
	length = view_be16(&v);
	text = view_take(&v, length);
	if (text.n > 0)
		obs_text(out, OBS_DHCP_VENDOR, text);
}

static bool
read_options(struct view v, struct lease *l, struct obs_list *out)
{
	struct view value;
	uint16_t option;

	while (v.n > 0) {
		if (!take_option(&v, &option, &value))
			return false;
		if (option == CLIENT_ID) {
			l->has_client = is_id(value);
			read_id(value, l);
		} else if (option == SERVER_ID) {
			l->has_server = true;
		} else if (option == ADDRESSES) {
			read_addresses(value, l);
		} else if (option == FULL_NAME || option == VENDOR_CLASS) {
			say_texts(value, option, out);
		}
	}
	return true;
}

/* Take the relays' covers off; false if there is nothing in them. */
static bool
take_covers(struct view *v, struct lease *l)
{
	for (unsigned i = 0; i < RELAYS_MOST && v->n > 0; i++) {
		struct view options = *v, value, inner = view_of(v->p, 0);
		uint16_t option;

		if (*v->p != RELAY_FORTH && *v->p != RELAY_BACK)
			return true;
		view_skip(&options, 34);
		while (options.n > 0 && take_option(&options, &option, &value)) {
			if (option == RELAYED)
				inner = value;
			if (option == CLIENT_MAC && value.n == 2 + MAC_BYTES &&
			    memcmp(value.p, "\0\1", 2) == 0) {
				memcpy(l->mac, value.p + 2, MAC_BYTES);
				l->has_mac = true;
			}
		}
		*v = inner;
	}
	return false;
}

static enum probe
dhcpv6_probe(struct view head, enum side from, struct obs_list *out)
{
	struct lease l = { .has_client = false };
	uint8_t type;
	bool server;

	if (!take_covers(&head, &l))
		return PROBE_NO;
	type = view_u8(&head);
	view_skip(&head, 3);
	if (head.bad || type == 0 || type >= sizeof(meaning) || meaning[type] == 0 ||
	    !read_options(head, &l, out))
		return PROBE_NO;
	server = type == ADVERTISE || type == REPLY;
	/* Who only asks for settings need not say who it is, but does as a rule. */
	if (!l.has_client || (server && !l.has_server))
		return PROBE_NO;
	say_protocol(out, "dhcpv6");
	obs_num(out, OBS_CLIENT, (uint32_t)(server ? side_facing(from) : from));
	obs_num(out, OBS_DHCP_TYPE, meaning[type]);
	if (l.has_mac)
		obs_add(out, OBS_DHCP_MAC, 0, l.mac, MAC_BYTES);
	/* Without a lifetime it is taken back. */
	if (l.has_addr && (!server || l.valid_s > 0)) {
		obs_addr(out, OBS_DHCP_ADDR, &l.addr, 0);
		if (server)
			obs_num(out, OBS_DHCP_LEASE, l.valid_s);
	}
	return PROBE_YES;
}

const struct dissector dissect_dhcpv6 = { "dhcpv6", TRANSPORT_UDP, true, { 547, 546 }, dhcpv6_probe,
	{ { 0, 1, 0xe } } };
