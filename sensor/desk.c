/*
 * desk: flows become sights.
 */
#include "desk_private.h"

#include <stdlib.h>

#include "detect/control.h"
#include "ops/log.h"

enum vantage
desk_vantage(const struct desk *d, uint16_t source)
{
	if (d->o.live && source < d->o.config->interfaces)
		return d->o.config->interface[source].vantage;
	return d->o.config->replay_vantage;
}

void
desk_place(const struct desk *d, const struct addr *a, struct place *out)
{
	const struct config_range *range = registry_range(d->o.registry, a, d->now_us);

	memset(out, 0, sizeof(*out));
	if (d->o.geo != NULL)
		geo_find(d->o.geo, a, out);
	out->network = (uint8_t)catalogue_network(d->o.catalogue, out->asn);
	if (range != NULL && range->network != NETWORK_UNKNOWN)
		out->network = range->network;
}

struct told *
desk_told(struct desk *d, const struct endpoint *end)
{
	struct told *t = &d->told[end->id % d->tolds];

	if (t->id != end->id + 1) {
		memset(t, 0, sizeof(*t));
		t->id = end->id + 1;
	}
	return t;
}

static void
take_finding(void *arg, const struct finding *f)
{
	struct desk *d = arg;

	judge_finding(d->o.judge, f, d->now_us, d->health);
}

void
desk_show(struct desk *d, const struct sight *s)
{
	detect_see(d->detect, s, take_finding, d);
}

static const struct allowance *
find_allowance(const struct desk *d, const struct sight *s)
{
	if (s->product == NULL)
		return NULL;
	for (unsigned i = 0; i < s->who->tools; i++) {
		const struct allowance *a = &s->who->tool[i];

		if (d->now_us < a->until_us && prefix_has(&a->peer, &s->peer) &&
		    (strcmp(a->product, "*") == 0 || strcmp(a->product, s->product->id) == 0))
			return a;
	}
	return NULL;
}

/* The name of the server: as the client asked for it, or as it was resolved. */
static const char *
server_name(struct desk *d, const struct event *ev, char room[OBS_TEXT + 1])
{
	const char *name;

	if (obs_copy_text(&ev->facts, OBS_SNI, room, OBS_TEXT + 1))
		return room;
	name = resolved_name(d->resolved, &ev->flow.end[SIDE_SERVER], d->now_us);
	return name != NULL ? name : "";
}

/*
 * A flow that its bytes did not name may be named by what its server's address
 * was resolved from.  A server name the client stated itself was looked up
 * already; and without an answer nothing was used.
 */
static void
name_by_dns(const struct desk *d, const struct event *ev, const char *name, struct flow *f)
{
	struct name_match match;
	struct obs o;

	if (f->verdict.product != 0 || name[0] == '\0' || obs_find(&ev->facts, OBS_SNI, &o) ||
	    f->data_packets[0] == 0 || f->data_packets[1] == 0)
		return;
	match = catalogue_by_domain(d->o.catalogue, name, strlen(name));
	if (match.product == 0)
		return;
	f->verdict.product = (uint16_t)match.product;
	f->verdict.by = BY_CATALOGUE;
	f->verdict.sure = SURE_LIKELY;
	f->verdict.registers = match.use == NAME_AGENT;
}

/* The certificate a machine of ours serves, the cloud it calls: some are of one device only. */
static void
show_flow_facts(struct desk *d, const struct event *ev, const struct sight *s)
{
	static const enum obs_kind kinds[] = { OBS_CERT_SUBJECT, OBS_CERT_ORG, OBS_CERT_ISSUER };
	char text[OBS_TEXT + 1];

	if (s->inner == SIDE_CLIENT && s->product != NULL && s->product->kind == PRODUCT_IP_KVM &&
	    s->by == BY_CATALOGUE && s->peer_name[0] != '\0') {
		struct name_match m =
		    catalogue_by_domain(d->o.catalogue, s->peer_name, strlen(s->peer_name));

		/* A resolved name is shared by whatever else is at that address, a cloud of
		   both ends by devices and by those who look at them. */
		if (m.product != 0 && m.use != NAME_VIEWER)
			desk_fact(d, ev, s->end, m.product, "cloud_host", s->peer_name,
			    m.use == NAME_AGENT && control_is_named_by_bytes(s));
	}
	for (unsigned i = 0; s->inner == SIDE_SERVER && i < 3; i++) {
		unsigned product = 0;

		if (obs_copy_text(&ev->facts, kinds[i], text, sizeof(text)))
			product = catalogue_by_certificate(d->o.catalogue, text, strlen(text));
		if (product != 0 && catalogue_certificate_is_device(d->o.catalogue, product)) {
			desk_fact(d, ev, s->end, product, "certificate", text, true);
			return;
		}
	}
}

static void
show_flow(struct desk *d, const struct event *ev, const struct flow *f, const char *name,
    const struct endpoint *const end[2], const struct place place[2], enum side inner)
{
	const enum side far = side_other(inner);
	const struct config_range *range = registry_range(d->o.registry, &f->end[far], d->now_us);
	struct sight s = {
		.kind = SIGHT_FLOW,
		.now_us = d->now_us,
		.ordinal = ev->ordinal,
		.vantage = desk_vantage(d, f->source),
		.end = end[inner],
		.who = end[inner]->who,
		.phase = ev->kind,
		.flow = f,
		.facts = &ev->facts,
		.inner = inner,
		.role = flow_role(f, inner),
		.product = catalogue_at(d->o.catalogue, f->verdict.product),
		.by = (enum by)f->verdict.by,
		.sure = (enum sureness)f->verdict.sure,
		.peer_end = end[far],
		.peer = f->end[far],
		.peer_place = &place[far],
		.peer_name = inner == SIDE_CLIENT ? name : "",
		.sanctioned_peer = range != NULL && range->sanctioned,
	};

	if (s.product != NULL && s.peer_name[0] != '\0')
		s.peer_is_vendor =
		    catalogue_by_domain(d->o.catalogue, s.peer_name, strlen(s.peer_name)).product ==
		    f->verdict.product;
	s.allowed = find_allowance(d, &s);
	desk_show(d, &s);
	show_flow_facts(d, ev, &s);
}

/* Which end an analyst means by "inside": ours, and of two of ours the controlled one. */
static enum side
inner_side(const struct desk *d, const struct flow *f, const struct endpoint *const end[2])
{
	bool ours[2];

	for (int i = 0; i < 2; i++)
		ours[i] = end[i] != NULL;
	if (!ours[0] && !ours[1]) {
		for (int i = 0; i < 2; i++)
			ours[i] = registry_is_home(d->o.registry, &f->end[i]);
	}
	if (ours[0] && ours[1])
		return f->verdict.host != SIDE_NONE ? (enum side)f->verdict.host : SIDE_CLIENT;
	if (!ours[0] && !ours[1])
		return SIDE_NONE;
	return ours[0] ? SIDE_CLIENT : SIDE_SERVER;
}

static void
write_record(struct desk *d, const struct event *ev, const struct flow *f, const char *name,
    const struct endpoint *const end[2], const struct place place[2])
{
	struct flow_record r = {
		.flow = f,
		.facts = &ev->facts,
		.product = catalogue_at(d->o.catalogue, f->verdict.product),
		.by = (enum by)f->verdict.by,
		.sure = (enum sureness)f->verdict.sure,
		.inner = inner_side(d, f, end),
		.peer_name = name,
		.end = { end[0], end[1] },
		.place = { &place[0], &place[1] },
	};

	d->o.record(d->o.arg, &r);
}

/*
 * Whose end of a flow it is.  A flow that idled out closes late: if its address
 * was given to another meanwhile, that one has nothing to do with it.
 */
static const struct endpoint *
holder_of(struct desk *d, const struct flow *f, enum side s, enum vantage v)
{
	if (!registry_held_since(d->o.registry, &f->end[s], f->last_us))
		return NULL;
	return registry_at(d->o.registry, &f->end[s], &f->mac[s], v, f->source, d->now_us);
}

static void
see_flow(struct desk *d, const struct event *ev)
{
	const enum vantage v = desk_vantage(d, ev->flow.source);
	struct flow f = ev->flow;
	const struct endpoint *end[2];
	struct place place[2];
	char room[OBS_TEXT + 1];
	const char *name = server_name(d, ev, room);

	name_by_dns(d, ev, name, &f);
	for (int i = 0; i < 2; i++) {
		end[i] = holder_of(d, &f, (enum side)i, v);
		desk_place(d, &f.end[i], &place[i]);
	}
	/* The second look-up may have made room at the first one's cost. */
	if (end[0] != NULL && end[1] != NULL)
		end[0] = holder_of(d, &f, SIDE_CLIENT, v);
	for (int i = 0; i < 2; i++) {
		if (end[i] == NULL)
			continue;
		desk_endpoint(d, ev, end[i]);
		show_flow(d, ev, &f, name, end, place, (enum side)i);
	}
	if (ev->kind == EVENT_FLOW_CLOSE && d->o.record != NULL)
		write_record(d, ev, &f, name, end, place);
}

static void
see_device(struct desk *d, const struct event *ev)
{
	const struct flow *f = &ev->flow;
	const struct endpoint *end = registry_at(d->o.registry, &f->end[0], &f->mac[0],
	    desk_vantage(d, f->source), f->source, d->now_us);

	if (end != NULL)
		desk_endpoint(d, ev, end);
}

void
desk_event(struct desk *d, const struct event *ev, const struct health *health)
{
	d->now_us = ev->at_us;
	d->health = health;
	switch (ev->kind) {
	case EVENT_FLOW_NAMED:
	case EVENT_FLOW_UPDATE:
	case EVENT_FLOW_CLOSE:
		see_flow(d, ev);
		break;
	case EVENT_MESSAGE:
		desk_message(d, ev);
		break;
	case EVENT_DEVICE:
		see_device(d, ev);
		break;
	case EVENT_TICK:
	case EVENT_END:
		judge_tick(d->o.judge, d->now_us, health);
		break;
	case EVENT_KINDS:
		break;
	}
}

uint64_t
desk_evicted(const struct desk *d)
{
	return detect_evicted(d->detect);
}

struct desk *
desk_new(const struct desk_options *o)
{
	const struct config_limits *l = &o->config->limits;
	struct desk *d = calloc(1, sizeof(*d));

	if (d == NULL)
		goto err0;
	d->o = *o;
	d->tolds = l->endpoints;
	d->told = calloc(d->tolds, sizeof(d->told[0]));
	d->resolved = resolved_new(l->dns_names);
	d->detect = detect_new(l->subjects);
	if (d->told == NULL || d->resolved == NULL || d->detect == NULL)
		goto err1;
	return d;
err1:
	desk_free(d);
err0:
	log_error("no memory for %u endpoints", l->endpoints);
	return NULL;
}

void
desk_free(struct desk *d)
{
	if (d == NULL)
		return;
	detect_free(d->detect);
	resolved_free(d->resolved);
	free(d->told);
	free(d);
}
