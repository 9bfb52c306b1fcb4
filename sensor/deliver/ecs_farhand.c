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
put_case(struct doc *d, json_t *in, const struct case_view *v)
{
	json_t *o, *list;

	if (v == NULL)
		return;
	o = field_object(d, in, "case");
	field_text(d, o, "id", v->id);
	field_int(d, o, "revision", v->revision);
	field_text(d, o, "state", v->state);
	field_fixed(d, o, "probability", (double)v->probability, 4);
	field_text(d, o, "band", band_name(v->band));
	field_time(d, o, "opened", v->opened_us);
	field_time(d, o, "updated", v->updated_us);
	list = field_array(d, o, "rules");
	for (size_t i = 0; i < sizeof(v->rules) / sizeof(v->rules[0]) && v->rules[i] != NULL; i++)
		field_text(d, list, NULL, v->rules[i]);
	list = field_object(d, o, "groups");
	for (int g = 0; g < GROUPS; g++) {
		if (v->group[g].llr != 0)
			field_fixed(d, list, group_name((enum group)g), (double)v->group[g].llr, 2);
	}
}

static void
put_dedup(struct doc *d, json_t *in, const struct alert *a)
{
	json_t *o = field_object(d, in, "dedup");

	field_text(d, o, "key", a->key);
	field_int(d, o, "count", a->repeats);
	field_int(d, o, "suppressed", a->suppressed);
}

static void
put_evidence(struct doc *d, json_t *list, const struct signal *g)
{
	json_t *o = field_object(d, list, NULL), *flows;

	field_text(d, o, "signal", g->name);
	field_text(d, o, "observed", g->observed);
	field_text(d, o, "expected", g->expected);
	field_fixed(d, o, "weight", (double)g->weight, 2);
	field_int(d, o, "samples", g->samples);
	if (g->from_us > 0) {
		field_time(d, o, "from", g->from_us);
		field_time(d, o, "to", g->to_us < g->from_us ? g->from_us : g->to_us);
	}
	flows = field_array(d, o, "flows");
	for (int i = 0; i < FINDING_FLOWS && g->flow[i] != 0; i++)
		field_id(d, flows, NULL, g->flow[i]);
}

/* What was concluded from the flow, and how sure its name is. */
static void
put_verdict(struct doc *d, json_t *in, const struct finding *f)
{
	if (f == NULL)
		return;
	ecs_product(d, in, f->product);
	if (!f->has_flow)
		return;
	if (f->inner != SIDE_NONE)
		field_text(d, in, "role", role_name(flow_role(&f->flow, f->inner)));
	field_text(d, in, "by", by_name((enum by)f->flow.verdict.by));
	field_text(d, in, "sureness", sureness_name((enum sureness)f->flow.verdict.sure));
}

static void
put_reasons(struct doc *d, json_t *in, const struct alert *a)
{
	const struct finding *f = a->finding;
	json_t *signals = field_array(d, in, "signals");
	json_t *evidence = field_array(d, in, "evidence");
	json_t *against = field_array(d, in, "against");
	json_t *steps = field_array(d, in, "next_steps");
	json_t *persons = field_array(d, in, "persons");
	json_t *blind = field_array(d, in, "not_observable");

	for (int i = 0; f != NULL && i < f->signals; i++) {
		field_once(d, signals, f->signal[i].name);
		put_evidence(d, evidence, &f->signal[i]);
	}
	for (int i = 0; f != NULL && i < f->against; i++)
		field_text(d, against, NULL, f->speaks_against[i]);
	for (int i = 0; f != NULL && i < 4 && f->by->next_steps[i] != NULL; i++)
		field_text(d, steps, NULL, f->by->next_steps[i]);
	for (int i = 0; f != NULL && i < f->persons; i++)
		field_once(d, persons, f->person[i]->id);
	if (f == NULL && a->who != NULL)
		field_once(d, persons, a->who->id);
	for (int i = 0; i < 12 && a->not_observable[i] != NULL; i++)
		field_text(d, blind, NULL, a->not_observable[i]);
}

static void
put_geo(struct doc *d, json_t *in, const struct alert *a, const struct run_facts *run)
{
	const struct place *claim = a->who != NULL && a->who->has_claim ? &a->who->claimed : NULL;
	const struct place *far = a->finding != NULL ? &a->finding->peer_place : NULL;
	json_t *o = field_object(d, in, "geo");

	field_text(d, o, "country_db", run->geo_country);
	field_text(d, o, "city_db", run->geo_city);
	field_text(d, o, "asn_db", run->geo_asn);
	if (claim != NULL)
		field_text(d, o, "claimed_country", claim->country);
	if (far != NULL && place_known(far))
		field_text(d, o, "far_country", far->country);
	if (far != NULL && far->network != NETWORK_UNKNOWN)
		field_text(d, o, "far_network", network_kind_name((enum network_kind)far->network));
	if (claim != NULL && far != NULL && claim->has_point && far->has_point)
		field_fixed(d, o, "distance_km", place_distance_km(claim, far), 1);
}

static void
put_health(struct doc *d, json_t *in, const struct health *h)
{
	json_t *o = field_object(d, in, "health");

	field_count(d, o, "frames", h->frames);
	field_count(d, o, "bytes", h->bytes);
	field_count(d, o, "dropped_kernel", h->dropped_kernel);
	field_count(d, o, "dropped_interface", h->dropped_interface);
	field_count(d, o, "decode_errors", h->decode_errors);
	field_count(d, o, "flows", h->flows);
	field_count(d, o, "flows_evicted", h->flows_evicted);
	field_count(d, o, "duplicates", h->duplicates);
	field_fixed(d, o, "one_way_share", (double)h->one_way_share, 3);
	field_count(d, o, "findings_suppressed", h->findings_suppressed);
}

void
ecs_farhand(struct doc *d, const struct alert *a, const struct run_facts *run)
{
	json_t *o = field_object(d, d->root, "farhand");

	field_text(d, o, "schema", SCHEMA_VERSION);
	field_text(d, o, "family", family_name(ecs_family(a)));
	field_text(d, o, "mode", run->mode);
	field_text(d, o, "input", run->input);
	field_int(d, o, "confidence", a->confidence);
	if (a->finding != NULL)
		field_text(d, o, "level", level_name(a->finding->level));
	put_case(d, o, a->of);
	put_dedup(d, o, a);
	put_verdict(d, o, a->finding);
	put_reasons(d, o, a);
	put_geo(d, o, a, run);
	put_health(d, o, &a->health);
}
