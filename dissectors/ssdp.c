/*
 * ssdp: devices that announce themselves, by what looks like HTTP in a datagram
 * [UPnP Device Architecture 2.0, 1].
 *
 *   NOTIFY * HTTP/1.1     NTS: ssdp:alive      a device says what it is (NT) and runs (SERVER)
 *   M-SEARCH * HTTP/1.1   MAN: "ssdp:discover" someone looks for such
 *   HTTP/1.1 200 OK       ST: ... USN: ...     and is answered
 *   LOCATION: http://192.0.2.7:1900/desc.xml   where its description is
 */
#include "dissectors/say.h"

enum { LINES_MOST = 48 };

enum message { NOTHING, NOTIFY, SEARCH, ANSWER };

struct header {
	struct view name, value;
};

/* What the headers, gathered, amount to; views into the datagram. */
struct headers {
	struct view kind, server, type, location, agent; /* empty: not there */
	bool discovers, is_named;
};

static enum message
take_start(struct view *v)
{
	static const char notify[] = "NOTIFY * HTTP/1.1\r\n", search[] = "M-SEARCH * HTTP/1.1\r\n",
			  answer[] = "HTTP/1.1 200 OK\r\n";

	if (view_lit(v, notify, sizeof(notify) - 1))
		return NOTIFY;
	if (view_lit(v, search, sizeof(search) - 1))
		return SEARCH;
	return view_lit(v, answer, sizeof(answer) - 1) ? ANSWER : NOTHING;
}

/* The next line, cut at its colon; false where there is no more. */
static bool
take_header(struct view *v, struct header *out)
{
	struct view line = view_until(v, '\n');

	view_skip(v, 1);
	if (line.bad || line.n == 0 || *line.p == '\r')
		return false;
	out->name = view_until(&line, ':');
	view_skip(&line, 1);
	while (line.n > 0 && (*line.p == ' ' || *line.p == '\t'))
		view_skip(&line, 1);
	while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == ' '))
		line.n--;
	out->value = line;
	return !line.bad;
}

static bool
is_word(struct view text, const char *word)
{
	const size_t n = strlen(word);

	if (text.n != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (lower(text.p[i]) != (uint8_t)word[i])
			return false;
	}
	return true;
}

static void
keep_header(const struct header *h, struct headers *all)
{
	if (is_word(h->name, "nts"))
		all->kind = h->value;
	else if (is_word(h->name, "man"))
		all->discovers = is_word(h->value, "\"ssdp:discover\"");
	else if (is_word(h->name, "usn"))
		all->is_named = h->value.n > 0;
	else if (is_word(h->name, "nt") || is_word(h->name, "st"))
		all->type = h->value;
	else if (is_word(h->name, "server"))
		all->server = h->value;
	else if (is_word(h->name, "location"))
		all->location = h->value;
	else if (is_word(h->name, "user-agent"))
		all->agent = h->value;
}

/* Of http://[host]:port/path the host. */
static void
say_location(struct view url, struct obs_list *out)
{
	size_t n = 0;

	if (!view_lit(&url, "http://", 7) && !view_lit(&url, "https://", 8))
		return;
	if (view_lit(&url, "[", 1)) {
		say_host_name(out, OBS_UPNP_HOST, view_until(&url, ']'));
		return;
	}
	while (n < url.n && url.p[n] != ':' && url.p[n] != '/')
		n++;
	say_host_name(out, OBS_UPNP_HOST, view_of(url.p, n));
}

/* A device also goes by its serial number, and by being one: those tell nothing. */
static bool
tells_type(struct view type)
{
	return type.n > 0 && !is_word(type, "upnp:rootdevice") && !is_word(type, "ssdp:all") &&
	    (type.n < 5 || memcmp(type.p, "uuid:", 5) != 0);
}

static void
say_device(const struct headers *all, struct obs_list *out)
{
	if (all->server.n > 0)
		obs_text(out, OBS_UPNP_SERVER, all->server);
	if (tells_type(all->type))
		obs_text(out, OBS_UPNP_TYPE, all->type);
	say_location(all->location, out);
}

/* Has it what makes a message of its kind, and this protocol's? */
static bool
is_whole(enum message message, const struct headers *all)
{
	switch (message) {
	case NOTIFY:
		return all->kind.n > 5 && memcmp(all->kind.p, "ssdp:", 5) == 0;
	case SEARCH:
		return all->discovers;
	case ANSWER:
		return all->is_named && all->type.n > 0;
	case NOTHING:
		break;
	}
	return false;
}

static enum probe
ssdp_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum message message = take_start(&head);
	struct headers all = { .discovers = false };
	struct header h;

	if (message == NOTHING)
		return PROBE_NO;
	for (unsigned i = 0; i < LINES_MOST && take_header(&head, &h); i++)
		keep_header(&h, &all);
	if (!is_whole(message, &all))
		return PROBE_NO;
	say_protocol(out, "ssdp");
	if (message != NOTIFY)
		obs_num(out, OBS_CLIENT, (uint32_t)(message == SEARCH ? from : side_facing(from)));
	if (message == SEARCH && all.agent.n > 0)
		obs_text(out, OBS_HTTP_AGENT, all.agent);
	if (message == ANSWER || is_word(all.kind, "ssdp:alive") ||
	    is_word(all.kind, "ssdp:update"))
		say_device(&all, out);
	return PROBE_YES;
}

const struct dissector dissect_ssdp = { "ssdp", TRANSPORT_UDP, false, { 1900 }, ssdp_probe,
	{ { 0, 0x48, 0x49 }, { 0, 0x4d, 0x4f } } };
