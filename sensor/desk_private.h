/*
 * What the files of the desk share.
 */
#ifndef FARHAND_DESK_PRIVATE_H
#define FARHAND_DESK_PRIVATE_H

#include "desk.h"
#include "people/resolved.h"

#define DHCP_SLOTS 1024 /* power of two */

/* What an endpoint's sights were last about, so that they are shown once, not per flow. */
struct told {
	uint32_t id; /* of the endpoint, 0: none */
	struct addr egress;
	int64_t egress_us;
	struct mac mac;
	char name[64];
	int64_t mac_us, name_us;
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
	const struct health *health;
	int64_t now_us;
	uint32_t tolds;
	struct told *told; /* [tolds], by endpoint id */
	struct dhcp_client dhcp[DHCP_SLOTS];
};

enum vantage desk_vantage(const struct desk *d, uint16_t source);
void desk_place(const struct desk *d, const struct addr *a, struct place *out);
struct told *desk_told(struct desk *d, const struct endpoint *end);
/* Show a sight to the detectors, their findings to the judge. */
void desk_show(struct desk *d, const struct sight *s);

/* The endpoint was seen: tell its egress and its hardware, where that is news. */
void desk_endpoint(struct desk *d, const struct event *ev, const struct endpoint *end);
/* One message of DNS, DHCP, mDNS or RADIUS. */
void desk_message(struct desk *d, const struct event *ev);
/* A fact about a machine. */
void desk_fact(struct desk *d, const struct event *ev, const struct endpoint *end, unsigned product,
    const char *fact, const char *value, bool exact);

#endif
