/*
 * people_file: people.yaml; its format is told in docs/people.md.
 *
 *   persons:
 *     - id: p-7f3ac2
 *       claim: {country: DE, city: Berlin, lat: 52.52, lon: 13.40}
 *       endpoints:
 *         - mac: "00:00:5e:00:53:17"
 */
#include "ops/config_read.h"
#include "people/geo.h"
#include "people/people.h"

#include "ops/log.h"

#define CLAIM_RADIUS_KM 25 /* a town and its surroundings */

/* One run of reading. */
struct reader {
	struct yaml *y;
	struct people *p;
	bool (*known_product)(void *arg, const char *id);
	void *arg;
};

/* Letters, digits and a few signs, that a pseudonym or an IANA zone is made of. */
static bool
is_plain(const char *text, const char *signs)
{
	for (; *text != '\0'; text++)
		if (!(*text >= '0' && *text <= '9') && !(*text >= 'a' && *text <= 'z') &&
		    !(*text >= 'A' && *text <= 'Z') && strchr(signs, *text) == NULL)
			return false;
	return true;
}

static void
read_point(struct yaml *y, const struct yaml_node *map, struct place *out)
{
	const struct yaml_node *north = yaml_get(y, map, "lat"), *east = yaml_get(y, map, "lon");
	double lat = 0, lon = 0;
	const bool has_lat = yaml_real(y, north, -90, 90, &lat);
	const bool has_lon = yaml_real(y, east, -180, 180, &lon);

	if ((north == NULL) != (east == NULL))
		yaml_wrong(
		    y, map, "only one of 'lat' and 'lon'; expected both, in degrees, or neither");
	if (!has_lat || !has_lon)
		return;
	out->has_point = true;
	out->centroid = false;
	out->lat = (float)lat;
	out->lon = (float)lon;
	out->radius_km = CLAIM_RADIUS_KM;
}

static void
read_claim(struct yaml *y, const struct yaml_node *map, struct person *to)
{
	const struct yaml_node *country, *zone;
	struct place *at = &to->claimed;
	const char *code = "";

	if (map == NULL)
		return;
	yaml_entries(y, map);
	country = yaml_need(y, map, "country");
	if (yaml_text(y, country, &code)) {
		if (geo_is_country(code)) {
			memcpy(at->country, code, sizeof(at->country));
			geo_centroid(at->country, at);
		} else {
			yaml_wrong(y, country,
			    "bad country code '%.20s'; expected ISO 3166-1 alpha-2 like DE", code);
		}
	}
	yaml_copy(y, yaml_get(y, map, "city"), at->city, sizeof(at->city));
	read_point(y, map, at);
	zone = yaml_get(y, map, "time_zone");
	if (yaml_copy(y, zone, to->time_zone, sizeof(to->time_zone)) &&
	    !is_plain(to->time_zone, "/_+-"))
		yaml_wrong(
		    y, zone, "found '%s'; expected an IANA zone like Europe/Berlin", to->time_zone);
	yaml_done(y, map);
	to->has_claim = true;
}

static struct binding_list *
read_value(struct reader *r, const char *key, const struct yaml_node *n, struct binding *b)
{
	struct people *p = r->p;
	const char *text;

	if (!yaml_text(r->y, n, &text))
		return NULL;
	if (strcmp(key, "prefix") == 0)
		return config_prefix(r->y, n, &b->net) ? &p->prefixes : NULL;
	if (strcmp(key, "address") == 0) {
		b->net.bits = 128;
		if (addr_parse(text, &b->net.net) && !addr_is_group(&b->net.net))
			return &p->addrs;
		yaml_wrong(r->y, n,
		    "malformed address '%.60s'; expected one machine's, like 10.20.4.17 or "
		    "fd00::17",
		    text);
		return NULL;
	}
	if (strcmp(key, "mac") == 0) {
		if (mac_parse(text, &b->mac) && !mac_is_none(&b->mac) && (b->mac.b[0] & 1) == 0)
			return &p->macs;
		yaml_wrong(r->y, n,
		    "malformed MAC '%.40s'; expected one machine's, like \"00:00:5e:00:53:17\"",
		    text);
		return NULL;
	}
	if (!yaml_name(r->y, n, b->text, sizeof(b->text)))
		return NULL;
	bindings_lower(b->text);
	return strcmp(key, "name") == 0 ? &p->names : &p->accounts;
}

static void
read_endpoint(struct reader *r, const struct yaml_node *map, uint32_t person)
{
	static const char *const keys[] = { "address", "prefix", "mac", "name", "account" };
	struct binding b = { .person = person };
	struct binding_list *list;
	unsigned found = 0;

	yaml_entries(r->y, map);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		b.at = yaml_get(r->y, map, keys[i]);
		if (b.at == NULL)
			continue;
		found++;
		list = read_value(r, keys[i], b.at, &b);
		if (list != NULL && !bindings_add(list, &b))
			yaml_wrong(r->y, map, "out of memory");
	}
	if (found != 1 && yaml_is_map(map))
		yaml_wrong(r->y, map,
		    "%u of the keys of an endpoint; expected one of address, prefix, mac, name, "
		    "account",
		    found);
	yaml_done(r->y, map);
}

static void
read_id(struct reader *r, const struct yaml_node *n, uint32_t person)
{
	struct binding b = { .person = person, .at = n };
	char *id = r->p->person[person].id;

	if (!yaml_copy(r->y, n, id, PERSON_ID))
		return;
	if (id[0] == '\0' || !is_plain(id, "._-"))
		yaml_wrong(r->y, n, "found '%s'; expected letters, digits, '.', '_' and '-'", id);
	strcpy(b.text, id);
	if (!bindings_add(&r->p->ids, &b))
		yaml_wrong(r->y, n, "out of memory");
}

static void
read_person(struct reader *r, const struct yaml_node *map, const struct yaml_node *everyone,
    uint32_t person)
{
	struct person *to = &r->p->person[person];
	const struct yaml_node *list;
	size_t n;

	yaml_entries(r->y, map);
	read_id(r, yaml_need(r->y, map, "id"), person);
	read_claim(r->y, yaml_get(r->y, map, "claim"), to);
	yaml_copy(r->y, yaml_get(r->y, map, "household"), to->household, sizeof(to->household));
	list = yaml_need(r->y, map, "endpoints");
	n = yaml_count(r->y, list);
	if (list != NULL && n == 0)
		yaml_wrong(r->y, list, "no endpoints; expected at least one");
	for (size_t i = 0; i < n; i++)
		read_endpoint(r, yaml_item(list, i), person);
	people_read_tools(r->y, yaml_get(r->y, map, "tools"), to, r->known_product, r->arg);
	yaml_done(r->y, map);
	for (unsigned i = 0; i < r->p->nobody.tools && everyone != NULL; i++) {
		if (to->tools == PERSON_TOOLS) {
			yaml_wrong(r->y, map,
			    "too many tools; expected at most %d, those of line %u included",
			    PERSON_TOOLS, yaml_line(everyone));
			return;
		}
		to->tool[to->tools++] = r->p->nobody.tool[i];
	}
}

static void
read_root(struct reader *r, const struct yaml_node *root)
{
	const struct yaml_node *tools = yaml_get(r->y, root, "tools"), *list;
	size_t n;

	people_read_tools(r->y, tools, &r->p->nobody, r->known_product, r->arg);
	yaml_bool(r->y, yaml_get(r->y, root, "anonymous"), &r->p->anonymous);
	list = yaml_need(r->y, root, "persons");
	n = yaml_count(r->y, list);
	r->p->person = calloc(n + 1, sizeof(r->p->person[0]));
	if (r->p->person == NULL) {
		yaml_wrong(r->y, list, "out of memory");
		return;
	}
	r->p->persons = (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		read_person(r, yaml_item(list, i), tools, (uint32_t)i);
	yaml_done(r->y, root);
	bindings_check(r->p, r->y);
}

struct people *
people_read(const char *path, bool (*known_product)(void *arg, const char *id), void *arg)
{
	struct reader r = { .known_product = known_product, .arg = arg };
	const bool none = path == NULL || path[0] == '\0';
	bool good;

	r.p = calloc(1, sizeof(*r.p));
	if (r.p == NULL) {
		log_error("no memory for people");
		return NULL;
	}
	r.p->nobody.anonymous = true;
	r.p->anonymous = none;
	if (none) {
		r.p->nets = nets_new(NULL, 0);
		if (r.p->nets != NULL)
			return r.p;
		log_error("no memory for people");
		people_free(r.p);
		return NULL;
	}
	r.y = yaml_open(path);
	good = r.y != NULL && yaml_root(r.y) != NULL;
	if (good)
		read_root(&r, yaml_root(r.y));
	good = good && yaml_mistakes(r.y) == 0;
	yaml_close(r.y);
	if (good)
		return r.p;
	people_free(r.p);
	return NULL;
}

void
people_free(struct people *p)
{
	if (p == NULL)
		return;
	nets_free(p->nets);
	free(p->addrs.at);
	free(p->prefixes.at);
	free(p->macs.at);
	free(p->names.at);
	free(p->accounts.at);
	free(p->ids.at);
	free(p->person);
	free(p);
}
