/*
 * geo: databases in, a place out.
 *
 * Every database is asked, in the order given; the first to know a thing is
 * believed.  So country, city and ASN files, files for IPv4 and IPv6 apart, or
 * one file with everything all work alike.  What a file is for is told by the
 * name of its type, else by what its first record holds.
 */
#include "people/geo.h"

#include <errno.h>
#include <strings.h>
#include <time.h>

#include "ops/config.h"
#include "ops/log.h"
#include "people/geo_record.h"

enum { ROLE_COUNTRY = 1, ROLE_CITY = 2, ROLE_ASN = 4 };

struct database {
	MMDB_s mmdb;
	unsigned roles;
};

struct geo {
	unsigned n;
	struct database at[CONFIG_GEO];
};

/* The record of the lowest network that has one; false if there is none. */
static bool
first_record(const MMDB_s *m, MMDB_entry_s *out)
{
	MMDB_search_node_s node;
	uint64_t next = 0;

	for (unsigned depth = 0; depth < 128; depth++) {
		bool left;

		if (MMDB_read_node(m, (uint32_t)next, &node) != MMDB_SUCCESS)
			return false;
		left = node.left_record_type != MMDB_RECORD_TYPE_EMPTY;
		if ((left ? node.left_record_type : node.right_record_type) ==
		    MMDB_RECORD_TYPE_DATA) {
			*out = left ? node.left_record_entry : node.right_record_entry;
			return true;
		}
		if ((left ? node.left_record_type : node.right_record_type) !=
		    MMDB_RECORD_TYPE_SEARCH_NODE)
			return false;
		next = left ? node.left_record : node.right_record;
	}
	return false;
}

static unsigned
find_roles(const MMDB_s *m)
{
	const char *type = m->metadata.database_type != NULL ? m->metadata.database_type : "";
	struct geo_record found = { .asn = 0 };
	MMDB_entry_s entry;

	if (strcasestr(type, "asn") != NULL || strcasestr(type, "isp") != NULL)
		return ROLE_ASN;
	if (strcasestr(type, "city") != NULL)
		return ROLE_CITY | ROLE_COUNTRY;
	if (strcasestr(type, "country") != NULL)
		return ROLE_COUNTRY;
	if (!first_record(m, &entry))
		return 0;
	geo_read(&entry, &found);
	return (found.asn != 0 ? (unsigned)ROLE_ASN : 0) |
	    (found.has_point || found.city[0] != '\0' ? (unsigned)ROLE_CITY : 0) |
	    (found.country[0] != '\0' ? (unsigned)ROLE_COUNTRY : 0);
}

static bool
open_one(struct geo *g, const char *path)
{
	struct database *d = &g->at[g->n];
	const int status = MMDB_open(path, MMDB_MODE_MMAP, &d->mmdb);

	if (status != MMDB_SUCCESS) {
		log_error("%s: %s; expected a country, city or ASN database (MMDB)", path,
		    status == MMDB_FILE_OPEN_ERROR ? strerror(errno) : MMDB_strerror(status));
		return false;
	}
	g->n++;
	d->roles = find_roles(&d->mmdb);
	if (d->roles == 0) {
		log_error("%s: a database of neither countries, cities nor networks", path);
		return false;
	}
	return true;
}

struct geo *
geo_open(const char *const *path, unsigned files)
{
	struct geo *g = calloc(1, sizeof(*g));

	if (g == NULL) {
		log_error("no memory for databases");
		return NULL;
	}
	if (files > CONFIG_GEO) {
		log_error("%u databases; expected at most %d", files, CONFIG_GEO);
		goto err0;
	}
	for (unsigned i = 0; i < files; i++)
		if (!open_one(g, path[i]))
			goto err0;
	return g;
err0:
	geo_close(g);
	return NULL;
}

void
geo_close(struct geo *g)
{
	if (g == NULL)
		return;
	for (unsigned i = 0; i < g->n; i++)
		MMDB_close(&g->at[i].mmdb);
	free(g);
}

/* Ask one database; an address of a family it does not hold is merely unknown. */
static void
ask(const struct database *d, const struct addr *a, struct geo_record *out)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	const struct sockaddr *sa = (const struct sockaddr *)&six;
	MMDB_lookup_result_s found;
	int status;

	memcpy(&six.sin6_addr, a->b, 16);
	if (addr_is_v4(a)) {
		memcpy(&four.sin_addr, a->b + 12, 4);
		sa = (const struct sockaddr *)&four;
	}
	found = MMDB_lookup_sockaddr(&d->mmdb, sa, &status);
	if (status == MMDB_SUCCESS && found.found_entry)
		geo_read(&found.entry, out);
}

bool
geo_find(const struct geo *g, const struct addr *a, struct place *out)
{
	struct geo_record r = { .asn = 0 };

	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < g->n; i++)
		ask(&g->at[i], a, &r);
	memcpy(out->country, r.country, sizeof(out->country));
	memcpy(out->city, r.city, sizeof(out->city));
	memcpy(out->as_name, r.as_name, sizeof(out->as_name));
	out->asn = r.asn;
	if (out->country[0] != '\0')
		geo_centroid(out->country, out);
	/* A point without a town or a radius is a centre as well, of the database's making. */
	if (r.has_point && (r.radius_km > 0 || r.city[0] != '\0' || !out->has_point)) {
		out->has_point = true;
		out->centroid = false;
		out->lat = (float)r.lat;
		out->lon = (float)r.lon;
		out->radius_km = r.radius_km > 0 ? (float)r.radius_km : GEO_CITY_RADIUS_KM;
	}
	return out->country[0] != '\0' || out->has_point || out->asn != 0;
}

static void
say_version(const struct geo *g, unsigned role, char out[64])
{
	out[0] = '\0';
	for (unsigned i = 0; i < g->n; i++) {
		const MMDB_metadata_s *meta = &g->at[i].mmdb.metadata;
		const time_t built = (time_t)meta->build_epoch;
		char day[16];
		struct tm tm;

		if ((g->at[i].roles & role) == 0)
			continue;
		if (gmtime_r(&built, &tm) == NULL ||
		    strftime(day, sizeof(day), "%Y-%m-%d", &tm) != 10)
			strcpy(day, "?");
		snprintf(out, 64, "%.47s %s", meta->database_type, day);
		return;
	}
}

void
geo_versions(const struct geo *g, char country[64], char city[64], char asn[64])
{
	say_version(g, ROLE_COUNTRY, country);
	say_version(g, ROLE_CITY, city);
	say_version(g, ROLE_ASN, asn);
}
