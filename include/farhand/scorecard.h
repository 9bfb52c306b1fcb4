/*
 * scorecard: what each feature of a window is worth, as scripts/calibrate found it.
 *
 * There is a card for each kind of session, as a screen and a shell look different.  A feature's
 * value falls into one of its bins; each bin has a weight in nats.  Weights of a group are added
 * and clipped, as they are not independent; the groups, scaled, make the window's score: the
 * log-likelihood ratio of "hands on the host, by this flow" against ordinary traffic
 * [research/algorithms.md 2.3].  A session is worth what the better card says.  Read from
 * catalog/behaviour.yaml.
 */
#ifndef FARHAND_SCORECARD_H
#define FARHAND_SCORECARD_H

#include <stdbool.h>
#include <stdint.h>

/* In brackets the number in algorithms.md 2.3.  "Screen" is what the host sends, "input" what
   comes to it. */
enum feature {
	FEATURE_SIZE_RATIO,  /* [f1] log10 of screen bytes to the other way's, each + 200 */
	FEATURE_SMALL_INPUT, /* [f2] share of the packets that come that are small */
	FEATURE_LOUDEST,     /* log10 of the screen's bytes in the session's loudest second so far */
	FEATURE_SMALL_RATIO, /* log10 of the small packets that come to those that leave */
	FEATURE_INPUT_TIME,  /* [f4] share of seconds with input */
	FEATURE_INPUT_RATE,  /* log10 of the input packets in a half second that has some */
	FEATURE_ISOCHRONOUS, /* [f5] packets a second that come, if evenly spaced; else 0 */
	FEATURE_HUMAN_GAPS,  /* [f6] the less of: gaps of 10 ms to 2 s; input after input */
	FEATURE_INITIATIVE,  /* share of silences of both ends that input ends */
	FEATURE_FRESH,    /* input so long after the screen's last that it is no answer: share of what
			     there would be of it by chance */
	FEATURE_LED,      /* share of onsets right after the screen woke: answers themselves */
	FEATURE_ANSWERED, /* [f8] share of the other onsets answered, less what chance would */
	FEATURE_PROMPTED, /* share of the screen's bursts right after input, less what chance would
			   */
	FEATURE_ECHO,     /* share of input that something follows at once, before the next input */
	FEATURE_MODULATION, /* [f9] log10 of screen bytes a second during input to those at rest */
	FEATURE_RISES,   /* [f9] how often a second with input has more screen than one without */
	FEATURE_CHATTER, /* share of the screen's packets that are small, if nothing follows input;
			    else 0 */
	FEATURE_ANSWER_BYTES, /* [f10] log10 of the median answer's bytes */
	FEATURE_PULSES, /* [f11] large bursts with silence around them, as films are fetched */
	FEATURE_QUIET,  /* [f12] share of seconds with hardly any screen */
	FEATURE_AGE,    /* [f14] minutes since the session's first active window */
	FEATURES
};

enum feature_group {
	FEATURES_SIZE,
	FEATURES_TIMING,
	FEATURES_RESPONSE,
	FEATURES_SESSION,
	FEATURE_GROUPS
};

#define CARD_BINS 7

enum card_kind { CARD_DESKTOP, CARD_SHELL, CARDS };

struct card {
	struct card_feature {
		uint8_t group;             /* enum feature_group */
		uint8_t bins;              /* 0: the feature is not used */
		float edge[CARD_BINS - 1]; /* ascending; a value on an edge is in the bin above */
		float weight[CARD_BINS];
		float unknown; /* the weight of not knowing the value */
	} feature[FEATURES];
	struct card_group {
		float least, most; /* clip of its sum */
		float scale;
	} group[FEATURE_GROUPS];
	float base; /* added to each window's score */
};

struct scorecard {
	char version[32];
	struct card card[CARDS];
	/* A session: n windows of mean m count as m * n / (1 + (n - 1) * alike), at most `most`. */
	float alike, most;
	struct card_level {
		uint16_t windows; /* active ones, at least */
		float score;      /* of the session, at least */
	} likely, sure;
};

/* Its name in the file and in an alert's evidence: "size_ratio". */
static inline const char *
feature_name(enum feature f)
{
	static const char *const names[FEATURES] = {
		[FEATURE_SIZE_RATIO] = "size_ratio",
		[FEATURE_SMALL_INPUT] = "small_input",
		[FEATURE_LOUDEST] = "loudest",
		[FEATURE_SMALL_RATIO] = "small_ratio",
		[FEATURE_INPUT_TIME] = "input_time",
		[FEATURE_INPUT_RATE] = "input_rate",
		[FEATURE_ISOCHRONOUS] = "isochronous",
		[FEATURE_HUMAN_GAPS] = "human_gaps",
		[FEATURE_INITIATIVE] = "initiative",
		[FEATURE_FRESH] = "fresh",
		[FEATURE_LED] = "led",
		[FEATURE_ANSWERED] = "answered",
		[FEATURE_PROMPTED] = "prompted",
		[FEATURE_ECHO] = "echo",
		[FEATURE_MODULATION] = "modulation",
		[FEATURE_RISES] = "rises",
		[FEATURE_CHATTER] = "chatter",
		[FEATURE_ANSWER_BYTES] = "answer_bytes",
		[FEATURE_PULSES] = "pulses",
		[FEATURE_QUIET] = "quiet",
		[FEATURE_AGE] = "age",
	};

	return f < FEATURES ? names[f] : "";
}

#endif
