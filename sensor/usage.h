/*
 * usage: what --help says.
 */
#ifndef FARHAND_USAGE_H
#define FARHAND_USAGE_H

static const char usage[] =
    "farhand finds who really works a company's laptop.\n"
    "\n"
    "  farhand live -i IF [-i IF2] [options] [BPF expression]   watch a mirror port\n"
    "  farhand replay [options] FILE... | DIRECTORY | -         read captures (pcap, pcapng, .gz, "
    ".zst)\n"
    "  farhand check [options]                                  read the configuration, say what "
    "is wrong\n"
    "\n"
    "Everywhere:\n"
    "  -c, --config FILE    farhand.yaml\n"
    "      --people FILE    people.yaml: persons, claims, endpoints, allowed tools\n"
    "      --catalog DIR    products.yaml and networks.yaml\n"
    "      --geo FILE       MMDB database, country, city or ASN; repeat for more\n"
    "      --lanes N        threads that work on packets: 1, 2, 4 or 8; the answer is the same\n"
    "  -v                   more log\n"
    "  -h, --help   -V, --version\n"
    "\n"
    "live:\n"
    "  -i IF                interface to capture on; repeat for more; default: as configured\n"
    "  -s BYTES             snap length; 0: all of it\n"
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
    "      --patience SEC   at the end, wait so long without progress for a sink that is\n"
    "                       away (replay 300, live 5: its store keeps the rest)\n"
    "\n"
    "Exit status: 0 well; 1 did not start, told why; 2 an input was damaged or unreadable, or the\n"
    "interface went away; 3 some alerts or flow records did not reach their place.\n";

#endif
