/*
 * RD-05: input comes into a machine that no hand makes.
 *
 * A script or a jiggler keeps a machine awake and its owner "present".  Of a session that
 * controls the machine two things are looked at: whether its input beats like a clock, twice
 * over 64 pauses (detect/regularity.h), and whether the machine is ever left alone
 * (detect/idle.h).  Keep-alives of one size were masked before; input that comes right after
 * the screen moved is an acknowledgement and is not looked at.
 */
#include "detect/idle.h"
#include "detect/regularity.h"
#include "detect/steered.h"
#include "detect/words.h"

#define LINES       3
#define STALE_US    (5 * MINUTE_US)
#define RUNS        2 /* of REGULARITY_GAPS gaps, one after the other */
#define BEAT_WEIGHT 1.0f
#define AGAIN_US    (12 * HOUR_US)

extern const struct detector detect_rd05;

/* One session's input. */
struct line {
	uint64_t flow;             /* 0: free */
	int64_t seen_us, since_us; /* latest window; when the present run of beats began */
	struct regularity onsets;
	struct steered steered;
	uint32_t judged; /* onsets at the last judgement */
	uint8_t runs;    /* judged a machine's, one after the other */
};

struct rd05 {
	struct line line[LINES];
	struct idle idle;
	int64_t told_us;
	uint8_t told; /* bit 0: beats, bit 1: never idle */
};

static struct line *
find_line(struct rd05 *m, const struct sight *s, const struct window *w, float score)
{
	struct line *spare = NULL;

	for (unsigned i = 0; i < LINES; i++) {
		struct line *l = &m->line[i];

		if (l->flow == s->flow->id)
			return l;
		if (spare == NULL &&
		    (l->flow == 0 || w->start_us - l->seen_us > STALE_US ||
			steered_is_not(&l->steered)))
			spare = l;
	}
	if (spare == NULL || !steered_may(s, score))
		return NULL;
	memset(spare, 0, sizeof(*spare));
	spare->flow = s->flow->id;
	spare->since_us = w->start_us;
	return spare;
}

/* Onsets of its own accord. */
static void
note_onsets(struct line *l, const struct window *w, const struct window_side *in)
{
	const unsigned n = in->onsets < WINDOW_ONSETS ? in->onsets : WINDOW_ONSETS;

	for (unsigned i = 0; i < n; i++) {
		if (!window_onset_led(in, i))
			regularity_onset(&l->onsets, w->start_us + window_onset_us(in, i));
	}
}

/* After each REGULARITY_GAPS gaps: were they a machine's?  *m is what was measured. */
static bool
judge(struct line *l, const struct window *w, struct regularity_measure *m)
{
	if (l->onsets.onsets - l->judged <= REGULARITY_GAPS)
		return false;
	l->judged = l->onsets.onsets;
	regularity_measure(&l->onsets, m);
	if (regularity_judge(m) != RHYTHM_MACHINE) {
		l->runs = 0;
		l->since_us = w->start_us;
		return false;
	}
	l->runs = (uint8_t)(l->runs + (l->runs < UINT8_MAX));
	return l->runs >= RUNS;
}

/* From the first to the last slot with input. */
static void
note_presence(struct idle *idle, const struct window *w, uint64_t input)
{
	if (input == 0)
		return;
	idle_input(idle, w->start_us + __builtin_ctzll(input) * SLOT_US);
	idle_input(idle, w->start_us + (63 - __builtin_clzll(input)) * SLOT_US);
}

static void
add_beats(struct finding *f, const struct sight *s, const struct line *l,
    const struct regularity_measure *m)
{
	struct signal *g = finding_signal(f, "input_beats", BEAT_WEIGHT);

	if (m->rayleigh > 0 && m->spread < .10)
		finding_say(g->observed, sizeof(g->observed),
		    "pauses alike within %.0f %%, burstiness %.2f, entropy %.1f bits, nearest "
		    "period %u s",
		    100 * m->spread, m->burstiness, m->entropy, m->period_s);
	else
		finding_say(g->observed, sizeof(g->observed),
		    "burstiness of its pauses %.2f, entropy %.1f bits", m->burstiness, m->entropy);
	finding_say(g->expected, sizeof(g->expected),
	    "a hand's pauses: burstiness 0.2, 3 bits, alike within 50 %% and more");
	g->samples = RUNS * REGULARITY_GAPS;
	g->from_us = l->since_us;
	g->to_us = s->now_us;
	g->flow[0] = l->flow;
}

static void
add_never_idle(struct finding *f, const struct sight *s, const struct idle *i)
{
	struct signal *g = finding_signal(f, "never_idle", IDLE_WEIGHT);

	finding_say(g->observed, sizeof(g->observed),
	    "on %u of seven days input came for 20 hours or more without a pause of 20 minutes",
	    idle_days(i));
	finding_say(g->expected, sizeof(g->expected), "people eat and sleep");
	g->samples = idle_days(i);
	g->from_us = s->now_us - idle_days(i) * DAY_US;
	g->to_us = s->now_us;
	g->flow[0] = s->flow->id;
}

static void
tell(struct rd05 *m, const struct sight *s, const struct line *l,
    const struct regularity_measure *beats, struct findings *out)
{
	const bool never = idle_days(&m->idle) >= IDLE_DAYS;
	const uint8_t what = (uint8_t)((beats != NULL ? 1 : 0) | (never ? 2 : 0));
	char machine[WORDS], far[WORDS], addr[ADDR_TEXT];
	struct finding *f;

	if (what == 0 || ((what & ~m->told) == 0 && s->now_us - m->told_us < AGAIN_US))
		return;
	m->told |= what;
	m->told_us = s->now_us;
	f = finding_add(out, &detect_rd05, s);
	f->level = s->sanctioned_peer || s->peer_end != NULL ? LEVEL_INVENTORY
	    : m->told == 3                                   ? LEVEL_MEDIUM
							     : LEVEL_LOW;
	finding_say(f->key, sizeof(f->key), "machine-made %s", addr_format(&s->peer, addr));
	words_machine(s->end, machine);
	words_far(&s->peer, s->peer_place, s->peer_name, far);
	finding_say(f->message, sizeof(f->message),
	    never ? "%.60s gets input from %.90s day and night: no person makes it."
		  : "%.60s gets input from %.90s that beats like a clock: no hand makes it.",
	    machine, far);
	words_capital(f->message);
	if (beats != NULL)
		add_beats(f, s, l, beats);
	if (never)
		add_never_idle(f, s, &m->idle);
	finding_against(f, "Monitoring and test scripts drive sessions too.");
	finding_against(f, "Keep-alives whose size varies are not known from input.");
	if (never)
		finding_against(f, "Several people may share the session around the clock.");
}

static bool
rd05_cares(const struct sight *s)
{
	return s->phase == EVENT_WINDOW && s->allowed == NULL;
}

static void
rd05_see(void *mem, const struct sight *s, struct findings *out)
{
	const enum side far = side_other(s->inner);
	struct regularity_measure measure;
	struct rd05 *m = mem;
	struct window w;
	struct line *l;
	float score;
	bool beats;

	if (!window_find(s->facts, &w))
		return;
	score = steered_score(s, &w);
	l = find_line(m, s, &w, score);
	if (l == NULL)
		return;
	steered_add(&l->steered, s, score);
	l->seen_us = w.start_us;
	note_onsets(l, &w, &w.side[far]);
	if (!steered_is(&l->steered))
		return;
	note_presence(&m->idle, &w, w.side[far].input);
	beats = judge(l, &w, &measure);
	tell(m, s, l, beats ? &measure : NULL, out);
}

const struct detector detect_rd05 = {
	.rule = "RD-05",
	.name = "Input that no hand makes",
	.family = FAMILY_RD,
	.group = GROUP_BEHAVIOUR,
	.subject = SUBJECT_ENDPOINT,
	.sights = 1u << SIGHT_WINDOW,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_SITE,
	.attack = { "T1219", "T1036" },
	.next_steps = {
	    "Ask the help desk whether a test or a monitor drives this session.",
	    "Compare with what the person delivered in these hours: tickets, commits, calls.",
	    "Look on the machine for a jiggler, and in its USB log for a device that is a mouse "
	    "alone.",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct rd05),
	.cares = rd05_cares,
	.see = rd05_see,
};
