/*
 * quic: the first packets of a QUIC connection, by their long header [RFC 9000 17.2].
 *
 *   11...... | version*4 | n connection id | n connection id | ...
 *
 * What is inside is sealed; that it is QUIC keeps it from being called something else.
 */
#include "dissectors/say.h"

enum { ID_MOST = 20, LONG = 0xc0, INITIAL_LEAST = 1200 };

static bool
is_version(uint32_t version)
{
	return version == 1 || version == 0x6b3343cf /* 2, RFC 9369 */ ||
	    (version & 0xffffff00) == 0xff000000; /* drafts */
}

static enum probe
quic_probe(struct view head, enum side from, struct obs_list *out)
{
	const size_t bytes = head.n;
	const uint8_t first = view_u8(&head);
	const uint32_t version = view_be32(&head);
	const uint8_t to = view_u8(&head);
	uint8_t back;

	(void)from;
	view_skip(&head, to);
	back = view_u8(&head);
	view_skip(&head, back);
	if (head.bad || (first & LONG) != LONG || !is_version(version))
		return PROBE_NO;
	/* One side's id may be empty; both opening packets are padded. */
	if (to > ID_MOST || back > ID_MOST || to + back == 0 || bytes < INITIAL_LEAST)
		return PROBE_NO;
	say_protocol(out, "quic");
	return PROBE_YES;
}

const struct dissector dissect_quic = { "quic", TRANSPORT_UDP, false, { 443, 8443, 7844 },
	quic_probe, { { 0, 0xc0, 0x100 }, { 1, 0, 1 }, { 1, 0x6b, 0x6c }, { 1, 0xff, 0x100 } } };
