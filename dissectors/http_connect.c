/*
 * http_connect: a tunnel through an HTTP proxy [RFC 9110 9.3.6].
 *
 *   CONNECT host:port HTTP/1.1 | ... | what is carried
 *   HTTP/1.1 200 Connection established | ... | what is carried
 *
 * It is told as a guess, so that what is carried, or the name asked for, may name
 * the flow instead.  An answer alone is like any other of HTTP: a bare one says where
 * the carried bytes begin, and counts only where the question was seen.
 */
#include "dissectors/http_text.h"

static void
say_proxy(struct obs_list *out, enum side client)
{
	say_protocol(out, "http");
	say_product(out, "http-proxy", SURE_GUESS);
	obs_num(out, OBS_CLIENT, (uint32_t)client);
}

static enum probe
read_connect(const struct http_text *t, enum side from, struct obs_list *out)
{
	struct view line = t->line, target, host;
	uint8_t name[OBS_TEXT];
	uint32_t port;

	(void)view_until(&line, ' ');
	view_skip(&line, 1);
	target = view_until(&line, ' ');
	if (line.bad || !view_lit(&line, " HTTP/1.", 8))
		return PROBE_NO;
	if (!http_authority(target, &host, &port) || port == 0 || host.n > sizeof(name))
		return PROBE_NO;
	for (size_t i = 0; i < host.n; i++)
		name[i] = lower(host.p[i]);
	say_proxy(out, from);
	obs_add(out, OBS_PROXY_TO, port, name, host.n);
	obs_num(out, OBS_INNER, (uint32_t)t->header);
	return PROBE_YES;
}

/* An agreement has no body of its own. */
static bool
has_body(const struct http_text *t)
{
	static const char *const names[] = { "content-length", "content-type", "content-encoding",
		"transfer-encoding" };
	struct view value;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (http_field(t, names[i], &value))
			return true;
	}
	return false;
}

static enum probe
read_answer(const struct http_text *t, enum side from, struct obs_list *out)
{
	struct view reason;

	if (http_status(t->line, &reason) / 100 != 2)
		return PROBE_NO;
	if (http_has_word(reason, "connection established"))
		say_proxy(out, side_facing(from));
	else if (has_body(t))
		return PROBE_NO;
	obs_num(out, OBS_INNER, (uint32_t)t->header);
	return PROBE_YES;
}

static enum probe
http_connect_probe(struct view head, enum side from, struct obs_list *out)
{
	static const char question[] = "CONNECT ";
	const enum probe asks = begins(head, question, sizeof(question) - 1);
	struct http_text t;
	const enum probe whole = http_text_begun(head, asks, &t);

	if (whole != PROBE_YES)
		return whole;
	return asks == PROBE_YES ? read_connect(&t, from, out) : read_answer(&t, from, out);
}

const struct dissector dissect_http_connect = { "http_connect", TRANSPORT_TCP, false,
	{ 3128, 8080, 8118, 8888 }, http_connect_probe };
