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
#include "deliver/text.h"

#define REASON_SIGNALS 3

const char *
ecs_rule(const struct alert *a)
{
	if (a->finding != NULL)
		return a->finding->by->rule;
	return a->of != NULL && a->of->rules[0] != NULL ? a->of->rules[0] : "";
}

static void
put_message(struct pen *p, const struct alert *a)
{
	char text[160], at[TIME_TEXT];

	if (a->finding != NULL) {
		pen_text(p, "message", a->finding->message);
		return;
	}
	text_time(a->of != NULL ? a->of->updated_us : a->at_us, at);
	snprintf(text, sizeof(text), "case %s of %s is closed: no new evidence since %s",
	    a->of != NULL ? a->of->id : "", a->who != NULL ? a->who->id : "nobody", at);
	pen_text(p, "message", text);
}

/* The heaviest signals, in their own words; equal ones in the detector's order. */
static void
put_reason(struct pen *p, const struct finding *f)
{
	char text[REASON_SIGNALS * (SIGNAL_TEXT + 2)] = "", *end = text;
	bool told[FINDING_SIGNALS] = { false };

	for (int n = 0; n < REASON_SIGNALS && n < f->signals; n++) {
		int best = -1;

		for (int i = 0; i < f->signals; i++) {
			if (!told[i] && (best < 0 || f->signal[i].weight > f->signal[best].weight))
				best = i;
		}
		told[best] = true;
		end = stpcpy(stpcpy(end, end > text ? "; " : ""), f->signal[best].observed);
	}
	pen_text(p, "reason", text);
}

/* From the first to the last the alert speaks of. */
static void
put_span(struct pen *p, const struct alert *a)
{
	const struct finding *f = a->finding;
	int64_t start = a->at_us, end = 0;

	if (f == NULL) {
		ecs_span(p, a->of != NULL ? a->of->opened_us : a->at_us,
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
	ecs_span(p, start, end != 0 ? end : a->at_us);
}

static void
put_event(struct pen *p, const struct alert *a, const struct run_facts *run)
{
	const bool inventory = a->action == ALERT_INVENTORY;
	const char *rule = ecs_rule(a);
	char page[256];

	pen_object(p, "event");
	pen_text(p, "id", a->id);
	if (inventory)
		pen_literal(p, ",\"kind\":\"event\",\"category\":[\"network\"]");
	else
		pen_literal(
		    p, ",\"kind\":\"alert\",\"category\":[\"intrusion_detection\",\"network\"]");
	pen_literal(p, ",\"type\":[\"info\"]");
	pen_word(p, "action", action_name(a->action));
	pen_literal(p, ",\"module\":\"farhand\",\"dataset\":\"farhand.alert\"");
	pen_word(p, "provider", family_name(ecs_family(a)));
	pen_count(p, "severity", a->severity);
	pen_count(p, "risk_score", a->risk);
	put_span(p, a);
	if (a->finding != NULL)
		put_reason(p, a->finding);
	if (rule[0] != '\0') {
		snprintf(page, sizeof(page), "%s%s.md", run->reference, rule);
		pen_text(p, "reference", page);
	}
	pen_end_object(p);
}

static void
put_rule(struct pen *p, const struct alert *a)
{
	if (ecs_rule(a)[0] == '\0')
		return;
	pen_object(p, "rule");
	pen_text(p, "id", ecs_rule(a));
	if (a->finding != NULL)
		pen_text(p, "name", a->finding->by->name);
	pen_word(p, "category", family_name(ecs_family(a)));
	pen_word(p, "version", FARHAND_VERSION);
	pen_word(p, "ruleset", "builtin");
	pen_end_object(p);
}

/* "T1219.002" counts as technique T1219 and as its own sub-technique. */
static void
put_technique(struct pen *p, const char *list, const char *attack, bool sub)
{
	const size_t n = strcspn(attack, ".");
	char top[16];

	if (sub && attack[n] != '\0')
		pen_once(p, list, attack);
	if (sub || n >= sizeof(top))
		return;
	memcpy(top, attack, n);
	top[n] = '\0';
	pen_once(p, list, top);
}

static void
put_techniques(struct pen *p, const struct finding *f, const char *product, bool sub)
{
	const char *list;

	pen_array(p, "id");
	list = p->at;
	for (int i = 0; i < 4 && f->by->attack[i] != NULL; i++)
		put_technique(p, list, f->by->attack[i], sub);
	if (product[0] != '\0')
		put_technique(p, list, product, sub);
	pen_end_array(p);
}

static void
put_threat(struct pen *p, const struct finding *f)
{
	const char *product = f != NULL && f->product != NULL ? f->product->attack : "";

	if (f == NULL || (f->by->attack[0] == NULL && product[0] == '\0'))
		return;
	pen_literal(p, ",\"threat\":{\"framework\":\"MITRE ATT&CK\",\"technique\":{");
	put_techniques(p, f, product, false);
	pen_object(p, "subtechnique");
	put_techniques(p, f, product, true);
	pen_literal(p, "}}}");
}

static void
put_traffic(struct pen *p, const struct finding *f)
{
	const struct place *place[2] = { NULL, NULL };
	bool ours[2] = { false, false };

	if (f == NULL)
		return;
	if (f->has_flow) {
		if (f->inner != SIDE_NONE) {
			place[side_other(f->inner)] = &f->peer_place;
			ours[f->inner] = true;
		}
		ecs_sides(p, &f->flow, place);
		ecs_network(p, &f->flow, f->product, ours);
	} else if (!addr_is_none(&f->peer)) {
		pen_object(p, "source");
		pen_addr(p, "ip", &f->peer);
		ecs_place(p, &f->peer_place);
		pen_end_object(p);
	}
}

static void
add_address(struct pen *p, const char *list, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (addr_is_none(a))
		return;
	pen_format_addr(a, text);
	pen_once(p, list, text);
}

static void
put_addresses(struct pen *p, const struct finding *f)
{
	const char *list = p->at;

	if (f == NULL)
		return;
	if (f->end != NULL) {
		add_address(p, list, &f->end->addr);
		add_address(p, list, &f->end->egress);
	}
	add_address(p, list, &f->peer);
	for (int s = 0; f->has_flow && s < 2; s++)
		add_address(p, list, &f->flow.end[s]);
	for (int s = 0; f->has_flow && s < 2; s++)
		add_address(p, list, &f->flow.outer[s]);
}

/* All that one can search on, flat. */
static void
put_related(struct pen *p, const struct alert *a)
{
	const struct finding *f = a->finding;
	const char *list;

	pen_object(p, "related");
	pen_array(p, "ip");
	put_addresses(p, f);
	pen_end_array(p);
	pen_array(p, "user");
	list = p->at;
	if (a->who != NULL)
		pen_once(p, list, a->who->id);
	for (int i = 0; f != NULL && i < f->persons; i++)
		pen_once(p, list, f->person[i]->id);
	pen_end_array(p);
	pen_array(p, "hosts");
	if (f != NULL && f->end != NULL)
		pen_text(p, NULL, f->end->name);
	pen_end_array(p);
	pen_end_object(p);
}

size_t
ecs_alert(const struct alert *a, const struct run_facts *run, char out[ALERT_LINE])
{
	struct pen p = { .at = out, .end = out + ALERT_LINE };

	pen_raw(&p, "{", 1);
	ecs_open(&p, a->at_us);
	put_message(&p, a);
	put_event(&p, a, run);
	put_rule(&p, a);
	put_threat(&p, a->finding);
	put_traffic(&p, a->finding);
	ecs_host(&p, a->finding != NULL ? a->finding->end : NULL);
	ecs_user(&p, a->who != NULL ? a->who->id : NULL);
	ecs_observer(&p, run);
	put_related(&p, a);
	ecs_farhand(&p, a, run);
	pen_raw(&p, "}", 1);
	return p.full ? 0 : (size_t)(p.at - out);
}
