/*
 * rdp_udp: the first datagram of each side of RDP over UDP [MS-RDPEUDP 2.2.2].
 *
 *   acknowledged*4 window*2 flags*2 | sequence*4 mtu up*2 mtu down*2 | ... zeros to the full MTU
 *   ffffffff        .        SYN       first           1132..1232         of the client
 *   the client's    .        SYN ACK   first                              of the server
 *
 * Both name themselves where SYNEX is set: [correlation*32] | flags*2 = 1 version*2 [hash*32].
 * Versions are 1, 2 and 0101, called 3; what they change comes after this datagram.
 *
 * The padding probes the path, so these are never short.
 */
#include "dissectors/say.h"

enum {
	SYN = 0x0001,
	ACK = 0x0004,
	CORRELATED = 0x0800,
	SYNEX = 0x1000,
	KNOWN = 0x1fff,
	CORRELATION_BYTES = 32,
	VERSION_VALID = 1,
	VERSION_3 = 0x0101,
	/* Bits that a greeting never has: FIN, DATA, FEC, CN, CWR. */
	NOT_YET = 0x007a,
	MTU_LEAST = 1132,
	MTU_MOST = 1600 /* the standard says 1232; a server was seen to answer more */
};

/* Is the version told, and one there is?  v: what comes after the MTUs. */
static bool
names_version(struct view v, uint16_t flags)
{
	uint16_t valid, version;

	if ((flags & SYNEX) == 0)
		return false;
	if ((flags & CORRELATED) != 0)
		view_skip(&v, CORRELATION_BYTES);
	valid = view_be16(&v);
	version = view_be16(&v);
	return valid == VERSION_VALID && (version == 1 || version == 2 || version == VERSION_3);
}

static enum probe
rdp_udp_probe(struct view head, enum side from, struct obs_list *out)
{
	const size_t bytes = head.n;
	const uint32_t acknowledged = view_be32(&head);
	const uint16_t window = view_be16(&head), flags = view_be16(&head);
	const uint32_t sequence = view_be32(&head);
	const uint16_t up = view_be16(&head), down = view_be16(&head);
	const bool asks = (flags & ACK) == 0;

	if (head.bad || (flags & SYN) == 0 || (flags & NOT_YET) != 0 || (flags & ~KNOWN) != 0)
		return PROBE_NO;
	if (up < MTU_LEAST || up > MTU_MOST || down < MTU_LEAST || down > MTU_MOST)
		return PROBE_NO;
	if (bytes < MTU_LEAST || window == 0 || sequence == 0)
		return PROBE_NO;
	if (asks != (acknowledged == UINT32_MAX))
		return PROBE_NO;
	say_protocol(out, "rdp");
	say_product(out, "rdp", asks || names_version(head, flags) ? SURE_CERTAIN : SURE_LIKELY);
	say_viewer(out, asks ? from : side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_rdp_udp = { "rdp_udp", TRANSPORT_UDP, false, { 3389 }, rdp_udp_probe,
	{ { 6, 0, 0x20 }, { 7, 1, 2 }, { 7, 5, 6 }, { 7, 0x81, 0x82 }, { 7, 0x85, 0x86 } } };
