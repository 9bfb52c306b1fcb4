/*
 * esp: IPsec's data inside UDP, as it goes through a NAT [RFC 3948 2.1; RFC 4303 2].
 *
 *   index*4 (256 and more) number*4 | sealed, in fours ...
 *
 * There is nothing else in clear.  Believed only where the index stays, the number counts
 * up, datagram after datagram, and the rest looks sealed.  What VPNs with a fixed first
 * byte or two send has the same form: it is left to their own dissectors.
 */
#include "dissectors/say.h"
#include "dissectors/sealed.h"

enum { LEAST = 36, INDEX_LEAST = 256, SERIES = 5 };

/* WireGuard's types and Nebula's end in three zeros, OpenVPN's peers have low numbers. */
static bool
is_others(uint32_t index)
{
	const uint32_t peer = index & 0xffffff;

	return peer == 0 || (index >> 27 == 9 && (peer < 0x10000 || peer == 0xffffff));
}

static enum probe
esp_probe(struct view head, enum side from, struct obs_list *out)
{
	const uint8_t *index = head.p;
	const size_t bytes = head.n;
	const uint32_t i = view_be32(&head), number = view_be32(&head);

	(void)from;
	if (bytes < LEAST || bytes % 4 != 0 || i < INDEX_LEAST || number == 0 || is_others(i) ||
	    !looks_sealed(head))
		return PROBE_NO;
	say_protocol(out, "esp");
	say_product(out, "ipsec", SURE_LIKELY);
	return say_series(out, SERIES, number, index, 4);
}

const struct dissector dissect_esp = { "esp", TRANSPORT_UDP, false, { 4500 }, esp_probe };
