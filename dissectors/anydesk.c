/*
 * anydesk: AnyDesk inside TLS, by its own certificates and ALPN.
 *
 * Relays and clients show certificates of AnyDesk's own authority, on any port:
 *
 *   relay    CN=AnyNet Relay, issued by AnyNet Root CA
 *   client   CN=AnyDesk Client, issued by itself, and no SNI in its hello
 *
 * Both stay visible up to TLS 1.2, which is what AnyDesk speaks.
 */
#include "dissectors/say.h"
#include "dissectors/tls_hello.h"

static bool
is_text(const struct obs_list *l, enum obs_kind kind, const char *want)
{
	struct obs o;

	return obs_find(l, kind, &o) && o.text.n == strlen(want) &&
	    memcmp(o.text.p, want, o.text.n) == 0;
}

static bool
is_anydesk(const struct obs_list *l)
{
	static const char alpn[] = "anydesk/";
	struct obs o;

	if (obs_find(l, OBS_ALPN, &o) && view_lit(&o.text, alpn, sizeof(alpn) - 1))
		return true;
	return is_text(l, OBS_CERT_SUBJECT, "AnyDesk Client") ||
	    is_text(l, OBS_CERT_SUBJECT, "AnyNet Relay") ||
	    is_text(l, OBS_CERT_ISSUER, "AnyNet Root CA") ||
	    is_text(l, OBS_CERT_ISSUER, "AnyDesk Client");
}

static enum probe
anydesk_probe(struct view head, enum side from, struct obs_list *out)
{
	struct obs_list hello, later;
	enum probe said;
	struct obs o;

	hello.used = hello.count = hello.lost = 0;
	later.used = later.count = later.lost = 0;
	said = tls_read(head, from, TLS_NAMES_ONLY, &hello);
	if (said != PROBE_YES)
		return said;
	if (!is_anydesk(&hello)) {
		/* Its client's certificate comes one flight later: wait where it may. */
		if (obs_find(&hello, OBS_SNI, &o))
			return PROBE_NO;
		said = tls_read(head, from, TLS_CERTIFICATE_LATER, &later);
		if (said != PROBE_YES)
			return said;
		if (!is_anydesk(&later))
			return PROBE_NO;
	}
	say_protocol(out, "tls");
	say_product(out, "anydesk", SURE_CERTAIN);
	return PROBE_YES;
}

const struct dissector dissect_anydesk = { "anydesk", TRANSPORT_TCP, false, { 6568, 7070, 443, 80 },
	anydesk_probe };
