/*
 * RD-01: a machine of ours is remote-controlled, and no exception covers it.
 *
 * The bytes of the flow name the product, and which end shows its screen.  A
 * handshake alone is an attempt, told when the flow ends; a session is told as
 * soon as it is one.  Control from inside, or by the help desk, is worth knowing
 * and no more.  Told once per product and far end, again when it gets worse, and
 * once an hour while it lasts so that the evidence stays fresh.
 */
#include "farhand/detector.h"

#include "detect/control.h"
#include "detect/words.h"

#define PAIRS    8
#define AGAIN_US HOUR_US
#define LONG_US  (30 * MINUTE_US)
#define SHIFT_US (4 * HOUR_US)

extern const struct detector detect_rd01;

/* A product and a far end it was seen with. */
struct pair {
	char product[24];
	struct addr peer;
	int64_t seen_us, told_us;
	uint8_t told; /* 1 + enum level, 0: not yet */
};

struct rd01 {
	struct pair pair[PAIRS];
};

static struct pair *
find_pair(struct rd01 *m, const struct sight *s)
{
	struct pair *oldest = &m->pair[0];

	for (unsigned i = 0; i < PAIRS; i++) {
		struct pair *p = &m->pair[i];

		if (p->seen_us != 0 && addr_equal(&p->peer, &s->peer) &&
		    strncmp(p->product, s->product->id, sizeof(p->product) - 1) == 0)
			return p;
		if (p->seen_us < oldest->seen_us)
			oldest = p;
	}
	memset(oldest, 0, sizeof(*oldest));
	finding_say(oldest->product, sizeof(oldest->product), "%s", s->product->id);
	oldest->peer = s->peer;
	return oldest;
}

static enum level
level_of(const struct sight *s, enum control c)
{
	if (s->peer_end != NULL || s->sanctioned_peer)
		return LEVEL_INVENTORY;
	return c == CONTROL_SESSION ? LEVEL_MEDIUM : LEVEL_LOW;
}

static void
mark(struct signal *g, const struct flow *f)
{
	g->samples = f->packets[0] + f->packets[1];
	g->from_us = f->first_us;
	g->to_us = f->last_us;
	g->flow[0] = f->id;
}

static void
add_session(struct finding *f, const struct sight *s, enum control c, float share)
{
	const struct flow *w = s->flow;
	const int64_t span_us = w->last_us - w->first_us;
	const bool certain = s->sure == SURE_CERTAIN;
	const char *reason = control_reason(w);
	char out[WORDS], in[WORDS], span[WORDS];
	struct signal *g;

	g = finding_signal(f, "remote_control",
	    share * (c == CONTROL_SESSION ? (certain ? 3.0f : 2.0f) : (certain ? 1.0f : 0.5f)));
	finding_say(g->observed, sizeof(g->observed),
	    "%s %s; this machine is the controlled end%s%s", s->product->name,
	    certain ? "by bytes nothing else sends" : "by its bytes", reason[0] != '\0' ? ", " : "",
	    reason);
	finding_say(g->expected, sizeof(g->expected), "no remote control without an exception");
	mark(g, w);
	if (c != CONTROL_SESSION)
		return;
	g = finding_signal(f, "session_volume",
	    share *
		(span_us >= SHIFT_US         ? 1.5f
			: span_us >= LONG_US ? 1.0f
					     : 0.0f));
	finding_say(g->observed, sizeof(g->observed), "sent %s, received %s in %s",
	    words_bytes(w->payload_bytes[s->inner], out),
	    words_bytes(w->payload_bytes[side_other(s->inner)], in), words_span(span_us, span));
	finding_say(g->expected, sizeof(g->expected), "a handshake is less than 16 KiB and 30 s");
	mark(g, w);
}

/* Where the far end is: a hint, since it may be a relay. */
static void
add_peer(struct finding *f, const struct sight *s, float share)
{
	const struct place *p = s->peer_place;
	char there[WORDS], claimed[WORDS];
	struct signal *g;

	if (s->who->has_claim && place_known(p) && place_known(&s->who->claimed) &&
	    !place_same_country(p, &s->who->claimed)) {
		g = finding_signal(f, "controller_abroad", share * 0.5f);
		finding_say(g->observed, sizeof(g->observed), "the far end is in %s",
		    words_place(p, there));
		finding_say(g->expected, sizeof(g->expected), "%s, as claimed",
		    words_place(&s->who->claimed, claimed));
		mark(g, s->flow);
	}
	if (p->network == NETWORK_HOSTING || p->network == NETWORK_VPN) {
		g = finding_signal(f, "controller_hosted", share * 0.5f);
		finding_say(g->observed, sizeof(g->observed), "the far end is in %s%s%s",
		    words_network(p->network), p->as_name[0] != '\0' ? ", " : "", p->as_name);
		finding_say(g->expected, sizeof(g->expected), "a person's own line, or an office");
		mark(g, s->flow);
	}
}

static void
add_against(struct finding *f, const struct sight *s)
{
	if (s->flow->midstream || flow_roles_assumed(s->flow))
		finding_against(f, "The start of the flow was not seen; who opened it is assumed.");
	if (s->sanctioned_peer)
		finding_against(f, "The far end is a configured help desk or office.");
	else if (s->peer_end != NULL)
		finding_against(f, "The far end is one of the monitored machines too.");
	if (control_by_vendor_relay(s) || control_may_be_relayed(s))
		finding_against(f,
		    "The far end may be the vendor's relay: who is behind it, "
		    "and where, cannot be seen.");
	finding_against(
	    f, "A help desk, or the person reaching their own machine, looks the same.");
}

static void
say_message(struct finding *f, const struct sight *s, enum control c)
{
	char machine[WORDS], far[WORDS], span[WORDS], sent[WORDS];
	const struct flow *w = s->flow;
	const bool over = s->phase == EVENT_FLOW_CLOSE;

	words_machine(s->end, machine);
	words_far(&s->peer, s->peer_place, s->peer_name, far);
	if (c == CONTROL_SESSION)
		finding_say(f->message, sizeof(f->message),
		    "Someone at %s %s %s with %.24s, for %s%s; %s left that machine.", far,
		    over ? "controlled" : "controls", machine, s->product->name,
		    words_span(w->last_us - w->first_us, span), over ? "" : " so far",
		    words_bytes(w->payload_bytes[s->inner], sent));
	else if (s->inner == SIDE_SERVER)
		finding_say(f->message, sizeof(f->message),
		    "Someone at %s began to control %s with %.24s, but no session followed.", far,
		    machine, s->product->name);
	else
		finding_say(f->message, sizeof(f->message),
		    "%s offered its screen to %s with %.24s, but no session followed.", machine,
		    far, s->product->name);
	words_capital(f->message);
}

static bool
rd01_cares(const struct sight *s)
{
	const enum control c = control_of(s);

	return c != CONTROL_NONE && s->allowed == NULL &&
	    (c == CONTROL_SESSION || s->phase == EVENT_FLOW_CLOSE);
}

static void
rd01_see(void *mem, const struct sight *s, struct findings *out)
{
	const enum control c = control_of(s);
	struct pair *p;
	struct finding *f;
	char addr[ADDR_TEXT];
	enum level level;
	float share;

	p = find_pair(mem, s);
	p->seen_us = s->now_us;
	level = level_of(s, c);
	if (p->told > (unsigned)level && s->now_us - p->told_us < AGAIN_US)
		return;
	if (p->told < level + 1u)
		p->told = (uint8_t)(level + 1);
	p->told_us = s->now_us;

	share = level == LEVEL_INVENTORY ? 0.25f : 1.0f;
	f = finding_add(out, &detect_rd01, s);
	f->level = level;
	finding_say(
	    f->key, sizeof(f->key), "%.24s %s", s->product->id, addr_format(&s->peer, addr));
	say_message(f, s, c);
	add_session(f, s, c, share);
	add_peer(f, s, share);
	control_add_ndpi(f, s);
	add_against(f, s);
}

const struct detector detect_rd01 = {
	.rule = "RD-01",
	.name = "Remote control of an endpoint",
	.family = FAMILY_RD,
	.group = GROUP_CONTROL,
	.subject = SUBJECT_ENDPOINT,
	.sights = 1u << SIGHT_FLOW,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_SITE,
	.needs = NEEDS_PRODUCT,
	.attack = { "T1219" }, /* the sub-technique, or T1021.x, is the product's */
	.next_steps = {
	    "Ask the help desk whether it controlled this machine at that time.",
	    "Look on the machine for the tool: who installed it, when, and is it set for "
	    "unattended access?",
	    "Compare the session's hours with the person's logins and commits.",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct rd01),
	.cares = rd01_cares,
	.see = rd01_see,
};
