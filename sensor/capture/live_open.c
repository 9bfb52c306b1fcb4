/*
 * live_open: an interface from its name to a ring that can be polled.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "capture/live.h"
#include "ops/log.h"

enum { BLOCK_TIMEOUT_MS = 50 };

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

static void
set_up(pcap_t *p, const struct capture_live_options *o)
{
	const unsigned snaplen =
	    o->snaplen > 0 && o->snaplen < FRAME_MOST ? o->snaplen : FRAME_MOST;

	pcap_set_snaplen(p, (int)snaplen);
	pcap_set_promisc(p, o->promiscuous);
	pcap_set_timeout(p, BLOCK_TIMEOUT_MS);
	pcap_set_immediate_mode(p, o->immediate);
	if (o->ring_bytes > 0)
		pcap_set_buffer_size(p, o->ring_bytes < INT_MAX ? (int)o->ring_bytes : INT_MAX);
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
    struct port *t, const struct capture_live_options *o, unsigned i, char error[CAPTURE_ERROR])
{
	const char *name = o->interface[i];
	char why[PCAP_ERRBUF_SIZE] = "";
	int rc;

	snprintf(t->name, sizeof(t->name), "%s", name);
	t->p = pcap_create(name, why);
	if (t->p == NULL) {
		snprintf(error, CAPTURE_ERROR, "%s: %s", name, why);
		return -1;
	}
	set_up(t->p, o);
	rc = pcap_activate(t->p);
	if (rc < 0)
		return explain(t, rc, error);
	if (rc > 0)
		log_warn(
		    "%s: %s", name, rc == PCAP_WARNING ? pcap_geterr(t->p) : pcap_statustostr(rc));
	if (set_filter(t, o->bpf[i], error) != 0)
		return -1;
	t->link = pcap_datalink(t->p);
	t->fd = pcap_get_selectable_fd(t->p);
	if (pcap_setnonblock(t->p, 1, why) != 0 || t->fd < 0) {
		snprintf(error, CAPTURE_ERROR, "%s: %s", name,
		    why[0] != '\0' ? why : "cannot be polled");
		return -1;
	}
	return 0;
}

struct capture *
capture_live(const struct capture_live_options *o, char error[CAPTURE_ERROR])
{
	struct live *l;

	if (o->interfaces == 0 || o->interfaces > INTERFACES_MOST) {
		snprintf(error, CAPTURE_ERROR, "1 to %d interfaces are needed", INTERFACES_MOST);
		return NULL;
	}
	l = calloc(1, sizeof(*l));
	if (l == NULL) {
		snprintf(error, CAPTURE_ERROR, "out of memory");
		return NULL;
	}
	l->base.c = (struct capture){ live_next, live_stats, live_close };
	l->base.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->base.wake < 0) {
		snprintf(error, CAPTURE_ERROR, "eventfd: %s", strerror(errno));
		goto err;
	}
	while (l->ports < o->interfaces) {
		const unsigned i = l->ports++; /* counted first: its handle may be left to close */

		if (open_port(&l->port[i], o, i, error) != 0)
			goto err;
	}
	return &l->base.c;
err:
	live_close(&l->base.c);
	return NULL;
}
