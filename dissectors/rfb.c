/*
 * rfb: VNC's ProtocolVersion message [RFC 6143 7.1.1], bare or in a WebSocket.
 *
 *   "RFB ddd.ddd\n"                       twelve bytes, both sides
 *   "HTTP/1.1 101 ...\r\n\r\n" 82 0c RFB    from a proxy such as websockify
 *   "GET ...\r\n\r\n" 82 8c mask*4 RFB      from its browser, masked [RFC 6455 5.2]
 *
 * Any version counts: 003.008 of the standard, 003.889 of Apple, 005.000 of
 * RealVNC, 009.123 of ATEN's KVM.  The server speaks first, and the viewer
 * answers with the same line: who is who is not in the bytes.
 */
#include "dissectors/say.h"

enum { BANNER = 12, HEADER_MOST = 4096, MASK_BYTES = 4 };

static bool
is_banner_byte(size_t at, uint8_t c)
{
	static const char form[] = "RFB ddd.ddd\n";

	return form[at] == 'd' ? is_digit(c) : c == (uint8_t)form[at];
}

static enum probe
read_banner(struct view head, struct obs_list *out)
{
	for (size_t i = 0; i < head.n && i < BANNER; i++) {
		if (!is_banner_byte(i, head.p[i]))
			return PROBE_NO;
	}
	if (head.n < BANNER)
		return PROBE_MORE;
	say_protocol(out, "vnc");
	say_product(out, "vnc", SURE_CERTAIN);
	obs_add(out, OBS_RFB_VERSION, 0, head.p + 4, 7);
	return PROBE_YES;
}

/* Does an HTTP header offer or accept a WebSocket? */
static bool
is_upgrade(struct view header)
{
	static const char word[] = "websocket";
	const size_t n = sizeof(word) - 1;

	for (size_t i = 0; i + n <= header.n; i++) {
		size_t same = 0;

		while (same < n && lower(header.p[i + same]) == (uint8_t)word[same])
			same++;
		if (same == n)
			return true;
	}
	return false;
}

/* The first frame after the header must be a binary one that holds the banner. */
static enum probe
read_frame(struct view v, struct obs_list *out)
{
	uint8_t plain[BANNER] = { 0 }, length;
	struct view mask = view_of(NULL, 0);

	if (v.n < 2)
		return PROBE_MORE;
	if (view_u8(&v) != 0x82)
		return PROBE_NO;
	length = view_u8(&v);
	if ((length & 0x7f) != BANNER)
		return PROBE_NO;
	if (length & 0x80)
		mask = view_take(&v, MASK_BYTES);
	v = view_take(&v, BANNER);
	if (v.bad)
		return PROBE_MORE;
	for (size_t i = 0; i < BANNER; i++)
		plain[i] = (uint8_t)(v.p[i] ^ (mask.n > 0 ? mask.p[i % MASK_BYTES] : 0));
	return read_banner(view_of(plain, BANNER), out);
}

static enum probe
read_websocket(struct view head, struct obs_list *out)
{
	const uint8_t *end = memmem(head.p, head.n, "\r\n\r\n", 4);
	size_t n;

	if (end == NULL)
		return head.n > HEADER_MOST ? PROBE_NO : PROBE_MORE;
	n = (size_t)(end - head.p) + 4;
	if (!is_upgrade(view_of(head.p, n)))
		return PROBE_NO;
	view_skip(&head, n);
	return read_frame(head, out);
}

static enum probe
rfb_probe(struct view head, enum side from, struct obs_list *out)
{
	static const char asks[] = "GET ", agrees[] = "HTTP/1.1 101";
	const enum probe asked = begins(head, asks, sizeof(asks) - 1);
	const enum probe agreed = begins(head, agrees, sizeof(agrees) - 1);

	(void)from;
	if (asked == PROBE_YES || agreed == PROBE_YES)
		return read_websocket(head, out);
	if (asked == PROBE_MORE || agreed == PROBE_MORE)
		return PROBE_MORE;
	return read_banner(head, out);
}

const struct dissector dissect_rfb = { "rfb", TRANSPORT_TCP, false,
	{ 5900, 5901, 5902, 5903, 5500, 6080, 5800 }, rfb_probe };
