/*
 * ecs: an alert as one line of JSON, by the Elastic Common Schema 8.17.
 *
 *   @timestamp ecs message event rule threat source destination network host
 *   user observer related farhand
 *
 * What ECS has a name for stands under that name; all else under `farhand`
 * (ecs_farhand.c).  docs/formats.md tells each field.
 */
#include "deliver/ecs.h"

#include "deliver/ecs_farhand.h"
#include "deliver/names.h"

#define REASON_SIGNALS 3

static const char *
rule_of(const struct alert *a)
{
	if (a->finding != NULL)
		return a->finding->by->rule;
	return a->of != NULL && a->of->rules[0] != NULL ? a->of->rules[0] : "";
}

static void
put_message(struct doc *d, const struct alert *a)
{
	char text[160], at[TIME_TEXT];

	if (a->finding != NULL) {
		field_text(d, d->root, "message", a->finding->message);
		return;
	}
	time_format(a->of != NULL ? a->of->updated_us : a->at_us, at);
	snprintf(text, sizeof(text), "case %s of %s is closed: no new evidence since %s",
	    a->of != NULL ? a->of->id : "", a->who != NULL ? a->who->id : "nobody", at);
	field_text(d, d->root, "message", text);
}

/* The heaviest signals, in their own words; equal ones in the detector's order. */
static void
put_reason(struct doc *d, json_t *event, const struct finding *f)
{
	char text[REASON_SIGNALS * (SIGNAL_TEXT + 2)] = "";
	bool told[FINDING_SIGNALS] = { false };
	size_t used = 0;

	for (int n = 0; n < REASON_SIGNALS && n < f->signals; n++) {
		int best = -1;

		for (int i = 0; i < f->signals; i++) {
			if (!told[i] && (best < 0 || f->signal[i].weight > f->signal[best].weight))
				best = i;
		}
		told[best] = true;
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s",
		    used > 0 ? "; " : "", f->signal[best].observed);
	}
	field_text(d, event, "reason", text);
}

/* From the first to the last the alert speaks of. */
static void
put_span(struct doc *d, json_t *event, const struct alert *a)
{
	const struct finding *f = a->finding;
	int64_t start = a->at_us, end = 0;

	if (f == NULL) {
		ecs_span(d, event, a->of != NULL ? a->of->opened_us : a->at_us,
		    a->of != NULL ? a->of->updated_us : a->at_us);
		return;
	}
	if (f->has_flow) {
		start = f->flow.first_us < start ? f->flow.first_us : start;
		end = f->flow.last_us;
	}
	for (int i = 0; i < f->signals; i++) {
		if (f->signal[i].from_us > 0 && f->signal[i].from_us < start)
			start = f->signal[i].from_us;
		if (f->signal[i].to_us > end)
			end = f->signal[i].to_us;
	}
	ecs_span(d, event, start, end != 0 ? end : a->at_us);
}

static void
put_event(struct doc *d, const struct alert *a, const struct run_facts *run)
{
	const bool inventory = a->action == ALERT_INVENTORY;
	const char *rule = rule_of(a);
	json_t *event = field_object(d, d->root, "event"), *category;
	char page[256];

	field_text(d, event, "id", a->id);
	field_text(d, event, "kind", inventory ? "event" : "alert");
	category = field_array(d, event, "category");
	if (!inventory)
		field_text(d, category, NULL, "intrusion_detection");
	field_text(d, category, NULL, "network");
	field_text(d, field_array(d, event, "type"), NULL, "info");
	field_text(d, event, "action", action_name(a->action));
	field_text(d, event, "module", "farhand");
	field_text(d, event, "dataset", "farhand.alert");
	field_text(d, event, "provider", family_name(ecs_family(a)));
	field_int(d, event, "severity", a->severity);
	field_int(d, event, "risk_score", a->risk);
	put_span(d, event, a);
	if (a->finding != NULL)
		put_reason(d, event, a->finding);
	if (rule[0] == '\0')
		return;
	snprintf(page, sizeof(page), "%s%s.md", run->reference, rule);
	field_text(d, event, "reference", page);
}

static void
put_rule(struct doc *d, const struct alert *a)
{
	json_t *rule;

	if (rule_of(a)[0] == '\0')
		return;
	rule = field_object(d, d->root, "rule");
	field_text(d, rule, "id", rule_of(a));
	if (a->finding != NULL)
		field_text(d, rule, "name", a->finding->by->name);
	field_text(d, rule, "category", family_name(ecs_family(a)));
	field_text(d, rule, "version", FARHAND_VERSION);
	field_text(d, rule, "ruleset", "builtin");
}

/* "T1219.002" counts as technique T1219 and as its own sub-technique. */
static void
put_technique(struct doc *d, json_t *ids, json_t *sub, const char *attack)
{
	char top[16];

	snprintf(top, sizeof(top), "%.*s", (int)strcspn(attack, "."), attack);
	field_once(d, ids, top);
	if (strchr(attack, '.') != NULL)
		field_once(d, sub, attack);
}

static void
put_threat(struct doc *d, const struct finding *f)
{
	const char *product = f != NULL && f->product != NULL ? f->product->attack : "";
	json_t *threat, *technique, *ids, *sub;

	if (f == NULL || (f->by->attack[0] == NULL && product[0] == '\0'))
		return;
	threat = field_object(d, d->root, "threat");
	field_text(d, threat, "framework", "MITRE ATT&CK");
	technique = field_object(d, threat, "technique");
	ids = field_array(d, technique, "id");
	sub = field_array(d, field_object(d, technique, "subtechnique"), "id");
	for (int i = 0; i < 4 && f->by->attack[i] != NULL; i++)
		put_technique(d, ids, sub, f->by->attack[i]);
	if (product[0] != '\0')
		put_technique(d, ids, sub, product);
}

static void
put_traffic(struct doc *d, const struct finding *f)
{
	const struct place *place[2] = { NULL, NULL };
	bool ours[2] = { false, false };
	json_t *source;

	if (f == NULL)
		return;
	if (f->has_flow) {
		if (f->inner != SIDE_NONE) {
			place[side_other(f->inner)] = &f->peer_place;
			ours[f->inner] = true;
		}
		ecs_sides(d, &f->flow, place);
		ecs_network(d, &f->flow, f->product, ours);
	} else if (!addr_is_none(&f->peer)) {
		source = field_object(d, d->root, "source");
		field_addr(d, source, "ip", &f->peer);
		ecs_place(d, source, &f->peer_place);
	}
}

static void
put_subject(struct doc *d, const struct alert *a)
{
	const struct endpoint *e = a->finding != NULL ? a->finding->end : NULL;
	json_t *o;

	if (e != NULL) {
		o = field_object(d, d->root, "host");
		field_text(d, o, "name", e->name);
		field_addr(d, field_array(d, o, "ip"), NULL, &e->addr);
		if (!mac_is_none(&e->mac))
			field_mac(d, field_array(d, o, "mac"), NULL, &e->mac);
	}
	if (a->who != NULL)
		field_text(d, field_object(d, d->root, "user"), "id", a->who->id);
}

static void
add_address(struct doc *d, json_t *list, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (!addr_is_none(a))
		field_once(d, list, addr_format(a, text));
}

/* All that one can search on, flat. */
static void
put_related(struct doc *d, const struct alert *a)
{
	json_t *related = field_object(d, d->root, "related");
	json_t *ip = field_array(d, related, "ip");
	json_t *user = field_array(d, related, "user");
	json_t *hosts = field_array(d, related, "hosts");
	const struct finding *f = a->finding;

	if (a->who != NULL)
		field_once(d, user, a->who->id);
	if (f == NULL)
		return;
	if (f->end != NULL) {
		add_address(d, ip, &f->end->addr);
		add_address(d, ip, &f->end->egress);
		field_once(d, hosts, f->end->name);
	}
	add_address(d, ip, &f->peer);
	for (int s = 0; f->has_flow && s < 2; s++)
		add_address(d, ip, &f->flow.end[s]);
	for (int s = 0; f->has_flow && s < 2; s++)
		add_address(d, ip, &f->flow.outer[s]);
	for (int i = 0; i < f->persons; i++)
		field_once(d, user, f->person[i]->id);
}

char *
ecs_alert(const struct alert *a, const struct run_facts *run)
{
	struct doc d;

	doc_begin(&d);
	ecs_open(&d, a->at_us);
	put_message(&d, a);
	put_event(&d, a, run);
	put_rule(&d, a);
	put_threat(&d, a->finding);
	put_traffic(&d, a->finding);
	put_subject(&d, a);
	ecs_observer(&d, run);
	put_related(&d, a);
	ecs_farhand(&d, a, run);
	return doc_end(&d);
}
