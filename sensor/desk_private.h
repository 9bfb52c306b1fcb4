/*
 * What the files of the desk share.
 */
#ifndef FARHAND_DESK_PRIVATE_H
#define FARHAND_DESK_PRIVATE_H

#include "desk.h"
#include "people/resolved.h"

#define DHCP_SLOTS 1024 /* power of two */

/*
 * What an endpoint's sights were last about, so that they are shown once, not per flow.
 * Small, as every flow asks; its name is kept apart, as few have one.
 */
struct told {
	uint32_t id; /* 1 + the endpoint's, 0: none */
	struct mac mac;
	bool named; /* its name was told */
	struct addr egress;
	int64_t egress_us, mac_us, name_us;
};

struct told_name {
	char text[64];
};

/* A DHCP client names itself in its request; the server's answer often does not. */
struct dhcp_client {
	struct mac mac;
	char name[64], vendor[32];
};

struct desk {
	struct desk_options o;
	struct resolved *resolved;
	struct detect *detect;
	const struct event *ev; /* the one at hand */
	int64_t now_us;
	uint32_t tolds;    /* a power of two */
	struct told *told; /* [tolds], by endpoint id */
	struct told_name *told_name;
	struct dhcp_client dhcp[DHCP_SLOTS];
};

static inline enum vantage
desk_vantage(const struct desk *d, uint16_t source)
{
	if (d->o.live && source < d->o.config->interfaces)
		return d->o.config->interface[source].vantage;
	return d->o.config->replay_vantage;
}

void desk_place(const struct desk *d, const struct addr *a, struct place *out);
/* Show a sight to the detectors, their findings to the judge. */
void desk_show(struct desk *d, const struct sight *s);

/* The endpoint was seen: tell its egress and its hardware, where that is news. */
void desk_endpoint(struct desk *d, const struct event *ev, const struct endpoint *end);
/* A flow was named, goes on, or closed. */
void desk_flow(struct desk *d, const struct event *ev);
/* One message of DNS, DHCP, mDNS or RADIUS. */
void desk_message(struct desk *d, const struct event *ev);
/* Some host says what it is called and what it serves. */
void desk_announcement(struct desk *d, const struct event *ev);
/* A station's ARP was in another's name. */
void desk_masked(struct desk *d, const struct event *ev);
/* A fact about a machine. */
void desk_fact(struct desk *d, const struct event *ev, const struct endpoint *end, unsigned product,
    const char *fact, const char *value, bool exact);

#endif
