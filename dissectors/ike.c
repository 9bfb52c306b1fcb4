/*
 * ike: the key exchange of IPsec, in both versions [RFC 2408 3.1; RFC 7296 3.1].
 *
 *   [0*4] | initiator*8 responder*8 | next version exchange flags | message*4 length*4 | ...
 *
 * The zeros tell it from ESP where both share port 4500 [RFC 3948 2.2].  The length
 * is that of the datagram: with it nothing is left to chance.
 */
#include "dissectors/say.h"

enum {
	SPI_BYTES = 8,
	UP_TO_LENGTH = 28,
	V1 = 0x10,
	V1_BASE = 1,
	V1_AGGRESSIVE = 4,
	V1_TRANSACTION = 6,
	V1_QUICK = 32,
	V1_NEW_GROUP = 33,
	V1_FLAGS = 0x07,
	V2 = 0x20,
	V2_INIT = 34,
	V2_FOLLOWUP_KE = 44, /* RFC 9370 */
	V2_FLAGS = 0x38,
	V2_INITIATOR = 0x08
};

static bool
is_none(struct view spi)
{
	return view_lit(&spi, "\0\0\0\0\0\0\0\0", SPI_BYTES);
}

static bool
is_known(uint8_t version, uint8_t exchange, uint8_t flags)
{
	if (version == V1)
		return ((exchange >= V1_BASE && exchange <= V1_TRANSACTION) ||
			   exchange == V1_QUICK || exchange == V1_NEW_GROUP) &&
		    (flags & ~V1_FLAGS) == 0;
	return version == V2 && exchange >= V2_INIT && exchange <= V2_FOLLOWUP_KE &&
	    (flags & ~V2_FLAGS) == 0;
}

static enum probe
ike_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view initiator, responder;
	uint8_t version, exchange, flags;
	size_t bytes;

	view_lit(&head, "\0\0\0\0", 4);
	bytes = head.n;
	initiator = view_take(&head, SPI_BYTES);
	responder = view_take(&head, SPI_BYTES);
	view_skip(&head, 1); /* next payload */
	version = view_u8(&head);
	exchange = view_u8(&head);
	flags = view_u8(&head);
	view_skip(&head, 4); /* message */
	if (view_be32(&head) != bytes || bytes < UP_TO_LENGTH || is_none(initiator) ||
	    !is_known(version, exchange, flags))
		return PROBE_NO;
	say_protocol(out, "ike");
	say_product(out, "ipsec", SURE_CERTAIN);
	/* Of the old version only the first message tells who began. */
	if (version == V2)
		obs_num(out, OBS_CLIENT,
		    (uint32_t)((flags & V2_INITIATOR) != 0 ? from : side_facing(from)));
	else if (is_none(responder) && exchange <= V1_AGGRESSIVE)
		obs_num(out, OBS_CLIENT, (uint32_t)from);
	return PROBE_YES;
}

const struct dissector dissect_ike = { "ike", TRANSPORT_UDP, false, { 500, 4500 }, ike_probe };
