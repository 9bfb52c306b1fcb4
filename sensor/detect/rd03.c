/*
 * RD-03: someone's hands are on a machine of ours, through a flow whose bytes do not say so.
 *
 * Inside encryption sizes, directions and times remain: input is small and human, the screen
 * answers.  Every half minute of a flow with input is scored by the scorecard, with the machine
 * as the host and as the viewer; a session is told of when its windows together are likely, and
 * again when they are sure, then once an hour.  What RD-01 names is left to it.
 */
#include "detect/control.h"
#include "detect/features.h"
#include "detect/joint.h"
#include "detect/words.h"

#define JOINTS   3
#define LINES    6
#define AGAIN_US HOUR_US

extern const struct detector detect_rd03;

/* What was told of a session, and when. */
struct told {
	int64_t at_us;
	uint8_t level; /* 1 + enum level, 0: nothing yet */
};

/* A flow of the machine, with it as the host and as the viewer. */
struct line {
	uint64_t flow; /* 0: unused */
	int64_t seen_us;
	struct session host, viewer;
	struct told told;
};

/* Flows to one far end together. */
struct meeting {
	struct joint joint;
	struct told told;
};

struct rd03 {
	struct line line[LINES];
	struct meeting meeting[JOINTS];
};

static struct line *
find_line(struct rd03 *m, const struct sight *s)
{
	struct line *oldest = &m->line[0];

	for (unsigned i = 0; i < LINES; i++) {
		struct line *l = &m->line[i];

		if (l->flow == s->flow->id)
			return l;
		if (l->seen_us < oldest->seen_us)
			oldest = l;
		if (l->flow == 0)
			break; /* nor is any behind it in use */
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->flow = s->flow->id;
	return oldest;
}

static void
score(const struct sight *s, const struct window *w, enum side host, struct session *to)
{
	float value[FEATURES];

	if (session_values(to, w, host, value))
		session_add(to, s->card, w, value);
}

static void
add_against(struct finding *f, const struct sight *s, const struct session *h)
{
	if (s->sanctioned_peer)
		finding_against(f, "The far end is a configured help desk or office.");
	else if (s->peer_end != NULL)
		finding_against(f, "The far end is one of the monitored machines too.");
	if (h->active < 2 * s->card->likely.windows)
		finding_against(f, "Only %u windows of 30 s had input so far.", h->active);
	finding_against(f,
	    "No byte says it: a page or program this machine serves to someone may look like it.");
	finding_against(
	    f, "A help desk, or the person reaching their own machine, looks the same.");
}

static void
say_message(struct finding *f, const struct sight *s, const struct session *h)
{
	char machine[WORDS], far[WORDS], span[WORDS];
	const struct flow *w = s->flow;

	words_machine(s->end, machine);
	words_far(&s->peer, s->peer_place, s->peer_name, far);
	finding_say(f->message, sizeof(f->message), "Someone at %s %s %s inside %s, for %s so far.",
	    far, session_kind(h) == CARD_SHELL ? "types on" : "works the screen of", machine,
	    s->product != NULL                   ? s->product->name
		: w->verdict.protocol[0] != '\0' ? w->verdict.protocol
						 : "a flow of unknown kind",
	    words_span(h->last_us - h->first_us, span));
	words_capital(f->message);
}

static enum level
level_of(const struct sight *s, float llr, const struct session *h)
{
	if (s->peer_end != NULL || s->sanctioned_peer)
		return LEVEL_INVENTORY;
	return llr >= s->card->sure.score && h->active >= s->card->sure.windows ? LEVEL_MEDIUM
										: LEVEL_LOW;
}

static void
tell(struct told *told, const struct sight *s, const struct session *h, float llr,
    struct findings *out)
{
	const enum level level = level_of(s, llr, h);
	const float share = level == LEVEL_INVENTORY ? 0.25f : 1.0f;
	char addr[ADDR_TEXT];
	struct finding *f;

	if (told->level > (unsigned)level && s->now_us - told->at_us < AGAIN_US)
		return;
	if (told->level < level + 1u)
		told->level = (uint8_t)(level + 1);
	told->at_us = s->now_us;
	f = finding_add(out, &detect_rd03, s);
	f->level = level;
	finding_say(f->key, sizeof(f->key), "hidden %s", addr_format(&s->peer, addr));
	say_message(f, s, h);
	features_tell(f, s, h, llr * share);
	add_against(f, s, h);
}

/* Is it likely that the machine is the host, and rather than the viewer? */
static void
conclude(struct told *told, const struct sight *s, const struct session *h,
    const struct session *viewer, struct findings *out)
{
	const struct scorecard *card = s->card;
	const float llr = session_llr(card, h);

	if (h->active >= card->likely.windows && llr >= card->likely.score &&
	    llr > session_llr(card, viewer))
		tell(told, s, h, llr, out);
}

/* What RD-01 tells of, or an exception covers. */
static bool
is_told_elsewhere(const struct sight *s)
{
	return s->allowed != NULL || control_of(s) != CONTROL_NONE ||
	    (s->product != NULL && product_controls(s->product->kind) && s->role == ROLE_VIEWER);
}

static bool
rd03_cares(const struct sight *s)
{
	return s->card != NULL && !is_told_elsewhere(s);
}

static struct meeting *
find_meeting(struct rd03 *m, const struct sight *s)
{
	struct meeting *oldest = &m->meeting[0];

	for (unsigned i = 0; i < JOINTS; i++) {
		struct meeting *k = &m->meeting[i];

		if (k->joint.seen_us != 0 && addr_equal(&k->joint.peer, &s->peer))
			return k;
		if (k->joint.seen_us < oldest->joint.seen_us)
			oldest = k;
		if (k->joint.seen_us == 0)
			break;
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->joint.peer = s->peer;
	return oldest;
}

static void
score_joint(
    const struct scorecard *card, const struct window *w, enum side host, struct session *to)
{
	float value[FEATURES];

	if (joint_values(to, w, host, value))
		session_add(to, card, w, value);
}

/* What its flows to this far end show together.  True: it is they that tell, not each alone. */
static bool
see_joint(struct rd03 *m, const struct sight *s, const struct window *w, struct findings *out)
{
	struct meeting *k = find_meeting(m, s);
	struct window done;

	if (joint_add(&k->joint, w, s->inner, &done) && joint_rules(&k->joint)) {
		score_joint(s->card, &done, SIDE_CLIENT, &k->joint.host);
		score_joint(s->card, &done, SIDE_SERVER, &k->joint.viewer);
		conclude(&k->told, s, &k->joint.host, &k->joint.viewer, out);
	}
	return joint_rules(&k->joint);
}

static void
rd03_see(void *mem, const struct sight *s, struct findings *out)
{
	struct line *l = find_line(mem, s);
	struct window w;

	if (!window_find(s->facts, &w))
		return;
	l->seen_us = w.start_us;
	if (see_joint(mem, s, &w, out))
		return;
	score(s, &w, s->inner, &l->host);
	score(s, &w, side_other(s->inner), &l->viewer);
	conclude(&l->told, s, &l->host, &l->viewer, out);
}

const struct detector detect_rd03 = {
	.rule = "RD-03",
	.name = "Hidden remote control of an endpoint",
	.family = FAMILY_RD,
	.group = GROUP_CONTROL,
	.subject = SUBJECT_ENDPOINT,
	.sights = 1u << SIGHT_WINDOW,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_SITE,
	.attack = { "T1219", "T1572" },
	.next_steps = {
	    "Ask the person and the help desk what ran between these ends at that time.",
	    "Look on the machine for the program that holds this connection: who installed it, when?",
	    "Compare the session's hours with the person's logins and commits.",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct rd03),
	.cares = rd03_cares,
	.see = rd03_see,
};
