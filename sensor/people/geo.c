/*
 * geo: databases in, a place out.
 *
 * Every database is asked, in the order given; the first to know a thing is
 * believed.  So country, city and ASN files, files for IPv4 and IPv6 apart, or
 * one file with everything all work alike.  What a file is for is told by the
 * name of its type, else by what its first record holds.
 *
 *   address ──▶ found, else every database's tree ──▶ records ──▶ made, else read ──▶ place
 *
 * Both memories are direct-mapped and change no answer.
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

#define PLACES  4096 /* powers of two */
#define RECORDS 1024

/* Where each database's record of an address is, and 1; 0: it has none. */
struct where {
	uint32_t at[CONFIG_GEO];
};

/* The place some records make. */
struct made {
	struct where where; /* none: the entry is empty */
	struct place place;
};

/* What was last found of an address. */
struct found {
	bool filled, known;
	struct addr addr;
	struct place place;
};

struct geo {
	unsigned n;
	struct database at[CONFIG_GEO];
	bool lent;           /* they are another's */
	struct found *found; /* [PLACES], by address */
	struct made *made;   /* [RECORDS], by records: a country has one, and many addresses */
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

static struct geo *
geo_new(void)
{
	struct geo *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->found = calloc(PLACES, sizeof(g->found[0]));
	g->made = calloc(RECORDS, sizeof(g->made[0]));
	if (g->found == NULL || g->made == NULL) {
		geo_close(g);
		return NULL;
	}
	return g;
}

struct geo *
geo_beside(const struct geo *g)
{
	struct geo *beside = geo_new();

	if (beside == NULL)
		return NULL;
	memcpy(beside->at, g->at, sizeof(beside->at));
	beside->n = g->n;
	beside->lent = true;
	return beside;
}

struct geo *
geo_open(const char *const *path, unsigned files)
{
	struct geo *g = geo_new();

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
	for (unsigned i = 0; i < g->n && !g->lent; i++)
		MMDB_close(&g->at[i].mmdb);
	free(g->made);
	free(g->found);
	free(g);
}

/* Ask one database; an address of a family it does not hold is merely unknown. */
static bool
ask(const struct database *d, const struct addr *a, MMDB_entry_s *out)
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
	*out = found.entry;
	return status == MMDB_SUCCESS && found.found_entry;
}

static void
make_place(const struct geo_record *r, struct place *out)
{
	memcpy(out->country, r->country, sizeof(out->country));
	memcpy(out->city, r->city, sizeof(out->city));
	memcpy(out->as_name, r->as_name, sizeof(out->as_name));
	out->asn = r->asn;
	if (out->country[0] != '\0')
		geo_centroid(out->country, out);
	/* A point without a town or a radius is a centre as well, of the database's making. */
	if (r->has_point && (r->radius_km > 0 || r->city[0] != '\0' || !out->has_point)) {
		out->has_point = true;
		out->centroid = false;
		out->lat = (float)r->lat;
		out->lon = (float)r->lon;
		out->radius_km = r->radius_km > 0 ? (float)r->radius_km : GEO_CITY_RADIUS_KM;
	}
}

static struct made *
made_of(const struct geo *g, const struct where *w)
{
	uint32_t h = 0;

	for (unsigned i = 0; i < g->n; i++)
		h = (h ^ w->at[i]) * 0x9e3779b1u;
	return &g->made[(h ^ h >> 16) & (RECORDS - 1)];
}

/* What all databases together say of an address. */
static void
look_up(const struct geo *g, const struct addr *a, struct place *out)
{
	struct where where = { { 0 } };
	struct geo_record r = { .asn = 0 };
	MMDB_entry_s entry[CONFIG_GEO];
	struct made *made;

	memset(out, 0, sizeof(*out));
	for (unsigned i = 0; i < g->n; i++)
		if (ask(&g->at[i], a, &entry[i]))
			where.at[i] = entry[i].offset + 1;
	made = made_of(g, &where);
	if (memcmp(&made->where, &where, sizeof(where)) != 0) {
		for (unsigned i = 0; i < g->n; i++)
			if (where.at[i] != 0)
				geo_read(&entry[i], &r);
		*made = (struct made){ .where = where };
		make_place(&r, &made->place);
	}
	*out = made->place;
}

static struct found *
found_of(const struct geo *g, const struct addr *a)
{
	return &g->found[addr_hash(a) & (PLACES - 1)];
}

void
geo_fetch(const struct geo *g, const struct addr *a)
{
	const struct found *f = found_of(g, a);

	__builtin_prefetch(f, 1);
	__builtin_prefetch((const char *)(f + 1) - 1, 1);
}

bool
geo_find(struct geo *g, const struct addr *a, struct place *out)
{
	struct found *f = found_of(g, a);

	if (!f->filled || !addr_equal(&f->addr, a)) {
		f->filled = true;
		f->addr = *a;
		look_up(g, a, &f->place);
		f->known = f->place.country[0] != '\0' || f->place.has_point || f->place.asn != 0;
	}
	*out = f->place;
	return f->known;
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
