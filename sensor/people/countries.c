/*
 * countries: the middle of each country and how wide it is.
 *
 * ISO 3166-1 alpha-2 codes in order; degrees to a tenth; the radius is that of a
 * disc of the country's area, at least 5 km.  Of countries spread over the sea
 * or with far-off parts it is the part where people live (US: the mainland,
 * Pacific states: what their islands span).  Good to tell countries apart by
 * distance, not to draw maps.  XK is no ISO code but what everyone, the databases
 * included, writes for Kosovo.
 */
#include "people/geo.h"

#include <math.h>

#define EARTH_KM 6371.0088

struct country {
	char code[3];
	float lat, lon;
	uint16_t radius_km;
};

/* clang-format off */
static const struct country countries[] = {
	{ "AD", 42.5f, 1.5f, 12 }, { "AE", 24.0f, 54.0f, 160 }, { "AF", 33.8f, 66.0f, 460 },
	{ "AG", 17.1f, -61.8f, 12 }, { "AI", 18.2f, -63.1f, 5 }, { "AL", 41.1f, 20.0f, 96 },
	{ "AM", 40.3f, 45.0f, 98 }, { "AO", -12.3f, 17.5f, 630 }, { "AQ", -82.0f, 0.0f, 2110 },
	{ "AR", -35.4f, -65.2f, 940 }, { "AS", -14.3f, -170.7f, 8 }, { "AT", 47.6f, 14.1f, 160 },
	{ "AU", -25.7f, 134.5f, 1560 }, { "AW", 12.5f, -70.0f, 8 }, { "AX", 60.2f, 20.0f, 23 },
	{ "AZ", 40.3f, 47.5f, 170 }, { "BA", 44.2f, 17.8f, 130 }, { "BB", 13.2f, -59.6f, 12 },
	{ "BD", 23.9f, 90.2f, 220 }, { "BE", 50.6f, 4.6f, 99 }, { "BF", 12.3f, -1.8f, 300 },
	{ "BG", 42.8f, 25.2f, 190 }, { "BH", 26.0f, 50.5f, 16 }, { "BI", -3.4f, 29.9f, 94 },
	{ "BJ", 9.6f, 2.3f, 190 }, { "BL", 17.9f, -62.8f, 5 }, { "BM", 32.3f, -64.8f, 5 },
	{ "BN", 4.5f, 114.7f, 43 }, { "BO", -16.7f, -64.7f, 590 }, { "BQ", 12.2f, -68.3f, 10 },
	{ "BR", -10.8f, -53.1f, 1650 }, { "BS", 24.7f, -77.5f, 160 }, { "BT", 27.4f, 90.4f, 110 },
	{ "BV", -54.4f, 3.4f, 5 }, { "BW", -22.2f, 23.8f, 430 }, { "BY", 53.5f, 28.0f, 260 },
	{ "BZ", 17.2f, -88.6f, 86 }, { "CA", 57.0f, -100.0f, 1780 }, { "CC", -12.1f, 96.9f, 5 },
	{ "CD", -2.9f, 23.6f, 860 }, { "CF", 6.6f, 20.5f, 450 }, { "CG", -0.8f, 15.2f, 330 },
	{ "CH", 46.8f, 8.2f, 110 }, { "CI", 7.6f, -5.6f, 320 }, { "CK", -21.2f, -159.8f, 9 },
	{ "CL", -35.5f, -71.3f, 490 }, { "CM", 5.7f, 12.7f, 390 }, { "CN", 36.0f, 103.8f, 1750 },
	{ "CO", 3.9f, -73.1f, 600 }, { "CR", 9.9f, -84.2f, 130 }, { "CU", 21.6f, -79.0f, 190 },
	{ "CV", 15.1f, -23.6f, 80 }, { "CW", 12.2f, -69.0f, 12 }, { "CX", -10.5f, 105.7f, 7 },
	{ "CY", 35.1f, 33.2f, 54 }, { "CZ", 49.8f, 15.3f, 160 }, { "DE", 51.1f, 10.4f, 340 },
	{ "DJ", 11.7f, 42.6f, 86 }, { "DK", 56.0f, 10.0f, 140 }, { "DM", 15.4f, -61.4f, 15 },
	{ "DO", 18.9f, -70.5f, 120 }, { "DZ", 28.2f, 2.6f, 870 }, { "EC", -1.4f, -78.8f, 300 },
	{ "EE", 58.7f, 25.5f, 120 }, { "EG", 26.5f, 29.9f, 570 }, { "EH", 24.2f, -12.2f, 290 },
	{ "ER", 15.4f, 38.8f, 190 }, { "ES", 40.2f, -3.6f, 400 }, { "ET", 8.6f, 39.6f, 590 },
	{ "FI", 64.5f, 26.3f, 330 }, { "FJ", -17.8f, 178.0f, 76 }, { "FK", -51.7f, -59.5f, 62 },
	{ "FM", 6.9f, 158.2f, 540 }, { "FO", 62.1f, -6.9f, 21 }, { "FR", 46.6f, 2.5f, 420 },
	{ "GA", -0.6f, 11.8f, 290 }, { "GB", 54.0f, -2.5f, 280 }, { "GD", 12.1f, -61.7f, 10 },
	{ "GE", 42.2f, 43.5f, 150 }, { "GF", 3.9f, -53.2f, 160 }, { "GG", 49.5f, -2.6f, 5 },
	{ "GH", 7.9f, -1.2f, 280 }, { "GI", 36.1f, -5.3f, 5 }, { "GL", 74.7f, -41.4f, 830 },
	{ "GM", 13.4f, -15.4f, 59 }, { "GN", 10.4f, -10.9f, 280 }, { "GP", 16.2f, -61.5f, 23 },
	{ "GQ", 1.7f, 10.3f, 94 }, { "GR", 39.1f, 22.9f, 200 }, { "GS", -54.4f, -36.6f, 35 },
	{ "GT", 15.7f, -90.4f, 190 }, { "GU", 13.4f, 144.8f, 13 }, { "GW", 12.0f, -15.0f, 110 },
	{ "GY", 4.8f, -58.9f, 260 }, { "HK", 22.4f, 114.2f, 19 }, { "HM", -53.1f, 73.5f, 11 },
	{ "HN", 14.8f, -86.6f, 190 }, { "HR", 45.1f, 16.4f, 130 }, { "HT", 18.9f, -72.7f, 94 },
	{ "HU", 47.2f, 19.4f, 170 }, { "ID", -2.2f, 117.3f, 780 }, { "IE", 53.2f, -8.1f, 150 },
	{ "IL", 31.4f, 35.0f, 84 }, { "IM", 54.2f, -4.5f, 13 }, { "IN", 22.9f, 79.6f, 1020 },
	{ "IO", -6.3f, 71.9f, 5 }, { "IQ", 33.0f, 43.7f, 370 }, { "IR", 32.6f, 54.3f, 720 },
	{ "IS", 65.0f, -18.6f, 180 }, { "IT", 42.8f, 12.1f, 310 }, { "JE", 49.2f, -2.1f, 6 },
	{ "JM", 18.2f, -77.3f, 59 }, { "JO", 31.2f, 36.8f, 170 }, { "JP", 37.6f, 138.0f, 350 },
	{ "KE", 0.6f, 37.8f, 430 }, { "KG", 41.5f, 74.6f, 250 }, { "KH", 12.7f, 104.9f, 240 },
	{ "KI", 1.4f, 173.0f, 1060 }, { "KM", -11.9f, 43.7f, 26 }, { "KN", 17.3f, -62.7f, 9 },
	{ "KP", 40.2f, 127.2f, 200 }, { "KR", 36.4f, 127.8f, 180 }, { "KW", 29.3f, 47.6f, 76 },
	{ "KY", 19.4f, -81.0f, 9 }, { "KZ", 48.2f, 67.3f, 930 }, { "LA", 18.5f, 103.8f, 270 },
	{ "LB", 33.9f, 35.9f, 56 }, { "LC", 13.9f, -61.0f, 14 }, { "LI", 47.1f, 9.6f, 7 },
	{ "LK", 7.6f, 80.7f, 140 }, { "LR", 6.5f, -9.3f, 190 }, { "LS", -29.6f, 28.2f, 98 },
	{ "LT", 55.3f, 23.9f, 140 }, { "LU", 49.8f, 6.1f, 29 }, { "LV", 56.9f, 24.9f, 140 },
	{ "LY", 27.0f, 18.0f, 750 }, { "MA", 31.9f, -6.3f, 380 }, { "MC", 43.7f, 7.4f, 5 },
	{ "MD", 47.2f, 28.5f, 100 }, { "ME", 42.8f, 19.2f, 67 }, { "MF", 18.1f, -63.1f, 5 },
	{ "MG", -19.4f, 46.7f, 430 }, { "MH", 7.1f, 171.1f, 250 }, { "MK", 41.6f, 21.7f, 91 },
	{ "ML", 17.3f, -3.5f, 630 }, { "MM", 21.2f, 96.5f, 460 }, { "MN", 46.8f, 103.0f, 710 },
	{ "MO", 22.2f, 113.5f, 5 }, { "MP", 16.5f, 145.6f, 110 }, { "MQ", 14.7f, -61.0f, 19 },
	{ "MR", 20.3f, -10.4f, 570 }, { "MS", 16.7f, -62.2f, 6 }, { "MT", 35.9f, 14.4f, 10 },
	{ "MU", -20.3f, 57.6f, 25 }, { "MV", 3.2f, 73.3f, 170 }, { "MW", -13.2f, 34.3f, 190 },
	{ "MX", 23.9f, -102.5f, 790 }, { "MY", 3.8f, 109.7f, 500 }, { "MZ", -17.3f, 35.5f, 510 },
	{ "NA", -22.1f, 17.2f, 510 }, { "NC", -21.3f, 165.5f, 78 }, { "NE", 17.4f, 9.4f, 640 },
	{ "NF", -29.0f, 168.0f, 5 }, { "NG", 9.6f, 8.1f, 540 }, { "NI", 12.8f, -85.0f, 200 },
	{ "NL", 52.2f, 5.3f, 120 }, { "NO", 64.5f, 13.5f, 350 }, { "NP", 28.3f, 83.9f, 220 },
	{ "NR", -0.5f, 166.9f, 5 }, { "NU", -19.1f, -169.9f, 9 }, { "NZ", -41.8f, 172.0f, 290 },
	{ "OM", 20.6f, 56.1f, 310 }, { "PA", 8.5f, -80.1f, 150 }, { "PE", -9.2f, -74.4f, 640 },
	{ "PF", -17.6f, -149.4f, 310 }, { "PG", -6.5f, 145.2f, 380 },
	{ "PH", 11.8f, 122.9f, 400 }, { "PK", 30.0f, 69.4f, 530 }, { "PL", 52.1f, 19.4f, 320 },
	{ "PM", 46.9f, -56.3f, 9 }, { "PN", -24.4f, -128.3f, 5 }, { "PR", 18.2f, -66.5f, 54 },
	{ "PS", 31.9f, 35.2f, 44 }, { "PT", 39.6f, -8.5f, 170 }, { "PW", 7.3f, 134.5f, 56 },
	{ "PY", -23.2f, -58.4f, 360 }, { "QA", 25.3f, 51.2f, 62 }, { "RE", -21.1f, 55.5f, 28 },
	{ "RO", 45.9f, 25.0f, 280 }, { "RS", 44.2f, 20.8f, 160 }, { "RU", 60.0f, 90.0f, 2330 },
	{ "RW", -2.0f, 29.9f, 91 }, { "SA", 24.1f, 44.5f, 830 }, { "SB", -8.9f, 159.6f, 220 },
	{ "SC", -4.7f, 55.5f, 80 }, { "SD", 16.0f, 29.9f, 770 }, { "SE", 62.8f, 16.7f, 380 },
	{ "SG", 1.4f, 103.8f, 15 }, { "SH", -15.9f, -5.7f, 12 }, { "SI", 46.1f, 14.8f, 80 },
	{ "SJ", 78.8f, 18.0f, 140 }, { "SK", 48.7f, 19.5f, 120 }, { "SL", 8.6f, -11.8f, 150 },
	{ "SM", 43.9f, 12.5f, 5 }, { "SN", 14.4f, -14.5f, 250 }, { "SO", 4.8f, 45.7f, 450 },
	{ "SR", 4.1f, -55.9f, 230 }, { "SS", 7.3f, 30.2f, 440 }, { "ST", 0.4f, 6.7f, 40 },
	{ "SV", 13.7f, -88.9f, 82 }, { "SX", 18.0f, -63.1f, 5 }, { "SY", 35.0f, 38.5f, 240 },
	{ "SZ", -26.6f, 31.5f, 74 }, { "TC", 21.8f, -71.8f, 25 }, { "TD", 15.3f, 18.6f, 640 },
	{ "TF", -49.3f, 69.3f, 50 }, { "TG", 8.5f, 1.0f, 130 }, { "TH", 15.1f, 101.0f, 400 },
	{ "TJ", 38.5f, 71.0f, 210 }, { "TK", -9.2f, -171.8f, 40 }, { "TL", -8.8f, 125.8f, 69 },
	{ "TM", 39.1f, 59.4f, 390 }, { "TN", 34.1f, 9.6f, 230 }, { "TO", -20.4f, -174.8f, 110 },
	{ "TR", 39.1f, 35.2f, 500 }, { "TT", 10.5f, -61.3f, 40 }, { "TV", -7.8f, 178.5f, 220 },
	{ "TW", 23.8f, 121.0f, 110 }, { "TZ", -6.3f, 34.8f, 550 }, { "UA", 49.0f, 31.4f, 440 },
	{ "UG", 1.3f, 32.4f, 280 }, { "UM", 19.3f, 166.6f, 5 }, { "US", 39.5f, -98.4f, 1610 },
	{ "UY", -32.8f, -56.0f, 240 }, { "UZ", 41.8f, 63.2f, 380 }, { "VA", 41.9f, 12.5f, 5 },
	{ "VC", 13.2f, -61.2f, 11 }, { "VE", 7.1f, -66.2f, 540 }, { "VG", 18.5f, -64.5f, 13 },
	{ "VI", 18.0f, -64.8f, 14 }, { "VN", 16.6f, 106.3f, 320 }, { "VU", -16.2f, 167.7f, 220 },
	{ "WF", -13.9f, -177.3f, 98 }, { "WS", -13.8f, -172.2f, 30 }, { "XK", 42.6f, 20.9f, 59 }, { "YE", 15.9f, 47.6f, 410 },
	{ "YT", -12.8f, 45.1f, 11 }, { "ZA", -29.0f, 25.1f, 620 }, { "ZM", -13.5f, 27.8f, 490 },
	{ "ZW", -19.0f, 29.8f, 350 },
};
/* clang-format on */

static int
by_code(const void *key, const void *at)
{
	return strcmp(key, ((const struct country *)at)->code);
}

static const struct country *
find(const char *code)
{
	return bsearch(code, countries, sizeof(countries) / sizeof(countries[0]),
	    sizeof(countries[0]), by_code);
}

bool
geo_is_country(const char *code)
{
	return find(code) != NULL;
}

bool
geo_centroid(const char country[3], struct place *out)
{
	const struct country *c = find(country);

	if (c == NULL)
		return false;
	out->has_point = true;
	out->centroid = true;
	out->lat = c->lat;
	out->lon = c->lon;
	out->radius_km = c->radius_km;
	return true;
}

/* The haversine form: exact enough for near points too. */
double
geo_distance_km(double lat1, double lon1, double lat2, double lon2)
{
	const double degree = M_PI / 180;
	const double dlat = sin((lat2 - lat1) * degree / 2), dlon = sin((lon2 - lon1) * degree / 2);
	const double h = dlat * dlat + cos(lat1 * degree) * cos(lat2 * degree) * dlon * dlon;

	return 2 * EARTH_KM * asin(sqrt(h < 1 ? h : 1));
}
