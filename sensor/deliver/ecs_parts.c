/*
 * ecs_parts: what alerts and flow records have in common.
 */
#include "deliver/ecs_parts.h"

#include "deliver/names.h"

#define ECS_VERSION "8.17.0"

void
ecs_open(struct doc *d, int64_t at_us)
{
	json_t *ecs;

	field_time(d, d->root, "@timestamp", at_us);
	ecs = field_object(d, d->root, "ecs");
	field_text(d, ecs, "version", ECS_VERSION);
}

void
ecs_span(struct doc *d, json_t *event, int64_t start_us, int64_t end_us)
{
	const int64_t start = start_us < 0 ? 0 : start_us, end = end_us < start ? start : end_us;
	const int64_t span = end - start;

	field_time(d, event, "start", start);
	field_time(d, event, "end", end);
	field_int(d, event, "duration", span > INT64_MAX / 1000 ? INT64_MAX : span * 1000);
}

void
ecs_place(struct doc *d, json_t *in, const struct place *p)
{
	json_t *geo, *as;

	if (p == NULL)
		return;
	if (place_known(p)) {
		geo = field_object(d, in, "geo");
		field_text(d, geo, "country_iso_code", p->country);
		field_text(d, geo, "city_name", p->city);
		if (p->has_point && !p->centroid) {
			json_t *at = field_object(d, geo, "location");

			field_fixed(d, at, "lat", (double)p->lat, 4);
			field_fixed(d, at, "lon", (double)p->lon, 4);
		}
	}
	if (p->asn == 0)
		return;
	as = field_object(d, in, "as");
	field_int(d, as, "number", p->asn);
	if (p->as_name[0] != '\0')
		field_text(d, field_object(d, as, "organization"), "name", p->as_name);
}

void
ecs_sides(struct doc *d, const struct flow *f, const struct place *const place[2])
{
	static const char *const names[2] = { "source", "destination" };

	for (int s = 0; s < 2; s++) {
		json_t *side = field_object(d, d->root, names[s]);

		field_addr(d, side, "ip", &f->end[s]);
		if (f->port[s] != 0)
			field_int(d, side, "port", f->port[s]);
		field_mac(d, side, "mac", &f->mac[s]);
		field_count(d, side, "bytes", f->bytes[s]);
		field_int(d, side, "packets", f->packets[s]);
		ecs_place(d, side, place[s]);
	}
}

/* Never routed on the Internet: RFC 1918, 3927, 4193, 4291 2.5.6. */
static bool
is_private(const struct addr *a)
{
	const uint8_t *b = a->b + 12;

	if (!addr_is_v4(a))
		return (a->b[0] & 0xfe) == 0xfc || (a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80);
	return b[0] == 10 || (b[0] == 172 && (b[1] & 0xf0) == 16) || (b[0] == 192 && b[1] == 168) ||
	    (b[0] == 169 && b[1] == 254);
}

static const char *
direction(const struct flow *f, const bool ours[2])
{
	const bool in[2] = { ours[0] || is_private(&f->end[0]), ours[1] || is_private(&f->end[1]) };

	if (in[SIDE_CLIENT])
		return in[SIDE_SERVER] ? "internal" : "outbound";
	return in[SIDE_SERVER] ? "inbound" : "external";
}

void
ecs_network(struct doc *d, const struct flow *f, const struct product *p, const bool ours[2])
{
	json_t *net = field_object(d, d->root, "network");
	char id[COMMUNITY_ID];

	community_id(f, id);
	field_text(d, net, "community_id", id);
	field_text(d, net, "type", addr_is_v4(&f->end[0]) ? "ipv4" : "ipv6");
	if (transport_name(f->proto) != NULL)
		field_text(d, net, "transport", transport_name(f->proto));
	else
		field_id(d, net, "iana_number", f->proto);
	field_text(d, net, "protocol", f->verdict.protocol);
	if (p != NULL)
		field_text(d, net, "application", p->id);
	field_text(d, net, "direction", direction(f, ours));
	field_count(d, net, "bytes", f->bytes[0] + f->bytes[1]);
	field_count(d, net, "packets", (uint64_t)f->packets[0] + f->packets[1]);
	if (f->vlan != 0)
		field_id(d, field_object(d, net, "vlan"), "id", f->vlan);
}

void
ecs_observer(struct doc *d, const struct run_facts *run)
{
	json_t *observer = field_object(d, d->root, "observer");

	field_text(d, observer, "type", "sensor");
	field_text(d, observer, "vendor", "farhand");
	field_text(d, observer, "name", run->sensor);
	field_text(d, observer, "version", FARHAND_VERSION);
	/* Of several interfaces the alert does not know its own. */
	if (strcmp(run->mode, "live") == 0 && strpbrk(run->input, ", ") == NULL) {
		json_t *ingress = field_object(d, observer, "ingress");

		field_text(d, field_object(d, ingress, "interface"), "name", run->input);
	}
}

void
ecs_product(struct doc *d, json_t *in, const struct product *p)
{
	json_t *product;

	if (p == NULL)
		return;
	product = field_object(d, in, "product");
	field_text(d, product, "id", p->id);
	field_text(d, product, "name", p->name);
	field_text(d, product, "kind", product_kind_name(p->kind));
}
