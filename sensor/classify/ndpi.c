/*
 * ndpi: a second opinion on every flow, of TLS, QUIC and HTTP on their servers' names.
 * Alone includes ndpi_api.h.
 *
 * nDPI never sees the real packet, but one written anew: see stage.h.  Names taken
 * from a host name it heard come out as "TLS.TeamViewer": they are shown, and never
 * taken for the product itself.
 */
#include "classify/ndpi.h"

#include <ndpi_api.h>

#include "classify/stage.h"
#include "ops/log.h"

/* Not NDPI_API_VERSION: that one is not in order of time. */
#define NDPI_SINCE(major, minor)                                                                   \
	(NDPI_MAJOR > (major) || (NDPI_MAJOR == (major) && NDPI_MINOR >= (minor)))

enum {
	PACKETS = 12,     /* of a flow, then it is given up on */
	SHOWN_TCP = 8192, /* of a TCP flow: nDPI keeps them all until it has a name */
	HELD = 4 << 20,   /* of all TCP flows of one table */
};

/* A state given back, in a state's own memory. */
struct spare {
	struct spare *next;
};

struct dpi {
	struct ndpi_detection_module_struct *module;
	struct spare *spare;
	struct stage stage;
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
	struct spare *next;

	if (d == NULL)
		return;
	for (; d->spare != NULL; d->spare = next) {
		next = d->spare->next;
		free(d->spare);
	}
	ndpi_exit_detection_module(d->module);
	free(d);
}

void
dpi_drop(struct dpi_share *s, struct flow_row *row)
{
	struct flow_young *young = row->young;
	struct spare *spare;

	if (young == NULL)
		return;
	young->dpi_packets = DPI_PACKETS_DONE;
	if (young->dpi == NULL)
		return;
	ndpi_free_flow_data(young->dpi);
	spare = young->dpi;
	spare->next = s->dpi->spare;
	s->dpi->spare = spare;
	young->dpi = NULL;
	s->states--;
	s->held -= young->dpi_bytes;
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

/*
 * Is what it takes the flow to carry its own word?  Whose call it is that STUN opens
 * it remembers by address plus port, a sum that other flows reach with other ports.
 */
static bool
is_of_this_flow(uint16_t lower)
{
	return lower != NDPI_PROTOCOL_STUN;
}

/* Keep its word, if it is by payload and of this flow alone. */
static bool
take_verdict(struct flow_row *row, ndpi_protocol said)
{
	const struct ndpi_flow_struct *flow = row->young->dpi;
	const uint16_t lower = lower_of(said);

	if (lower == NDPI_PROTOCOL_UNKNOWN || flow->confidence != NDPI_CONFIDENCE_DPI ||
	    !is_trusted(lower, row->proto))
		return false;
	row->ndpi_lower = lower;
	row->ndpi_upper = is_of_this_flow(lower) ? upper_of(said) : lower;
	return true;
}

/* Copy as much as there is room for; returns what is left of it. */
static char *
put_text(char *at, const char *end, const char *text)
{
	while (at < end && *text != '\0')
		*at++ = *text++;
	return at;
}

void
dpi_name(const struct dpi *d, const struct flow_row *row, char *out, size_t room)
{
	const char *end = out + room - 1;

	if (row->ndpi_lower != NDPI_PROTOCOL_UNKNOWN)
		out = put_text(out, end, ndpi_get_proto_name(d->module, row->ndpi_lower));
	if (row->ndpi_upper != row->ndpi_lower) {
		out = put_text(out, end, ".");
		out = put_text(out, end, ndpi_get_proto_name(d->module, row->ndpi_upper));
	}
	*out = '\0';
}

/* State for a row that has none yet; false: no room. */
static bool
state_ready(struct dpi_share *s, struct flow_young *young)
{
	if (young->dpi != NULL)
		return true;
	if (s->states >= s->most)
		return false;
	young->dpi = s->dpi->spare;
	if (young->dpi != NULL)
		s->dpi->spare = s->dpi->spare->next;
	else
		young->dpi = malloc(sizeof(struct ndpi_flow_struct));
	if (young->dpi == NULL)
		return false;
	memset(young->dpi, 0, sizeof(struct ndpi_flow_struct));
	s->states++;
	return true;
}

/* nDPI 4.2 asks for 2 KB as soon as there is any TCP payload: leave it what it fills of them. */
static void
slim(struct ndpi_flow_struct *flow)
{
#if !NDPI_SINCE(4, 4)
	message_t *m = &flow->l4.tcp.tls.message;
	uint8_t *less;

	if (m->buffer_used == 0) {
		ndpi_free(m->buffer);
		m->buffer = NULL;
		return;
	}
	if (m->buffer_len == m->buffer_used)
		return;
	less = ndpi_realloc(m->buffer, m->buffer_used, m->buffer_used);
	if (less == NULL)
		return;
	m->buffer = less;
	m->buffer_len = m->buffer_used;
#else
	(void)flow;
#endif
}

/* n: of the packet as staged */
static void
hold(struct dpi_share *s, struct flow_young *young, uint16_t n)
{
	n = (uint16_t)(n - STAGE_IP - STAGE_TCP);
	young->dpi_bytes = (uint16_t)(young->dpi_bytes + n);
	s->held += n;
}

bool
dpi_packet(struct dpi_share *s, struct flow_row *row, const struct packet *p)
{
	const uint64_t at_ms =
	    p->at_us >= 1000 ? (uint64_t)p->at_us / 1000 : 1; /* 0 means "now" to it */
	struct flow_young *young = row->young;
	ndpi_protocol said;
	uint16_t n;
	bool named;

	if (dpi_done(row) || p->payload.n == 0)
		return false;
	if (s->held > HELD || !state_ready(s, young)) {
		s->refused++;
		dpi_drop(s, row);
		return false;
	}
	n = stage_write(&s->dpi->stage, row->id, p);
	said = module_process(s->dpi->module, young->dpi, s->dpi->stage.at, n, at_ms);
	young->dpi_packets++;
	if (row->proto == PROTO_TCP)
		hold(s, young, n);
	named = take_verdict(row, said);
	if (named || young->dpi_packets == PACKETS || young->dpi_bytes >= SHOWN_TCP)
		dpi_drop(s, row);
	else if (row->proto == PROTO_TCP)
		slim(young->dpi);
	return named;
}

void
dpi_server(
    struct dpi_share *s, struct flow_row *row, enum opening opening, const struct obs_list *told)
{
	static const struct {
		uint16_t lower;
		enum obs_kind name;
	} known[] = { [OPENING_TLS] = { NDPI_PROTOCOL_TLS, OBS_SNI },
		[OPENING_QUIC] = { NDPI_PROTOCOL_QUIC, OBS_SNI },
		[OPENING_HTTP] = { NDPI_PROTOCOL_HTTP, OBS_HTTP_HOST } };
	const uint16_t lower = known[opening].lower;
	ndpi_protocol_match_result match;
	char name[OBS_TEXT + 1];
	int id = NDPI_PROTOCOL_UNKNOWN;

	if (obs_copy_text(told, known[opening].name, name, sizeof(name)))
		id = ndpi_match_string_subprotocol(
		    s->dpi->module, name, (u_int)strlen(name), &match);
	row->ndpi_lower = lower;
	row->ndpi_upper = id > NDPI_PROTOCOL_UNKNOWN ? (uint16_t)id : lower;
	dpi_drop(s, row);
}

bool
dpi_finish(struct dpi_share *s, struct flow_row *row)
{
	bool named;

	if (row->young == NULL || row->young->dpi == NULL)
		return false;
	named = take_verdict(row, module_give_up(s->dpi->module, row->young->dpi));
	dpi_drop(s, row);
	return named;
}
