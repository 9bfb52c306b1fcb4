/*
 * zoom: the media of a Zoom meeting, to its servers or between two who talk alone
 * [Michel et al., Enabling Passive Measurement of Zoom Performance, IMC 2022; and
 * what that group's zoom-analysis reads].
 *
 *   server   05 number*2 .*4 way | media               way: 0 to the server, 4 from it
 *   media    0f sound, 10 camera, 0d and 1e screen     | RTP where the kind says
 *   peers    1f 02 1 .*21 n*4 address n*4 session      to find each other; then media
 *   NAT      00 01 00 18 .*16 | 01 01 00 14 "1234567890123456789" 0
 *
 * Zoom is no remote control, but a meeting may be: what counts is whose screen is sent.
 */
#include "dissectors/say.h"

enum {
	SERVER = 5,
	SERVER_BYTES = 8,
	TO_SERVER = 0,
	FROM_SERVER = 4,
	SCREEN = 0x0d,
	SOUND = 0x0f,
	CAMERA = 0x10,
	SCREEN_OF_PEER = 0x1e,
	PAYLOAD_LEAST = 96, /* RTP's dynamic types */
	ADDRESS_MOST = 45,
	SESSION_BYTES = 36,
	FIND_BYTES = 21
};

/* Where RTP begins in media; 0: nowhere. */
static size_t
rtp_at(struct view media)
{
	switch (media.p[0]) {
	case SOUND:
		return 19;
	case CAMERA:
		return media.n > 20 && media.p[20] == 2 ? 24 : 20;
	case SCREEN:
		return media.n > 7 && media.p[7] == SCREEN_OF_PEER ? 27 : 0;
	case SCREEN_OF_PEER:
		return 20;
	default:
		return 0;
	}
}

/* RTP [RFC 3550 5.1]; *extended: with the extension all of Zoom's has [RFC 8285 4.2]. */
static bool
is_rtp(struct view v, bool *extended)
{
	const uint8_t first = view_u8(&v), second = view_u8(&v);

	view_skip(&v, 10);
	if (v.bad || first >> 6 != 2 || (second & 0x7f) < PAYLOAD_LEAST)
		return false;
	view_skip(&v, 4u * (first & 0x0f));
	*extended = (first & 0x10) != 0 && view_be16(&v) == 0xbede;
	return true;
}

static enum probe
read_media(struct view media, enum sureness sure, enum side from, struct obs_list *out)
{
	const size_t at = media.n > 0 ? rtp_at(media) : 0;
	struct view rtp = media;
	enum obs_kind kind = OBS_SCREEN;
	bool extended;

	view_skip(&rtp, at);
	if (at == 0 || !is_rtp(rtp, &extended) || (sure == SURE_NONE && !extended))
		return PROBE_NO;
	if (media.p[0] == SOUND || media.p[0] == CAMERA)
		kind = media.p[0] == SOUND ? OBS_AUDIO : OBS_VIDEO;
	say_protocol(out, "zoom");
	say_product(out, "zoom", extended && sure != SURE_NONE ? SURE_CERTAIN : SURE_LIKELY);
	obs_num(out, kind, (uint32_t)from);
	return PROBE_YES;
}

static enum probe
say_zoom(struct obs_list *out)
{
	say_protocol(out, "zoom");
	say_product(out, "zoom", SURE_CERTAIN);
	return PROBE_YES;
}

static enum probe
read_find(struct view v, struct obs_list *out)
{
	struct view address, session;

	view_skip(&v, FIND_BYTES);
	address = view_take(&v, view_be32(&v));
	if (view_be32(&v) != SESSION_BYTES)
		return PROBE_NO;
	session = view_take(&v, SESSION_BYTES);
	if (!is_plain(address) || address.n > ADDRESS_MOST || !is_plain(session))
		return PROBE_NO;
	return say_zoom(out);
}

static enum probe
read_nat(struct view v, struct obs_list *out)
{
	static const char attribute[] = "\x01\x01\x00\x14"
					"1234567890123456789"; /* with its 0 */

	view_skip(&v, 16);
	if (!view_lit(&v, attribute, sizeof(attribute)) || v.n > 0)
		return PROBE_NO;
	return say_zoom(out);
}

static enum probe
zoom_probe(struct view head, enum side from, struct obs_list *out)
{
	uint8_t way;

	if (view_lit(&head, "\x1f\x02\x01", 3))
		return read_find(head, out);
	if (view_lit(&head, "\x00\x01\x00\x18", 4))
		return read_nat(head, out);
	if (head.n <= SERVER_BYTES || head.p[0] != SERVER)
		return read_media(head, SURE_NONE, from, out);
	way = head.p[SERVER_BYTES - 1];
	view_skip(&head, SERVER_BYTES);
	if (way != TO_SERVER && way != FROM_SERVER)
		return PROBE_NO;
	return read_media(head, SURE_LIKELY, from, out);
}

const struct dissector dissect_zoom = { "zoom", TRANSPORT_UDP, false, { 8801, 8802, 3478 },
	zoom_probe,
	{ { 0, 0, 1 }, { 0, 5, 6 }, { 0, 0xd, 0xe }, { 0, 0xf, 0x11 }, { 0, 0x1e, 0x20 } } };
