/*
 * flow_facts: what a flow's bytes told, in its record.
 *
 *   tls | farhand: ja4 alpn | farhand: certificate ssh facts facts_lost
 *
 * Facts that ECS or `farhand` has no field for stand in farhand.facts as
 * "kind=value": one flat list to search in.
 */
#include "deliver/flow_facts.h"

#include "deliver/names.h"
#include "deliver/text.h"

/* The first text of a kind. */
static void
put_fact(struct pen *p, const char *key, const struct obs_list *l, enum obs_kind kind)
{
	struct obs o;

	if (obs_find(l, kind, &o))
		pen_bytes(p, key, o.text);
}

/* All texts of a kind, as a list; nothing if there are none. */
static void
put_facts(struct pen *p, const char *key, const struct obs_list *l, enum obs_kind kind)
{
	bool begun = false;
	struct obs o;

	for (size_t at = 0; obs_next(l, &at, &o);) {
		if (o.kind != kind)
			continue;
		if (!begun)
			pen_array(p, key);
		begun = true;
		pen_bytes(p, NULL, o.text);
	}
	if (begun)
		pen_end_array(p);
}

/* Of TLS, or of DTLS, whose count goes down. */
static const char *
version_text(uint32_t version)
{
	switch (version) {
	case 0x0301:
	case 0xfeff:
		return "1.0";
	case 0x0302:
		return "1.1";
	case 0x0303:
	case 0xfefd:
		return "1.2";
	case 0x0304:
	case 0xfefc:
		return "1.3";
	default:
		return NULL;
	}
}

void
flow_facts_tls(struct pen *p, const struct obs_list *l)
{
	struct obs name, version;
	const bool named = obs_find(l, OBS_SNI, &name) && name.text.n > 0;
	const char *agreed =
	    obs_find(l, OBS_TLS_VERSION, &version) ? version_text(version.num) : NULL;

	if (!named && agreed == NULL)
		return;
	pen_object(p, "tls");
	if (named) {
		pen_object(p, "client");
		pen_bytes(p, "server_name", name.text);
		pen_end_object(p);
	}
	if (agreed != NULL)
		pen_word(p, "version", agreed);
	pen_end_object(p);
}

void
flow_facts_names(struct pen *p, const struct obs_list *l)
{
	put_fact(p, "ja4", l, OBS_JA4);
	put_fact(p, "alpn", l, OBS_ALPN);
}

static void
put_certificate(struct pen *p, const struct obs_list *l)
{
	struct obs any;

	if (!obs_find(l, OBS_CERT_SUBJECT, &any) && !obs_find(l, OBS_CERT_ORG, &any) &&
	    !obs_find(l, OBS_CERT_ISSUER, &any) && !obs_find(l, OBS_CERT_NAME, &any))
		return;
	pen_object(p, "certificate");
	put_fact(p, "subject", l, OBS_CERT_SUBJECT);
	put_fact(p, "organization", l, OBS_CERT_ORG);
	put_fact(p, "issuer", l, OBS_CERT_ISSUER);
	put_facts(p, "names", l, OBS_CERT_NAME);
	pen_end_object(p);
}

static void
put_ssh(struct pen *p, const struct obs_list *l)
{
	struct obs any;

	if (!obs_find(l, OBS_SSH_SOFTWARE, &any))
		return;
	pen_object(p, "ssh");
	put_facts(p, "software", l, OBS_SSH_SOFTWARE);
	pen_end_object(p);
}

/* How to write what has no field of its own. */
enum form { FORM_NONE, FORM_TEXT, FORM_TEXT_PORT, FORM_SIDE, FORM_NUM, FORM_ADDR_PORT };

static enum form
form_of(enum obs_kind kind)
{
	switch (kind) {
	case OBS_RFB_VERSION:
	case OBS_PEER_ID:
	case OBS_SOFTWARE:
	case OBS_SSH_SUITE:
	case OBS_HTTP_HOST:
	case OBS_HTTP_PATH:
	case OBS_HTTP_AGENT:
	case OBS_HTTP_SERVER:
	case OBS_HTTP_TITLE:
	case OBS_WS_PROTOCOL:
	case OBS_CARRIES:
	case OBS_UPNP_SERVER:
	case OBS_UPNP_TYPE:
	case OBS_UPNP_HOST:
		return FORM_TEXT;
	case OBS_PROXY_TO:
		return FORM_TEXT_PORT;
	case OBS_AUDIO:
	case OBS_VIDEO:
	case OBS_SCREEN:
		return FORM_SIDE;
	case OBS_RFB_OFFERED:
	case OBS_RFB_SECURITY:
	case OBS_RDP_ASKED:
	case OBS_RDP_GRANTED:
	case OBS_FULLY_ENCRYPTED:
	case OBS_LATE_SERVER:
	case OBS_LATE_CLIENT:
	case OBS_TLS_INSIDE:
	case OBS_OPENVPN_OPCODES:
	case OBS_OPENVPN_ACKS:
	case OBS_WIREGUARD_GRID:
		return FORM_NUM;
	case OBS_STUN_MAPPED:
	case OBS_STUN_RELAYED:
	case OBS_STUN_PEER:
		return FORM_ADDR_PORT;
	default:
		/* Told elsewhere; of messages, not flows; or a person's, as RDP's user name. */
		return FORM_NONE;
	}
}

static void
put_digits(char *out, uint32_t n)
{
	struct pen p = { .at = out, .end = out + 10 };

	pen_put_number(&p, n);
	*p.at = '\0';
}

/* Cut to fit.  False: there is nothing to write. */
static bool
format_fact(const struct obs *o, char out[OBS_TEXT + 1])
{
	const size_t room = OBS_TEXT + 1;
	char text[TEXT_BYTES];
	struct addr a;

	switch (form_of(o->kind)) {
	case FORM_TEXT: /* nearly all: printf would cost more than the rest of the record */
		text_clean(o->text, out, room);
		return true;
	case FORM_TEXT_PORT:
		text_clean(o->text, text, sizeof(text));
		snprintf(out, room, "%.240s:%u", text, o->num);
		return true;
	case FORM_SIDE:
		memcpy(out, o->num == SIDE_CLIENT ? "client" : "server", sizeof("client"));
		return true;
	case FORM_NUM:
		put_digits(out, o->num);
		return true;
	case FORM_ADDR_PORT:
		if (o->text.n != sizeof(a.b))
			return false;
		a = addr_v6(o->text.p);
		pen_format_addr(&a, text);
		snprintf(out, room, addr_is_v4(&a) ? "%s:%u" : "[%s]:%u", text, o->num);
		return true;
	default:
		return false;
	}
}

/* "kind=value" */
static void
put_other_fact(struct pen *p, const char *list, const struct obs *o)
{
	const char *kind = obs_kind_name(o->kind);
	const size_t n = strlen(kind);
	char text[TEXT_BYTES]; /* kinds' names are short */

	memcpy(text, kind, n);
	text[n] = '=';
	if (format_fact(o, text + n + 1))
		pen_once(p, list, text);
}

static void
put_other_facts(struct pen *p, const struct obs_list *l)
{
	const char *list = NULL;
	struct obs o;

	for (size_t at = 0; obs_next(l, &at, &o);) {
		if (form_of(o.kind) == FORM_NONE)
			continue;
		if (list == NULL) {
			pen_array(p, "facts");
			list = p->at;
		}
		put_other_fact(p, list, &o);
	}
	if (list != NULL)
		pen_end_array(p);
}

void
flow_facts_others(struct pen *p, const struct obs_list *l)
{
	put_certificate(p, l);
	put_ssh(p, l);
	put_other_facts(p, l);
	if (l->lost > 0)
		pen_count(p, "facts_lost", l->lost);
}
