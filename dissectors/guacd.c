/*
 * guacd: the Guacamole protocol [guacamole.apache.org, protocol reference], between a
 * gateway and guacd (4822), and between a browser and the gateway, in a WebSocket.
 *
 *   length "." text { "," length "." text } ";"       lengths count characters
 *
 *   "6.select,3.rdp;"                       gateway > guacd: speak RDP to someone
 *   "6.select,37.$1f2e...;"                 likewise: join who is there already
 *   "4.args,13.VERSION_1_5_0,8.hostname..."  guacd > gateway: what I must know
 *   81 xx "0.,36.<uuid>;"                   gateway > browser, first of all
 *   81 xx mask*4 "3.nop;" "4.sync,..."      browser > gateway, every few seconds
 *
 * The screen comes from the end that does not ask: guacd, or the gateway.  Which
 * machine it is of lies behind that end.
 */
#include "dissectors/websocket.h"

enum { ELEMENT_MOST = 64 };

/* The next element's text; false, and *said, if it is not there. */
static bool
take_element(struct view *v, struct view *text, enum probe *said)
{
	size_t length = 0, digits = 0;

	while (digits < 3 && v->n > 0 && is_digit(v->p[0])) {
		length = length * 10 + (size_t)(view_u8(v) - '0');
		digits++;
	}
	*said = v->n == 0 ? PROBE_MORE : PROBE_NO;
	if (digits == 0 || length > ELEMENT_MOST || !view_lit(v, ".", 1))
		return false;
	if (v->n <= length) {
		*said = PROBE_MORE;
		return false;
	}
	*text = view_take(v, length);
	return true;
}

static enum probe
read_select(struct view v, enum side from, struct obs_list *out)
{
	enum probe said;
	struct view name;

	if (!take_element(&v, &name, &said))
		return said;
	if (view_u8(&v) != ';' || !is_plain(name))
		return PROBE_NO;
	say_protocol(out, "guacamole");
	say_product(out, "guacamole", SURE_CERTAIN);
	say_viewer(out, from);
	if (name.p[0] != '$')
		obs_text(out, OBS_CARRIES, name);
	return PROBE_YES;
}

/* "hostname" is asked for first by all, after the version where there is one. */
static enum probe
read_args(struct view v, enum side from, struct obs_list *out)
{
	static const char version[] = "VERSION_";
	enum probe said;
	struct view name;

	if (!take_element(&v, &name, &said))
		return said;
	if (!view_lit(&name, version, sizeof(version) - 1) && !view_lit(&name, "hostname", 8))
		return PROBE_NO;
	say_protocol(out, "guacamole");
	say_product(out, "guacamole", SURE_CERTAIN);
	say_viewer(out, side_facing(from));
	return PROBE_YES;
}

/* What either end of a tunnel sends all the time: "" is the tunnel's own. */
static bool
is_common(struct view op)
{
	static const char *const ops[] = { "", "nop", "sync", "mouse", "key", "ack", "blob", "img",
		"end", "copy", "rect", "size" };

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (op.n == strlen(ops[i]) && memcmp(op.p, ops[i], op.n) == 0)
			return true;
	}
	return false;
}

static enum probe
read_message(struct view v, enum side from, struct obs_list *out)
{
	struct ws_frame f;
	struct view text, op;
	enum probe said;
	uint8_t c;

	if (!ws_read(v, &f))
		return PROBE_MORE;
	text = view_of(f.plain, f.n);
	if (f.kind != WS_TEXT || f.length < 5)
		return PROBE_NO;
	if (!take_element(&text, &op, &said))
		return said == PROBE_MORE && f.n < f.length && f.n < WS_PLAIN ? said : PROBE_NO;
	c = view_u8(&text);
	if (!is_common(op) || (c != ',' && c != ';'))
		return PROBE_NO;
	say_protocol(out, "guacamole");
	say_product(out, "guacamole", SURE_LIKELY);
	say_viewer(out, ws_client(&f, from));
	return PROBE_YES;
}

static enum probe
guacd_probe(struct view head, enum side from, struct obs_list *out)
{
	static const char select[] = "6.select,", args[] = "4.args,";
	const enum probe selects = begins(head, select, sizeof(select) - 1);
	const enum probe wants = begins(head, args, sizeof(args) - 1);
	struct view frames;
	enum probe inside;

	if (selects == PROBE_YES) {
		view_skip(&head, sizeof(select) - 1);
		return read_select(head, from, out);
	}
	if (wants == PROBE_YES) {
		view_skip(&head, sizeof(args) - 1);
		return read_args(head, from, out);
	}
	if (selects == PROBE_MORE || wants == PROBE_MORE)
		return PROBE_MORE;
	inside = ws_enter(head, &frames);
	if (inside != PROBE_YES || frames.n == 0)
		return inside == PROBE_YES ? PROBE_MORE : inside;
	return frames.p[0] == WS_TEXT ? read_message(frames, from, out) : PROBE_NO;
}

const struct dissector dissect_guacd = { "guacd", TRANSPORT_TCP, false, { 4822, 8080 },
	guacd_probe };
