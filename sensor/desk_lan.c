/*
 * desk: what machines of the LAN say to everyone there: names, services, and ARP.
 */
#include "desk_private.h"

/* The service names the product; the model that goes with it is shown first, as an aside. */
static void
show_services(struct desk *d, const struct event *ev, const struct endpoint *end)
{
	char service[OBS_TEXT + 1], model[OBS_TEXT + 1];
	unsigned product;
	struct obs o;
	bool exact;

	obs_copy_text(&ev->facts, OBS_MDNS_MODEL, model, sizeof(model));
	for (size_t at = 0; obs_next(&ev->facts, &at, &o);) {
		if (o.kind != OBS_MDNS_SERVICE)
			continue;
		snprintf(service, sizeof(service), "%.*s", (int)o.text.n, (const char *)o.text.p);
		product = catalogue_by_service(d->o.catalogue, service, &exact);
		if (product != 0 && exact && model[0] != '\0')
			desk_fact(d, ev, end, product, "mdns_model", model, false);
		if (product != 0)
			desk_fact(d, ev, end, product, "mdns_service", service, exact);
	}
}

/*
 * What a host announces about itself, by mDNS, LLMNR or NetBIOS.  An address record names
 * whom it is about; without it, and beside it, it is about the one that speaks.
 */
void
desk_announcement(struct desk *d, const struct event *ev)
{
	const enum vantage v = desk_vantage(d, ev->flow.source);
	const struct endpoint *end;
	char text[OBS_TEXT + 1];
	struct obs o, from;
	const bool named = obs_copy_text(&ev->facts, OBS_MDNS_NAME, text, sizeof(text));
	struct addr a;

	if (named && obs_find(&ev->facts, OBS_MDNS_ADDR, &o) && o.text.n == 16) {
		a = addr_v6(o.text.p);
		registry_named(d->o.registry, &a, text, d->now_us);
	}
	if (!obs_find(&ev->facts, OBS_ANNOUNCER, &from) || from.num >= SIDE_NONE)
		return;
	a = ev->flow.end[from.num];
	if (named)
		registry_named(d->o.registry, &a, text, d->now_us);
	end =
	    registry_at(d->o.registry, &a, &ev->flow.mac[from.num], v, ev->flow.source, d->now_us);
	if (end == NULL)
		return;
	desk_endpoint(d, ev, end);
	show_services(d, ev, end);
}

void
desk_masked(struct desk *d, const struct event *ev)
{
	static const struct place nowhere;
	const struct endpoint *end = registry_by_mac(d->o.registry, &ev->flow.mac[0]);
	const struct sight s = {
		.kind = SIGHT_MASKED,
		.now_us = d->now_us,
		.ordinal = ev->ordinal,
		.vantage = desk_vantage(d, ev->flow.source),
		.end = end,
		.who = end != NULL ? end->who : NULL,
		.peer_place = &nowhere,
		.peer_name = "",
		.masked_as = ev->flow.mac[1],
		.masked_asks = ev->flow.end[1],
	};

	/* A station without an address is nobody's, as yet. */
	if (end != NULL)
		desk_show(d, &s);
}
