/*
 * dns_name: names and records of DNS messages [RFC 1035 3.1, 4.1], compressed or not.
 */
#ifndef DISSECTORS_DNS_NAME_H
#define DISSECTORS_DNS_NAME_H

#include "farhand/obs.h"

#define DNS_NAME 254 /* 253 characters and one more, so that no name fills it */

enum {
	DNS_A = 1,
	DNS_CNAME = 5,
	DNS_PTR = 12,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_IN = 1
};

struct dns_name {
	size_t n;
	uint8_t at[DNS_NAME]; /* lower case, dots between labels, '?' for what does not print */
};

struct dns_header {
	uint16_t id, flags, questions, answers, authorities, additionals;
};

/* A message being read: `rest` runs through `whole`, where compression points. */
struct dns_reader {
	struct view whole, rest;
};

struct dns_record {
	struct dns_name owner;
	uint16_t type, class;
	uint32_t ttl;
	struct dns_reader data; /* data.rest: the record's own bytes */
};

struct dns_header dns_open(struct dns_reader *r, struct view message);

/* False, and r->rest bad, if malformed. */
bool dns_take_name(struct dns_reader *r, struct dns_name *out);
bool dns_take_record(struct dns_reader *r, struct dns_record *out);

bool dns_same(const struct dns_name *a, const struct dns_name *b);
/* Does it end in ".suffix"?  `suffix` without the dot. */
bool dns_is_under(const struct dns_name *n, const char *suffix);

/* A NetBIOS name looks like one of DNS: 32 letters A to P for 16 bytes [RFC 1001 14.1]. */
enum { DNS_NETBIOS = 32 };
bool dns_is_netbios(const struct dns_name *n);

/* The address of an A or AAAA record; false if it is none. */
bool dns_address(const struct dns_record *record, struct addr *out);

#endif
