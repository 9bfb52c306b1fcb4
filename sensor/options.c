/*
 * options: the command line; tcpdump's habits where it has any.
 */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classify/classify.h"
#include "ops/log.h"

#define PATIENCE_MS (300 * 1000)

static const char usage[] =
    "farhand finds who really works a company's laptop.\n"
    "\n"
    "  farhand live -i IF [-i IF2] [options] [BPF expression]   watch a mirror port\n"
    "  farhand replay [options] FILE... | DIRECTORY | -         read captures (pcap, pcapng, .gz, .zst)\n"
    "  farhand check [options]                                  read the configuration, say what is wrong\n"
    "\n"
    "Everywhere:\n"
    "  -c, --config FILE    farhand.yaml\n"
    "      --people FILE    people.yaml: persons, claims, endpoints, allowed tools\n"
    "      --catalog DIR    products.yaml and networks.yaml\n"
    "      --geo FILE       MMDB database, country, city or ASN; repeat for more\n"
    "  -v                   more log\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "live:\n"
    "  -i IF                interface to capture on; repeat for more; default: as configured\n"
    "  -s BYTES             snap length\n"
    "  -B KIB               kernel ring, KiB an interface\n"
    "  -p                   do not put the interface in promiscuous mode\n"
    "  -F FILE              read the BPF expression from FILE\n"
    "      --immediate      do not wait for full ring blocks\n"
    "\n"
    "replay:\n"
    "      --flows FILE     one line of JSON a flow; - for stdout (alerts then need --alerts)\n"
    "      --vantage WHERE  inside, edge or site: where the capture was taken\n"
    "      --store FILE     keep alerts and delivery state in FILE, not in memory\n"
    "  -f EXPRESSION        BPF expression;  -F FILE reads it from FILE\n"
    "\n"
    "Where alerts go (live: as configured; replay: to stdout unless told):\n"
    "      --alerts FILE    append to FILE; - for stdout\n"
    "      --redis URL      redis://HOST:PORT/DB or unix:PATH\n"
    "      --patience SEC   at the end, wait so long without progress for a sink that is away (300)\n";

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
	OPT_IMMEDIATE
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
	if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || n < least || n > most)
		return wrong("'%s' is not a number in range", text);
	*out = n;
	return 0;
}

static int
read_filter_file(const char *path, struct options *out)
{
	char text[8192];
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		return wrong("cannot read the filter file %s", path);
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	if (n == sizeof(text))
		return wrong("%s: filter too long", path);
	free(out->bpf);
	out->bpf = strndup(text, n);
	return out->bpf != NULL ? 0 : -1;
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
	case OPT_PATIENCE:
		if (read_number(optarg, 0, 86400, &n) != 0)
			return -1;
		out->patience_ms = (int64_t)n * 1000;
		return 0;
	default:
		return wrong("%s", "unknown option");
	}
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
		if (read_number(optarg, 64, 262144, &n) != 0)
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
		free(out->bpf);
		out->bpf = strdup(optarg);
		return out->bpf != NULL ? 0 : -1;
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
		if (out->flows != NULL || out->vantage != NULL)
			return wrong("%s is for replay", out->flows != NULL ? "--flows" : "--vantage");
		return join_filter(argc, argv, out);
	case COMMAND_REPLAY:
		if (argc == 0)
			return wrong("%s", "replay needs a file, a directory or -");
		if (out->interfaces > 0)
			return wrong("-i %s is for live", out->interface[0]);
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

int
options_read(int argc, char **argv, struct options *out, int *status)
{
	int opt;

	*out = (struct options){ .patience_ms = PATIENCE_MS, .promiscuous = true };
	*status = 0;
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		fputs(usage, stdout);
		return -1;
	}
	if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)) {
		printf("farhand %s, nDPI %s\n", FARHAND_VERSION, classify_ndpi_version());
		return -1;
	}
	*status = 1;
	if (argc < 2 || !read_command(argv[1], &out->command))
		return argc < 2 ? wrong("%s", "live, replay or check?")
		                : wrong("'%s' is none of live, replay, check", argv[1]);
	/* '+': options end at the first word, so that a filter may hold a '-'. */
	while ((opt = getopt_long(argc - 1, argv + 1,
	            out->command == COMMAND_REPLAY ? "c:f:F:vhV" : "+c:i:s:B:pF:vhV", longs,
	            NULL)) != -1) {
		if (opt == 'h' || opt == 'V') {
			*status = 0;
			fputs(usage, stdout);
			return -1;
		}
		if (opt == '?' || take_short(opt, out) != 0)
			return -1;
	}
	return read_rest(argc - 1 - optind, argv + 1 + optind, out);
}

void
options_free(struct options *o)
{
	free(o->bpf);
}
