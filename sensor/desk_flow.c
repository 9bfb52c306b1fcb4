/*
 * desk: flows become sights.
 *
 *   event ─▶ whose are its ends ─▶ the name its server was resolved from
 *         ─▶ a sight for each end of ours ─▶ detectors
 */
#include "desk_private.h"

#include "detect/control.h"
#include "shown.h"

/*
 * An event of a flow, and who is at its ends.  Most flows say nothing: what costs,
 * names and places, is looked up when it is first wanted.
 */
struct joined {
	const struct event *ev;
	const struct flow *flow;       /* the event's, or `named` */
	const char *name;              /* of the server; see server_name.  NULL: not looked up */
	const struct endpoint *end[2]; /* NULL: not ours */
	bool placed[2];
	struct place place[2];
	struct flow named;
	char room[OBS_TEXT + 1];
};

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
server_name(const struct desk *d, struct joined *j)
{
	if (j->name != NULL)
		return j->name;
	if (obs_copy_text(&j->ev->facts, OBS_SNI, j->room, sizeof(j->room)))
		j->name = j->room;
	else
		j->name = resolved_name(d->resolved, &j->flow->end[SIDE_SERVER], d->now_us);
	if (j->name == NULL)
		j->name = "";
	return j->name;
}

static const struct place *
place_of(const struct desk *d, struct joined *j, enum side s)
{
	if (!j->placed[s])
		desk_place(d, &j->flow->end[s], &j->place[s]);
	j->placed[s] = true;
	return &j->place[s];
}

/*
 * A flow that its bytes did not name may be named by what its server's address
 * was resolved from.  A server name the client stated itself was looked up
 * already; and without an answer nothing was used.
 */
static void
name_by_dns(const struct desk *d, struct joined *j)
{
	const struct flow *f = j->flow;
	struct name_match match;
	const char *name;
	struct obs o;

	if (f->verdict.product != 0 || f->data_packets[0] == 0 || f->data_packets[1] == 0 ||
	    obs_find(&j->ev->facts, OBS_SNI, &o) || obs_find(&j->ev->facts, OBS_HTTP_HOST, &o))
		return;
	name = server_name(d, j);
	if (name[0] == '\0')
		return;
	match = catalogue_by_domain(d->o.catalogue, name, strlen(name));
	if (match.product == 0)
		return;
	j->named = *f;
	j->named.verdict.product = (uint16_t)match.product;
	j->named.verdict.by = BY_CATALOGUE;
	j->named.verdict.sure = match.weak ? SURE_GUESS : SURE_LIKELY;
	j->named.verdict.registers = match.use == NAME_AGENT;
	j->flow = &j->named;
}

/* What a machine of ours serves, of a kind: is it of one device only? */
static struct name_match
served_device(
    const struct desk *d, const struct event *ev, enum obs_kind kind, char text[OBS_TEXT + 1])
{
	struct name_match m = { .product = 0 };

	if (!obs_copy_text(&ev->facts, kind, text, OBS_TEXT + 1))
		return m;
	m = kind == OBS_HTTP_TITLE ? catalogue_by_page(d->o.catalogue, kind, text, strlen(text))
				   : catalogue_by_certificate(d->o.catalogue, text, strlen(text));
	/* A page may show a word that its server did not choose. */
	if (!catalogue_certificate_is_device(d->o.catalogue, m.product) ||
	    (kind == OBS_HTTP_TITLE && m.weak))
		m.product = 0;
	return m;
}

/* The certificate or page a machine of ours serves: some are of one device only. */
static void
show_served(struct desk *d, const struct event *ev, const struct endpoint *end)
{
	char text[OBS_TEXT + 1];

	for (unsigned i = 0; ev->facts.count > 0 && i < SHOWN_KINDS; i++) {
		const enum obs_kind kind = shown_kinds[i];
		const struct name_match m = served_device(d, ev, kind, text);

		if (m.product != 0) {
			desk_fact(d, ev, end, m.product,
			    kind == OBS_HTTP_TITLE ? "page_title" : "certificate", text, !m.weak);
			return;
		}
	}
}

/* And the cloud it calls. */
static void
show_cloud(struct desk *d, const struct event *ev, const struct sight *s)
{
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
}

/* What is known of the far end by its name and by configuration. */
static void
add_peer(const struct desk *d, struct joined *j, struct sight *s)
{
	const struct config_range *range = registry_range(d->o.registry, &s->peer, d->now_us);

	s->sanctioned_peer = range != NULL && range->sanctioned;
	if (s->inner == SIDE_CLIENT)
		s->peer_name = server_name(d, j);
	if (s->product != NULL && s->peer_name[0] != '\0')
		s->peer_is_vendor =
		    catalogue_by_domain(d->o.catalogue, s->peer_name, strlen(s->peer_name))
			.product == j->flow->verdict.product;
	s->allowed = find_allowance(d, s);
}

static void
show_sight(struct desk *d, struct joined *j, enum side inner)
{
	const enum side far = side_other(inner);
	const struct flow *f = j->flow;
	struct sight s = {
		.kind = j->ev->kind == EVENT_WINDOW ? SIGHT_WINDOW : SIGHT_FLOW,
		.now_us = d->now_us,
		.ordinal = j->ev->ordinal,
		.vantage = desk_vantage(d, f->source),
		.end = j->end[inner],
		.who = j->end[inner]->who,
		.phase = j->ev->kind,
		.flow = f,
		.facts = &j->ev->facts,
		.inner = inner,
		.role = flow_role(f, inner),
		.product = catalogue_at(d->o.catalogue, f->verdict.product),
		.by = (enum by)f->verdict.by,
		.sure = (enum sureness)f->verdict.sure,
		.peer_end = j->end[far],
		.peer = f->end[far],
		.peer_place = &j->place[far],
		.peer_name = "",
		.card = d->o.card,
	};

	/* Without a product nobody cares so far; who would is told the rest all the same. */
	if (s.product != NULL)
		add_peer(d, j, &s);
	if (detect_cares(d->detect, &s)) {
		if (s.product == NULL)
			add_peer(d, j, &s);
		place_of(d, j, far);
		desk_show(d, &s);
	}
	if (s.kind == SIGHT_FLOW)
		show_cloud(d, j->ev, &s);
}

/* Most flows are of no product: then nothing is looked up that no detector asks for. */
static void
show_flow(struct desk *d, struct joined *j, enum side inner)
{
	const bool window = j->ev->kind == EVENT_WINDOW;

	if (window || j->flow->verdict.product != 0 ||
	    detect_cares_for_unnamed(d->detect, desk_vantage(d, j->flow->source)))
		show_sight(d, j, inner);
	if (inner == SIDE_SERVER && !window)
		show_served(d, j->ev, j->end[inner]);
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
write_record(struct desk *d, struct joined *j)
{
	const struct flow *f = j->flow;
	const enum side inner = inner_side(d, f, j->end);
	const struct endpoint *self = inner != SIDE_NONE ? j->end[inner] : NULL;
	const struct flow_record r = {
		.flow = f,
		.facts = &j->ev->facts,
		.product = catalogue_at(d->o.catalogue, f->verdict.product),
		.by = (enum by)f->verdict.by,
		.sure = (enum sureness)f->verdict.sure,
		.inner = inner,
		.ours = { j->end[0] != NULL, j->end[1] != NULL },
		.self = self,
		.person = self != NULL ? self->who->id : NULL,
		.peer_name = server_name(d, j),
		/* The others the scribe looks up, as nothing here depends on them. */
		.place = { j->placed[0] ? &j->place[0] : NULL, j->placed[1] ? &j->place[1] : NULL },
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

/*
 * May the look-up of the server's end have changed what is known of the client's?  It
 * may have made room at its cost; and a MAC of both may now be a router's.
 */
static bool
is_upset(const struct flow *f, const struct endpoint *const end[2], uint32_t client_id)
{
	const struct mac *const a[2] = { &f->mac[0], &end[0]->mac };
	const struct mac *const b[2] = { &f->mac[1], &end[1]->mac };

	if (end[0] == end[1] || end[0]->id != client_id)
		return true;
	for (int i = 0; i < 4; i++) {
		if (mac_equal(a[i / 2], b[i % 2]) && !mac_is_none(a[i / 2]))
			return true;
	}
	return false;
}

static void
find_ends(struct desk *d, struct joined *j)
{
	const struct flow *f = j->flow;
	const enum vantage v = desk_vantage(d, f->source);
	uint32_t client_id = 0;

	j->end[0] = holder_of(d, f, SIDE_CLIENT, v);
	if (j->end[0] != NULL)
		client_id = j->end[0]->id;
	j->end[1] = holder_of(d, f, SIDE_SERVER, v);
	if (j->end[0] != NULL && j->end[1] != NULL && is_upset(f, j->end, client_id))
		j->end[0] = holder_of(d, f, SIDE_CLIENT, v);
}

void
desk_flow(struct desk *d, const struct event *ev)
{
	const bool wanted = ev->kind == EVENT_FLOW_CLOSE && d->o.record != NULL;
	struct joined j;

	j.ev = ev;
	j.flow = &ev->flow;
	j.name = NULL;
	j.placed[0] = j.placed[1] = false;
	find_ends(d, &j);
	if (j.end[0] == NULL && j.end[1] == NULL && !wanted)
		return;
	name_by_dns(d, &j);
	for (int i = 0; i < 2; i++) {
		if (j.end[i] == NULL)
			continue;
		desk_endpoint(d, ev, j.end[i]);
		show_flow(d, &j, (enum side)i);
	}
	if (wanted)
		write_record(d, &j);
}
