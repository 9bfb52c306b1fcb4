/*
 * classify: what a flow is, and who controls whom.
 *
 *   packet > dissectors > facts \
 *            nDPI       > name  / > names > role > verdict
 *
 * Names and role are decided anew whenever a fact or nDPI's word came in; of all
 * packets sizes and times may still tell who is the host.
 */
#include "classify/classify.h"

#include <stdlib.h>

#include "classify/dissect.h"
#include "classify/names.h"
#include "classify/ndpi.h"
#include "classify/role.h"
#include "classify/starts.h"
#include "ops/log.h"

struct classify {
	const struct catalogue *cat;
	struct flows *flows;
	struct dpi_share dpi;
	const struct dissect *dissect;
	struct quic_opener *quic;
	struct screens *screens;
	struct starts *starts;
};

/* Flows of a table whose host is looked for by sizes and times at once. */
enum { SCREENS = 1024 };

struct classify *
classify_new(const struct catalogue *cat, struct flows *flows, struct dpi *dpi, uint32_t dpi_states)
{
	struct classify *c = calloc(1, sizeof(*c));

	if (c == NULL)
		goto full;
	c->screens = screens_new(SCREENS);
	c->quic = quic_opener_new();
	c->starts = starts_new();
	if (c->screens == NULL || c->quic == NULL || c->starts == NULL)
		goto full;
	c->cat = cat;
	c->flows = flows;
	c->dpi.dpi = dpi;
	c->dpi.most = dpi_states;
	c->dissect = dissect_all();
	return c;
full:
	log_error("out of memory for the classifier");
	classify_free(c);
	return NULL;
}

void
classify_free(struct classify *c)
{
	if (c == NULL)
		return;
	quic_opener_free(c->quic);
	screens_free(c->screens);
	starts_free(c->starts);
	free(c);
}

void
classify_use(struct classify *c, const struct catalogue *cat)
{
	c->cat = cat;
}

static bool
has_ports(uint8_t proto)
{
	return proto == PROTO_TCP || proto == PROTO_UDP;
}

static void
keep(struct flow_row *row, const struct verdict *v)
{
	row->product = v->product;
	row->by = (unsigned)v->by & 0xf;
	row->sure = (unsigned)v->sure & 3;
}

/* An agent's name may carry a session too; an announcement in its own bytes stays one. */
static void
settle_session(const struct classify *c, struct flow_row *row)
{
	const struct obs_list *told = flows_told(c->flows, row);
	struct obs o;

	if (row->host != SIDE_NONE && !(told != NULL && obs_find(told, OBS_REGISTERS, &o)))
		row->registers = false;
}

static void
decide(const struct classify *c, struct flow_row *row)
{
	const struct obs_list *told = flows_told(c->flows, row);
	struct verdict v;
	bool viewer;

	dpi_name(c->dpi.dpi, row, v.ndpi, sizeof(v.ndpi));
	names_decide(c->cat, row->proto, told, &v, &viewer);
	keep(row, &v);
	row->registers = v.registers;
	role_decide(c->cat, row, told, viewer);
	settle_session(c, row);
}

/* Protocols without ports: the number is nearly all there is. */
static bool
see_number(const struct classify *c, struct flow_row *row, const struct packet *p)
{
	struct verdict v;

	if (row->final || row->plain)
		return false;
	row->final = true;
	if (!names_by_number(c->cat, row->proto, p->payload, &v))
		return false;
	keep(row, &v);
	return true;
}

/* Nobody cares what it is, only for what it may tell of others. */
static void
see_plain(struct classify *c, struct flow_row *row, const struct packet *p, enum side from,
    struct classified *out)
{
	if (p->proto == PROTO_UDP)
		(void)dissect_packet(c->dissect, c->quic, c->flows, row, p, from, out);
	if (row->young == NULL)
		return;
	dpi_drop(&c->dpi, row);
	if (p->proto == PROTO_TCP || row->every != 0 || dissect_done(c->dissect, row))
		flows_settle(c->flows, row);
}

/*
 * What opens a flow and names its server, as far as a dissector has read it.  After a DTLS
 * hello anything may come: a call's STUN and media share its flow.
 */
static enum opening
opening_of(const struct flow_row *row, const struct obs_list *told)
{
	struct obs o;

	if (told == NULL)
		return OPENING_UNREAD;
	if (obs_find(told, OBS_JA4, &o)) {
		if (row->proto == PROTO_TCP)
			return OPENING_TLS;
		return o.text.p[0] == 'q' ? OPENING_QUIC : OPENING_UNREAD;
	}
	return obs_find(told, OBS_HTTP_HOST, &o) ? OPENING_HTTP : OPENING_UNREAD;
}

/*
 * Dissectors first: a flow whose every message one of them reads is not shown to nDPI, nor
 * is one whose ClientHello or request they know.
 */
static bool
learn(struct classify *c, struct flow_row *row, const struct packet *p, enum side from,
    struct classified *out)
{
	bool news = dissect_packet(c->dissect, c->quic, c->flows, row, p, from, out);
	const struct obs_list *told;
	enum opening opening;

	if (row->every != 0) {
		dpi_drop(&c->dpi, row);
		return news;
	}
	if (dpi_done(row))
		return news;
	told = news ? flows_told(c->flows, row) : NULL;
	opening = opening_of(row, told);
	if (opening == OPENING_UNREAD)
		return dpi_packet(&c->dpi, row, p) || news;
	dpi_server(&c->dpi, row, opening, told);
	return news;
}

/* Where bytes do not tell whose screen leaves, every packet helps. */
static bool
watch(struct classify *c, struct flow_row *row, const struct packet *p, enum side from)
{
	if (row->product == 0 || p->payload_bytes == 0 ||
	    !role_by_screen(c->cat, c->screens, row, from, p->payload_bytes))
		return false;
	settle_session(c, row);
	return true;
}

/* What the first packets show of a tunnel: from the first with payload on. */
static void
see_start(struct classify *c, struct flow_row *row, const struct packet *p, enum side from)
{
	if (p->payload_bytes == 0)
		return;
	if (row->watched)
		starts_see(c->starts, c->flows, row, p, from);
	else if (!row->final && row->side[0].data_packets + row->side[1].data_packets == 1)
		starts_begin(c->starts, c->flows, row, p, from);
}

void
classify_fetch(const struct classify *c, const struct flow_row *row)
{
	const bool begins = row->side[0].data_packets + row->side[1].data_packets == 0;

	if (row->watched || (begins && row->young != NULL))
		starts_fetch(c->starts, row);
}

void
classify_packet(struct classify *c, struct flow_row *row, const struct packet *p, enum side from,
    struct classified *out)
{
	const unsigned end = from ^ row->first; /* learning may swap the row's sides */
	bool news = false;

	out->changed = out->message = false;
	if (!has_ports(p->proto)) {
		out->changed = see_number(c, row, p);
		return;
	}
	if (row->plain) {
		see_plain(c, row, p, from, out);
		return;
	}
	if (!row->final && p->payload.n > 0)
		news = learn(c, row, p, from, out);
	if (news)
		decide(c, row);
	see_start(c, row, p, (enum side)(end ^ row->first));
	out->changed = watch(c, row, p, (enum side)(end ^ row->first)) || news;
	if (row->young == NULL)
		return;
	row->final = row->final || (dpi_done(row) && dissect_done(c->dissect, row));
	if (row->final || row->every != 0)
		flows_settle(c->flows, row);
}

bool
classify_finish(struct classify *c, struct flow_row *row)
{
	bool news;

	if (!has_ports(row->proto) || row->plain)
		return false;
	news = dpi_finish(&c->dpi, row);
	if (news)
		decide(c, row);
	starts_finish(c->starts, c->flows, row);
	row->final = true;
	return news;
}

void
classify_value(const struct classify *c, const struct flow_row *row, const struct obs_list *told,
    struct flow *out)
{
	flows_value(row, out);
	dpi_name(c->dpi.dpi, row, out->verdict.ndpi, sizeof(out->verdict.ndpi));
	names_protocol(row->proto, told, &out->verdict);
	out->verdict.ndpi_differs = names_differ(c->cat, &out->verdict);
}

uint32_t
classify_carried(const struct classify *c, const struct flow_row *row, bool *padded)
{
	static const struct {
		const char *id;
		uint32_t bytes; /* header, counter and tag of a packet of data */
		bool padded;
	} known[] = {
		{ "wireguard", 32, true }, /* [WireGuard 5.4.6] */
		{ "openvpn", 24, false },  /* P_DATA_V2, AES-GCM */
	};
	const struct product *p = catalogue_at(c->cat, row->product);
	uint32_t bytes = 50; /* ESP by UDP, and what is like it */

	*padded = true;
	if (p == NULL || (p->kind != PRODUCT_VPN && p->kind != PRODUCT_OVERLAY))
		return 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(p->id, known[i].id) == 0) {
			bytes = known[i].bytes;
			*padded = known[i].padded;
		}
	}
	return bytes + 20 + 32; /* TCP with its times */
}

void
classify_drop(struct classify *c, struct flow_row *row)
{
	dpi_drop(&c->dpi, row);
	screen_drop(c->screens, row);
	starts_drop(c->starts, row);
}

const struct quic_counts *
classify_quic(const struct classify *c)
{
	return quic_opener_counts(c->quic);
}

uint64_t
classify_refused(const struct classify *c)
{
	return c->dpi.refused;
}

uint64_t
classify_roles_refused(const struct classify *c)
{
	return screens_refused(c->screens);
}
