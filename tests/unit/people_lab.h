/*
 * people_lab: a registry of a people file that is given as text.
 */
#ifndef FARHAND_PEOPLE_LAB_H
#define FARHAND_PEOPLE_LAB_H

#include "caught.h"
#include "people/registry.h"

static struct config config;
static struct caught caught;

static inline bool
known_product(void *arg, const char *id)
{
	(void)arg;
	return strcmp(id, "teamviewer") == 0 || strcmp(id, "ssh") == 0;
}

/* registry_new of a people file with this text, which messages call "F". */
static inline struct registry *
open_text(const char *text)
{
	char path[] = "/tmp/farhand-test-XXXXXX";
	struct registry *r;

	caught_write(path, text);
	config_default(&config);
	config.limits.endpoints = 64;
	caught_begin(&caught);
	r = registry_new(&config, path, known_product, NULL);
	caught_end(&caught);
	caught_shorten(&caught, path);
	unlink(path);
	return r;
}

static const char sample[] =
    "persons:\n"
    "  - id: p1\n"
    "    claim: {country: DE, city: Berlin, lat: 52.52, lon: 13.40, time_zone: Europe/Berlin}\n"
    "    household: h\n"
    "    endpoints:\n"
    "      - address: 10.20.4.17\n"
    "      - prefix: 10.20.5.0/28\n"
    "      - address: 10.20.5.3\n"
    "      - mac: 00:00:5e:00:53:17\n"
    "    tools:\n"
    "      - {product: teamviewer, peer: 192.0.2.0/24, until: 2026-12-31, reason: ticket}\n"
    "  - id: p2\n"
    "    claim: {country: PT}\n"
    "    endpoints: [{prefix: '2001:db8::/48'}, {prefix: 10.20.5.16/28}, {name: LT-0417}]\n"
    "tools: [{product: ssh, reason: ops}]\n";

#endif
