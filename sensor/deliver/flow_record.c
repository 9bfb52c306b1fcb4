/*
 * flow_record: one flow as one line, the investigator's flow log.
 *
 *   @timestamp ecs event source destination network tls host user observer farhand
 *
 * Facts that ECS or `farhand` has no field for stand in farhand.facts as
 * "kind=value": one flat list to search in.
 */
#include "deliver/ecs_parts.h"
#include "deliver/names.h"

/* Which end the record is about; of two of ours the controlled one, else the client. */
static enum side
inner_side(const struct flow_record *r)
{
	if (r->end[SIDE_CLIENT] == NULL || r->end[SIDE_SERVER] == NULL)
		return r->inner;
	return r->flow->verdict.host != SIDE_NONE ? (enum side)r->flow->verdict.host : SIDE_CLIENT;
}

static void
put_event(struct doc *d, const struct flow *f)
{
	json_t *event = field_object(d, d->root, "event");

	field_id(d, event, "id", f->id);
	field_text(d, event, "kind", "event");
	field_text(d, field_array(d, event, "category"), NULL, "network");
	field_text(d, field_array(d, event, "type"), NULL, "connection");
	field_text(d, event, "module", "farhand");
	field_text(d, event, "dataset", "farhand.flow");
	ecs_span(d, event, f->first_us, f->last_us);
}

/* The first text of a kind. */
static void
put_fact(struct doc *d, json_t *in, const char *key, const struct obs_list *l, enum obs_kind kind)
{
	struct obs o;

	if (obs_find(l, kind, &o))
		field_bytes(d, in, key, o.text);
}

/* All texts of a kind, as a list; nothing if there are none. */
static void
put_facts(struct doc *d, json_t *in, const char *key, const struct obs_list *l, enum obs_kind kind)
{
	json_t *list = NULL;
	struct obs o;

	for (size_t at = 0; obs_next(l, &at, &o);) {
		if (o.kind != kind)
			continue;
		if (list == NULL)
			list = field_array(d, in, key);
		field_bytes(d, list, NULL, o.text);
	}
}

static void
put_tls(struct doc *d, const struct obs_list *l)
{
	static const char *const versions[] = { "1.0", "1.1", "1.2", "1.3" };
	struct obs name, version;
	const bool named = obs_find(l, OBS_SNI, &name) && name.text.n > 0;
	const bool agreed = obs_find(l, OBS_TLS_VERSION, &version) && version.num >= 0x0301 &&
	    version.num <= 0x0304;
	json_t *tls;

	if (!named && !agreed)
		return;
	tls = field_object(d, d->root, "tls");
	if (named)
		field_bytes(d, field_object(d, tls, "client"), "server_name", name.text);
	if (agreed)
		field_text(d, tls, "version", versions[version.num - 0x0301]);
}

static void
put_inner(struct doc *d, const struct endpoint *e)
{
	json_t *host;

	if (e == NULL)
		return;
	host = field_object(d, d->root, "host");
	field_text(d, host, "name", e->name);
	field_addr(d, field_array(d, host, "ip"), NULL, &e->addr);
	if (!mac_is_none(&e->mac))
		field_mac(d, field_array(d, host, "mac"), NULL, &e->mac);
	field_text(d, field_object(d, d->root, "user"), "id", e->who->id);
}

static void
put_named(struct doc *d, json_t *o, const struct flow_record *r)
{
	static const char *const inner_names[] = { "source", "destination", "none" };
	const enum side inner = inner_side(r);

	if (r->product != NULL) {
		field_text(d, o, "product", r->product->id);
		field_text(d, o, "kind", product_kind_name(r->product->kind));
	}
	field_text(
	    d, o, "role", role_name(inner != SIDE_NONE ? flow_role(r->flow, inner) : ROLE_UNKNOWN));
	field_text(d, o, "inner", inner_names[inner]);
	if (r->by != BY_NONE)
		field_text(d, o, "by", by_name(r->by));
	if (r->sure != SURE_NONE)
		field_text(d, o, "sureness", sureness_name(r->sure));
	field_text(d, o, "ndpi", r->flow->verdict.ndpi);
	field_text(d, o, "peer_name", r->peer_name);
	field_bool(d, o, "registers", r->flow->verdict.registers);
}

static void
put_wire(struct doc *d, json_t *o, const struct flow *f)
{
	json_t *in;

	if (f->rtt_us[0] != 0 || f->rtt_us[1] != 0) {
		in = field_object(d, o, "rtt_us");
		if (f->rtt_us[SIDE_CLIENT] != 0)
			field_int(d, in, "client", f->rtt_us[SIDE_CLIENT]);
		if (f->rtt_us[SIDE_SERVER] != 0)
			field_int(d, in, "server", f->rtt_us[SIDE_SERVER]);
	}
	field_bool(d, o, "roles_assumed", flow_roles_assumed(f));
	field_text(d, o, "opened_by", opened_by_name((enum opened_by)f->opened_by));
	field_bool(d, o, "midstream", f->midstream);
	if (f->tunnel == TUNNEL_NONE)
		return;
	field_text(d, o, "tunnel", tunnel_name((enum tunnel)f->tunnel));
	in = field_object(d, o, "outer");
	field_addr(d, in, "source", &f->outer[SIDE_CLIENT]);
	field_addr(d, in, "destination", &f->outer[SIDE_SERVER]);
}

static void
put_certificate(struct doc *d, json_t *o, const struct obs_list *l)
{
	struct obs any;
	json_t *in;

	if (!obs_find(l, OBS_CERT_SUBJECT, &any) && !obs_find(l, OBS_CERT_ORG, &any) &&
	    !obs_find(l, OBS_CERT_ISSUER, &any) && !obs_find(l, OBS_CERT_NAME, &any))
		return;
	in = field_object(d, o, "certificate");
	put_fact(d, in, "subject", l, OBS_CERT_SUBJECT);
	put_fact(d, in, "organization", l, OBS_CERT_ORG);
	put_fact(d, in, "issuer", l, OBS_CERT_ISSUER);
	put_facts(d, in, "names", l, OBS_CERT_NAME);
}

/* How to write what has no field of its own. */
enum form { FORM_NONE, FORM_TEXT, FORM_NUM, FORM_ADDR_PORT };

static enum form
form_of(enum obs_kind kind)
{
	switch (kind) {
	case OBS_RFB_VERSION:
	case OBS_PEER_ID:
	case OBS_SOFTWARE:
		return FORM_TEXT;
	case OBS_RDP_ASKED:
	case OBS_RDP_GRANTED:
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
put_other_fact(struct doc *d, json_t *list, const struct obs *o)
{
	char text[FIELD_TEXT], value[OBS_TEXT + 1];
	const enum form form = form_of(o->kind);
	struct addr a;

	if (form == FORM_TEXT) {
		text_clean(o->text, value, sizeof(value));
	} else if (form == FORM_NUM) {
		snprintf(value, sizeof(value), "%u", o->num);
	} else {
		if (o->text.n != sizeof(a.b))
			return;
		a = addr_v6(o->text.p);
		addr_format(&a, text);
		snprintf(value, sizeof(value), addr_is_v4(&a) ? "%s:%u" : "[%s]:%u", text, o->num);
	}
	snprintf(text, sizeof(text), "%s=%s", obs_kind_name(o->kind), value);
	field_once(d, list, text);
}

static void
put_other_facts(struct doc *d, json_t *in, const struct obs_list *l)
{
	json_t *list = NULL;
	struct obs o;

	for (size_t at = 0; obs_next(l, &at, &o);) {
		if (form_of(o.kind) == FORM_NONE)
			continue;
		if (list == NULL)
			list = field_array(d, in, "facts");
		put_other_fact(d, list, &o);
	}
}

char *
ecs_flow(const struct flow_record *r, const struct run_facts *run)
{
	const bool ours[2] = { r->end[0] != NULL, r->end[1] != NULL };
	const enum side inner = inner_side(r);
	json_t *own;
	struct doc d;

	doc_begin(&d);
	ecs_open(&d, r->flow->first_us);
	put_event(&d, r->flow);
	ecs_sides(&d, r->flow, r->place);
	ecs_network(&d, r->flow, r->product, ours);
	put_tls(&d, r->facts);
	put_inner(&d, inner != SIDE_NONE ? r->end[inner] : NULL);
	ecs_observer(&d, run);
	own = field_object(&d, d.root, "farhand");
	put_named(&d, own, r);
	put_fact(&d, own, "ja4", r->facts, OBS_JA4);
	put_fact(&d, own, "alpn", r->facts, OBS_ALPN);
	put_wire(&d, own, r->flow);
	put_certificate(&d, own, r->facts);
	if (obs_find(r->facts, OBS_SSH_SOFTWARE, &(struct obs){ 0 }))
		put_facts(&d, field_object(&d, own, "ssh"), "software", r->facts, OBS_SSH_SOFTWARE);
	put_other_facts(&d, own, r->facts);
	if (r->facts->lost > 0)
		field_int(&d, own, "facts_lost", r->facts->lost);
	return doc_end(&d);
}
