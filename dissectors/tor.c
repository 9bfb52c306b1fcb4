/*
 * tor: the link between a Tor client, or relay, and a relay, by the names it makes up
 * [tor sources, lib/tls/tortls.c: crypto_random_hostname].
 *
 *   client       SNI www.NAME.com, a name of 4 to 25
 *   certificate  subject www.NAME.net, issuer www.OTHER.com (once .net), of 8 to 20;
 *                neither organisation nor DNS names
 *
 *   NAME is of a-z and 2-7, at random: one letter of five is a digit
 *
 * The certificate is likely.  TLS 1.3 hides it: then a name that is long and full of
 * digits, from a client that offers no ALPN as every browser does, is a guess and no more.
 */
#include "dissectors/say.h"
#include "dissectors/tls_hello.h"

enum {
	CERT_LEAST = 8,
	CERT_MOST = 20,
	SNI_LEAST = 12, /* of 4 to 25: those that cannot be words */
	SNI_MOST = 25,
	SNI_DIGITS = 3,
	AT_TYPE = 5, /* of the first handshake message in a record */
	CLIENT_HELLO = 1
};

/* The NAME in www.NAME.tld; empty if it is not of that form. */
static struct view
made_up(struct view host, const char *tld)
{
	const struct view none = view_of(host.p, 0);
	struct view name;

	if (!view_lit(&host, "www.", 4))
		return none;
	name = view_until(&host, '.');
	if (name.bad || host.n != strlen(tld) || memcmp(host.p, tld, host.n) != 0)
		return none;
	for (size_t i = 0; i < name.n; i++) {
		const uint8_t c = name.p[i];

		if ((c < 'a' || c > 'z') && (c < '2' || c > '7'))
			return none;
	}
	return name;
}

/* Runs of digits: a name someone thought of has one at most, at its end or start. */
static unsigned
digit_runs(struct view name)
{
	unsigned runs = 0;

	for (size_t i = 0; i < name.n; i++)
		runs += is_digit(name.p[i]) && (i == 0 || !is_digit(name.p[i - 1]));
	return runs;
}

static struct view
text_of(const struct obs_list *l, enum obs_kind kind)
{
	struct obs o;

	return obs_find(l, kind, &o) ? o.text : view_of("", 0);
}

static bool
is_link_certificate(const struct obs_list *l)
{
	const struct view subject = made_up(text_of(l, OBS_CERT_SUBJECT), ".net");
	const struct view issuer = text_of(l, OBS_CERT_ISSUER);
	struct view by = made_up(issuer, ".com");

	if (by.n == 0)
		by = made_up(issuer, ".net");
	return subject.n >= CERT_LEAST && subject.n <= CERT_MOST && by.n >= CERT_LEAST &&
	    by.n <= CERT_MOST && digit_runs(subject) + digit_runs(by) >= 2 &&
	    (subject.n != by.n || memcmp(subject.p, by.p, by.n) != 0);
}

/* Has the certificate no other names than these two? */
static bool
says_no_more(struct view head, enum side from)
{
	struct obs_list all;
	struct obs o;

	all.used = all.count = all.lost = 0;
	(void)tls_read(head, from, TLS_JA4, &all);
	return !obs_find(&all, OBS_CERT_ORG, &o) && !obs_find(&all, OBS_CERT_NAME, &o);
}

static bool
is_link_hello(const struct obs_list *l)
{
	const struct view name = made_up(text_of(l, OBS_SNI), ".com");
	struct obs o;

	return name.n >= SNI_LEAST && name.n <= SNI_MOST && digit_runs(name) >= SNI_DIGITS &&
	    !obs_find(l, OBS_ALPN, &o);
}

static enum probe
tor_probe(struct view head, enum side from, struct obs_list *out)
{
	struct obs_list hello;
	enum sureness sure;
	enum probe said;

	hello.used = hello.count = hello.lost = 0;
	said = tls_read(head, from, TLS_NAMES_ONLY, &hello);
	if (said != PROBE_YES)
		return said;
	sure = head.p[AT_TYPE] == CLIENT_HELLO ? SURE_GUESS : SURE_LIKELY;
	if (sure == SURE_GUESS ? !is_link_hello(&hello)
			       : !is_link_certificate(&hello) || !says_no_more(head, from))
		return PROBE_NO;
	say_protocol(out, "tls");
	say_product(out, "tor", sure);
	return PROBE_YES;
}

const struct dissector dissect_tor = { "tor", TRANSPORT_TCP, false, { 443, 9001 }, tor_probe };
