/*
 * geo_record: GeoIP2's, DB-IP Lite's and ip-location-db's names for the same.
 *
 *   GeoIP2, DB-IP       country.iso_code  city.names.en  location.latitude ...
 *   ip-location-db      country_code      city           latitude ...
 *   ASN, all            autonomous_system_number  autonomous_system_organization
 *                       (GeoIP2 Enterprise: both in traits)
 */
#include "people/geo_record.h"

#include <string.h>

static bool
get(MMDB_entry_s *entry, const char *const *path, MMDB_entry_data_s *out)
{
	return MMDB_aget_value(entry, out, path) == MMDB_SUCCESS && out->has_data;
}

/* The length of the UTF-8 character at p [RFC 3629], 0 if it is none. */
static size_t
utf8_length(const uint8_t *p, size_t n)
{
	const size_t length = p[0] < 0x80 ? 1
	    : p[0] < 0xc2                 ? 0
	    : p[0] < 0xe0                 ? 2
	    : p[0] < 0xf0                 ? 3
					  : 4;

	if (length == 0 || length > n || p[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return length;
}

/* Copy whole characters as far as they fit; bytes that are none become '?'. */
static void
copy_text(MMDB_entry_s *entry, const char *const *path, char *out, size_t room)
{
	MMDB_entry_data_s v;
	const uint8_t *p;
	size_t used = 0;

	if (out[0] != '\0' || !get(entry, path, &v) || v.type != MMDB_DATA_TYPE_UTF8_STRING)
		return;
	p = (const uint8_t *)v.utf8_string;
	for (size_t at = 0, n; at < v.data_size; at += n) {
		const size_t length = utf8_length(p + at, v.data_size - at);

		n = length > 0 ? length : 1;
		if (used + n >= room)
			break;
		if (length == 0 || p[at] < 0x20 || p[at] == 0x7f)
			out[used] = '?';
		else
			memcpy(out + used, p + at, n);
		used += n;
	}
	out[used] = '\0';
}

static bool
read_number(MMDB_entry_s *entry, const char *const *path, double least, double most, double *out)
{
	MMDB_entry_data_s v;
	double d;

	if (!get(entry, path, &v))
		return false;
	switch (v.type) {
	case MMDB_DATA_TYPE_DOUBLE:
		d = v.double_value;
		break;
	case MMDB_DATA_TYPE_FLOAT:
		d = (double)v.float_value;
		break;
	case MMDB_DATA_TYPE_UINT16:
		d = v.uint16;
		break;
	case MMDB_DATA_TYPE_UINT32:
		d = v.uint32;
		break;
	case MMDB_DATA_TYPE_INT32:
		d = v.int32;
		break;
	default:
		return false;
	}
	if (!(d >= least && d <= most))
		return false;
	*out = d;
	return true;
}

static void
read_country(MMDB_entry_s *entry, const char *const *path, struct geo_record *out)
{
	MMDB_entry_data_s v;
	const char *code;

	if (out->country[0] != '\0' || !get(entry, path, &v) ||
	    v.type != MMDB_DATA_TYPE_UTF8_STRING || v.data_size != 2)
		return;
	code = v.utf8_string;
	if (code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z')
		return;
	memcpy(out->country, code, 2);
	out->country[2] = '\0';
}

static void
read_point(
    MMDB_entry_s *entry, const char *const *lat, const char *const *lon, struct geo_record *out)
{
	double y, x;

	if (out->has_point || !read_number(entry, lat, -90, 90, &y) ||
	    !read_number(entry, lon, -180, 180, &x))
		return;
	out->has_point = true;
	out->lat = y;
	out->lon = x;
	out->radius_km = 0;
}

static void
read_network(
    MMDB_entry_s *entry, const char *const *asn, const char *const *as_name, struct geo_record *out)
{
	double number;

	if (out->asn != 0 || !read_number(entry, asn, 1, UINT32_MAX, &number))
		return;
	out->asn = (uint32_t)number;
	copy_text(entry, as_name, out->as_name, sizeof(out->as_name));
}

void
geo_read(MMDB_entry_s *entry, struct geo_record *out)
{
	static const char *const country[] = { "country", "iso_code", NULL };
	static const char *const flat_country[] = { "country_code", NULL };
	static const char *const city[] = { "city", "names", "en", NULL };
	static const char *const flat_city[] = { "city", NULL };
	static const char *const lat[] = { "location", "latitude", NULL };
	static const char *const lon[] = { "location", "longitude", NULL };
	static const char *const flat_lat[] = { "latitude", NULL };
	static const char *const flat_lon[] = { "longitude", NULL };
	static const char *const radius[] = { "location", "accuracy_radius", NULL };
	static const char *const asn[] = { "autonomous_system_number", NULL };
	static const char *const as_name[] = { "autonomous_system_organization", NULL };
	static const char *const trait_asn[] = { "traits", "autonomous_system_number", NULL };
	static const char *const trait_as_name[] = { "traits", "autonomous_system_organization",
		NULL };
	const bool had_point = out->has_point;
	double number;

	read_country(entry, country, out);
	read_country(entry, flat_country, out);
	copy_text(entry, city, out->city, sizeof(out->city));
	copy_text(entry, flat_city, out->city, sizeof(out->city));
	read_point(entry, lat, lon, out);
	read_point(entry, flat_lat, flat_lon, out);
	if (!had_point && out->has_point && read_number(entry, radius, 1, 20038, &number))
		out->radius_km = number;
	read_network(entry, asn, as_name, out);
	read_network(entry, trait_asn, trait_as_name, out);
}
