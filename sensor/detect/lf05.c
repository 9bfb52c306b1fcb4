/*
 * LF-05: what comes into a machine by a session makes it send elsewhere.
 *
 * A machine that hands input on is a relay, and one on which connections are opened at the
 * moments when input comes from afar is worked from afar, whatever is inside the encryption.
 * Four proofs, each with its own counters (detect/relay.h): input follows input within 150 ms,
 * flows are opened when there was input just now, as much leaves as came, and answers take
 * longer than acknowledgements.  A stream that beats like a machine proves nothing.
 */
#include <math.h>

#include "detect/relay.h"
#include "detect/words.h"

#define AGAIN_US       HOUR_US
#define CONFINED_BAR   13.8 /* -ln 1e-6 */
#define LLR_PER_WEIGHT 4.0  /* evidence counts 1.5, an alarm 3 */
#define WEIGHT_MOST    4.0
#define WEIGHT_PASSED  3.0f

extern const struct detector detect_lf05;

/* What one session has shown.  Levels are 1 + enum level, 0: nothing. */
struct proof {
	const struct relay_pair *lag, *passed; /* the best of each; NULL: none */
	const struct relay_line *lag_to, *passed_to;
	double lag_llr, drive_llr, passed_ln;
	uint8_t lag_level, drive_level, passed_level, chain_level;
};

/* Tried on so many pairs; `clear` is what is asked besides. */
static uint8_t
level_by(double llr, unsigned n, bool clear, unsigned pairs)
{
	if (!clear)
		return 0;
	if (llr > causality_bar(pairs) && n >= CAUSALITY_RAISE_N)
		return 1 + LEVEL_MEDIUM;
	return llr > CAUSALITY_EVIDENCE + log(pairs) && n >= CAUSALITY_EVIDENCE_N ? 1 + LEVEL_LOW
										  : 0;
}

static enum rhythm
rhythm_of(const struct relay_line *l)
{
	struct regularity_measure m;

	regularity_measure(&l->beat, &m);
	return regularity_judge(&m);
}

static double
ln_of(const struct confined *c)
{
	return confined_varies(c) ? confined_ln_by_windows(c) : 0;
}

/* As much leaves as comes; by packets of input, or by kB of the way back. */
static void
look_at_packets(
    struct proof *p, const struct relay_pair *pair, const struct relay_line *to, unsigned pairs)
{
	const double ln = fmin(ln_of(&pair->keys), ln_of(&pair->bulk)) + log(2.0 * pairs);

	if (ln > -CONFINED_BAR || ln >= p->passed_ln)
		return;
	p->passed = pair;
	p->passed_to = to;
	p->passed_ln = ln;
	p->passed_level = 1 + LEVEL_MEDIUM;
}

static void
look_at_lags(
    struct proof *p, const struct relay_pair *pair, const struct relay_line *to, unsigned pairs)
{
	const struct lag *l = &pair->lag;
	const double llr = lag_llr(l);
	const uint8_t level = level_by(llr, l->n, l->h >= LAG_SHARE * l->n, pairs);

	if (level == 0 || llr <= p->lag_llr || rhythm_of(to) != RHYTHM_HAND)
		return;
	p->lag = pair;
	p->lag_to = to;
	p->lag_llr = llr;
	p->lag_level = level;
}

static struct proof
look(const struct relay *r, const struct relay_in *in)
{
	const unsigned pairs = r->pairs > 0 ? r->pairs : 1;
	const bool by_hand = rhythm_of(&in->line) == RHYTHM_HAND;
	struct proof p = { 0 };

	for (unsigned k = 0; k < RELAY_OUTS; k++) {
		look_at_packets(&p, &r->pair[in - r->in][k], &r->out[k], pairs);
		if (by_hand)
			look_at_lags(&p, &r->pair[in - r->in][k], &r->out[k], pairs);
	}
	p.drive_llr = drive_llr(&in->drive);
	if (by_hand)
		p.drive_level = level_by(
		    p.drive_llr, in->drive.n, drive_excess(&in->drive) >= DRIVE_EXCESS, pairs);
	if (chain_is_long(&in->chain, in->shell ? CHAIN_SHELL_US : CHAIN_DESKTOP_US))
		p.chain_level = 1 + LEVEL_LOW;
	return p;
}

static uint8_t
level_of(const struct proof *p, const struct sight *s)
{
	uint8_t most = p->lag_level;

	most = p->drive_level > most ? p->drive_level : most;
	most = p->passed_level > most ? p->passed_level : most;
	most = p->chain_level > most ? p->chain_level : most;
	return most > 0 && s->peer_end != NULL ? 1 + LEVEL_INVENTORY : most;
}

static float
weight_of(double llr)
{
	return (float)fmin(llr / LLR_PER_WEIGHT, WEIGHT_MOST);
}

static struct signal *
mark(struct finding *f, const char *name, float weight, const struct relay_in *in,
    const struct relay_line *to, unsigned samples)
{
	struct signal *g = finding_signal(f, name, weight);

	g->samples = samples;
	g->from_us = in->line.first_us;
	g->to_us = in->line.start_us + WINDOW_US;
	g->flow[0] = in->line.flow;
	g->flow[1] = to != NULL ? to->flow : 0;
	return g;
}

static void
add_lag(struct finding *f, const struct relay_in *in, const struct proof *p, float part)
{
	const struct lag *l = &p->lag->lag;
	char addr[ADDR_TEXT];
	struct signal *g =
	    mark(f, "input_follows_input", part * weight_of(p->lag_llr), in, p->lag_to, l->n);

	finding_say(g->observed, sizeof(g->observed),
	    "%u of %u bursts sent to %s began within 150 ms of one that came, most often after "
	    "%u ms",
	    l->h, l->n, addr_format(&p->lag_to->peer, addr), (lag_modal_us(l) + 500) / 1000);
	finding_say(g->expected, sizeof(g->expected),
	    "%.1f, by those within two seconds; log-likelihood ratio %.1f", lag_expected(l),
	    p->lag_llr);
}

static void
add_drive(struct finding *f, const struct relay_in *in, const struct proof *p, float part)
{
	const struct drive *d = &in->drive;
	struct signal *g =
	    mark(f, "input_opens_flows", part * weight_of(p->drive_llr), in, NULL, d->n);

	finding_say(g->observed, sizeof(g->observed),
	    "at %u of %u times when it opened connections, input had just come", d->h, d->n);
	finding_say(g->expected, sizeof(g->expected),
	    "%.1f, by the input half a minute before; log-likelihood ratio %.1f", d->mu,
	    p->drive_llr);
}

static void
add_passed(struct finding *f, const struct relay_in *in, const struct proof *p, float part)
{
	const bool keys =
	    confined_ln_by_windows(&p->passed->keys) <= confined_ln_by_windows(&p->passed->bulk);
	const struct confined *c = keys ? &p->passed->keys : &p->passed->bulk;
	char addr[ADDR_TEXT];
	struct signal *g =
	    mark(f, "as_much_leaves", part * WEIGHT_PASSED, in, p->passed_to, c->passed);

	finding_say(g->observed, sizeof(g->observed),
	    "what came and what it sent on to %s never differed by more than %u %s, over %u",
	    addr_format(&p->passed_to->peer, addr), c->most, keys ? "packets" : "kB", c->passed);
	finding_say(g->expected, sizeof(g->expected),
	    "of unrelated flows, less than one pair in 10^%.0f", floor(-p->passed_ln / log(10)));
}

static void
add_chain(struct finding *f, const struct relay_in *in, float part)
{
	const struct chain *c = &in->chain;
	const uint32_t beyond_us = c->beyond_us != 0 ? c->beyond_us : chain_downstream_us(c);
	struct signal *g =
	    mark(f, "answers_from_beyond", part * CHAIN_WEIGHT, in, NULL, c->samples);

	finding_say(g->observed, sizeof(g->observed),
	    "answers take %u ms longer than acknowledgements at least, on %u days",
	    beyond_us / 1000, c->days + (c->samples > 0 ? 1u : 0u));
	finding_say(g->expected, sizeof(g->expected), "less than %u ms",
	    (in->shell ? CHAIN_SHELL_US : CHAIN_DESKTOP_US) / 1000);
}

static void
say_message(struct finding *f, const struct sight *s, const struct proof *p)
{
	char machine[WORDS], far[WORDS], to[ADDR_TEXT];
	const struct relay_line *on = p->lag_to != NULL ? p->lag_to : p->passed_to;

	words_machine(s->end, machine);
	words_far(&s->peer, s->peer_place, s->peer_name, far);
	if (on != NULL)
		finding_say(f->message, sizeof(f->message),
		    "What comes from %.90s into %.60s is handed on to %s.", far, machine,
		    addr_format(&on->peer, to));
	else if (p->drive_level > 0)
		finding_say(f->message, sizeof(f->message),
		    "Connections of %.60s are opened when input comes from %.90s.", machine, far);
	else
		finding_say(f->message, sizeof(f->message),
		    "Answers to %.90s come from beyond %.60s.", far, machine);
	words_capital(f->message);
}

static void
tell(struct relay_in *in, const struct sight *s, const struct proof *p, struct findings *out)
{
	const uint8_t level = level_of(p, s);
	const float part = s->peer_end != NULL ? 0.25f : 1.0f;
	char addr[ADDR_TEXT];
	struct finding *f;

	if (level == 0 || (in->told >= level && s->now_us - in->told_us < AGAIN_US))
		return;
	in->told = level > in->told ? level : in->told;
	in->told_us = s->now_us;
	f = finding_add(out, &detect_lf05, s);
	f->level = (enum level)(level - 1);
	finding_say(f->key, sizeof(f->key), "relay %s", addr_format(&s->peer, addr));
	say_message(f, s, p);
	if (p->lag_level > 0)
		add_lag(f, in, p, part);
	if (p->drive_level > 0)
		add_drive(f, in, p, part);
	if (p->passed_level > 0)
		add_passed(f, in, p, part);
	if (p->chain_level > 0)
		add_chain(f, in, part);
	if (s->peer_end != NULL)
		finding_against(f, "The far end is one of the monitored machines too.");
	finding_against(f,
	    "A gateway (bastion, remote-desktop gateway, build server) does this by "
	    "design: write an exception for it.");
	finding_against(f, "A help desk that works on the machine makes it send, too.");
	finding_against(f, "Clipboard and file sync, and bridges between chats, hand input on.");
}

static bool
lf05_cares(const struct sight *s)
{
	return s->phase == EVENT_WINDOW;
}

static void
lf05_see(void *mem, const struct sight *s, struct findings *out)
{
	struct relay *r = mem;
	struct relay_in *in;
	struct window w;
	struct proof p;

	if (!window_find(s->facts, &w))
		return;
	in = relay_see(r, s, &w);
	if (in == NULL)
		return;
	p = look(r, in);
	tell(in, s, &p, out);
}

const struct detector detect_lf05 = {
	.rule = "LF-05",
	.name = "Relay through an endpoint",
	.family = FAMILY_LF,
	.group = GROUP_RELAY,
	.subject = SUBJECT_ENDPOINT,
	.sights = 1u << SIGHT_WINDOW,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_SITE,
	.attack = { "T1090.001", "T1219", "T1572" },
	.next_steps = {
	    "Ask the person and the help desk what the session was for; if it is a gateway, write "
	    "an exception.",
	    "Look on the machine for what holds both connections: a port forward, a relay, a "
	    "remote-control agent.",
	    "Find out whose the far end is, and whether it works other machines (LF-02).",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct relay),
	.cares = lf05_cares,
	.see = lf05_see,
};
