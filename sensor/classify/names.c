/*
 * names: from what was seen of a flow to what it is.
 *
 * Three may name a product, in this order of trust where they are equally sure:
 * a dissector (it read the product's own bytes), the catalogue (a name in clear
 * belongs to the product), nDPI (its own bytes, by others' rules).  A dissector
 * that is more than guessing is never overruled; that nDPI thought otherwise
 * stays visible in verdict.ndpi and .ndpi_differs.
 */
#include "classify/names.h"

#include <ctype.h>
#include <strings.h>

struct named {
	unsigned product;
	enum sureness sure;
	bool agent, viewer;
};

static void
keep_surest(struct named *best, struct named n)
{
	if (n.product != 0 && n.sure > best->sure)
		*best = n;
}

static struct named
by_dissectors(const struct catalogue *cat, const struct obs_list *facts)
{
	struct named best = { .sure = SURE_NONE };
	char id[OBS_TEXT + 1];
	struct obs o;

	for (size_t at = 0; obs_next(facts, &at, &o);) {
		if (o.kind != OBS_PRODUCT || o.num > SURE_CERTAIN)
			continue;
		memcpy(id, o.text.p, o.text.n);
		id[o.text.n] = '\0';
		keep_surest(&best,
		    (struct named){
			.product = catalogue_by_id(cat, id), .sure = (enum sureness)o.num });
	}
	return best;
}

/* A server name as sent: lower it, drop the final dot, then ask. */
static struct named
by_domain(const struct catalogue *cat, struct view name, enum sureness sure)
{
	char lower[OBS_TEXT];
	struct name_match m;
	size_t n = name.n < sizeof(lower) ? name.n : sizeof(lower);

	for (size_t i = 0; i < n; i++)
		lower[i] = (char)tolower(name.p[i]);
	if (n > 0 && lower[n - 1] == '.')
		n--;
	m = catalogue_by_domain(cat, lower, n);
	return (struct named){ m.product, m.weak ? SURE_GUESS : sure, m.use == NAME_AGENT,
		m.use == NAME_VIEWER };
}

/*
 * A certificate's DNS name.  Where the client told whom it wants, that decides:
 * one certificate serves a vendor's relays and its web site.  For the same
 * reason a wildcard is a hint and no more.
 */
static struct named
by_served_name(const struct catalogue *cat, const struct obs_list *facts, struct view name)
{
	struct obs sni;

	if (obs_find(facts, OBS_SNI, &sni))
		return (struct named){ .product = 0 };
	return by_domain(cat, name, name.n > 0 && name.p[0] == '*' ? SURE_GUESS : SURE_LIKELY);
}

static struct named
by_certificate(const struct catalogue *cat, struct view name)
{
	const struct name_match m = catalogue_by_certificate(cat, (const char *)name.p, name.n);

	return (struct named){ .product = m.product, .sure = m.weak ? SURE_GUESS : SURE_CERTAIN };
}

static struct named
by_alpn(const struct catalogue *cat, struct view alpn)
{
	const struct name_match m = catalogue_by_alpn(cat, (const char *)alpn.p, alpn.n);

	return (struct named){ .product = m.product, .sure = m.weak ? SURE_GUESS : SURE_CERTAIN };
}

/* A TLS library's handshake is shared by all that use the library: a hint. */
static struct named
by_ja4(const struct catalogue *cat, struct view ja4)
{
	char text[OBS_TEXT + 1];

	memcpy(text, ja4.p, ja4.n);
	text[ja4.n] = '\0';
	return (struct named){ .product = catalogue_by_ja4(cat, text), .sure = SURE_GUESS };
}

/* What HTTP says in clear: a path or title that is one product's alone. */
static struct named
by_page(const struct catalogue *cat, const struct obs *o)
{
	const enum sureness sure = o->kind == OBS_HTTP_TITLE ? SURE_LIKELY : SURE_CERTAIN;
	struct name_match m;

	m = catalogue_by_page(cat, o->kind, (const char *)o->text.p, o->text.n);
	return (struct named){ m.product, m.weak ? SURE_GUESS : sure, m.use == NAME_AGENT,
		m.use == NAME_VIEWER };
}

static struct named
by_catalogue(const struct catalogue *cat, const struct obs_list *facts)
{
	struct named best = { .sure = SURE_NONE };
	struct obs o;

	for (size_t at = 0; obs_next(facts, &at, &o);) {
		switch (o.kind) {
		case OBS_SNI:
		case OBS_HTTP_HOST:
		case OBS_PROXY_TO:
			keep_surest(&best, by_domain(cat, o.text, SURE_LIKELY));
			break;
		case OBS_HTTP_PATH:
		case OBS_HTTP_AGENT:
		case OBS_HTTP_SERVER:
		case OBS_HTTP_TITLE:
		case OBS_WS_PROTOCOL:
			keep_surest(&best, by_page(cat, &o));
			break;
		case OBS_CERT_SUBJECT:
			keep_surest(&best, by_certificate(cat, o.text));
			keep_surest(&best, by_served_name(cat, facts, o.text));
			break;
		case OBS_CERT_NAME:
			keep_surest(&best, by_served_name(cat, facts, o.text));
			break;
		case OBS_CERT_ORG:
		case OBS_CERT_ISSUER:
			keep_surest(&best, by_certificate(cat, o.text));
			break;
		case OBS_ALPN:
			keep_surest(&best, by_alpn(cat, o.text));
			break;
		case OBS_JA4:
			keep_surest(&best, by_ja4(cat, o.text));
			break;
		default:
			break;
		}
	}
	return best;
}

void
names_decide(const struct catalogue *cat, uint8_t proto, const struct obs_list *facts,
    struct verdict *v, bool *viewer)
{
	struct named best = { .sure = SURE_NONE };
	enum by by = BY_DISSECTOR;
	struct named other;
	struct obs o;

	if (facts != NULL) {
		best = by_dissectors(cat, facts);
		other = by_catalogue(cat, facts);
		if (best.sure < SURE_LIKELY && other.sure > best.sure) {
			best = other;
			by = BY_CATALOGUE;
		}
	}
	/* A datagram has no beginning to recognise: nDPI often names it by two bytes. */
	other = (struct named){ .product = catalogue_by_ndpi(cat, v->ndpi),
		.sure = proto == PROTO_UDP ? SURE_GUESS : SURE_LIKELY };
	if (other.product != 0 && other.sure > best.sure && best.sure < SURE_LIKELY) {
		best = other;
		by = BY_NDPI;
	}
	v->product = (uint16_t)best.product;
	v->by = (uint8_t)(best.product != 0 ? by : BY_NONE);
	v->sure = (uint8_t)best.sure;
	v->registers = best.agent || (facts != NULL && obs_find(facts, OBS_REGISTERS, &o));
	*viewer = best.viewer;
}

/* nDPI's names for what carries others: no contradiction to anything. */
static bool
is_carrier(const char *lowest)
{
	static const char *const names[] = { "", "TLS", "DTLS", "QUIC", "HTTP", "HTTP_Connect",
		"HTTP_Proxy", "WebSocket", "STUN", "RTP", "RTCP", "SOCKS" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(lowest, names[i]) == 0)
			return true;
	}
	return false;
}

bool
names_differ(const struct catalogue *cat, const struct verdict *v)
{
	char lowest[sizeof(v->ndpi)];
	const size_t n = strcspn(v->ndpi, ".");
	unsigned other;

	if (v->product == 0)
		return false;
	memcpy(lowest, v->ndpi, n);
	lowest[n] = '\0';
	other = catalogue_by_ndpi(cat, lowest);
	if (other == 0 && v->ndpi[n] == '.') /* by a name it heard: "TLS.TeamViewer" */
		other = catalogue_by_ndpi(cat, v->ndpi + n + 1);
	if (other != 0)
		return other != v->product;
	return !is_carrier(lowest) && strcasecmp(lowest, v->protocol) != 0;
}

static const struct number {
	uint8_t proto;
	const char *name, *product;
} numbers[] = { { PROTO_ICMP, "icmp", "" }, { PROTO_IPIP, "ipip", "" }, { PROTO_IPV6, "ipv6", "" },
	{ PROTO_GRE, "gre", "" }, { PROTO_ESP, "esp", "ipsec" }, { PROTO_AH, "ah", "ipsec" },
	{ PROTO_ICMPV6, "ipv6-icmp", "" }, { PROTO_SCTP, "sctp", "" } };

static const struct number *
number_of(uint8_t proto)
{
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].proto == proto)
			return &numbers[i];
	}
	return NULL;
}

/* The GRE of PPTP: version 1, a key, no sum and no routing, and PPP inside [RFC 2637 4.1]. */
static bool
is_pptp(uint8_t proto, struct view payload)
{
	enum { SEQUENCE = 0x1000, ACKNOWLEDGED = 0x0080, KEY_AND_VERSION_1 = 0x2001, PPP = 0x880b };
	const uint16_t flags = view_be16(&payload), type = view_be16(&payload);

	return proto == PROTO_GRE && !payload.bad && type == PPP &&
	    (flags & ~(SEQUENCE | ACKNOWLEDGED)) == KEY_AND_VERSION_1;
}

bool
names_by_number(const struct catalogue *cat, uint8_t proto, struct view payload, struct verdict *v)
{
	const struct number *n = number_of(proto);

	if (n == NULL)
		return false;
	v->product = (uint16_t)catalogue_by_id(cat, is_pptp(proto, payload) ? "pptp" : n->product);
	v->by = BY_NONE;
	v->sure = SURE_NONE;
	if (v->product != 0) {
		v->by = BY_DISSECTOR;
		v->sure = SURE_LIKELY;
	}
	return true;
}

/* Does it carry others, which are the better word for the flow? */
static bool
is_wrapping(const char *protocol)
{
	return strcmp(protocol, "http") == 0 || strcmp(protocol, "websocket") == 0 ||
	    strcmp(protocol, "socks") == 0;
}

/* What a dissector said first, or of what carries and what is carried, the last. */
static bool
told_protocol(const struct obs_list *facts, struct verdict *v)
{
	bool told = false;
	struct obs o;

	for (size_t at = 0; obs_next(facts, &at, &o);) {
		if (o.kind != OBS_PROTOCOL || o.text.n >= sizeof(v->protocol) ||
		    (told && !is_wrapping(v->protocol)))
			continue;
		memcpy(v->protocol, o.text.p, o.text.n);
		v->protocol[o.text.n] = '\0';
		told = true;
	}
	return told;
}

/* A dissector's word for it, else nDPI's for the lowest layer it knew. */
void
names_protocol(uint8_t proto, const struct obs_list *facts, struct verdict *v)
{
	const struct number *known;
	size_t i, n;

	if (facts != NULL && told_protocol(facts, v))
		return;
	n = strcspn(v->ndpi, ".");
	for (i = 0; i < n && i < sizeof(v->protocol) - 1; i++)
		v->protocol[i] = (char)tolower((unsigned char)v->ndpi[i]);
	v->protocol[i] = '\0';
	known = n == 0 ? number_of(proto) : NULL;
	if (known != NULL)
		memcpy(v->protocol, known->name, strlen(known->name) + 1);
}
