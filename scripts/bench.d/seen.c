/*
 * bench_seen: preloaded into a live sensor of one lane (LD_PRELOAD), writes each frame that libpcap
 * hands to it into the capture $BENCH_SEEN: what an overloaded sensor saw, and nothing of what the
 * kernel dropped before.  Whatever goes wrong ends the sensor: a measurement without it is none.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

typedef int (*dispatcher)(pcap_t *p, int count, pcap_handler hand_on, u_char *arg);

struct asked {
	pcap_handler hand_on;
	u_char *arg;
};

static pcap_dumper_t *seen;

static void
fail(const char *what)
{
	fprintf(stderr, "bench_seen: %s\n", what);
	abort();
}

static void
write_then_hand_on(u_char *arg, const struct pcap_pkthdr *h, const u_char *bytes)
{
	const struct asked *a = (const struct asked *)(void *)arg;

	pcap_dump((u_char *)seen, h, bytes);
	a->hand_on(a->arg, h, bytes);
}

static void
begin(pcap_t *p)
{
	const char *path = getenv("BENCH_SEEN");

	seen = path != NULL ? pcap_dump_open(p, path) : NULL;
	if (seen == NULL)
		fail(path != NULL ? pcap_geterr(p) : "BENCH_SEEN is to name a file");
}

/* A COUNT below 1 asks for all there is, to throw it away: it came before the sensor listened. */
int
pcap_dispatch(pcap_t *p, int count, pcap_handler hand_on, u_char *arg)
{
	static dispatcher next;
	struct asked a = { .hand_on = hand_on, .arg = arg };

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "pcap_dispatch");
	if (next == NULL)
		fail("no pcap_dispatch to hand on to");
	if (count < 1)
		return next(p, count, hand_on, arg);
	if (seen == NULL)
		begin(p);
	return next(p, count, write_then_hand_on, (u_char *)&a);
}
