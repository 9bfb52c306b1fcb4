/*
 * options: the command line; tcpdump's habits where it has any.
 */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classify/classify.h"
#include "ops/log.h"
#include "usage.h"

#define PATIENCE_MS  (300 * 1000) /* of a replay: what it holds is gone with it */
#define STOPPING_MS  (5 * 1000)   /* of live: the store keeps the rest for the next start */
#define SNAPLEN_MOST 262144

enum {
	OPT_PEOPLE = 256,
	OPT_CATALOG,
	OPT_GEO,
	OPT_VANTAGE,
	OPT_REDIS,
	OPT_STORE,
	OPT_FLOWS,
	OPT_ALERTS,
	OPT_PATIENCE,
	OPT_IMMEDIATE,
	OPT_LANES
};

static const struct option longs[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "people", required_argument, NULL, OPT_PEOPLE },
	{ "catalog", required_argument, NULL, OPT_CATALOG },
	{ "geo", required_argument, NULL, OPT_GEO },
	{ "vantage", required_argument, NULL, OPT_VANTAGE },
	{ "redis", required_argument, NULL, OPT_REDIS },
	{ "store", required_argument, NULL, OPT_STORE },
	{ "flows", required_argument, NULL, OPT_FLOWS },
	{ "alerts", required_argument, NULL, OPT_ALERTS },
	{ "patience", required_argument, NULL, OPT_PATIENCE },
	{ "immediate", no_argument, NULL, OPT_IMMEDIATE },
	{ "lanes", required_argument, NULL, OPT_LANES },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static int
wrong(const char *form, const char *what)
{
	fprintf(stderr, "farhand: ");
	fprintf(stderr, form, what);
	fprintf(stderr, "; farhand --help tells more\n");
	return -1;
}

static int
read_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || n < least || n > most) {
		char expected[128];

		snprintf(expected, sizeof(expected),
		    "found '%.40s'; expected a number from %" PRIu64 " to %" PRIu64, text, least,
		    most);
		return wrong("%s", expected);
	}
	*out = n;
	return 0;
}

static int
take_filter(const char *text, size_t n, struct options *out)
{
	if (out->bpf != NULL)
		return wrong("a filter is given twice: %s", text);
	out->bpf = strndup(text, n);
	return out->bpf != NULL ? 0 : wrong("%s", "no memory for the filter");
}

/* As tcpdump reads it: '#' begins a comment. */
static int
read_filter_file(const char *path, struct options *out)
{
	char text[8192];
	FILE *f = fopen(path, "r");
	bool comment = false, bad;
	size_t n;

	if (f == NULL)
		return wrong("cannot read the filter file %s", path);
	n = fread(text, 1, sizeof(text), f);
	bad = ferror(f) != 0;
	fclose(f);
	if (bad || memchr(text, '\0', n) != NULL)
		return wrong("cannot read a filter from %s", path);
	if (n == sizeof(text))
		return wrong("%s: filter too long", path);
	for (size_t i = 0; i < n; i++) {
		comment = text[i] != '\n' && (comment || text[i] == '#');
		if (comment)
			text[i] = ' ';
	}
	return take_filter(text, n, out);
}

static int
take_long(int opt, struct options *out)
{
	uint64_t n;

	switch (opt) {
	case OPT_PEOPLE:
		out->people = optarg;
		return 0;
	case OPT_CATALOG:
		out->catalog = optarg;
		return 0;
	case OPT_GEO:
		if (out->geos == OPTIONS_GEO)
			return wrong("too many databases: %s", optarg);
		out->geo[out->geos++] = optarg;
		return 0;
	case OPT_VANTAGE:
		out->vantage = optarg;
		return 0;
	case OPT_REDIS:
		out->redis = optarg;
		return 0;
	case OPT_STORE:
		out->store = optarg;
		return 0;
	case OPT_FLOWS:
		out->flows = optarg;
		return 0;
	case OPT_ALERTS:
		out->alerts = optarg;
		return 0;
	case OPT_IMMEDIATE:
		out->immediate = true;
		return 0;
	case OPT_LANES:
		if (read_number(optarg, 1, 8, &n) != 0)
			return -1;
		out->lanes = (unsigned)n;
		return (n & (n - 1)) == 0 ? 0 : wrong("--lanes %s: 1, 2, 4 or 8", optarg);
	case OPT_PATIENCE:
		if (read_number(optarg, 0, 86400, &n) != 0)
			return -1;
		out->patience_ms = (int64_t)n * 1000;
		return 0;
	default:
		return wrong("%s", "unknown option");
	}
}

/* "-x" or "--word", as --help writes it. */
static void
name_option(int opt, char out[24])
{
	snprintf(out, 24, "-%c", opt);
	for (const struct option *o = longs; opt >= OPT_PEOPLE && o->name != NULL; o++)
		if (o->val == opt)
			snprintf(out, 24, "--%s", o->name);
}

/* What would be without effect is a mistake; check takes the words of both. */
static int
refuse_misplaced(int opt, const struct options *out)
{
	static const int of_live[] = { 'i', 's', 'B', 'p', OPT_IMMEDIATE };
	static const int of_replay[] = { 'f', OPT_FLOWS, OPT_VANTAGE };
	char name[24];

	name_option(opt, name);
	for (unsigned i = 0; i < 5 && out->command == COMMAND_REPLAY; i++)
		if (opt == of_live[i])
			return wrong("%s is for live", name);
	for (unsigned i = 0; i < 3 && out->command == COMMAND_LIVE; i++)
		if (opt == of_replay[i])
			return wrong("%s is for replay", name);
	return 0;
}

static int
take_short(int opt, struct options *out)
{
	uint64_t n;

	switch (opt) {
	case 'c':
		out->config = optarg;
		return 0;
	case 'i':
		if (out->interfaces == CONFIG_INTERFACES)
			return wrong("too many interfaces: %s", optarg);
		out->interface[out->interfaces++] = optarg;
		return 0;
	case 's':
		n = SNAPLEN_MOST;
		if (strcmp(optarg, "0") != 0 && read_number(optarg, 64, SNAPLEN_MOST, &n) != 0)
			return -1;
		out->snaplen = (unsigned)n;
		return 0;
	case 'B':
		if (read_number(optarg, 256, 4u << 20, &n) != 0)
			return -1;
		out->ring_bytes = n * 1024;
		return 0;
	case 'p':
		out->promiscuous = false;
		return 0;
	case 'F':
		return read_filter_file(optarg, out);
	case 'f':
		return take_filter(optarg, strlen(optarg), out);
	case 'n': /* as hands used to tcpdump type it: names are never looked up */
		return 0;
	case 'v':
		log_set_level(LOG_LEVEL_DEBUG);
		return 0;
	default:
		return take_long(opt, out);
	}
}

/* tcpdump's way: all that follows is the filter. */
static int
join_filter(int argc, char **argv, struct options *out)
{
	size_t room = 1;

	if (argc == 0)
		return 0;
	if (out->bpf != NULL)
		return wrong("a filter is given twice: %s", argv[0]);
	for (int i = 0; i < argc; i++)
		room += strlen(argv[i]) + 1;
	if ((out->bpf = calloc(1, room)) == NULL)
		return -1;
	for (int i = 0; i < argc; i++) {
		if (i > 0)
			strcat(out->bpf, " ");
		strcat(out->bpf, argv[i]);
	}
	return 0;
}

static int
read_rest(int argc, char **argv, struct options *out)
{
	switch (out->command) {
	case COMMAND_LIVE:
		return join_filter(argc, argv, out);
	case COMMAND_REPLAY:
		if (argc == 0)
			return wrong("%s", "replay needs a file, a directory or -");
		out->inputs = argc;
		out->input = argv;
		return 0;
	case COMMAND_CHECK:
		return argc == 0 ? 0 : wrong("what is '%s' for?", argv[0]);
	}
	return -1;
}

static bool
read_command(const char *word, enum command *out)
{
	static const char *const words[] = { "live", "replay", "check" };

	for (unsigned i = 0; i < 3; i++) {
		if (strcmp(word, words[i]) == 0) {
			*out = (enum command)i;
			return true;
		}
	}
	return false;
}

/* What was asked for instead of a run. */
static void
tell(int opt)
{
	if (opt == 'h')
		fputs(usage, stdout);
	else
		printf("farhand %s, nDPI %s\n", FARHAND_VERSION, classify_ndpi_version());
}

/* getopt's own words would not tell which program speaks. */
static int
say_bad_option(int opt, const char *word)
{
	char name[24];

	if (optopt == 0)
		return wrong("unknown option %s", word);
	name_option(optopt, name);
	if (opt == ':')
		return wrong("%s needs a value", name);
	return wrong(optopt < OPT_PEOPLE ? "unknown option %s" : "%s takes no value", name);
}

/* What follows the command, argv[0]. */
static int
take_options(int argc, char **argv, struct options *out, int *status)
{
	/* '+': options end at the first word, so that a filter may hold a '-'. */
	const char *const shorts =
	    out->command == COMMAND_REPLAY ? ":c:f:i:s:B:pnF:vhV" : "+:c:f:i:s:B:pnF:vhV";
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (opt == 'h' || opt == 'V') {
			*status = 0;
			tell(opt);
			return -1;
		}
		if (opt == '?' || opt == ':')
			return say_bad_option(opt, argv[optind - 1]);
		if (refuse_misplaced(opt, out) != 0 || take_short(opt, out) != 0)
			return -1;
	}
	return read_rest(argc - optind, argv + optind, out);
}

int
options_read(int argc, char **argv, struct options *out, int *status)
{
	*out = (struct options){ .promiscuous = true };
	*status = 0;
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		tell('h');
		return -1;
	}
	if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)) {
		tell('V');
		return -1;
	}
	*status = 1;
	if (argc < 2 || !read_command(argv[1], &out->command))
		return argc < 2 ? wrong("%s", "live, replay or check?")
				: wrong("'%s' is none of live, replay, check", argv[1]);
	out->patience_ms = out->command == COMMAND_LIVE ? STOPPING_MS : PATIENCE_MS;
	return take_options(argc - 1, argv + 1, out, status);
}

void
options_free(struct options *o)
{
	free(o->bpf);
}
