/*
 * config: farhand.yaml over the defaults.
 *
 *   interfaces:      a section is read by one function, which asks for its keys;
 *     - name: mon0   what nobody asked for is a mistake, said with its line.
 *
 * All mistakes are said in one run.  Paths are relative to the file's folder.
 */
#include "ops/config.h"

#include <limits.h>
#include <unistd.h>

#include "ops/config_read.h"

#define DAY_US (86400 * 1000000LL)

static const char *const vantages[] = { "inside", "edge", "site", NULL };

static void
default_homes(struct config *c)
{
	static const char *const nets[] = { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
		"fc00::/7" };

	c->homes = 0;
	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++)
		if (prefix_parse(nets[i], &c->home[c->homes]))
			c->homes++;
}

void
config_default(struct config *out)
{
	memset(out, 0, sizeof(*out));
	if (gethostname(out->sensor, sizeof(out->sensor) - 1) != 0 || out->sensor[0] == '\0')
		strcpy(out->sensor, "farhand");
	strcpy(out->state_dir, "/var/lib/farhand");
	strcpy(out->own_catalog, "/etc/farhand/catalog.d");
	strcpy(out->reference, "docs/rules/");
	out->replay_vantage = VANTAGE_INSIDE;
	out->lanes = 1;
	default_homes(out);
	strcpy(out->redis.mode, "stream");
	strcpy(out->redis.key, "farhand:alerts");
	out->redis.maxlen = 1000000;
	out->limits = (struct config_limits){
		.flows = 1048576,
		.heads = 8192,
		.dpi_states = 524288,
		.sessions = 16384,
		.endpoints = 16384,
		.subjects = 16384,
		.dns_names = 65536,
		.ring_bytes = 64u << 20,
		.snaplen = 65535,
		.outbox_alerts = 1000000,
	};
	out->case_close_us = 14 * DAY_US;
}

void
config_path(struct yaml *y, const struct yaml_node *n, char *out, size_t room)
{
	const char *file = yaml_path(y), *slash = strrchr(file, '/'), *text;
	const size_t folder = slash != NULL ? (size_t)(slash - file) + 1 : 0;

	if (!yaml_text(y, n, &text))
		return;
	if (text[0] == '\0')
		yaml_wrong(y, n, "an empty path; expected a path, or no such key");
	else if (text[0] == '/' || folder == 0 || strcmp(text, "-") == 0)
		yaml_copy(y, n, out, room);
	else if (folder + strlen(text) >= room)
		yaml_wrong(y, n, "the path is too long; expected at most %zu bytes with its folder",
		    room - 1);
	else
		snprintf(out, room, "%.*s%s", (int)folder, file, text);
}

bool
config_prefix(struct yaml *y, const struct yaml_node *n, struct prefix *out)
{
	const char *text;

	if (!yaml_text(y, n, &text))
		return false;
	if (prefix_parse(text, out))
		return true;
	yaml_wrong(y, n,
	    "malformed prefix '%.60s'; expected like 10.20.0.0/16 or 2001:db8::/32, no bits set "
	    "beyond its length",
	    text);
	return false;
}

static void
read_vantage(struct yaml *y, const struct yaml_node *n, enum vantage *out)
{
	unsigned word;

	if (yaml_word(y, n, vantages, &word))
		*out = (enum vantage)word;
}

static void
read_interfaces(struct yaml *y, const struct yaml_node *list, struct config *c)
{
	const size_t n = yaml_count(y, list);

	if (n > CONFIG_INTERFACES)
		yaml_wrong(y, list, "%zu interfaces; expected at most %d", n, CONFIG_INTERFACES);
	for (size_t i = 0; i < n && i < CONFIG_INTERFACES; i++) {
		const struct yaml_node *item = yaml_item(list, i);
		struct config_interface *to = &c->interface[i];
		bool named;

		yaml_entries(y, item);
		to->vantage = VANTAGE_INSIDE;
		named = yaml_name(y, yaml_need(y, item, "name"), to->name, sizeof(to->name));
		read_vantage(y, yaml_need(y, item, "vantage"), &to->vantage);
		yaml_copy(y, yaml_get(y, item, "bpf"), to->bpf, sizeof(to->bpf));
		yaml_done(y, item);
		for (size_t j = 0; j < i && named; j++)
			if (strcmp(c->interface[j].name, to->name) == 0)
				yaml_wrong(
				    y, item, "interface '%s' again; expected each once", to->name);
		c->interfaces++;
	}
}

static void
read_homes(struct yaml *y, const struct yaml_node *list, struct config *c)
{
	const size_t n = yaml_count(y, list);

	if (!yaml_is_list(list)) /* every line of it commented out: the default, not nobody */
		return;
	c->homes = 0;
	if (n > CONFIG_PREFIXES)
		yaml_wrong(y, list, "%zu home networks; expected at most %d", n, CONFIG_PREFIXES);
	for (size_t i = 0; i < n && i < CONFIG_PREFIXES; i++)
		if (config_prefix(y, yaml_item(list, i), &c->home[c->homes]))
			c->homes++;
}

static void
read_geo(struct yaml *y, const struct yaml_node *list, struct config *c)
{
	const size_t n = yaml_count(y, list);

	if (n > CONFIG_GEO)
		yaml_wrong(y, list, "%zu databases; expected at most %d", n, CONFIG_GEO);
	for (size_t i = 0; i < n && i < CONFIG_GEO; i++) {
		char *to = c->geo[c->geo_files];

		config_path(y, yaml_item(list, i), to, sizeof(c->geo[0]));
		if (to[0] != '\0')
			c->geo_files++;
	}
}

static void
read_redis(struct yaml *y, const struct yaml_node *map, struct config_redis *r)
{
	static const char *const modes[] = { "stream", "list", "channel", NULL };
	const struct yaml_node *url;
	unsigned mode;
	int64_t n;

	if (map == NULL)
		return;
	yaml_entries(y, map);
	r->on = true;
	url = yaml_need(y, map, "url");
	if (yaml_copy(y, url, r->url, sizeof(r->url)) && strncmp(r->url, "redis://", 8) != 0 &&
	    strncmp(r->url, "unix:/", 6) != 0)
		yaml_wrong(
		    y, url, "found '%.80s'; expected redis://HOST:PORT/DB or unix:/PATH", r->url);
	yaml_copy(y, yaml_get(y, map, "user"), r->user, sizeof(r->user));
	config_path(
	    y, yaml_get(y, map, "password_file"), r->password_file, sizeof(r->password_file));
	if (yaml_word(y, yaml_get(y, map, "mode"), modes, &mode))
		strcpy(r->mode, modes[mode]);
	yaml_name(y, yaml_get(y, map, "key"), r->key, sizeof(r->key));
	if (yaml_int(y, yaml_get(y, map, "maxlen"), 1, INT64_MAX, &n))
		r->maxlen = (uint64_t)n;
	yaml_done(y, map);
}

static void
read_count(struct yaml *y, const struct yaml_node *n, uint32_t *out)
{
	int64_t v;

	if (yaml_int(y, n, 16, 1 << 26, &v))
		*out = (uint32_t)v;
}

static void
read_limits(struct yaml *y, const struct yaml_node *map, struct config_limits *l)
{
	const struct yaml_node *ring;
	uint64_t bytes;
	int64_t v;

	if (yaml_entries(y, map) == 0)
		return;
	read_count(y, yaml_get(y, map, "flows"), &l->flows);
	read_count(y, yaml_get(y, map, "heads"), &l->heads);
	read_count(y, yaml_get(y, map, "dpi_states"), &l->dpi_states);
	if (yaml_int(y, yaml_get(y, map, "sessions"), 16, 500000, &v))
		l->sessions = (uint32_t)v;
	read_count(y, yaml_get(y, map, "endpoints"), &l->endpoints);
	read_count(y, yaml_get(y, map, "subjects"), &l->subjects);
	read_count(y, yaml_get(y, map, "dns_names"), &l->dns_names);
	ring = yaml_get(y, map, "ring");
	if (yaml_size(y, ring, &bytes)) {
		if (bytes < 1u << 20 || bytes > INT_MAX)
			yaml_wrong(y, ring, "expected a ring from 1MiB to 2047MiB");
		else
			l->ring_bytes = bytes;
	}
	if (yaml_int(y, yaml_get(y, map, "snaplen"), 128, 262144, &v))
		l->snaplen = (uint32_t)v;
	if (yaml_int(y, yaml_get(y, map, "outbox_alerts"), 1, INT64_MAX, &v))
		l->outbox_alerts = (uint64_t)v;
	yaml_done(y, map);
}

static void
read_cases(struct yaml *y, const struct yaml_node *map, struct config *c)
{
	if (yaml_entries(y, map) == 0)
		return;
	if (yaml_duration(y, yaml_get(y, map, "close_after"), &c->case_close_us) &&
	    c->case_close_us < 3600 * 1000000LL)
		yaml_wrong(y, map,
		    "cases would close within the hour; expected close_after of 1h or more");
	yaml_done(y, map);
}

static void
read_lanes(struct yaml *y, const struct yaml_node *n, unsigned *out)
{
	int64_t v;

	if (!yaml_int(y, n, 1, 8, &v))
		return;
	if ((v & (v - 1)) != 0)
		yaml_wrong(y, n, "expected 1, 2, 4 or 8 lanes");
	else
		*out = (unsigned)v;
}

static void
read_capture(struct yaml *y, const struct yaml_node *n, bool *endpoints)
{
	static const char *const words[] = { "all", "endpoints", NULL };
	unsigned word;

	if (yaml_word(y, n, words, &word))
		*endpoints = word == 1;
}

static void
read_root(struct yaml *y, const struct yaml_node *root, struct config *c)
{
	yaml_name(y, yaml_get(y, root, "sensor"), c->sensor, sizeof(c->sensor));
	config_path(y, yaml_get(y, root, "state_dir"), c->state_dir, sizeof(c->state_dir));
	config_path(y, yaml_get(y, root, "people"), c->people, sizeof(c->people));
	config_path(y, yaml_get(y, root, "catalog"), c->catalog, sizeof(c->catalog));
	config_path(y, yaml_get(y, root, "own_catalog"), c->own_catalog, sizeof(c->own_catalog));
	yaml_copy(y, yaml_get(y, root, "reference"), c->reference, sizeof(c->reference));
	read_vantage(y, yaml_get(y, root, "replay_vantage"), &c->replay_vantage);
	read_lanes(y, yaml_get(y, root, "lanes"), &c->lanes);
	read_capture(y, yaml_get(y, root, "capture"), &c->capture_endpoints);
	read_interfaces(y, yaml_get(y, root, "interfaces"), c);
	read_homes(y, yaml_get(y, root, "home_networks"), c);
	config_read_ranges(y, yaml_get(y, root, "ranges"), c);
	read_geo(y, yaml_get(y, root, "geo"), c);
	read_redis(y, yaml_get(y, root, "redis"), &c->redis);
	config_path(y, yaml_get(y, root, "alerts_file"), c->alert_file, sizeof(c->alert_file));
	read_limits(y, yaml_get(y, root, "limits"), &c->limits);
	read_cases(y, yaml_get(y, root, "cases"), c);
	yaml_done(y, root);
}

int
config_read(const char *path, struct config *out)
{
	struct yaml *y = yaml_open(path);
	const struct yaml_node *root;
	struct config *c;
	int bad = -1;

	if (y == NULL)
		return -1;
	c = malloc(sizeof(*c));
	root = yaml_root(y);
	if (c == NULL) {
		yaml_wrong(y, NULL, "out of memory");
	} else if (root != NULL) {
		*c = *out;
		read_root(y, root, c);
		bad = yaml_mistakes(y) == 0 ? 0 : -1;
		if (bad == 0)
			*out = *c;
	}
	free(c);
	yaml_close(y);
	return bad;
}
