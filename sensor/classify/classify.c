/*
 * classify: what a flow is, and who controls whom.
 *
 *   packet > dissectors > facts \
 *            nDPI       > name  / > names > role > verdict
 *
 * Names and role are decided anew whenever a fact or nDPI's word came in; on all
 * other packets only the counters may still tell who is the host.
 */
#include "classify/classify.h"

#include <stdlib.h>

#include "classify/dissect.h"
#include "classify/names.h"
#include "classify/ndpi.h"
#include "classify/role.h"
#include "ops/log.h"
#include "dissectors/table.h"

struct classify {
	const struct catalogue *cat;
	struct flows *flows;
	struct dissect dissect;
	struct dpi *dpi;
};

struct classify *
classify_new(const struct catalogue *cat, struct flows *flows)
{
	struct classify *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		log_error("out of memory for the classifier");
		return NULL;
	}
	c->cat = cat;
	c->flows = flows;
	c->dissect = dissect_of(dissectors);
	c->dpi = dpi_new();
	if (c->dpi == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
classify_free(struct classify *c)
{
	if (c == NULL)
		return;
	dpi_free(c->dpi);
	free(c);
}

static bool
has_ports(uint8_t proto)
{
	return proto == PROTO_TCP || proto == PROTO_UDP;
}

static void
decide(struct classify *c, struct flow_row *row)
{
	struct verdict *v = &row->f.verdict;
	struct obs o;
	bool viewer;

	names_decide(c->cat, row->f.proto, row->facts, v, &viewer);
	role_decide(c->cat, &row->f, row->facts, viewer);
	/* An agent's name may carry a session too; an announcement in its own bytes stays one. */
	if (v->host != SIDE_NONE &&
	    !(row->facts != NULL && obs_find(row->facts, OBS_REGISTERS, &o)))
		v->registers = false;
}

/* Protocols without ports: the number is all there is. */
static void
see_number(struct classify *c, struct flow_row *row, struct classified *out)
{
	struct verdict *v = &row->f.verdict;

	if (v->final)
		return;
	v->final = true;
	out->changed = names_by_number(c->cat, row->f.proto, v);
}

void
classify_packet(struct classify *c, struct flow_row *row, const struct packet *p, enum side from,
    struct classified *out)
{
	struct verdict *v = &row->f.verdict;
	struct obs_list heard;
	bool news;

	out->changed = out->message = false;
	out->datagram.used = out->datagram.count = out->datagram.lost = 0;
	if (!has_ports(p->proto)) {
		see_number(c, row, out);
		return;
	}
	news = dissect_packet(&c->dissect, c->flows, row, p, from, out);
	if (row->every != 0) {
		dpi_drop(c->dpi, row);
	} else if (!dpi_done(row)) {
		heard.used = heard.count = heard.lost = 0;
		news = dpi_packet(c->dpi, row, p, &heard) || news;
		(void)facts_merge(c->flows, row, &heard);
	}
	if (news)
		decide(c, row);
	else if (v->product != 0)
		news = role_by_sizes(c->cat, &row->f);
	v->final = dpi_done(row) && dissect_done(&c->dissect, row);
	out->changed = news;
}

bool
classify_finish(struct classify *c, struct flow_row *row)
{
	struct obs_list heard = { .used = 0 };
	bool news;

	if (!has_ports(row->f.proto))
		return false;
	news = dpi_finish(c->dpi, row, &heard);
	if (news) {
		(void)facts_merge(c->flows, row, &heard);
		decide(c, row);
	}
	row->f.verdict.final = true;
	return news;
}

void
classify_drop(struct classify *c, struct flow_row *row)
{
	dpi_drop(c->dpi, row);
}

uint64_t
classify_refused(const struct classify *c)
{
	return dpi_refused(c->dpi);
}
