/*
 * setup: what the operator wants, checked.
 */
#include "setup.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ops/card.h"
#include "ops/log.h"

/* Installed beside us; else, as built, in the source tree. */
static void
find_catalog(char *out, size_t room)
{
	static const char beside[] = "../share/farhand/catalog";
	char path[512];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - sizeof(beside));
	char *slash = n > 0 ? memrchr(path, '/', (size_t)n) : NULL;

	if (slash != NULL)
		strcpy(slash + 1, beside);
	if (slash == NULL || access(path, R_OK) != 0)
		strcpy(path, FARHAND_SOURCE_CATALOG);
	if (strlen(path) < room && access(path, R_OK) == 0)
		strcpy(out, path);
}

static int
read_vantage(const char *word, enum vantage *out)
{
	static const char *const words[] = { "inside", "edge", "site" };

	for (unsigned i = 0; i < VANTAGES; i++) {
		if (strcmp(word, words[i]) == 0) {
			*out = (enum vantage)i;
			return 0;
		}
	}
	log_error("--vantage %s: expected inside, edge or site", word);
	return -1;
}

static void
lay_interfaces(struct config *c, const struct options *o)
{
	struct config_interface named[CONFIG_INTERFACES];

	if (o->interfaces == 0)
		return;
	memset(named, 0, sizeof(named));
	for (unsigned i = 0; i < o->interfaces; i++) {
		snprintf(named[i].name, sizeof(named[i].name), "%s", o->interface[i]);
		named[i].vantage = c->replay_vantage;
		/* What the configuration says of this interface still holds. */
		for (unsigned k = 0; k < c->interfaces; k++) {
			if (strcmp(c->interface[k].name, o->interface[i]) == 0)
				named[i] = c->interface[k];
		}
	}
	memcpy(c->interface, named, sizeof(named));
	c->interfaces = o->interfaces;
}

/* A path or URL of the command line, whole or not at all. */
static int
lay_text(const char *option, const char *text, char *out, size_t room)
{
	if (text == NULL)
		return 0;
	if (strlen(text) >= room) {
		log_error(
		    "%s %.40s...: too long; expected at most %zu bytes", option, text, room - 1);
		return -1;
	}
	strcpy(out, text);
	return 0;
}

static int
lay_options(struct config *c, const struct options *o)
{
	if (o->vantage != NULL && read_vantage(o->vantage, &c->replay_vantage) != 0)
		return -1;
	if (lay_text("--people", o->people, c->people, sizeof(c->people)) != 0 ||
	    lay_text("--catalog", o->catalog, c->catalog, sizeof(c->catalog)) != 0 ||
	    lay_text("--redis", o->redis, c->redis.url, sizeof(c->redis.url)) != 0)
		return -1;
	if (c->catalog[0] == '\0')
		find_catalog(c->catalog, sizeof(c->catalog));
	if (o->geos > 0) {
		for (unsigned i = 0; i < o->geos; i++)
			if (lay_text("--geo", o->geo[i], c->geo[i], sizeof(c->geo[i])) != 0)
				return -1;
		c->geo_files = o->geos;
	}
	if (o->redis != NULL)
		c->redis.on = true;
	else if (o->command == COMMAND_REPLAY)
		c->redis.on = false; /* an investigation never mixes with production by itself */
	if (o->snaplen != 0)
		c->limits.snaplen = o->snaplen;
	if (o->ring_bytes != 0)
		c->limits.ring_bytes = o->ring_bytes;
	if (o->command == COMMAND_REPLAY && o->config == NULL)
		snprintf(
		    c->sensor, sizeof(c->sensor), "replay"); /* the same bytes on any machine */
	if (o->lanes != 0)
		c->lanes = o->lanes;
	lay_interfaces(c, o);
	return 0;
}

static bool
known_product(void *arg, const char *id)
{
	return strcmp(id, "*") == 0 || catalogue_by_id(editions_newest(arg), id) != 0;
}

static int
read_catalogue(struct setup *s)
{
	struct catalogue *c = catalogue_follow(NULL, s->config.catalog, s->config.own_catalog);

	if (c == NULL)
		return -1;
	s->editions = editions_new(c, s->config.lanes + 1);
	if (s->editions != NULL)
		return 0;
	log_error("out of memory for the catalogue");
	return -1;
}

static int
read_card(struct setup *s)
{
	char path[sizeof(s->config.catalog) + sizeof("/behaviour.yaml")];

	snprintf(path, sizeof(path), "%s/behaviour.yaml", s->config.catalog);
	return card_read(path, &s->card);
}

int
setup_read(struct setup *s, const struct options *o)
{
	const char *geo[CONFIG_GEO];

	memset(s, 0, sizeof(*s));
	config_default(&s->config);
	if (o->config != NULL && config_read(o->config, &s->config) != 0)
		return -1;
	if (lay_options(&s->config, o) != 0)
		return -1;
	if (s->config.catalog[0] == '\0') {
		log_error("no catalogue found: name its directory with --catalog");
		return -1;
	}
	if (read_catalogue(s) != 0 || read_card(s) != 0)
		return -1;
	for (unsigned i = 0; i < s->config.geo_files; i++)
		geo[i] = s->config.geo[i];
	s->geo = geo_open(geo, s->config.geo_files);
	s->registry = registry_new(&s->config, s->config.people, known_product, s->editions);
	return s->geo == NULL || s->registry == NULL ? -1 : 0;
}

void
setup_free(struct setup *s)
{
	registry_free(s->registry);
	geo_close(s->geo);
	editions_free(s->editions);
}
