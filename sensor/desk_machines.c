/*
 * desk: what the wire tells about machines: leases, names, hardware, egress.
 */
#include "desk_private.h"

#include <stdlib.h>

#define EGRESS_AGAIN_US  (60 * 1000000LL) /* two lines at once differ by minutes */
#define MACHINE_AGAIN_US (24 * 3600 * 1000000LL)
#define LEASE_DEFAULT_S  86400u
#define LEASE_MOST_S     (30u * 86400)
#define DHCP_ACK         5
#define DHCP_RELEASE     7
#define RADIUS_STOP      2

/*
 * All hosts of a site leave through one line.  Where its public address is not
 * on the wire the line itself stands for it: 100::N, N the interface, out of the
 * range that is never routed [RFC 6666].
 */
static struct addr
site_line(uint16_t source)
{
	struct addr a = { .b = { 0x01 } };

	a.b[14] = (uint8_t)((source + 1) >> 8);
	a.b[15] = (uint8_t)(source + 1);
	return a;
}

/* Private, link-local and unique-local addresses are nobody's egress. */
static bool
is_public(const struct desk *d, const struct addr *a)
{
	return !addr_is_none(a) && !addr_is_group(a) && !registry_is_home(d->o.registry, a) &&
	    !(addr_is_v4(a) && (a->b[12] == 127 || (a->b[12] == 169 && a->b[13] == 254))) &&
	    !(a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80);
}

/* A flow that idled out is closed long after it was last used. */
static bool
is_over(const struct event *ev)
{
	return ev->kind == EVENT_FLOW_CLOSE && ev->at_us - ev->flow.last_us > TICK_US;
}

/* Through which public address does this endpoint work, by this event? */
static enum egress_by
egress_of(
    const struct desk *d, const struct event *ev, const struct endpoint *end, struct addr *out)
{
	const struct flow *f = &ev->flow;
	const int side = addr_equal(&f->end[0], &end->addr) ? 0 : 1;

	/* A gateway behind another one reports that one's private address for all. */
	if (end->egress_by == EGRESS_LEASE && is_public(d, &end->egress)) {
		*out = end->egress;
		return EGRESS_LEASE;
	}
	if (is_public(d, &end->addr)) {
		*out = end->addr;
		return EGRESS_SELF;
	}
	/* A message may be about someone else than the ends of its flow. */
	if (f->tunnel != TUNNEL_NONE && f->tunnel != TUNNEL_ERSPAN &&
	    addr_equal(&f->end[side], &end->addr) && is_public(d, &f->outer[side])) {
		*out = f->outer[side];
		return EGRESS_OUTER;
	}
	if (desk_vantage(d, f->source) == VANTAGE_SITE) {
		*out = site_line(f->source);
		return EGRESS_SITE;
	}
	return EGRESS_NONE;
}

/* Some other address, or again after a while.  Only what was public is kept. */
static bool
is_news(const struct desk *d, const struct told *t, const struct addr *egress)
{
	return t->egress_us == 0 || d->now_us - t->egress_us >= EGRESS_AGAIN_US ||
	    !addr_equal(&t->egress, egress);
}

static void
show_egress(struct desk *d, const struct event *ev, const struct endpoint *end, enum egress_by by,
    const struct addr *egress)
{
	struct endpoint seen = *end;
	struct place place;
	const struct sight s = {
		.kind = SIGHT_EGRESS,
		.now_us = d->now_us,
		.ordinal = ev->ordinal,
		.vantage = desk_vantage(d, ev->flow.source),
		.end = &seen,
		.who = end->who,
		.egress_place = &place,
		.peer = *egress,
		.peer_place = &place,
		.peer_name = "",
	};

	judge_sees_egress(d->o.judge, by != EGRESS_SITE);
	seen.egress = *egress;
	seen.egress_by = by;
	desk_place(d, egress, &place);
	desk_show(d, &s);
}

static void
see_egress(struct desk *d, const struct event *ev, const struct endpoint *end, struct told *t)
{
	struct addr egress;
	enum egress_by by;

	/* The usual case first: a line of its own, told already. */
	if (end->egress_by != EGRESS_LEASE && !is_news(d, t, &end->addr))
		return;
	by = egress_of(d, ev, end, &egress);
	if (by == EGRESS_NONE || !is_news(d, t, &egress))
		return;
	t->egress = egress;
	t->egress_us = d->now_us;
	show_egress(d, ev, end, by, &egress);
}

void
desk_fact(struct desk *d, const struct event *ev, const struct endpoint *end, unsigned product,
    const char *fact, const char *value, bool exact)
{
	static const struct place nowhere;
	const struct sight s = {
		.kind = SIGHT_DEVICE,
		.now_us = d->now_us,
		.ordinal = ev->ordinal,
		.vantage = desk_vantage(d, ev->flow.source),
		.end = end,
		.who = end->who,
		.product = catalogue_at(d->o.catalogue, product),
		.peer_place = &nowhere,
		.peer_name = "",
		.device_fact = fact,
		.device_value = value,
		.fact_is_exact = exact,
	};

	if (s.product != NULL)
		desk_show(d, &s);
}

/* Hardware address and name are shown each value they take, and daily, since exceptions end. */
static void
show_mac(struct desk *d, const struct event *ev, const struct endpoint *end, struct told *t)
{
	char text[MAC_TEXT];
	unsigned product;
	bool exact;

	t->mac = end->mac;
	t->mac_us = d->now_us;
	product = catalogue_by_mac(d->o.catalogue, &end->mac, &exact);
	if (product != 0)
		desk_fact(d, ev, end, product, "mac_block", mac_format(&end->mac, text), exact);
}

static void
show_name(struct desk *d, const struct event *ev, const struct endpoint *end, struct told *t)
{
	char *name = d->told_name[t - d->told].text;
	unsigned product;
	bool exact;

	if (t->named && strcmp(name, end->name) == 0 && d->now_us - t->name_us < MACHINE_AGAIN_US)
		return;
	t->named = true;
	t->name_us = d->now_us;
	snprintf(name, sizeof(d->told_name[0].text), "%s", end->name);
	product = catalogue_by_host_name(d->o.catalogue, end->name, &exact);
	if (product != 0)
		desk_fact(d, ev, end, product, "host_name", end->name, exact);
}

static struct told *
told_of(struct desk *d, const struct endpoint *end)
{
	struct told *t = &d->told[end->id & (d->tolds - 1)];

	if (t->id != end->id + 1) {
		*t = (struct told){ .id = end->id + 1 };
		/* Strangers' ids come one after the other. */
		__builtin_prefetch(&d->told[(end->id + 2) & (d->tolds - 1)], 1);
	}
	return t;
}

void
desk_endpoint(struct desk *d, const struct event *ev, const struct endpoint *end)
{
	struct told *t = told_of(d, end);

	if (!mac_is_none(&end->mac) &&
	    (!mac_equal(&t->mac, &end->mac) || d->now_us - t->mac_us >= MACHINE_AGAIN_US))
		show_mac(d, ev, end, t);
	if (end->name[0] != '\0')
		show_name(d, ev, end, t);
	if (!is_over(ev))
		see_egress(d, ev, end, t);
}

static struct dhcp_client *
dhcp_client(struct desk *d, const struct mac *m)
{
	uint32_t h = 2166136261u;
	struct dhcp_client *c;

	for (int i = 0; i < 6; i++)
		h = (h ^ m->b[i]) * 16777619u;
	c = &d->dhcp[(h ^ h >> 16) & (DHCP_SLOTS - 1)];
	if (!mac_equal(&c->mac, m)) {
		memset(c, 0, sizeof(*c));
		c->mac = *m;
	}
	return c;
}

static void
see_dhcp(struct desk *d, const struct event *ev)
{
	const enum vantage v = desk_vantage(d, ev->flow.source);
	struct obs type, o;
	struct dhcp_client *c;
	const struct endpoint *end;
	struct addr a;
	struct mac m;
	uint32_t lease_s = LEASE_DEFAULT_S;

	if (!obs_find(&ev->facts, OBS_DHCP_TYPE, &type) ||
	    !obs_find(&ev->facts, OBS_DHCP_MAC, &o) || o.text.n != 6)
		return;
	memcpy(m.b, o.text.p, 6);
	c = dhcp_client(d, &m);
	if (obs_find(&ev->facts, OBS_DHCP_NAME, &o))
		obs_copy_text(&ev->facts, OBS_DHCP_NAME, c->name, sizeof(c->name));
	if (obs_find(&ev->facts, OBS_DHCP_VENDOR, &o))
		obs_copy_text(&ev->facts, OBS_DHCP_VENDOR, c->vendor, sizeof(c->vendor));
	if (!obs_find(&ev->facts, OBS_DHCP_ADDR, &o) || o.text.n != 16)
		return;
	a = addr_v6(o.text.p);
	if (type.num == DHCP_RELEASE)
		registry_release(d->o.registry, &m, &a, d->now_us);
	if (type.num != DHCP_ACK)
		return;
	if (obs_find(&ev->facts, OBS_DHCP_LEASE, &o))
		lease_s = o.num < LEASE_MOST_S ? o.num : LEASE_MOST_S;
	registry_lease(d->o.registry, &m, &a, c->name, c->vendor, v, ev->flow.source, d->now_us,
	    d->now_us + lease_s * 1000000LL);
	end = registry_at(d->o.registry, &a, &m, v, ev->flow.source, d->now_us);
	if (end != NULL)
		desk_endpoint(d, ev, end);
}

static void
see_dns(struct desk *d, const struct event *ev)
{
	struct obs name, o;
	struct addr a;

	if (!obs_find(&ev->facts, OBS_DNS_NAME, &name))
		return;
	for (size_t at = 0; obs_next(&ev->facts, &at, &o);) {
		if (o.kind != OBS_DNS_ADDR || o.text.n != 16)
			continue;
		a = addr_v6(o.text.p);
		resolved_add(
		    d->resolved, &a, (const char *)name.text.p, name.text.n, o.num, d->now_us);
	}
}

static void
see_radius(struct desk *d, const struct event *ev)
{
	struct addr framed, caller = { { 0 } };
	char user[64];
	const struct endpoint *end;
	struct obs status, o;

	if (!obs_find(&ev->facts, OBS_RADIUS_STATUS, &status) ||
	    !obs_copy_text(&ev->facts, OBS_RADIUS_USER, user, sizeof(user)) ||
	    !obs_find(&ev->facts, OBS_RADIUS_FRAMED, &o) || o.text.n != 16)
		return;
	framed = addr_v6(o.text.p);
	if (obs_find(&ev->facts, OBS_RADIUS_CALLER, &o) && o.text.n == 16)
		caller = addr_v6(o.text.p);
	registry_account(
	    d->o.registry, user, &framed, &caller, status.num == RADIUS_STOP, d->now_us);
	end = registry_at(d->o.registry, &framed, NULL, desk_vantage(d, ev->flow.source),
	    ev->flow.source, d->now_us);
	if (end != NULL)
		desk_endpoint(d, ev, end);
}

void
desk_message(struct desk *d, const struct event *ev)
{
	struct obs o;

	if (obs_find(&ev->facts, OBS_DNS_ADDR, &o))
		see_dns(d, ev);
	else if (obs_find(&ev->facts, OBS_DHCP_TYPE, &o))
		see_dhcp(d, ev);
	else if (obs_find(&ev->facts, OBS_RADIUS_STATUS, &o))
		see_radius(d, ev);
	else if (obs_find(&ev->facts, OBS_MDNS_NAME, &o) ||
	    obs_find(&ev->facts, OBS_MDNS_SERVICE, &o))
		desk_announcement(d, ev);
}
