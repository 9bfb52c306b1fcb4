/*
 * pikvm: the heartbeat of PiKVM's viewer and of its forks', in the WebSocket of its page
 * [kvmd, its web client].
 *
 *   GET /api/ws?... HTTP/1.1 ... Upgrade: websocket | 82 81 mask*4 00 | ...
 *
 * Once a second a binary message of one zero byte, masked; keys and mouse come in between.
 * Its server gives up who misses fifteen.
 */
#include "dissectors/websocket.h"

enum {
	BEATS = 2,
	FRAMES_MOST = 256 /* of keys and mouse meanwhile */
};

/* "GET /any/api/ws?query HTTP/1.1" */
static bool
asks_for_events(struct view line)
{
	static const char end[] = "/api/ws";
	const size_t n = sizeof(end) - 1;
	struct view path;

	(void)view_until(&line, ' ');
	view_skip(&line, 1);
	path = view_until(&line, ' ');
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '?')
			path.n = i;
	return !line.bad && path.n >= n && memcmp(path.p + path.n - n, end, n) == 0;
}

static enum probe
read_frames(struct view v)
{
	unsigned beats = 0;
	struct ws_frame f;

	for (unsigned i = 0; i < FRAMES_MOST; i++) {
		if (!ws_read(v, &f))
			return PROBE_MORE;
		if (!f.masked ||
		    (f.kind != WS_BINARY && f.kind != WS_TEXT && f.kind != WS_PING &&
			f.kind != WS_PONG))
			return PROBE_NO;
		if (v.n - f.header < f.length)
			return PROBE_MORE;
		beats += f.kind == WS_BINARY && f.length == 1 && f.plain[0] == 0;
		if (beats == BEATS)
			return PROBE_YES;
		view_skip(&v, f.header + (size_t)f.length);
	}
	return PROBE_NO;
}

static enum probe
pikvm_probe(struct view head, enum side from, struct obs_list *out)
{
	enum probe said = begins(head, "GET ", 4);
	struct http_text t;
	struct view line;

	if (said == PROBE_YES)
		said = first_line(head, HTTP_HEADER_MOST, &line);
	if (said != PROBE_YES)
		return said;
	if (!asks_for_events(line))
		return PROBE_NO;
	said = http_text_read(head, &t);
	if (said != PROBE_YES)
		return said;
	if (!http_is_websocket(&t))
		return PROBE_NO;
	said = read_frames(t.body);
	if (said != PROBE_YES)
		return said;
	say_protocol(out, "websocket");
	say_product(out, "pikvm", SURE_CERTAIN);
	say_viewer(out, from);
	return PROBE_YES;
}

const struct dissector dissect_pikvm = { "pikvm", TRANSPORT_TCP, false, { 80, 443 }, pikvm_probe };
