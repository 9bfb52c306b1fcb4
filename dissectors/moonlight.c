/*
 * moonlight: how a Moonlight viewer asks a Sunshine or GeForce host for its screen,
 * in RTSP on 48010 [moonlight-common-c src/RtspConnection.c, Sunshine src/rtsp.cpp].
 *
 *   viewer   "OPTIONS rtsp://...:48010 RTSP/1.0" CR LF ... "X-GS-ClientVersion: 14" ...
 *   host     "RTSP/1.0 200 OK" CR LF ... "X-SS-Ping-Payload: ...", of Sunshine only
 *
 * Each message has a connection of its own.  Newer ones are encrypted and say nothing.
 */
#include "dissectors/say.h"

enum { HEADER_MOST = 2048 };

static bool
has_text(struct view v, const char *text)
{
	return memmem(v.p, v.n, text, strlen(text)) != NULL;
}

/* Does it begin as one of RTSP's requests that Moonlight makes? */
static enum probe
begins_request(struct view head)
{
	static const char *const methods[] = { "OPTIONS ", "DESCRIBE ", "SETUP ", "ANNOUNCE ",
		"PLAY " };
	enum probe said = PROBE_NO;

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		const enum probe one = begins(head, methods[i], strlen(methods[i]));

		if (one != PROBE_NO)
			said = one;
	}
	return said;
}

static enum probe
moonlight_probe(struct view head, enum side from, struct obs_list *out)
{
	static const char status[] = "RTSP/1.0 200 ";
	const enum probe asks = begins_request(head);
	const enum probe answers = begins(head, status, sizeof(status) - 1);
	const uint8_t *end;

	if (asks != PROBE_YES && answers != PROBE_YES)
		return asks == PROBE_MORE || answers == PROBE_MORE ? PROBE_MORE : PROBE_NO;
	end = memmem(head.p, head.n, "\r\n\r\n", 4);
	if (end == NULL)
		return head.n > HEADER_MOST ? PROBE_NO : PROBE_MORE;
	head.n = (size_t)(end - head.p) + 2;
	if (asks == PROBE_YES
		? !has_text(head, " RTSP/1.0\r\n") || !has_text(head, "\nX-GS-ClientVersion:")
		: !has_text(head, "\nX-SS-"))
		return PROBE_NO;
	say_protocol(out, "rtsp");
	say_product(out, "sunshine", SURE_CERTAIN);
	say_viewer(out, asks == PROBE_YES ? from : side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_moonlight = { "moonlight", TRANSPORT_TCP, false, { 48010 },
	moonlight_probe };
