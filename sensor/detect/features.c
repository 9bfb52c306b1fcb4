/*
 * features: see features.h.
 */
#include "detect/features.h"

#include <math.h>

#define SHOWN 6 /* features in an alert's evidence */

/* How a feature's mean is said, and what ordinary traffic shows. */
struct saying {
	enum { PLAIN, PERCENT, TIMES } unit; /* TIMES: the value is a log10 */
	const char *observed, *expected;
};

static const struct saying sayings[FEATURES] = {
	[FEATURE_SIZE_RATIO] = { TIMES, "it sent %.1f times what it received",
	    "it receives more than it sends" },
	[FEATURE_SMALL_INPUT] = { PERCENT, "%.0f %% of the packets that came were small",
	    "data comes in large packets" },
	[FEATURE_LOUDEST] = { TIMES, "it sent %.0f bytes in its loudest second",
	    "a thousand or less, where it only confirms what comes" },
	[FEATURE_SMALL_RATIO] = { TIMES, "%.1f small packets came for one that left",
	    "less than one, or data both ways" },
	[FEATURE_INPUT_TIME] = { PERCENT, "input in %.0f %% of seconds", "none, or without pause" },
	[FEATURE_INPUT_RATE] = { TIMES, "%.1f packets of input in a half second that has some",
	    "one or two" },
	[FEATURE_ISOCHRONOUS] = { PLAIN, "%.0f evenly spaced packets a second came",
	    "hands are uneven" },
	[FEATURE_HUMAN_GAPS] = { PERCENT, "%.0f %% of input followed input as keys and pointers do",
	    "machines send in blocks" },
	[FEATURE_INITIATIVE] = { PERCENT, "%.0f %% of silences were ended by input",
	    "its own requests end them, or what it is told of" },
	[FEATURE_FRESH] = { PERCENT,
	    "%.0f %% as much input came long after anything was sent as by chance",
	    "hardly any: it answers; or 100: it goes by the clock" },
	[FEATURE_ANSWERED] = { PERCENT,
	    "its answer follows input at once, %.0f points more often than by chance",
	    "0: what leaves does not wait for what comes" },
	[FEATURE_LED] = { PERCENT, "%.0f %% of input came right after something was sent",
	    "most, where it is itself an answer" },
	[FEATURE_PROMPTED] = { PERCENT,
	    "what it sent followed input, %.0f points more often than by chance",
	    "0: it sends by itself; nearly 100: a server, which does nothing else" },
	[FEATURE_ECHO] = { PERCENT, "%.0f %% of input was followed by something at once",
	    "no more than by chance, unless by a shell or a server" },
	[FEATURE_MODULATION] = { TIMES, "%.1f times the bytes a second during input",
	    "1: what leaves goes on by itself" },
	[FEATURE_RISES] = { PERCENT, "%.0f %% of seconds with input had more than those without",
	    "50: what leaves takes no notice" },
	[FEATURE_CHATTER] = { PERCENT, "%.0f %% of the packets it sent were small",
	    "nearly all, and nothing follows input, where people talk" },
	[FEATURE_ANSWER_BYTES] = { TIMES, "an answer has some %.0f bytes",
	    "a screen's answers are large, a shell's small" },
	[FEATURE_PULSES] = { PLAIN, "%.1f large bursts a window", "films come in bursts" },
	[FEATURE_QUIET] = { PERCENT, "still in %.0f %% of seconds", "never, or nearly always" },
	[FEATURE_AGE] = { PLAIN, "%.0f minutes old on average", "requests are short" },
};

static float
told_value(const struct session *h, enum feature f)
{
	const float v = session_mean(h, f);

	switch (sayings[f].unit) {
	case PERCENT:
		return 100 * v;
	case TIMES:
		return powf(10, v);
	default:
		return v;
	}
}

static void
mark(struct signal *g, const struct sight *s, const struct session *h)
{
	g->samples = h->active;
	g->from_us = h->first_us;
	g->to_us = h->last_us;
	g->flow[0] = s->flow->id;
}

/* The feature of those not shown yet that moved the score most; FEATURES: none did. */
static enum feature
next_feature(const struct session *h, const float part[FEATURES], uint32_t shown)
{
	enum feature most = FEATURES;

	for (enum feature f = 0; f < FEATURES; f++) {
		if ((shown >> f & 1) == 0 && h->known[f] > 0 && fabsf(part[f]) > 0 &&
		    (most == FEATURES || fabsf(part[f]) > fabsf(part[most])))
			most = f;
	}
	return most;
}

/* What each feature gave; "other features" is what is left of the session's score. */
void
features_tell(struct finding *f, const struct sight *s, const struct session *h, float llr)
{
	const enum card_kind kind = session_kind(h);
	const struct card *card = &s->card->card[kind];
	const float *part = h->part[kind];
	const float part_all = h->score[kind] != 0 ? llr / h->score[kind] : 0;
	uint32_t shown = 0;
	struct signal *g;
	float left = llr;

	for (int i = 0; i < SHOWN; i++) {
		const enum feature k = next_feature(h, part, shown);
		float weight;

		if (k == FEATURES)
			break;
		shown |= 1u << k;
		weight = part[k] * part_all * card->group[card->feature[k].group].scale;
		left -= weight;
		g = finding_signal(f, feature_name(k), weight);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		finding_say(g->observed, sizeof(g->observed), sayings[k].observed,
		    (double)told_value(h, k));
#pragma GCC diagnostic pop
		finding_say(g->expected, sizeof(g->expected), "%s", sayings[k].expected);
		mark(g, s, h);
	}
	g = finding_signal(f, "other_features", left);
	finding_say(g->observed, sizeof(g->observed),
	    "%u windows of 30 s with input, scorecard %s of %s: what each begins with (%.1f), the "
	    "rest, and clips",
	    h->active, s->card->version, kind == CARD_SHELL ? "shells" : "screens",
	    (double)card->base);
	finding_say(g->expected, sizeof(g->expected), "a score below 0");
	mark(g, s, h);
}
