/*
 * rdp_tls: the TLS that follows RDP's greeting in the same stream [MS-RDPBCGR 5.4.5].
 *
 *   3 0 length*2 | li e0 ... from the viewer, li d0 ... from the host | 16 3 minor ...
 *
 * The viewer names in it whom it wants to see, the host shows, up to TLS 1.2, its
 * certificate: by default one of its own making, with the computer's name.
 * What CredSSP says comes later, encrypted; that it will is in what was granted.
 */
#include "dissectors/say.h"
#include "dissectors/tls_hello.h"

enum { TPKT_BYTES = 4, GREETING_LEAST = 11, GREETING_MOST = 600, REQUEST = 0xe0, CONFIRM = 0xd0 };

static enum probe
rdp_tls_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum probe said = begins(head, "\3\0", 2);
	struct view greeting = head;
	uint8_t indicator, code;
	uint16_t length;

	if (said != PROBE_YES)
		return said;
	view_skip(&greeting, 2);
	length = view_be16(&greeting);
	indicator = view_u8(&greeting);
	code = view_u8(&greeting);
	if (greeting.bad)
		return PROBE_MORE;
	if (length < GREETING_LEAST || length > GREETING_MOST ||
	    indicator + TPKT_BYTES + 1 != length || (code != REQUEST && code != CONFIRM))
		return PROBE_NO;
	view_skip(&head, length);
	if (head.bad)
		return PROBE_MORE;
	return tls_read(head, from, TLS_JA4, out);
}

const struct dissector dissect_rdp_tls = { "rdp_tls", TRANSPORT_TCP, false, { 3389 },
	rdp_tls_probe };
