/*
 * ecs_parts: what alerts and flow records have in common.
 */
#include "deliver/ecs_parts.h"

#include "deliver/names.h"

#define ECS_VERSION "8.17.0"

void
ecs_open(struct pen *p, int64_t at_us)
{
	pen_time(p, "@timestamp", at_us);
	pen_literal(p, ",\"ecs\":{\"version\":\"" ECS_VERSION "\"}");
}

void
ecs_span(struct pen *p, int64_t start_us, int64_t end_us)
{
	const int64_t start = start_us < 0 ? 0 : start_us, end = end_us < start ? start : end_us;
	const int64_t span = end - start;

	pen_time(p, "start", start);
	pen_time(p, "end", end);
	pen_count(p, "duration", (uint64_t)(span > INT64_MAX / 1000 ? INT64_MAX : span * 1000));
}

void
ecs_place(struct pen *p, const struct place *place)
{
	if (place == NULL)
		return;
	if (place_known(place)) {
		pen_object(p, "geo");
		pen_text(p, "country_iso_code", place->country);
		pen_text(p, "city_name", place->city);
		if (place->has_point && !place->centroid) {
			pen_object(p, "location");
			pen_fixed(p, "lat", (double)place->lat, 4);
			pen_fixed(p, "lon", (double)place->lon, 4);
			pen_end_object(p);
		}
		pen_end_object(p);
	}
	if (place->asn == 0)
		return;
	pen_object(p, "as");
	pen_count(p, "number", place->asn);
	if (place->as_name[0] != '\0') {
		pen_object(p, "organization");
		pen_text(p, "name", place->as_name);
		pen_end_object(p);
	}
	pen_end_object(p);
}

void
ecs_sides(struct pen *p, const struct flow *f, const struct place *const place[2])
{
	static const char *const names[2] = { "source", "destination" };

	for (int s = 0; s < 2; s++) {
		pen_object(p, names[s]);
		pen_addr(p, "ip", &f->end[s]);
		if (f->port[s] != 0)
			pen_count(p, "port", f->port[s]);
		pen_mac(p, "mac", &f->mac[s]);
		pen_count(p, "bytes", f->bytes[s]);
		pen_count(p, "packets", f->packets[s]);
		ecs_place(p, place[s]);
		pen_end_object(p);
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
direction_of(const struct flow *f, const bool ours[2])
{
	const bool in[2] = { ours[0] || is_private(&f->end[0]), ours[1] || is_private(&f->end[1]) };

	if (in[SIDE_CLIENT])
		return in[SIDE_SERVER] ? "internal" : "outbound";
	return in[SIDE_SERVER] ? "inbound" : "external";
}

void
ecs_network(struct pen *p, const struct flow *f, const struct product *product, const bool ours[2])
{
	const char *transport = transport_name(f->proto);
	char id[COMMUNITY_ID];

	community_id(f, id);
	pen_object(p, "network");
	if (id[0] != '\0')
		pen_word(p, "community_id", id);
	pen_word(p, "type", addr_is_v4(&f->end[0]) ? "ipv4" : "ipv6");
	if (transport != NULL)
		pen_word(p, "transport", transport);
	else
		pen_id(p, "iana_number", f->proto);
	pen_text(p, "protocol", f->verdict.protocol);
	if (product != NULL)
		pen_text(p, "application", product->id);
	pen_word(p, "direction", direction_of(f, ours));
	pen_count(p, "bytes", f->bytes[0] + f->bytes[1]);
	pen_count(p, "packets", (uint64_t)f->packets[0] + f->packets[1]);
	if (f->vlan != 0) {
		pen_object(p, "vlan");
		pen_id(p, "id", f->vlan);
		pen_end_object(p);
	}
	pen_end_object(p);
}

void
ecs_observer(struct pen *p, const struct run_facts *run)
{
	pen_literal(p, ",\"observer\":{\"type\":\"sensor\",\"vendor\":\"farhand\"");
	pen_text(p, "name", run->sensor);
	pen_word(p, "version", FARHAND_VERSION);
	/* Of several interfaces none here knows its own. */
	if (strcmp(run->mode, "live") == 0 && strpbrk(run->input, ", ") == NULL) {
		pen_object(p, "ingress");
		pen_object(p, "interface");
		pen_text(p, "name", run->input);
		pen_end_object(p);
		pen_end_object(p);
	}
	pen_end_object(p);
}

void
ecs_host(struct pen *p, const struct endpoint *e)
{
	if (e == NULL)
		return;
	pen_object(p, "host");
	pen_text(p, "name", e->name);
	pen_array(p, "ip");
	pen_addr(p, NULL, &e->addr);
	pen_end_array(p);
	if (!mac_is_none(&e->mac)) {
		pen_array(p, "mac");
		pen_mac(p, NULL, &e->mac);
		pen_end_array(p);
	}
	pen_end_object(p);
}

void
ecs_user(struct pen *p, const char *id)
{
	if (id == NULL)
		return;
	pen_object(p, "user");
	pen_text(p, "id", id);
	pen_end_object(p);
}
