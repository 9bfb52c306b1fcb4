/*
 * config: farhand.yaml, read strictly.
 */
#ifndef FARHAND_OPS_CONFIG_H
#define FARHAND_OPS_CONFIG_H

#include "farhand/endpoint.h"
#include "farhand/frame.h"
#include "farhand/place.h"

#define CONFIG_INTERFACES 8
#define CONFIG_PREFIXES   256
#define CONFIG_GEO        4

struct config_interface {
	char name[32];
	enum vantage vantage;
	char bpf[512]; /* "" none */
};

/* A named range: an office, a coworking space, an egress list, a help-desk controller. */
struct config_range {
	struct prefix net;
	uint8_t network;  /* enum network_kind it stands for; NETWORK_UNKNOWN for help desks */
	bool sanctioned;  /* controllers from here are expected: help desk, office */
	int64_t until_us; /* INT64_MAX: no end */
	char name[48];
	char reason[96];
};

struct config_limits {
	uint32_t flows;      /* rows of the flow table */
	uint32_t heads;      /* stream heads kept at once, at 8 KiB each */
	uint32_t sessions;   /* flows whose sizes and times are followed at once, at 0.5 KiB each */
	uint32_t dpi_states; /* flows looked into by nDPI at once, at about 1 KiB each */
	uint32_t endpoints;  /* endpoints remembered, anonymous ones included */
	uint32_t subjects;   /* rows of detectors' memory, each */
	uint32_t dns_names;  /* addresses remembered by name */
	uint64_t ring_bytes; /* live: kernel ring an interface */
	uint32_t snaplen;
	uint64_t outbox_alerts; /* undelivered alerts kept */
};

struct config_redis {
	bool on;
	char url[256]; /* redis://host:port/db, unix:/path, with ?... none */
	char user[64], password_file[256];
	char mode[8];    /* "stream", "list", "channel" */
	char key[128];   /* "farhand:alerts" */
	uint64_t maxlen; /* stream, approximate */
};

struct config {
	char sensor[64]; /* observer.name; default: host name */
	char state_dir[256];
	char people[256];  /* path of people.yaml, "" none; relative to farhand.yaml */
	char catalog[256]; /* directory with products.yaml, networks.yaml; "": beside the program */
	char own_catalog[256]; /* directory of the operator's own files, read over them */
	char reference[128]; /* base of event.reference */
	enum vantage replay_vantage;
	unsigned lanes;           /* threads that work on packets: 1, 2, 4 or 8 */
	bool capture_endpoints;   /* live: the kernel drops what no endpoint can have to do with */

	unsigned interfaces;
	struct config_interface interface[CONFIG_INTERFACES];

	unsigned homes; /* home networks: whose hosts are endpoints; RFC 1918, ULA by default */
	struct prefix home[CONFIG_PREFIXES];
	unsigned ranges; /* offices, shared places, egress lists, help desks */
	struct config_range range[CONFIG_PREFIXES];

	unsigned geo_files; /* MMDB files, any role; country, city, ASN recognised by content */
	char geo[CONFIG_GEO][256];

	struct config_redis redis;
	char alert_file[256]; /* NDJSON, "" none, "-" stdout */
	struct config_limits limits;
	int64_t case_close_us; /* no new evidence for so long: the case closes */
};

/* The defaults, as without a file. */
void config_default(struct config *out);
/* Read path over the defaults.  0, or -1 after all mistakes were said. */
int config_read(const char *path, struct config *out);

#endif
