/*
 * live_open: an interface from its name to a ring that can be polled, one for each lane.
 *
 * Lanes join muted, and hear nothing before all have joined: half a handshake, or both
 * lanes with the same frame, would be worse than to begin a moment later.
 */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "capture/live.h"
#include "capture/live_fanout.h"
#include "capture/spread.h"
#include "ops/log.h"

/*
 * libpcap's blocks are of 256 KiB, and one with frames in it is handed out after this time
 * at the latest, or twice it: the latency where traffic is thin.
 */
enum { BLOCK_TIMEOUT_MS = 10, BLOCK_BYTES = 256 * 1024, LINE = 64 };

/* Say why an interface did not open, and what would help. */
static int
explain(const struct port *t, int status, char error[CAPTURE_ERROR])
{
	const char *why = pcap_geterr(t->p), *hint = "";

	if (why[0] == '\0' || status == PCAP_ERROR_PERM_DENIED ||
	    status == PCAP_ERROR_NO_SUCH_DEVICE)
		why = pcap_statustostr(status);
	if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
		hint = " (run as root, or give the program CAP_NET_RAW)";
	else if (status == PCAP_ERROR_NO_SUCH_DEVICE)
		hint = " (\"ip link\" lists the interfaces)";
	else if (status == PCAP_ERROR_IFACE_NOT_UP)
		hint = " (bring it up with \"ip link set dev IF up\")";
	snprintf(error, CAPTURE_ERROR, "%s: %s%s", t->name, why, hint);
	return -1;
}

static unsigned
snaplen_of(const struct capture_live_options *o)
{
	return o->snaplen > 0 && o->snaplen < FRAME_MOST ? o->snaplen : FRAME_MOST;
}

/* While one block is read another must be there to be filled. */
static int
ring_of(const struct capture_live_options *o, unsigned lanes)
{
	const uint64_t share = o->ring_bytes / lanes;

	if (share < 2 * BLOCK_BYTES)
		return 2 * BLOCK_BYTES;
	return share < INT_MAX ? (int)share : INT_MAX;
}

static void
set_up(pcap_t *p, const struct capture_live_options *o, unsigned lanes)
{
	pcap_set_snaplen(p, (int)snaplen_of(o));
	pcap_set_promisc(p, o->promiscuous);
	pcap_set_timeout(p, BLOCK_TIMEOUT_MS);
	pcap_set_immediate_mode(p, o->immediate);
	if (o->ring_bytes > 0)
		pcap_set_buffer_size(p, ring_of(o, lanes));
}

static int
set_filter(struct port *t, const char *expression, char error[CAPTURE_ERROR])
{
	struct bpf_program program;
	int rc;

	if (expression == NULL || expression[0] == '\0')
		return 0;
	rc = pcap_compile(t->p, &program, expression, 1, PCAP_NETMASK_UNKNOWN);
	if (rc == 0) {
		rc = pcap_setfilter(t->p, &program);
		pcap_freecode(&program);
	}
	if (rc != 0)
		snprintf(error, CAPTURE_ERROR, "%s: filter \"%s\": %s", t->name, expression,
		    pcap_geterr(t->p));
	return rc;
}

static int
open_port(
    struct port *t, const struct capture_live_options *o, unsigned lanes, char error[CAPTURE_ERROR])
{
	char why[PCAP_ERRBUF_SIZE] = "";
	int rc;

	t->p = pcap_create(t->name, why);
	if (t->p == NULL) {
		snprintf(error, CAPTURE_ERROR, "%s: %s", t->name, why);
		return -1;
	}
	set_up(t->p, o, lanes);
	rc = pcap_activate(t->p);
	if (rc < 0)
		return explain(t, rc, error);
	if (rc > 0)
		log_warn("%s: %s", t->name,
		    rc == PCAP_WARNING ? pcap_geterr(t->p) : pcap_statustostr(rc));
	t->link = pcap_datalink(t->p);
	t->fd = pcap_get_selectable_fd(t->p);
	if (pcap_setnonblock(t->p, 1, why) != 0 || t->fd < 0) {
		snprintf(error, CAPTURE_ERROR, "%s: %s", t->name,
		    why[0] != '\0' ? why : "cannot be polled");
		return -1;
	}
	return 0;
}

static int
join(struct port *t, int *group, unsigned lanes, char error[CAPTURE_ERROR])
{
	const char *why = NULL;

	if (t->link != DLT_EN10MB)
		why = "is no Ethernet";
	else if (fanout_mute(t->fd) != 0 || fanout_join(t->fd, group) != 0)
		why = strerror(errno);
	if (why == NULL)
		return 0;
	snprintf(error, CAPTURE_ERROR, "%s: cannot be spread over %u lanes: %s; take one lane",
	    t->name, lanes, why);
	return -1;
}

static int
open_ports(
    struct live *l, const struct capture_live_options *o, int *group, char error[CAPTURE_ERROR])
{
	while (l->ports < o->interfaces) {
		const unsigned i = l->ports++; /* counted first: its handle may be left to close */
		struct port *t = &l->port[i];

		snprintf(t->name, sizeof(t->name), "%s", o->interface[i]);
		t->source = (uint16_t)i;
		t->frame_most = (snaplen_of(o) + LINE - 1) / LINE * LINE;
		t->room = malloc(CAPTURE_BATCH * t->frame_most);
		if (t->room == NULL) {
			snprintf(error, CAPTURE_ERROR, "out of memory");
			return -1;
		}
		if (open_port(t, o, l->lanes, error) != 0 ||
		    (l->lanes > 1 && join(t, &group[i], l->lanes, error) != 0))
			return -1;
	}
	return 0;
}

/* Away with what came before all had joined. */
static int
discard(struct live *l, char error[CAPTURE_ERROR])
{
	for (unsigned i = 0; i < l->ports; i++) {
		struct port *t = &l->port[i];

		if (live_discard(t, BLOCK_TIMEOUT_MS) == 0)
			continue;
		snprintf(error, CAPTURE_ERROR, "%s: %s", t->name, pcap_geterr(t->p));
		return -1;
	}
	return 0;
}

/* From here on it counts. */
static int
start(struct live *l, const struct capture_live_options *o, char error[CAPTURE_ERROR])
{
	for (unsigned i = 0; i < l->ports; i++) {
		struct port *t = &l->port[i];
		const bool muted = l->lanes > 1 && (o->bpf[i] == NULL || o->bpf[i][0] == '\0');

		if (set_filter(t, o->bpf[i], error) != 0)
			return -1;
		if (muted && fanout_unmute(t->fd) != 0) {
			snprintf(error, CAPTURE_ERROR, "%s: %s", t->name, strerror(errno));
			return -1;
		}
	}
	return 0;
}

static struct live *
new_live(struct halt *halt, unsigned lane, unsigned lanes, char error[CAPTURE_ERROR])
{
	struct live *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		snprintf(error, CAPTURE_ERROR, "out of memory");
		return NULL;
	}
	l->base = (struct capture_base){ { live_next, live_stats, live_close }, halt };
	l->lane = lane;
	l->lanes = lanes;
	atomic_fetch_add(&halt->users, 1);
	return l;
}

static struct halt *
new_halt(char error[CAPTURE_ERROR])
{
	struct halt *h = calloc(1, sizeof(*h));

	if (h == NULL) {
		snprintf(error, CAPTURE_ERROR, "out of memory");
		return NULL;
	}
	h->users = 1; /* the one who makes it, until the lanes are open */
	h->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (h->wake < 0) {
		snprintf(error, CAPTURE_ERROR, "eventfd: %s", strerror(errno));
		live_release(h);
		return NULL;
	}
	return h;
}

int
capture_live(const struct capture_live_options *o, unsigned lanes, struct capture *out[],
    char error[CAPTURE_ERROR])
{
	int group[INTERFACES_MOST] = { -1, -1, -1, -1, -1, -1, -1, -1 }, rc = 0;
	struct live *live[SHARDS];
	struct halt *halt;
	unsigned made = 0;

	assert(lanes >= 1 && lanes <= SHARDS);
	if (o->interfaces == 0 || o->interfaces > INTERFACES_MOST) {
		snprintf(error, CAPTURE_ERROR, "1 to %d interfaces are needed", INTERFACES_MOST);
		return -1;
	}
	halt = new_halt(error);
	if (halt == NULL)
		return -1;
	while (rc == 0 && made < lanes) {
		live[made] = new_live(halt, made, lanes, error);
		rc = live[made] != NULL ? open_ports(live[made], o, group, error) : -1;
		made += live[made] != NULL;
	}
	for (unsigned i = 0; rc == 0 && lanes > 1 && i < lanes; i++)
		rc = discard(live[i], error);
	for (unsigned i = 0; rc == 0 && i < lanes; i++)
		rc = start(live[i], o, error);
	for (unsigned i = 0; i < made; i++) {
		out[i] = &live[i]->base.c;
		if (rc != 0)
			live_close(out[i]);
	}
	live_release(halt);
	return rc;
}
