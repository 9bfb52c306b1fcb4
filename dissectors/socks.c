/*
 * socks: a tunnel through a SOCKS proxy, versions 4, 4a and 5 [RFC 1928, RFC 1929,
 * "SOCKS: A protocol for TCP proxy across firewalls", SOCKS 4A].
 *
 *   client  5 n method*n | [1 n user n password] | 5 command 0 kind address port
 *   server  5 method     | [1 0]                 | 5 reply   0 kind address port
 *   client  4 command port ip user 0 | [name 0, where ip is 0.0.0.x]
 *   server  0 5a port ip
 *
 * It is told as a guess, so that what is carried, or the name asked for, may name
 * the flow instead.  Version 4's answer is too short to say more than where the
 * carried bytes begin, and counts only where the question was seen.
 */
#include "dissectors/say.h"

enum {
	CONNECT = 1,
	COMMANDS = 3, /* CONNECT, BIND, UDP ASSOCIATE */
	REPLIES = 8,
	METHODS_MOST = 16,
	NO_METHOD = 0xff,
	GRANTED = 0x5a,
	ANSWER_4 = 8,
	TEXT_MOST = 255
};

enum kind { KIND_V4 = 1, KIND_NAME = 3, KIND_V6 = 4 };

static void
say_socks(struct obs_list *out, enum side client)
{
	say_protocol(out, "socks");
	say_product(out, "socks", SURE_GUESS);
	obs_num(out, OBS_CLIENT, (uint32_t)client);
}

static size_t
put_decimal(uint8_t *to, uint8_t value)
{
	size_t n = 0;

	if (value >= 100)
		to[n++] = (uint8_t)('0' + value / 100);
	if (value >= 10)
		to[n++] = (uint8_t)('0' + value / 10 % 10);
	to[n++] = (uint8_t)('0' + value % 10);
	return n;
}

static void
say_v4(struct obs_list *out, struct view ip, uint32_t port)
{
	uint8_t text[16];
	size_t n = 0;

	for (size_t i = 0; i < 4; i++) {
		if (i > 0)
			text[n++] = '.';
		n += put_decimal(text + n, ip.p[i]);
	}
	obs_add(out, OBS_PROXY_TO, port, text, n);
}

/* All eight groups, none left out. */
static void
say_v6(struct obs_list *out, struct view ip, uint32_t port)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t text[40];
	size_t n = 0;

	for (size_t i = 0; i < 16; i++) {
		if (i > 0 && i % 2 == 0)
			text[n++] = ':';
		text[n++] = (uint8_t)digits[ip.p[i] >> 4];
		text[n++] = (uint8_t)digits[ip.p[i] & 15];
	}
	obs_add(out, OBS_PROXY_TO, port, text, n);
}

static bool
say_name(struct obs_list *out, struct view name, uint32_t port)
{
	uint8_t text[TEXT_MOST];

	if (!is_plain(name) || name.n > sizeof(text))
		return false;
	for (size_t i = 0; i < name.n; i++)
		text[i] = lower(name.p[i]);
	obs_add(out, OBS_PROXY_TO, port, text, name.n);
	return true;
}

/* An address and its port; false if it is not of a known kind.  A short view goes bad. */
static bool
take_address(struct view *v, uint8_t kind, struct view *address, uint32_t *port)
{
	if (kind == KIND_NAME)
		*address = view_take(v, view_u8(v));
	else if (kind == KIND_V4 || kind == KIND_V6)
		*address = view_take(v, kind == KIND_V4 ? 4 : 16);
	else
		return false;
	*port = view_be16(v);
	return true;
}

/* After the greeting, and a password that is stepped over. */
static enum probe
read_request(struct view v, size_t whole, enum side from, struct obs_list *out)
{
	struct view address = view_of(NULL, 0);
	uint8_t version = view_u8(&v), command, reserved, kind;
	uint32_t port = 0;
	bool good;

	command = view_u8(&v);
	reserved = view_u8(&v);
	kind = view_u8(&v);
	if (v.bad)
		return version == 0 || version == 5 ? PROBE_MORE : PROBE_NO;
	if (version != 5 || command == 0 || command > COMMANDS || reserved != 0)
		return PROBE_NO;
	good = take_address(&v, kind, &address, &port);
	if (!good)
		return PROBE_NO;
	if (v.bad)
		return PROBE_MORE;
	if (kind == KIND_NAME && !say_name(out, address, port))
		return PROBE_NO;
	if (kind == KIND_V4)
		say_v4(out, address, port);
	if (kind == KIND_V6)
		say_v6(out, address, port);
	say_socks(out, from);
	if (command == CONNECT)
		obs_num(out, OBS_INNER, (uint32_t)(whole - v.n));
	return PROBE_YES;
}

static enum probe
read_client(struct view head, enum side from, struct obs_list *out)
{
	struct view v = head, methods;
	uint8_t n;

	view_skip(&v, 1);
	n = view_u8(&v);
	if (v.bad)
		return PROBE_MORE;
	if (n == 0 || n > METHODS_MOST)
		return PROBE_NO;
	methods = view_take(&v, n);
	if (methods.bad)
		return PROBE_MORE;
	if (memchr(methods.p, NO_METHOD, methods.n) != NULL)
		return PROBE_NO;
	if (v.n > 0 && v.p[0] == 1) {
		view_skip(&v, 1);
		view_skip(&v, view_u8(&v));
		view_skip(&v, view_u8(&v));
		if (v.bad)
			return PROBE_MORE;
	}
	return read_request(v, head.n, from, out);
}

static enum probe
read_server(struct view head, enum side from, struct obs_list *out)
{
	struct view v = head, address = view_of(NULL, 0);
	uint8_t method, version, reply, kind;
	uint32_t port = 0;

	view_skip(&v, 1);
	method = view_u8(&v);
	if (!v.bad && method == NO_METHOD)
		return PROBE_NO;
	if (v.n > 0 && v.p[0] == 1) {
		view_skip(&v, 1);
		if (view_u8(&v) != 0)
			return PROBE_NO;
	}
	version = view_u8(&v);
	reply = view_u8(&v);
	if (v.bad)
		return PROBE_MORE;
	if (version != 5 || reply > REPLIES || view_u8(&v) != 0)
		return PROBE_NO;
	kind = view_u8(&v);
	if (!v.bad && !take_address(&v, kind, &address, &port))
		return PROBE_NO;
	if (v.bad)
		return PROBE_MORE;
	say_socks(out, side_facing(from));
	if (reply == 0)
		obs_num(out, OBS_INNER, (uint32_t)(head.n - v.n));
	return PROBE_YES;
}

/* Text up to a zero: false, and *said, if it is none. */
static bool
take_text(struct view *v, struct view *text, enum probe *said)
{
	const uint8_t *end = v->n > 0 ? memchr(v->p, 0, v->n) : NULL;

	*text = view_of(v->p, end != NULL ? (size_t)(end - v->p) : v->n);
	*said = text->n <= TEXT_MOST && (text->n == 0 || is_plain(*text)) ? PROBE_MORE : PROBE_NO;
	if (end == NULL || *said == PROBE_NO)
		return false;
	view_skip(v, text->n + 1);
	return true;
}

/* The client waits for the answer: bytes behind the request are another protocol's. */
static enum probe
read_version_4(struct view v, enum side from, struct obs_list *out)
{
	struct view ip, user, name = view_of(NULL, 0);
	const size_t whole = v.n;
	uint32_t port;
	uint8_t command;
	bool named;
	enum probe said;

	view_skip(&v, 1);
	command = view_u8(&v);
	port = view_be16(&v);
	ip = view_take(&v, 4);
	if (whole > 1 && command != 1 && command != 2)
		return PROBE_NO;
	if (v.bad)
		return PROBE_MORE;
	named = ip.p[0] == 0 && ip.p[1] == 0 && ip.p[2] == 0 && ip.p[3] != 0;
	if (port == 0 || (ip.p[0] == 0 && !named))
		return PROBE_NO;
	if (!take_text(&v, &user, &said) || (named && !take_text(&v, &name, &said)))
		return said;
	if (v.n > 0 || (named && !say_name(out, name, port)))
		return PROBE_NO;
	if (!named)
		say_v4(out, ip, port);
	say_socks(out, from);
	if (command == CONNECT)
		obs_num(out, OBS_INNER, (uint32_t)whole);
	return PROBE_YES;
}

static enum probe
read_answer_4(struct view v, struct obs_list *out)
{
	if (v.n > ANSWER_4 || (v.n > 1 && v.p[1] != GRANTED))
		return PROBE_NO;
	if (v.n < ANSWER_4)
		return PROBE_MORE;
	obs_num(out, OBS_INNER, ANSWER_4);
	return PROBE_YES;
}

/* A server's greeting has no count: "5 0" could be a client's, of no methods, which none sends. */
static enum probe
read_version_5(struct view head, enum side from, struct obs_list *out)
{
	const enum probe asks = read_client(head, from, out);

	return asks == PROBE_NO ? read_server(head, from, out) : asks;
}

static enum probe
socks_probe(struct view head, enum side from, struct obs_list *out)
{
	if (head.n == 0)
		return PROBE_MORE;
	switch (head.p[0]) {
	case 0:
		return read_answer_4(head, out);
	case 4:
		return read_version_4(head, from, out);
	case 5:
		return read_version_5(head, from, out);
	default:
		return PROBE_NO;
	}
}

const struct dissector dissect_socks = { "socks", TRANSPORT_TCP, false,
	{ 1080, 1081, 9050, 9150, 10808 }, socks_probe };
