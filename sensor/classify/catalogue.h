/*
 * catalogue: products by name: domains, certificates, JA4, MAC blocks ...
 *
 * Read from products.yaml and networks.yaml of a directory and, over it, of the
 * files *.yaml in DIRECTORY.d and in a directory of the operator's choice.  Read-only
 * once loaded: lanes share it.  How one is exchanged for another: editions.h.
 */
#ifndef FARHAND_CATALOGUE_H
#define FARHAND_CATALOGUE_H

#include "farhand/obs.h"
#include "farhand/place.h"
#include "farhand/product.h"

struct catalogue;

/* NULL after all mistakes were said by log_at. */
struct catalogue *catalogue_load(const char *directory);
/*
 * The same, with the files of `own` too (NULL or "": none; need not be there), to follow
 * the one before it (NULL: none): products keep their numbers, and those that are gone
 * can still be had by number, but are found by no fact.  Not two at once.
 */
struct catalogue *catalogue_follow(
    const struct catalogue *before, const char *directory, const char *own);
void catalogue_free(struct catalogue *c); /* NULL allowed */

unsigned catalogue_count(const struct catalogue *c); /* products */
unsigned catalogue_facts(const struct catalogue *c); /* of all products */
/*
 * By number, from 1 on; NULL for 0 and beyond the last.  It lives as long as any
 * catalogue of those that follow each other.
 */
const struct product *catalogue_at(const struct catalogue *c, unsigned index);
/* 0: none. */
unsigned catalogue_by_id(const struct catalogue *c, const char *id);
/* nDPI's protocol name, exactly; 0: none. */
unsigned catalogue_by_ndpi(const struct catalogue *c, const char *name);

/* The side that is controlled where the product's own protocol is spoken; SIDE_NONE: bytes do not
 * tell. */
enum side catalogue_controlled(const struct catalogue *c, unsigned index);

/* How a name may be used: is the mere use of it the agent, or a session? */
enum name_use {
	NAME_AGENT,  /* an installed agent talks to it: registration or relay */
	NAME_VIEWER, /* only the controlling side uses it */
	NAME_EITHER
};

struct name_match {
	unsigned product; /* 0: none */
	enum name_use use;
	bool weak; /* the fact was never checked: good for a guess, no more */
};

/* The longest catalogued suffix at label boundaries; lower case, no trailing dot. */
struct name_match catalogue_by_domain(const struct catalogue *c, const char *name, size_t n);
/* What HTTP says: OBS_HTTP_PATH (also from any of its '/' on), _TITLE, _AGENT, _SERVER,
 * OBS_WS_PROTOCOL.
 */
struct name_match catalogue_by_page(
    const struct catalogue *c, enum obs_kind kind, const char *text, size_t n);
/* Certificate common name, issuer, or organisation; "MeshCentralRoot-*" style prefixes allowed. */
struct name_match catalogue_by_certificate(const struct catalogue *c, const char *name, size_t n);
struct name_match catalogue_by_alpn(const struct catalogue *c, const char *alpn, size_t n);
unsigned catalogue_by_ja4(const struct catalogue *c, const char *ja4);

/* A device fact; *exact: it names this product and nothing else. */
unsigned catalogue_by_mac(const struct catalogue *c, const struct mac *m, bool *exact);
unsigned catalogue_by_host_name(
    const struct catalogue *c, const char *name, bool *exact); /* DHCP, mDNS */
unsigned catalogue_by_service(
    const struct catalogue *c, const char *service, bool *exact); /* mDNS */
bool catalogue_certificate_is_device(const struct catalogue *c, unsigned product);

/* networks.yaml: kind of an autonomous system; NETWORK_UNKNOWN if not listed. */
enum network_kind catalogue_network(const struct catalogue *c, uint32_t asn);

#endif
