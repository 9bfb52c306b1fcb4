/*
 * rsh: the remote commands of BSD: rsh, rexec and rlogin [RFC 1282; rcmd(3), rexec(3)].
 *
 *   [port] 0 | name 0 | name or password 0 | command 0        rsh, rexec
 *          0 | name 0 | name 0             | terminal/speed 0  rlogin
 *
 * The port, in digits, is where the server is to send errors; rsh asks for a reserved
 * one.  All comes from the side that commands, in clear.
 */
#include "dissectors/say.h"

enum {
	PORT_MOST = 5,
	RESERVED_LEAST = 512,
	RESERVED_MOST = 1023,
	NAME_MOST = 32,
	TEXT_MOST = 1024
};

/* The next text, which a 0 ends; MORE while it may come, NO if it is too long or not text. */
static enum probe
take_text(struct view *v, size_t most, struct view *out)
{
	const uint8_t *end = v->n > 0 ? memchr(v->p, 0, v->n) : NULL;
	const size_t n = end != NULL ? (size_t)(end - v->p) : v->n;

	if (n > most)
		return PROBE_NO;
	for (size_t i = 0; i < n; i++) {
		if (v->p[i] < ' ' || v->p[i] > '~')
			return PROBE_NO;
	}
	*out = view_take(v, n);
	if (end == NULL)
		return PROBE_MORE;
	view_skip(v, 1);
	return PROBE_YES;
}

/* "xterm/38400" */
static bool
is_terminal(struct view v)
{
	const uint8_t *slash = v.n > 0 ? memchr(v.p, '/', v.n) : NULL;
	const size_t before = slash != NULL ? (size_t)(slash - v.p) : 0;

	if (before == 0 || before + 1 == v.n || !is_plain(v))
		return false;
	for (size_t i = before + 1; i < v.n; i++) {
		if (!is_digit(v.p[i]))
			return false;
	}
	return true;
}

static bool
is_port(struct view v, uint32_t *port)
{
	*port = 0;
	for (size_t i = 0; i < v.n; i++) {
		if (!is_digit(v.p[i]))
			return false;
		*port = *port * 10 + (v.p[i] - '0');
	}
	return *port <= UINT16_MAX;
}

static enum probe
read_request(struct view head, struct view *text, uint32_t *port)
{
	static const size_t most[] = { PORT_MOST, NAME_MOST, NAME_MOST, TEXT_MOST };

	for (unsigned i = 0; i < 4; i++) {
		const enum probe said = take_text(&head, most[i], text);
		const bool plain =
		    i == 0 ? is_port(*text, port) : i == 3 || text->n == 0 || is_plain(*text);

		if (said == PROBE_NO || !plain)
			return PROBE_NO;
		if (said == PROBE_MORE)
			return said;
		if (i > 0 && text->n == 0)
			return PROBE_NO;
	}
	return PROBE_YES;
}

static enum probe
rsh_probe(struct view head, enum side from, struct obs_list *out)
{
	uint32_t port = 0;
	struct view text = { .bad = true };
	const enum probe said = read_request(head, &text, &port);
	const bool reserved = port >= RESERVED_LEAST && port <= RESERVED_MOST;

	if (said != PROBE_YES)
		return said;
	if (port == 0 && !is_terminal(text))
		return PROBE_NO;
	say_protocol(out, port == 0 ? "rlogin" : "rsh");
	say_product(out, "rsh", port == 0 || reserved ? SURE_CERTAIN : SURE_LIKELY);
	say_viewer(out, from);
	return PROBE_YES;
}

const struct dissector dissect_rsh = { "rsh", TRANSPORT_TCP, false, { 514, 513, 512 }, rsh_probe };
