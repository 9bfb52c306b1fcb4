/*
 * flow_record: one flow as one line, the investigator's flow log.
 *
 *   @timestamp ecs event source destination network tls host user observer farhand
 */
#include "deliver/ecs_parts.h"
#include "deliver/flow_facts.h"
#include "deliver/names.h"

static void
put_event(struct pen *p, const struct flow *f)
{
	pen_object(p, "event");
	pen_id(p, "id", f->id);
	pen_literal(p,
	    ",\"kind\":\"event\",\"category\":[\"network\"],\"type\":[\"connection\"]"
	    ",\"module\":\"farhand\",\"dataset\":\"farhand.flow\"");
	ecs_span(p, f->first_us, f->last_us);
	pen_end_object(p);
}

static void
put_named(struct pen *p, const struct flow_record *r)
{
	static const char *const ends[] = { "source", "destination", "none" };
	const struct verdict *v = &r->flow->verdict;
	const enum role role =
	    r->inner != SIDE_NONE ? flow_role(r->flow, r->inner) : ROLE_UNKNOWN;

	if (r->product != NULL) {
		pen_text(p, "product", r->product->id);
		pen_word(p, "kind", product_kind_name(r->product->kind));
	}
	pen_word(p, "role", role_name(role));
	pen_word(p, "role_reason", host_by_name((enum host_by)v->host_by));
	pen_word(p, "inner", ends[r->inner]);
	if (v->host != SIDE_NONE)
		pen_word(p, "controlled", ends[v->host]);
	if (r->by != BY_NONE)
		pen_word(p, "by", by_name(r->by));
	if (r->sure != SURE_NONE)
		pen_word(p, "sureness", sureness_name(r->sure));
	pen_text(p, "ndpi", v->ndpi);
	pen_bool(p, "ndpi_differs", v->ndpi_differs);
	pen_text(p, "peer_name", r->peer_name);
	pen_bool(p, "registers", v->registers);
}

static void
put_wire(struct pen *p, const struct flow *f)
{
	if (f->rtt_us[0] != 0 || f->rtt_us[1] != 0) {
		pen_object(p, "rtt_us");
		if (f->rtt_us[SIDE_CLIENT] != 0)
			pen_count(p, "client", f->rtt_us[SIDE_CLIENT]);
		if (f->rtt_us[SIDE_SERVER] != 0)
			pen_count(p, "server", f->rtt_us[SIDE_SERVER]);
		pen_end_object(p);
	}
	pen_bool(p, "roles_assumed", flow_roles_assumed(f));
	pen_word(p, "opened_by", opened_by_name((enum opened_by)f->opened_by));
	pen_bool(p, "midstream", f->midstream);
	if (f->tunnel == TUNNEL_NONE)
		return;
	pen_word(p, "tunnel", tunnel_name((enum tunnel)f->tunnel));
	pen_object(p, "outer");
	pen_addr(p, "source", &f->outer[SIDE_CLIENT]);
	pen_addr(p, "destination", &f->outer[SIDE_SERVER]);
	pen_end_object(p);
}

size_t
ecs_flow(const struct flow_record *r, const struct run_facts *run, char out[FLOW_LINE])
{
	struct pen p = { .at = out, .end = out + FLOW_LINE };

	pen_raw(&p, "{", 1);
	ecs_open(&p, r->flow->first_us);
	put_event(&p, r->flow);
	ecs_sides(&p, r->flow, r->place);
	ecs_network(&p, r->flow, r->product, r->ours);
	flow_facts_tls(&p, r->facts);
	ecs_host(&p, r->self);
	ecs_user(&p, r->person);
	ecs_observer(&p, run);
	pen_object(&p, "farhand");
	put_named(&p, r);
	flow_facts_names(&p, r->facts);
	put_wire(&p, r->flow);
	flow_facts_others(&p, r->facts);
	pen_end_object(&p);
	pen_raw(&p, "}\n", 2);
	return p.full ? 0 : (size_t)(p.at - out);
}
