/*
 * options: the command line.
 */
#ifndef FARHAND_OPTIONS_H
#define FARHAND_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ops/config.h"

enum command { COMMAND_LIVE, COMMAND_REPLAY, COMMAND_CHECK };

#define OPTIONS_GEO 4

struct options {
	enum command command;
	const char *config; /* NULL: none given */
	const char *people; /* NULL: as the configuration says */
	const char *catalog;
	const char *geo[OPTIONS_GEO];
	unsigned geos;
	const char *vantage;
	const char *redis;   /* URL */
	const char *store;   /* file */
	const char *flows;   /* file, "-" stdout */
	const char *alerts;  /* file, "-" stdout */
	int64_t patience_ms; /* how long to wait for a sink that is away, at the end */

	unsigned interfaces;
	const char *interface[CONFIG_INTERFACES];
	unsigned snaplen;    /* 0: as configured */
	uint64_t ring_bytes; /* 0: as configured */
	unsigned lanes;      /* 0: as configured */
	bool promiscuous;
	bool immediate;

	char *bpf;  /* NULL: none; owned */
	int inputs; /* replay: files */
	char **input;
};

/*
 * Read the command line.  0: go on; otherwise the process ends with *status
 * (help and version were printed to stdout, mistakes to stderr).
 */
int options_read(int argc, char **argv, struct options *out, int *status);
void options_free(struct options *o);

#endif
