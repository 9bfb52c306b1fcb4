/*
 * rfb: VNC's ProtocolVersion message [RFC 6143 7.1.1], bare or in a WebSocket.
 *
 *   "RFB ddd.ddd\n"                       twelve bytes, both sides
 *   "HTTP/1.1 101 ...\r\n\r\n" 82 0c RFB    from a proxy such as websockify
 *   "GET ...\r\n\r\n" 82 8c mask*4 RFB      from its browser, masked [RFC 6455 5.2]
 *
 * Any version counts: 003.008 of the standard, 003.889 of Apple, 005.000 of
 * RealVNC, 009.123 of ATEN's KVM.  The server speaks first, and the viewer
 * answers with the same line: who is who is not in the bytes.  In a WebSocket it
 * is: a browser masks, and is the viewer.  There the header may be missing too.
 */
#include "dissectors/websocket.h"

enum { BANNER = 12 };

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

/* The first frame must be a binary one that holds the banner. */
static enum probe
read_frame(struct view v, enum side from, struct obs_list *out)
{
	struct ws_frame f;
	enum probe said;

	if (v.n > 0 && v.p[0] != WS_BINARY)
		return PROBE_NO;
	if (!ws_read(v, &f))
		return PROBE_MORE;
	if (f.length != BANNER)
		return PROBE_NO;
	said = read_banner(view_of(f.plain, f.n), out);
	if (said == PROBE_YES)
		say_viewer(out, ws_client(&f, from));
	return said;
}

static enum probe
rfb_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view frames;
	enum probe inside;

	if (head.n == 0)
		return PROBE_MORE;
	if (head.p[0] == 'R')
		return read_banner(head, out);
	inside = ws_enter(head, &frames);
	return inside == PROBE_YES ? read_frame(frames, from, out) : inside;
}

const struct dissector dissect_rfb = { "rfb", TRANSPORT_TCP, false,
	{ 5900, 5901, 5902, 5903, 5500, 6080, 5800 }, rfb_probe };
