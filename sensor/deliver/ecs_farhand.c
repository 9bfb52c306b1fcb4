/*
 * ecs_farhand: an alert's own object `farhand`: why, how sure, what next.
 *
 * Lists are always there, if empty, so that a reader need not ask; single
 * fields are absent where nothing is known, never null.
 */
#include "deliver/ecs_farhand.h"

#include "deliver/names.h"

#define SCHEMA_VERSION "1.0"

enum family
ecs_family(const struct alert *a)
{
	const char *rule = a->of != NULL && a->of->rules[0] != NULL ? a->of->rules[0] : "";

	if (a->finding != NULL)
		return a->finding->by->family;
	if (strncmp(rule, "LF-", 3) == 0)
		return FAMILY_LF;
	return strncmp(rule, "GEO-", 4) == 0 ? FAMILY_GEO : FAMILY_RD;
}

static void
put_case(struct pen *p, const struct case_view *v)
{
	if (v == NULL)
		return;
	pen_object(p, "case");
	pen_text(p, "id", v->id);
	pen_count(p, "revision", v->revision);
	pen_text(p, "state", v->state);
	pen_fixed(p, "probability", (double)v->probability, 4);
	pen_word(p, "band", band_name(v->band));
	pen_time(p, "opened", v->opened_us);
	pen_time(p, "updated", v->updated_us);
	pen_array(p, "rules");
	for (size_t i = 0; i < sizeof(v->rules) / sizeof(v->rules[0]) && v->rules[i] != NULL; i++)
		pen_text(p, NULL, v->rules[i]);
	pen_end_array(p);
	pen_object(p, "groups");
	for (int g = 0; g < GROUPS; g++) {
		if (v->group[g].llr != 0)
			pen_fixed(p, group_name((enum group)g), (double)v->group[g].llr, 2);
	}
	pen_end_object(p);
	pen_end_object(p);
}

static void
put_dedup(struct pen *p, const struct alert *a)
{
	pen_object(p, "dedup");
	pen_text(p, "key", a->key);
	pen_count(p, "count", a->repeats);
	pen_count(p, "suppressed", a->suppressed);
	pen_end_object(p);
}

static void
put_product(struct pen *p, const struct product *product)
{
	if (product == NULL)
		return;
	pen_object(p, "product");
	pen_text(p, "id", product->id);
	pen_text(p, "name", product->name);
	pen_word(p, "kind", product_kind_name(product->kind));
	pen_end_object(p);
}

/* What was concluded from the flow, and how sure its name is. */
static void
put_verdict(struct pen *p, const struct finding *f)
{
	if (f == NULL)
		return;
	put_product(p, f->product);
	if (!f->has_flow)
		return;
	if (f->inner != SIDE_NONE) {
		pen_word(p, "role", role_name(flow_role(&f->flow, f->inner)));
		pen_word(p, "role_reason", host_by_name((enum host_by)f->flow.verdict.host_by));
	}
	pen_word(p, "by", by_name((enum by)f->flow.verdict.by));
	pen_word(p, "sureness", sureness_name((enum sureness)f->flow.verdict.sure));
	pen_text(p, "ndpi", f->flow.verdict.ndpi);
	pen_bool(p, "ndpi_differs", f->flow.verdict.ndpi_differs);
}

static void
put_signals(struct pen *p, const struct finding *f)
{
	const char *list;

	pen_array(p, "signals");
	list = p->at;
	for (int i = 0; f != NULL && i < f->signals; i++)
		pen_once(p, list, f->signal[i].name);
	pen_end_array(p);
}

static void
put_evidence(struct pen *p, const struct signal *g)
{
	pen_object(p, NULL);
	pen_text(p, "signal", g->name);
	pen_text(p, "observed", g->observed);
	pen_text(p, "expected", g->expected);
	pen_fixed(p, "weight", (double)g->weight, 2);
	pen_count(p, "samples", g->samples);
	if (g->from_us > 0) {
		pen_time(p, "from", g->from_us);
		pen_time(p, "to", g->to_us < g->from_us ? g->from_us : g->to_us);
	}
	pen_array(p, "flows");
	for (int i = 0; i < FINDING_FLOWS && g->flow[i] != 0; i++)
		pen_id(p, NULL, g->flow[i]);
	pen_end_array(p);
	pen_end_object(p);
}

/* What speaks for it, what against, and what to do. */
static void
put_reasons(struct pen *p, const struct finding *f)
{
	put_signals(p, f);
	pen_array(p, "evidence");
	for (int i = 0; f != NULL && i < f->signals; i++)
		put_evidence(p, &f->signal[i]);
	pen_end_array(p);
	pen_array(p, "against");
	for (int i = 0; f != NULL && i < f->against; i++)
		pen_text(p, NULL, f->speaks_against[i]);
	pen_end_array(p);
	pen_array(p, "next_steps");
	for (int i = 0; f != NULL && i < 4 && f->by->next_steps[i] != NULL; i++)
		pen_text(p, NULL, f->by->next_steps[i]);
	pen_end_array(p);
}

static void
put_persons(struct pen *p, const struct alert *a)
{
	const struct finding *f = a->finding;
	const char *list;

	pen_array(p, "persons");
	list = p->at;
	for (int i = 0; f != NULL && i < f->persons; i++)
		pen_once(p, list, f->person[i]->id);
	if (f == NULL && a->who != NULL)
		pen_once(p, list, a->who->id);
	pen_end_array(p);
}

static void
put_blind(struct pen *p, const struct alert *a)
{
	pen_array(p, "not_observable");
	for (int i = 0; i < 12 && a->not_observable[i] != NULL; i++)
		pen_text(p, NULL, a->not_observable[i]);
	pen_end_array(p);
}

static void
put_geo(struct pen *p, const struct alert *a, const struct run_facts *run)
{
	const struct place *claim = a->who != NULL && a->who->has_claim ? &a->who->claimed : NULL;
	const struct place *far = a->finding != NULL ? &a->finding->peer_place : NULL;

	pen_object(p, "geo");
	pen_text(p, "country_db", run->geo_country);
	pen_text(p, "city_db", run->geo_city);
	pen_text(p, "asn_db", run->geo_asn);
	if (claim != NULL)
		pen_text(p, "claimed_country", claim->country);
	if (far != NULL && place_known(far))
		pen_text(p, "far_country", far->country);
	if (far != NULL && far->network != NETWORK_UNKNOWN)
		pen_word(p, "far_network", network_kind_name((enum network_kind)far->network));
	if (claim != NULL && far != NULL && claim->has_point && far->has_point)
		pen_fixed(p, "distance_km", place_distance_km(claim, far), 1);
	pen_end_object(p);
}

static void
put_health(struct pen *p, const struct health *h)
{
	pen_object(p, "health");
	pen_count(p, "frames", h->frames);
	pen_count(p, "bytes", h->bytes);
	pen_count(p, "dropped_kernel", h->dropped_kernel);
	pen_count(p, "dropped_interface", h->dropped_interface);
	pen_count(p, "decode_errors", h->decode_errors);
	pen_count(p, "flows", h->flows);
	pen_count(p, "flows_evicted", h->flows_evicted);
	pen_count(p, "duplicates", h->duplicates);
	pen_fixed(p, "one_way_share", (double)h->one_way_share, 3);
	pen_count(p, "findings_suppressed", h->findings_suppressed);
	pen_end_object(p);
}

void
ecs_farhand(struct pen *p, const struct alert *a, const struct run_facts *run)
{
	pen_object(p, "farhand");
	pen_word(p, "schema", SCHEMA_VERSION);
	pen_word(p, "family", family_name(ecs_family(a)));
	pen_text(p, "mode", run->mode);
	pen_text(p, "input", run->input);
	pen_count(p, "confidence", a->confidence);
	if (a->finding != NULL)
		pen_word(p, "level", level_name(a->finding->level));
	put_case(p, a->of);
	put_dedup(p, a);
	put_verdict(p, a->finding);
	put_reasons(p, a->finding);
	put_persons(p, a);
	put_blind(p, a);
	put_geo(p, a, run);
	put_health(p, &a->health);
	pen_end_object(p);
}
