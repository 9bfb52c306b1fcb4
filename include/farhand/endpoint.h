/*
 * endpoint: a person's machine, and the person.
 */
#ifndef FARHAND_ENDPOINT_H
#define FARHAND_ENDPOINT_H

#include "farhand/addr.h"
#include "farhand/frame.h"
#include "farhand/place.h"

#define PERSON_ID    32
#define PERSON_TOOLS 16

/* A tool a person, or everyone, may use: with a reason and an end. */
struct allowance {
	char product[24];   /* catalogue id, or "*" */
	struct prefix peer; /* only with these peers; ::/0 for any */
	int64_t until_us;   /* packet time; exclusive */
	char reason[96];
};

struct person {
	char id[PERSON_ID];   /* pseudonym; of an anonymous endpoint its address */
	bool anonymous;       /* no people file, or a host it does not name: no claims */
	bool has_claim;       /* `claimed` holds */
	struct place claimed; /* where the person says to work */
	char time_zone[40];   /* IANA name, "" if not claimed */
	char household[32];   /* persons of one household are expected behind one egress; "" none */
	uint8_t tools;
	struct allowance tool[PERSON_TOOLS];
};

/* How an endpoint was told to be this person's. */
enum bound_by {
	BOUND_NONE,
	BOUND_ADDRESS,
	BOUND_PREFIX,
	BOUND_MAC,
	BOUND_NAME,
	BOUND_LEASE,
	BOUNDS
};

/* How an endpoint's public address is known. */
enum egress_by {
	EGRESS_NONE,
	EGRESS_SELF,  /* the endpoint's own address is public */
	EGRESS_OUTER, /* outer address of the tunnel its packets came in */
	EGRESS_LEASE, /* the VPN gateway's accounting (RADIUS Calling-Station-Id) */
	EGRESS_SITE,  /* a mirror at the site: all its hosts leave through one line */
	EGRESS_BYS
};

struct endpoint {
	uint32_t id;      /* small, dense, in order of first sight */
	struct addr addr; /* current */
	struct mac mac;   /* zero if unknown */
	uint16_t source;  /* of the interface that saw it first, as is vantage */
	enum bound_by bound_by;
	char name[64];    /* host name from DHCP, mDNS or configuration; "" unknown */
	char vendor[32];  /* DHCP vendor class; "" unknown */
	const struct person *who; /* never NULL */
	enum vantage vantage;
	int64_t first_us, last_us;
	struct addr egress; /* all zero: unknown */
	enum egress_by egress_by;
};

#endif
