/*
 * geo_record: the fields of one database record, of any schema known.  Private to geo.
 */
#ifndef FARHAND_GEO_RECORD_H
#define FARHAND_GEO_RECORD_H

#include <maxminddb.h>

#include "farhand/place.h"

#define GEO_CITY_RADIUS_KM 50 /* where a database gives a town but no radius */

struct geo_record {
	char country[3], city[40], as_name[40]; /* "" unknown */
	bool has_point;
	double lat, lon;
	double radius_km; /* 0 unknown */
	uint32_t asn;     /* 0 unknown */
};

/* Fill what is still unknown in *out; values of unexpected type or range are none. */
void geo_read(MMDB_entry_s *entry, struct geo_record *out);

#endif
