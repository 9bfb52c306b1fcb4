/*
 * stun: Session Traversal Utilities for NAT, and TURN on it [RFC 8489, RFC 8656].
 *
 *   00 type | length*2 | 21 12 a4 42 | transaction*12 | ( type*2 length*2 value, to 4 bytes )...
 *
 * Its answers tell public addresses of both ends, masked with the cookie and,
 * past four bytes, with the transaction.  Calls use it as much as remote control
 * does: a protocol, not a product.
 */
#include "dissectors/say.h"

enum {
	HEADER = 20,
	MASK_BYTES = 16, /* cookie and transaction */
	MAPPED = 0x0001,
	XOR_PEER = 0x0012,
	XOR_RELAYED = 0x0016,
	XOR_MAPPED = 0x0020,
	SOFTWARE = 0x8022
};

static const uint8_t cookie[] = { 0x21, 0x12, 0xa4, 0x42 };

/* 0 family port*2 address; a mask of NULL: in clear. */
static void
say_address(struct view v, const uint8_t *mask, enum obs_kind kind, struct obs_list *out)
{
	uint8_t family, address[16] = { 0 };
	uint16_t port;
	struct addr a;

	view_skip(&v, 1);
	family = view_u8(&v);
	port = view_be16(&v);
	if (v.bad || (family == 1 ? v.n != 4 : family != 2 || v.n != 16))
		return;
	for (size_t i = 0; i < v.n; i++)
		address[i] = (uint8_t)(v.p[i] ^ (mask != NULL ? mask[i] : 0));
	if (mask != NULL)
		port ^= (uint16_t)(mask[0] << 8 | mask[1]);
	a = family == 1 ? addr_v4(address) : addr_v6(address);
	obs_addr(out, kind, &a, port);
}

static void
say_attribute(uint16_t type, struct view v, const uint8_t *mask, struct obs_list *out)
{
	switch (type) {
	case XOR_MAPPED:
		say_address(v, mask, OBS_STUN_MAPPED, out);
		break;
	case XOR_RELAYED:
		say_address(v, mask, OBS_STUN_RELAYED, out);
		break;
	case XOR_PEER:
		say_address(v, mask, OBS_STUN_PEER, out);
		break;
	case SOFTWARE:
		while (v.n > 0 && v.p[v.n - 1] == '\0')
			v.n--;
		obs_text(out, OBS_SOFTWARE, v);
		break;
	default:
		break;
	}
}

/* Walk the attributes; false if they do not fit. */
static bool
read_attributes(struct view v, const uint8_t *mask, struct obs_list *out)
{
	struct view plain = { .bad = true };
	struct obs o;

	while (v.n > 0) {
		const uint16_t type = view_be16(&v);
		const size_t length = view_be16(&v);
		const struct view value = view_take(&v, length);

		view_skip(&v, (4 - length % 4) % 4);
		if (v.bad)
			return false;
		if (type == MAPPED)
			plain = value;
		else
			say_attribute(type, value, mask, out);
	}
	/* Old servers send the address in clear only. */
	if (!plain.bad && !obs_find(out, OBS_STUN_MAPPED, &o))
		say_address(plain, NULL, OBS_STUN_MAPPED, out);
	return true;
}

static enum probe
stun_probe(struct view head, enum side from, struct obs_list *out)
{
	const uint8_t *mask;
	struct view attributes;
	uint16_t type, length;

	(void)from;
	if (head.n > 0 && head.p[0] >= 0x40)
		return PROBE_NO;
	if (head.n > 4 && begins(view_of(head.p + 4, head.n - 4), cookie, 4) == PROBE_NO)
		return PROBE_NO;
	if (head.n < HEADER)
		return PROBE_MORE;
	mask = head.p + 4;
	type = view_be16(&head);
	length = view_be16(&head);
	view_skip(&head, MASK_BYTES);
	if (type == 0 || length % 4 != 0)
		return PROBE_NO;
	attributes = view_take(&head, length);
	if (attributes.bad)
		return PROBE_MORE;
	say_protocol(out, "stun");
	return read_attributes(attributes, mask, out) ? PROBE_YES : PROBE_NO;
}

const struct dissector dissect_stun = { "stun", TRANSPORT_BOTH | TRANSPORT_MIXED, false,
	{ 3478, 19302, 5349, 3479 }, stun_probe,
	{ { 0, 0, 0x40 }, { 4, 0x21, 0x22 }, { 5, 0x12, 0x13 }, { 6, 0xa4, 0xa5 },
	    { 7, 0x42, 0x43 } } };
