/*
 * zerotier: the HELLO by which a ZeroTier node greets roots and peers, the one message
 * of its that is not sealed [ZeroTierOne sources, node/Packet.hpp].
 *
 *   0  random*8 to*5 from*5 | 18 flags 1, mac*8 | 27 verb 1
 *   28 protocol 1, version 1 1 2, time*8 | 41 from*5 kind 1 key*64 ...
 *
 * A node's address is written twice, in its header and in its identity: five bytes that
 * agree are no chance.  On any port.  Either side may begin.
 */
#include "dissectors/say.h"

enum {
	LEAST = 41 + 5 + 1 + 64,
	AT_FROM = 13,
	AT_FLAGS = 18,
	AT_VERB = 27,
	AT_PROTOCOL = 28,
	AT_IDENTITY = 41,
	ADDRESS_BYTES = 5,
	CIPHER_BITS = 0x38, /* 0: signed, not sealed */
	FLAGS_ABOVE = 0xe0, /* of the verb's byte */
	HELLO = 1,
	PROTOCOL_FIRST = 4,
	PROTOCOL_LAST = 31,
	RESERVED = 0xff /* no address begins so; a fragment has it where the source would be */
};

static enum probe
zerotier_probe(struct view head, enum side from, struct obs_list *out)
{
	const uint8_t *p = head.p;

	(void)from;
	if (head.n < LEAST || (p[AT_FLAGS] & CIPHER_BITS) != 0 ||
	    (p[AT_VERB] & ~FLAGS_ABOVE) != HELLO || p[AT_PROTOCOL] < PROTOCOL_FIRST ||
	    p[AT_PROTOCOL] > PROTOCOL_LAST || p[AT_FROM] == RESERVED)
		return PROBE_NO;
	if (memcmp(p + AT_FROM, "\0\0\0\0", ADDRESS_BYTES) == 0 ||
	    memcmp(p + AT_FROM, p + AT_IDENTITY, ADDRESS_BYTES) != 0)
		return PROBE_NO;
	say_protocol(out, "zerotier");
	say_product(out, "zerotier", SURE_CERTAIN);
	return PROBE_YES;
}

const struct dissector dissect_zerotier = { "zerotier", TRANSPORT_UDP, false, { 9993 },
	zerotier_probe };
