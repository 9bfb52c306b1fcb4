/*
 * RD-02: a remote-access agent on a machine of ours announces itself.
 *
 * It could be controlled; nothing says it was.  One agent is inventory.  Two
 * different ones, each kept up and each named by the flow itself, are unusual on
 * a managed machine: operators install a spare.  A browser that looked two
 * vendors up is not two agents, hence the demand for lasting flows.
 */
#include "farhand/detector.h"

#include "detect/control.h"
#include "detect/words.h"

#define AGENTS    6
#define MEMORY_US DAY_US
#define LASTS_US  (10 * MINUTE_US)
#define REPEATS   3
#define AGAIN_US  (12 * HOUR_US)

extern const struct detector detect_rd02;

struct agent {
	char product[24], name[32];
	int64_t first_us, last_us; /* of the present run of use */
	uint64_t flow, counted;    /* the flow seen last, and the last that answered */
	uint32_t flows;            /* that carried payload both ways */
	bool told, by_bytes, lasts;
};

struct rd02 {
	struct agent agent[AGENTS];
	int64_t told_us; /* several agents */
	uint8_t told;    /* how many then */
};

static struct agent *
find_agent(struct rd02 *m, const struct product *p)
{
	struct agent *oldest = &m->agent[0];

	for (unsigned i = 0; i < AGENTS; i++) {
		struct agent *a = &m->agent[i];

		if (strncmp(a->product, p->id, sizeof(a->product) - 1) == 0)
			return a;
		if (a->last_us < oldest->last_us)
			oldest = a;
	}
	memset(oldest, 0, sizeof(*oldest));
	finding_say(oldest->product, sizeof(oldest->product), "%s", p->id);
	finding_say(oldest->name, sizeof(oldest->name), "%s", p->name);
	return oldest;
}

/* An agent's registration of its own will. */
static bool
rd02_cares(const struct sight *s)
{
	return s->product != NULL && product_controls(s->product->kind) &&
	    s->product->kind != PRODUCT_IP_KVM && s->flow->verdict.registers &&
	    s->sure >= SURE_LIKELY && s->role != ROLE_VIEWER && s->inner == SIDE_CLIENT &&
	    s->allowed == NULL && !s->sanctioned_peer;
}

static void
note(struct agent *a, const struct sight *s)
{
	const struct flow *f = s->flow;

	if (a->last_us != 0 && s->now_us - a->last_us > MEMORY_US) {
		a->first_us = 0;
		a->flows = 0;
		a->counted = 0;
		a->by_bytes = a->lasts = false;
	}
	if (a->first_us == 0)
		a->first_us = f->first_us;
	a->last_us = s->now_us;
	a->flow = f->id;
	a->by_bytes |= control_is_named_by_bytes(s);
	if (f->payload_bytes[0] == 0 || f->payload_bytes[1] == 0)
		return;
	if (a->counted != f->id) {
		a->counted = f->id;
		a->flows++;
	}
	a->lasts |= f->last_us - f->first_us >= LASTS_US ||
	    (a->flows >= REPEATS && s->now_us - a->first_us >= LASTS_US);
}

static void
tell_one(struct agent *a, const struct sight *s, struct findings *out)
{
	struct finding *f = finding_add(out, &detect_rd02, s);
	char machine[WORDS], far[WORDS], addr[ADDR_TEXT];
	struct signal *g;

	a->told = true;
	f->level = LEVEL_INVENTORY;
	finding_say(f->key, sizeof(f->key), "%.24s on %s", s->product->id,
	    addr_format(&s->end->addr, addr));
	words_machine(s->end, machine);
	finding_say(f->message, sizeof(f->message),
	    "%s keeps a %.24s agent registered with %s: it could be controlled; "
	    "nothing here shows that it was.",
	    machine, s->product->name, words_far(&s->peer, s->peer_place, s->peer_name, far));
	words_capital(f->message);
	g = finding_signal(f, "agent_registered", 0.25f);
	finding_say(g->observed, sizeof(g->observed), "%s, known by %s", s->product->name,
	    control_is_named_by_bytes(s) ? "what the flow says" : "a resolved name only");
	finding_say(g->expected, sizeof(g->expected), "only tools with an exception");
	g->samples = 1;
	g->from_us = s->flow->first_us;
	g->to_us = s->flow->last_us;
	g->flow[0] = s->flow->id;
	control_add_ndpi(f, s);
	finding_against(f, "Many managed machines carry the help desk's agent.");
	if (!control_is_named_by_bytes(s))
		finding_against(f, "A resolved name is shared by whatever else uses that address.");
}

static bool
counts(const struct agent *a, int64_t now_us)
{
	return a->last_us != 0 && now_us - a->last_us <= MEMORY_US && a->by_bytes && a->lasts;
}

static void
tell_several(struct rd02 *m, unsigned n, const struct sight *s, struct findings *out)
{
	struct finding *f = finding_add(out, &detect_rd02, s);
	char machine[WORDS], count[WORDS], names[SIGNAL_TEXT] = "", addr[ADDR_TEXT], span[WORDS];
	struct signal *g;
	size_t at = 0;

	f->level = LEVEL_MEDIUM;
	finding_say(
	    f->key, sizeof(f->key), "several agents on %s", addr_format(&s->end->addr, addr));
	for (unsigned i = 0; i < AGENTS; i++) {
		const struct agent *a = &m->agent[i];

		if (!counts(a, s->now_us))
			continue;
		finding_say(names + at, sizeof(names) - at, "%s%s", at == 0 ? "" : ", ", a->name);
		at += strlen(names + at);
		g = finding_signal(f, "agent_registered", f->signals == 0 ? 1.0f : 0.5f);
		finding_say(g->observed, sizeof(g->observed), "%s, seen over %s", a->name,
		    words_span(a->last_us - a->first_us, span));
		finding_say(
		    g->expected, sizeof(g->expected), "at most one such tool, with an exception");
		g->samples = a->flows;
		g->from_us = a->first_us;
		g->to_us = a->last_us;
		g->flow[0] = a->flow;
	}
	words_machine(s->end, machine);
	finding_say(f->message, sizeof(f->message),
	    "%s keeps %s different remote-access agents registered: %s. None has an exception.",
	    machine, words_count(n, count), names);
	words_capital(f->message);
	finding_against(f, "Support staff and developers may test several such tools.");
}

static void
rd02_see(void *mem, const struct sight *s, struct findings *out)
{
	struct rd02 *m = mem;
	struct agent *a;
	unsigned n = 0;

	a = find_agent(m, s->product);
	note(a, s);
	if (!a->told)
		tell_one(a, s, out);
	for (unsigned i = 0; i < AGENTS; i++)
		n += counts(&m->agent[i], s->now_us) ? 1 : 0;
	if (n < 2 || (n <= m->told && s->now_us - m->told_us < AGAIN_US))
		return;
	m->told = (uint8_t)n;
	m->told_us = s->now_us;
	tell_several(m, n, s, out);
}

const struct detector detect_rd02 = {
	.rule = "RD-02",
	.name = "Unattended remote-access agent",
	.family = FAMILY_RD,
	.group = GROUP_CONTROL,
	.subject = SUBJECT_ENDPOINT,
	.sights = 1u << SIGHT_FLOW,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_SITE,
	.needs = NEEDS_PRODUCT,
	.attack = { "T1219.002" },
	.next_steps = {
	    "Check the software inventory: which team installed the agent, and for what?",
	    "If nobody did, ask IT to collect the tool's own log of incoming sessions.",
	    "If it is wanted, write an exception with its reason and end.",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct rd02),
	.cares = rd02_cares,
	.see = rd02_see,
};
