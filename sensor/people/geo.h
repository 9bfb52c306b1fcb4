/*
 * geo: where an address is.  geo.c and geo_record.c alone include maxminddb.h.
 *
 * Reads country, city and ASN databases of the GeoIP2 schema and of DB-IP Lite
 * (and the flat ip-location-db one), each recognised by what it holds.
 */
#ifndef FARHAND_GEO_H
#define FARHAND_GEO_H

#include "farhand/addr.h"
#include "farhand/place.h"

struct geo;

/* Open databases; NULL after log_error where one cannot be read.  files may be 0. */
struct geo *geo_open(const char *const *path, unsigned files);
void geo_close(struct geo *g); /* NULL allowed */
/* The same databases for another thread, to be closed before g; NULL: no memory. */
struct geo *geo_beside(const struct geo *g);

/*
 * True if anything is known.  *out is always filled (zeros for unknown).  network is left unknown.
 * What was found is remembered: one thread at a time.
 */
bool geo_find(struct geo *g, const struct addr *a, struct place *out);
/* It will be asked of that address soon: what it remembers is fetched meanwhile. */
void geo_fetch(const struct geo *g, const struct addr *a);

/* "type YYYY-MM-DD" of the country, city and ASN database in use; "" where none. */
void geo_versions(const struct geo *g, char country[64], char city[64], char asn[64]);

/* Fill centre and radius of an ISO 3166-1 alpha-2 country; false if there is no such code. */
bool geo_centroid(const char country[3], struct place *out);
bool geo_is_country(const char *code);

#endif
