/*
 * ndpi: a second opinion on every flow.  Alone includes ndpi_api.h.
 *
 * nDPI 4.2 takes an address inside TeamViewer's ranges for a payload match, and
 * keeps caches across flows.  Neither may decide here: no name may rest on an
 * address, and a replay must not depend on which flows share a lane.  So nDPI
 * never sees the real packet, but one written anew:
 *
 *   IPv4 10.b.b.b > 10.b.b.b | TCP or UDP, real ports | the real payload's start
 *
 * with addresses made from the flow's id.  No list of addresses has them, no two
 * flows near in time share them, and options, fragments or offloaded lengths of
 * the original cannot trouble it.  Names taken from a host name it heard come out
 * as "TLS.TeamViewer": they are shown, and never taken for the product itself.
 */
#include "classify/ndpi.h"

#include <ndpi_api.h>

#include "classify/classify.h"
#include "ops/log.h"

/* Not NDPI_API_VERSION: that one is not in order of time. */
#define NDPI_SINCE(major, minor)                                                                   \
	(NDPI_MAJOR > (major) || (NDPI_MAJOR == (major) && NDPI_MINOR >= (minor)))

enum {
	PACKETS = 12, /* of a flow, then it is given up on */
	PACKETS_DONE = 255,
	FLOWS = 65536,    /* looked into at once; 0.7 to 1.2 KiB each, and 2 for TCP */
	SHOWN = 4096,     /* payload bytes of a packet */
	SHOWN_TCP = 8192, /* of a TCP flow: nDPI keeps them all until it has a name */
	HELD = 32 << 20,  /* of all TCP flows looked into */
	IP_HEAD = 20,
	TCP_HEAD = 20,
	UDP_HEAD = 8
};

struct dpi {
	struct ndpi_detection_module_struct *module;
	uint32_t flows, held;
	uint64_t refused;
	_Alignas(8) uint8_t stage[IP_HEAD + TCP_HEAD + SHOWN];
};

static struct ndpi_detection_module_struct *
module_new(void)
{
#if NDPI_SINCE(4, 10)
	return ndpi_init_detection_module(NULL);
#else
	return ndpi_init_detection_module(ndpi_dont_load_tor_hosts);
#endif
}

static void
module_start(struct ndpi_detection_module_struct *m)
{
#if !NDPI_SINCE(5, 0)
	NDPI_PROTOCOL_BITMASK all;

	NDPI_BITMASK_SET_ALL(all);
	(void)ndpi_set_protocol_detection_bitmask2(m, &all);
#endif
	(void)ndpi_finalize_initialization(m);
}

static ndpi_protocol
module_process(struct ndpi_detection_module_struct *m, struct ndpi_flow_struct *flow,
    const uint8_t *packet, uint16_t n, uint64_t at_ms)
{
#if NDPI_SINCE(4, 6)
	return ndpi_detection_process_packet(m, flow, packet, n, at_ms, NULL);
#else
	return ndpi_detection_process_packet(m, flow, packet, n, at_ms);
#endif
}

static ndpi_protocol
module_give_up(struct ndpi_detection_module_struct *m, struct ndpi_flow_struct *flow)
{
#if NDPI_SINCE(5, 0)
	return ndpi_detection_giveup(m, flow);
#else
	u_int8_t guessed;
#if NDPI_SINCE(4, 10)
	return ndpi_detection_giveup(m, flow, &guessed);
#else
	return ndpi_detection_giveup(m, flow, 0, &guessed);
#endif
#endif
}

static uint16_t
lower_of(ndpi_protocol p)
{
#if NDPI_SINCE(4, 11)
	return ndpi_get_lower_proto(p.proto);
#else
	return ndpi_get_lower_proto(p);
#endif
}

static uint16_t
upper_of(ndpi_protocol p)
{
#if NDPI_SINCE(4, 11)
	return ndpi_get_upper_proto(p.proto);
#else
	return ndpi_get_upper_proto(p);
#endif
}

const char *
classify_ndpi_version(void)
{
	return ndpi_revision();
}

struct dpi *
dpi_new(void)
{
	struct dpi *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		log_error("out of memory for nDPI");
		return NULL;
	}
	/* Header and library may differ: a flow of the wrong size is memory overrun. */
	if (ndpi_detection_get_sizeof_ndpi_flow_struct() != sizeof(struct ndpi_flow_struct)) {
		log_error("libndpi %s is not the one farhand was built with", ndpi_revision());
		goto err0;
	}
	d->module = module_new();
	if (d->module == NULL) {
		log_error("nDPI does not start");
		goto err0;
	}
	module_start(d->module);
	return d;
err0:
	free(d);
	return NULL;
}

void
dpi_free(struct dpi *d)
{
	if (d == NULL)
		return;
	ndpi_exit_detection_module(d->module);
	free(d);
}

bool
dpi_done(const struct flow_row *row)
{
	return row->dpi_packets == PACKETS_DONE;
}

uint64_t
dpi_refused(const struct dpi *d)
{
	return d->refused;
}

void
dpi_drop(struct dpi *d, struct flow_row *row)
{
	row->dpi_packets = PACKETS_DONE;
	if (row->dpi == NULL)
		return;
	ndpi_flow_free(row->dpi);
	row->dpi = NULL;
	d->flows--;
	d->held -= row->dpi_bytes;
}

static void
put16(uint8_t *at, uint32_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static void
put32(uint8_t *at, uint32_t v)
{
	put16(at, v >> 16);
	put16(at + 2, v);
}

/* Which way a packet goes, by itself: rows may swap their sides in between. */
static bool
goes_up(const struct packet *p)
{
	const int c = addr_cmp(&p->addr[0], &p->addr[1]);

	return c != 0 ? c < 0 : p->port[0] <= p->port[1];
}

/* Write the packet anew; returns its length. */
static uint16_t
stage_write(struct dpi *d, const struct flow *f, const struct packet *p)
{
	const uint32_t low = 0x0a000000u | (uint32_t)(f->id & 0x7fffff), high = low | 0x800000u;
	const bool tcp = p->proto == PROTO_TCP, up = goes_up(p);
	const size_t head = IP_HEAD + (tcp ? TCP_HEAD : UDP_HEAD);
	const size_t shown = p->payload.n < SHOWN ? p->payload.n : SHOWN;
	uint8_t *ip = d->stage, *l4 = ip + IP_HEAD;

	memset(ip, 0, head);
	ip[0] = 0x45;
	put16(ip + 2, (uint32_t)(head + shown));
	ip[8] = 64;
	ip[9] = p->proto;
	put32(ip + 12, up ? low : high);
	put32(ip + 16, up ? high : low);
	put16(l4, p->port[0]);
	put16(l4 + 2, p->port[1]);
	if (tcp) {
		put32(l4 + 4, p->tcp_seq);
		put32(l4 + 8, p->tcp_ack);
		l4[12] = TCP_HEAD / 4 << 4;
		l4[13] = p->tcp_flags;
		put16(l4 + 14, p->tcp_window);
	} else {
		put16(l4 + 4, (uint32_t)(UDP_HEAD + shown));
	}
	memcpy(ip + head, p->payload.p, shown);
	return (uint16_t)(head + shown);
}

/* Known faults: names that are wrong more often than right. */
static bool
is_trusted(uint16_t lower, uint8_t proto)
{
#if !NDPI_SINCE(4, 8)
	/* Any UDP on port 3389 whose packets begin alike. */
	if (lower == NDPI_PROTOCOL_RDP && proto == PROTO_UDP)
		return false;
#endif
	(void)lower;
	(void)proto;
	return true;
}

/* Keep its word, if it is by payload and of this flow alone. */
static bool
take_verdict(struct dpi *d, struct flow_row *row, ndpi_protocol said, struct obs_list *heard)
{
	const struct ndpi_flow_struct *flow = row->dpi;
	const uint16_t lower = lower_of(said), upper = upper_of(said);
	struct verdict *v = &row->f.verdict;
	size_t n;

	if (lower == NDPI_PROTOCOL_UNKNOWN || flow->confidence != NDPI_CONFIDENCE_DPI ||
	    !is_trusted(lower, row->f.proto))
		return false;
	if (lower == upper)
		snprintf(v->ndpi, sizeof(v->ndpi), "%s", ndpi_get_proto_name(d->module, lower));
	else
		snprintf(v->ndpi, sizeof(v->ndpi), "%s.%s", ndpi_get_proto_name(d->module, lower),
		    ndpi_get_proto_name(d->module, upper));
	n = strnlen((const char *)flow->host_server_name, sizeof(flow->host_server_name));
	/* A name that fills the room was cut: at which end differs between versions. */
	if (lower == NDPI_PROTOCOL_QUIC && n > 0 && n < sizeof(flow->host_server_name) - 1)
		obs_add(heard, OBS_SNI, 0, flow->host_server_name, n);
	return true;
}

/* State for a row that has none yet; false: no room. */
static bool
state_ready(struct dpi *d, struct flow_row *row)
{
	if (row->dpi != NULL)
		return true;
	if (d->flows < FLOWS)
		row->dpi = ndpi_flow_malloc(sizeof(struct ndpi_flow_struct));
	if (row->dpi == NULL)
		return false;
	memset(row->dpi, 0, sizeof(struct ndpi_flow_struct));
	d->flows++;
	return true;
}

/* n: of the packet as staged */
static void
hold(struct dpi *d, struct flow_row *row, uint16_t n)
{
	if (row->f.proto != PROTO_TCP)
		return;
	n = (uint16_t)(n - IP_HEAD - TCP_HEAD);
	row->dpi_bytes = (uint16_t)(row->dpi_bytes + n);
	d->held += n;
}

bool
dpi_packet(struct dpi *d, struct flow_row *row, const struct packet *p, struct obs_list *heard)
{
	const uint64_t at_ms =
	    p->at_us >= 1000 ? (uint64_t)p->at_us / 1000 : 1; /* 0 means "now" to it */
	ndpi_protocol said;
	uint16_t n;
	bool named;

	if (dpi_done(row) || p->payload.n == 0)
		return false;
	if (d->held > HELD || !state_ready(d, row)) {
		d->refused++;
		dpi_drop(d, row);
		return false;
	}
	n = stage_write(d, &row->f, p);
	said = module_process(d->module, row->dpi, d->stage, n, at_ms);
	row->dpi_packets++;
	hold(d, row, n);
	named = take_verdict(d, row, said, heard);
	if (named || row->dpi_packets == PACKETS || row->dpi_bytes >= SHOWN_TCP)
		dpi_drop(d, row);
	return named;
}

bool
dpi_finish(struct dpi *d, struct flow_row *row, struct obs_list *heard)
{
	bool named;

	if (row->dpi == NULL)
		return false;
	named = take_verdict(d, row, module_give_up(d->module, row->dpi), heard);
	dpi_drop(d, row);
	return named;
}
