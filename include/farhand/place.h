/*
 * place: where an address, or a claim, is.
 */
#ifndef FARHAND_PLACE_H
#define FARHAND_PLACE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* What kind of network announces an address (catalog/networks.yaml, farhand.yaml). */
enum network_kind {
	NETWORK_UNKNOWN,
	NETWORK_FIXED,  /* residential or business access */
	NETWORK_MOBILE, /* mobile or carrier-grade NAT */
	NETWORK_SATELLITE,
	NETWORK_HOSTING,
	NETWORK_VPN,    /* VPN or proxy exits, private relays */
	NETWORK_OFFICE, /* the employer's own, as configured */
	NETWORK_SHARED, /* coworking, hotel, campus: many tenants, as configured */
	NETWORK_KINDS
};

struct place {
	char country[3]; /* ISO 3166-1 alpha-2, "" if unknown */
	bool has_point;  /* lat, lon, radius_km hold */
	bool centroid;   /* the point is the country's centre, radius its half-width */
	float lat, lon;  /* degrees, WGS 84 */
	float radius_km; /* about two thirds of true places lie within */
	uint32_t asn;    /* 0 if unknown */
	char as_name[40];
	uint8_t network; /* enum network_kind */
	char city[40];
};

static inline bool
place_known(const struct place *p)
{
	return p->country[0] != '\0';
}

static inline bool
place_same_country(const struct place *a, const struct place *b)
{
	return a->country[0] == b->country[0] && a->country[1] == b->country[1];
}

/*
 * Great-circle distance of two points, km, on a sphere of the Earth's mean radius
 * [IUGG], by haversines: exact enough for near points too.
 */
static inline double
place_distance_km(const struct place *a, const struct place *b)
{
	const double rad = 0.017453292519943295, radius_km = 6371.0088;
	const double lat1 = (double)a->lat * rad, lat2 = (double)b->lat * rad;
	const double u = sin((lat2 - lat1) / 2);
	const double v = sin(((double)b->lon - (double)a->lon) * rad / 2);
	const double h = u * u + cos(lat1) * cos(lat2) * v * v;

	return 2 * radius_km * asin(sqrt(h < 1 ? h : 1));
}

#endif
