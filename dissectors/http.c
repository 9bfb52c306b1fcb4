/*
 * http: what a request asks for and what a response says it is [RFC 9110, 9112].
 *
 *   GET /path?query HTTP/1.1 | Host: a | User-Agent: b | Upgrade: websocket | ...
 *   HTTP/1.1 200 OK | Server: c | ... | <html>...<title>d</title>
 *
 * Only the first message of each direction is read.  Whose paths, titles, agents and
 * subprotocols they are is for the catalogue to say.  One name is told here, as it
 * is in the query, which is not kept: RPC over HTTP to end point 3388 is the older
 * Remote Desktop Gateway, and others' mail at any other [MS-TSGU 2.1.1, MS-RPCH].
 * CONNECT is http_connect's.
 */
#include "dissectors/http_text.h"

enum {
	TEXT_MOST = 128,    /* of a path or a User-Agent */
	TITLE_MOST = 3072,  /* of a page, before it is given up: PiKVM's begin with a licence */
	PROTOCOL_MOST = 40, /* longer "subprotocols" are a browser's way to send a secret */
	PROTOCOLS = 4
};

static const char *const methods[] = { "GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ",
	"PATCH ", "PROPFIND ", "RDG_OUT_DATA ", "RDG_IN_DATA ", "RPC_OUT_DATA ", "RPC_IN_DATA " };

/* YES if the head begins with a method, MORE if it may yet. */
static enum probe
begins_request(struct view head)
{
	enum probe best = PROBE_NO;

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		enum probe p;

		if (head.n > 0 && head.p[0] != (uint8_t)methods[i][0])
			continue;
		p = begins(head, methods[i], strlen(methods[i]));
		if (p == PROBE_YES)
			return PROBE_YES;
		if (p == PROBE_MORE)
			best = PROBE_MORE;
	}
	return best;
}

/* The front of a text: obs_add would keep the tail. */
static void
say_front(struct obs_list *out, enum obs_kind kind, struct view text)
{
	if (text.n > TEXT_MOST)
		text.n = TEXT_MOST;
	if (text.n > 0)
		obs_text(out, kind, text);
}

static void
say_field(struct obs_list *out, enum obs_kind kind, const struct http_text *t, const char *name)
{
	struct view value;

	if (http_field(t, name, &value))
		say_front(out, kind, value);
}

static void
say_protocols(struct obs_list *out, const struct http_text *t)
{
	struct view list, one;

	if (!http_field(t, "sec-websocket-protocol", &list))
		return;
	for (unsigned i = 0; i < PROTOCOLS && http_list_next(&list, &one); i++) {
		if (one.n <= PROTOCOL_MOST && is_plain(one))
			obs_text(out, OBS_WS_PROTOCOL, one);
	}
}

static void
say_host(struct obs_list *out, struct view authority)
{
	struct view host;
	uint32_t port;

	if (http_authority(authority, &host, &port) && memchr(host.p, '@', host.n) == NULL)
		say_host_name(out, OBS_HTTP_HOST, host);
}

/* "http://host/path", as asked of a proxy and by NetSupport: to its path. */
static struct view
skip_authority(struct view target, struct view *authority)
{
	static const char scheme[] = "http://";

	*authority = view_of(NULL, 0);
	if (!view_lit(&target, scheme, sizeof(scheme) - 1))
		return target;
	*authority = target;
	for (size_t i = 0; i < target.n; i++) {
		if (target.p[i] != '/' && target.p[i] != '?')
			continue;
		authority->n = i;
		break;
	}
	view_skip(&target, authority->n);
	return target;
}

/* Step from the target to its query, and return the path before it. */
static struct view
take_path(struct view *target)
{
	struct view path = *target;

	for (size_t i = 0; i < path.n; i++) {
		if (path.p[i] != '?' && path.p[i] != '#')
			continue;
		path.n = i;
		break;
	}
	view_skip(target, path.n);
	return path;
}

static bool
is_gateway(struct view line, struct view query)
{
	return view_lit(&line, "RPC_", 4) && query.n >= 5 &&
	    memcmp(query.p + query.n - 5, ":3388", 5) == 0;
}

static enum probe
read_request(const struct http_text *t, enum side from, struct obs_list *out)
{
	struct view line = t->line, target, path, authority, host;

	(void)view_until(&line, ' ');
	view_skip(&line, 1);
	target = view_until(&line, ' ');
	if (line.bad || !view_lit(&line, " HTTP/1.", 8))
		return PROBE_NO;
	say_protocol(out, http_is_websocket(t) ? "websocket" : "http");
	obs_num(out, OBS_CLIENT, (uint32_t)from);
	target = skip_authority(target, &authority);
	path = take_path(&target);
	say_front(out, OBS_HTTP_PATH, path);
	if (authority.n > 0)
		say_host(out, authority);
	else if (http_field(t, "host", &host))
		say_host(out, host);
	say_field(out, OBS_HTTP_AGENT, t, "user-agent");
	say_protocols(out, t);
	if (is_gateway(t->line, target))
		say_product(out, "rdp", SURE_CERTAIN);
	return PROBE_YES;
}

/* Is the body a page whose text is in clear? */
static bool
is_page(const struct http_text *t)
{
	struct view value;

	return !http_field(t, "content-encoding", &value) &&
	    http_field(t, "content-type", &value) && http_has_word(value, "text/html");
}

/* Where a tag (lower case, without its end) begins; body.n if nowhere. */
static size_t
find_tag(struct view body, const char *tag)
{
	const size_t n = strlen(tag);

	for (size_t i = 0; i + n <= body.n; i++) {
		if (body.p[i] == '<' && http_has_word(view_of(body.p + i, n), tag))
			return i;
	}
	return body.n;
}

/* The words of a title, with single spaces. */
static void
say_title(struct obs_list *out, struct view title)
{
	uint8_t text[TEXT_MOST];
	size_t n = 0;

	for (size_t i = 0; i < title.n && n < sizeof(text); i++) {
		const bool space = title.p[i] <= ' ';

		if (!space || (n > 0 && text[n - 1] != ' '))
			text[n++] = space ? ' ' : title.p[i];
	}
	if (n > 0 && text[n - 1] == ' ')
		n--;
	if (n > 0)
		obs_add(out, OBS_HTTP_TITLE, 0, text, n);
}

/* Is nothing more of the body to come, by its own word? */
static bool
is_whole(const struct http_text *t)
{
	struct view length;
	size_t n = 0;

	if (!http_field(t, "content-length", &length) || length.n == 0 || length.n > 9)
		return false;
	for (size_t i = 0; i < length.n; i++) {
		if (!is_digit(length.p[i]))
			return true;
		n = n * 10 + (size_t)(length.p[i] - '0');
	}
	return t->body.n >= n;
}

/* Say the title of a page; false while it may be in bytes to come. */
static bool
read_title(const struct http_text *t, struct obs_list *out)
{
	struct view page = t->body;
	const bool over = page.n >= TITLE_MOST || is_whole(t);
	const size_t open = find_tag(page, "<title");
	size_t end;

	if (open == page.n)
		return over || find_tag(page, "</head") < page.n ||
		    find_tag(page, "<body") < page.n;
	view_skip(&page, open);
	(void)view_until(&page, '>');
	view_skip(&page, 1);
	end = find_tag(page, "</title");
	if (page.bad || end == page.n)
		return over;
	say_title(out, view_of(page.p, end));
	return true;
}

static enum probe
read_response(const struct http_text *t, enum side from, struct obs_list *out)
{
	struct view reason;
	const unsigned status = http_status(t->line, &reason);

	if (status == 0)
		return PROBE_NO;
	say_protocol(out, status == 101 && http_is_websocket(t) ? "websocket" : "http");
	obs_num(out, OBS_CLIENT, (uint32_t)side_facing(from));
	say_field(out, OBS_HTTP_SERVER, t, "server");
	say_protocols(out, t);
	return is_page(t) && !read_title(t, out) ? PROBE_MORE : PROBE_YES;
}

static enum probe
http_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum probe asks = begins_request(head);
	struct http_text t;
	const enum probe whole = http_text_begun(head, asks, &t);

	if (whole != PROBE_YES)
		return whole;
	return asks == PROBE_YES ? read_request(&t, from, out) : read_response(&t, from, out);
}

const struct dissector dissect_http = { "http", TRANSPORT_TCP, false,
	{ 80, 8080, 8000, 8081, 8888, 5800, 6080 }, http_probe };
