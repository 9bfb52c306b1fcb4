/*
 * catalogue: the questions.  Loading is in catalogue_load.c, finding in lookup.c.
 */
#include "classify/catalogue_store.h"

#include <ctype.h>

#define PATH_LEVELS 4 /* of an HTTP path that may be the operator's own */

unsigned
catalogue_count(const struct catalogue *c)
{
	unsigned n = 0;

	for (unsigned i = 0; i < c->items; i++)
		n += c->item[i].file != 0;
	return n;
}

unsigned
catalogue_facts(const struct catalogue *c)
{
	return c->lookup.entries - catalogue_count(c) + c->macs;
}

const struct product *
catalogue_at(const struct catalogue *c, unsigned index)
{
	return index >= 1 && index <= c->items ? c->item[index - 1].p : NULL;
}

enum side
catalogue_controlled(const struct catalogue *c, unsigned index)
{
	if (index < 1 || index > c->items)
		return SIDE_NONE;
	return (enum side)c->item[index - 1].controlled;
}

static unsigned
find(const struct catalogue *c, enum fact fact, const char *text, size_t n)
{
	const struct entry *e = lookup_find(&c->lookup, fact, text, n);

	return e != NULL ? e->product : 0;
}

unsigned
catalogue_by_id(const struct catalogue *c, const char *id)
{
	return find(c, FACT_ID, id, strlen(id));
}

unsigned
catalogue_by_ndpi(const struct catalogue *c, const char *name)
{
	return find(c, FACT_NDPI, name, strlen(name));
}

static struct name_match
match_of(const struct entry *e)
{
	if (e == NULL || e->use == NAME_WEBSITE)
		return (struct name_match){ 0, NAME_EITHER, false };
	return (struct name_match){ e->product, (enum name_use)e->use, e->weak };
}

struct name_match
catalogue_by_domain(const struct catalogue *c, const char *name, size_t n)
{
	return match_of(lookup_domain(&c->lookup, name, n));
}

/* Products are served below a path of the operator's choice as well as at the root. */
static const struct entry *
find_path(const struct catalogue *c, const char *text, size_t n)
{
	const struct entry *e = lookup_find(&c->lookup, FACT_PATH, text, n);
	unsigned levels = 0;

	for (size_t i = 1; e == NULL && i < n && levels < PATH_LEVELS; i++) {
		if (text[i] != '/')
			continue;
		levels++;
		e = lookup_find(&c->lookup, FACT_PATH, text + i, n - i);
	}
	return e;
}

struct name_match
catalogue_by_page(const struct catalogue *c, enum obs_kind kind, const char *text, size_t n)
{
	switch (kind) {
	case OBS_HTTP_PATH:
		return match_of(find_path(c, text, n));
	case OBS_HTTP_TITLE:
		return match_of(lookup_find(&c->lookup, FACT_TITLE, text, n));
	case OBS_WS_PROTOCOL:
		return match_of(lookup_find(&c->lookup, FACT_WEBSOCKET, text, n));
	case OBS_HTTP_AGENT:
		return match_of(lookup_find(&c->lookup, FACT_AGENT, text, n));
	case OBS_HTTP_SERVER:
		return match_of(lookup_find(&c->lookup, FACT_SERVER, text, n));
	default:
		return match_of(NULL);
	}
}

struct name_match
catalogue_by_certificate(const struct catalogue *c, const char *name, size_t n)
{
	return match_of(lookup_find(&c->lookup, FACT_CERTIFICATE, name, n));
}

struct name_match
catalogue_by_alpn(const struct catalogue *c, const char *alpn, size_t n)
{
	return match_of(lookup_find(&c->lookup, FACT_ALPN, alpn, n));
}

unsigned
catalogue_by_ja4(const struct catalogue *c, const char *ja4)
{
	return find(c, FACT_JA4, ja4, strlen(ja4));
}

bool
mac_block_has(const struct mac_block *b, const struct mac *m)
{
	const unsigned whole = b->nibbles / 2;

	return memcmp(b->m.b, m->b, whole) == 0 &&
	    (b->nibbles % 2 == 0 || (b->m.b[whole] ^ m->b[whole]) >> 4 == 0);
}

unsigned
catalogue_by_mac(const struct catalogue *c, const struct mac *m, bool *exact)
{
	const struct mac_block *best = NULL;
	const uint8_t third = m->b[2]; /* most blocks are told from most addresses by it */
	const bool some = (c->mac_thirds[third / 64] >> third % 64 & 1) != 0;

	for (unsigned i = 0; some && i < c->macs; i++) {
		if (c->mac[i].m.b[2] == third && mac_block_has(&c->mac[i], m) &&
		    (best == NULL || c->mac[i].nibbles > best->nibbles))
			best = &c->mac[i];
	}
	*exact = best != NULL && best->exact;
	return best != NULL ? best->product : 0;
}

/* Device names are not case-sensitive [RFC 4343]. */
static unsigned
find_device(const struct catalogue *c, enum fact fact, const char *text, bool *exact)
{
	char lower[LOOKUP_TEXT + 1];
	const struct entry *e;
	size_t n = 0;

	while (n < LOOKUP_TEXT && text[n] != '\0') {
		lower[n] = (char)tolower((unsigned char)text[n]);
		n++;
	}
	e = lookup_find(&c->lookup, fact, lower, n);
	*exact = e != NULL && e->exact;
	return e != NULL ? e->product : 0;
}

unsigned
catalogue_by_host_name(const struct catalogue *c, const char *name, bool *exact)
{
	return find_device(c, FACT_HOST_NAME, name, exact);
}

unsigned
catalogue_by_service(const struct catalogue *c, const char *service, bool *exact)
{
	return find_device(c, FACT_SERVICE, service, exact);
}

bool
catalogue_certificate_is_device(const struct catalogue *c, unsigned product)
{
	const struct product *p = catalogue_at(c, product);

	return p != NULL && p->kind == PRODUCT_IP_KVM;
}

unsigned
network_place(const struct catalogue *c, uint32_t asn)
{
	unsigned low = 0, high = c->networks;

	while (low < high) {
		const unsigned mid = low + (high - low) / 2;

		if (c->network[mid].asn < asn)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

enum network_kind
catalogue_network(const struct catalogue *c, uint32_t asn)
{
	const unsigned i = network_place(c, asn);

	if (i == c->networks || c->network[i].asn != asn)
		return NETWORK_UNKNOWN;
	return (enum network_kind)c->network[i].kind;
}
