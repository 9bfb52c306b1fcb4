/*
 * test_session: features of a window, its score by a card, and what windows add up to.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/session.h"

#define NEAR(a, b) assert_true(fabsf((a) - (b)) < 0.01f)

/* A window in which the server types and the client's screen answers. */
static struct window
window_made(void)
{
	struct window w = { .start_us = 100 * WINDOW_US, .to = WINDOW_SLOTS };
	struct window_side *in = &w.side[SIDE_SERVER], *screen = &w.side[SIDE_CLIENT];

	in->input = 0x0f0; /* seconds 2 and 3 */
	in->bytes = 1800;
	in->packets = 40;
	in->small = 36;
	in->masked = 4;
	in->gaps = 32;
	in->human_gaps = 24;
	in->pairs = 20;
	in->onsets = 3;
	in->asked = 4;
	in->answered = 3;
	in->led = 1;
	in->chance = 25;
	in->answer = 100;
	in->rate = 99800;
	in->rest = 9800;
	in->events = 20;
	in->fresh = 5;
	in->echoed = 15;
	in->wakes = 6;
	in->begins = 6;
	in->cover_ms = 6000; /* a fifth */
	screen->still_ms = 15000; /* half */
	screen->begins = 2;
	screen->bursts = 10;
	screen->prompted = 7;
	screen->bytes = 199800;
	screen->packets = 200;
	screen->small = 20;
	screen->quiet = 24;
	screen->pulses = 1;
	window_set_loud(screen, (float[WINDOW_SECONDS]){ 100, 100, 90000, 9000, 1000, 40000 });
	return w;
}

static void
test_values(void **state)
{
	struct window w = window_made();
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_SIZE_RATIO], 2);
	NEAR(v[FEATURE_SMALL_INPUT], 0.9f);
	NEAR(v[FEATURE_SMALL_RATIO], log10f(33.0f / 21));
	NEAR(v[FEATURE_INPUT_TIME], 2.0f / 30);
	NEAR(v[FEATURE_ISOCHRONOUS], 0);
	NEAR(v[FEATURE_HUMAN_GAPS], 20.0f / 32);
	NEAR(v[FEATURE_ANSWERED], 0.5f);
	NEAR(v[FEATURE_LED], 1.0f / 3);
	NEAR(v[FEATURE_MODULATION], 1);
	NEAR(v[FEATURE_ANSWER_BYTES], 3.204f);
	NEAR(v[FEATURE_PULSES], 1);
	NEAR(v[FEATURE_QUIET], 0.8f);
	NEAR(v[FEATURE_AGE], 0);
	NEAR(v[FEATURE_INITIATIVE], 0.75f);
	NEAR(v[FEATURE_FRESH], 0.5f); /* as 10 would be by chance */
	NEAR(v[FEATURE_ECHO], 0.75f);
	NEAR(v[FEATURE_PROMPTED], 0.5f);
	/* Of the seconds with input, 2 to 4, one is below one aside; and as loud as none. */
	NEAR(v[FEATURE_RISES], (3 * 27 - 2) / 81.0f);
	/* The other way round there is no input. */
	assert_false(session_values(&s, &w, SIDE_SERVER, v));
	/* A mean over the windows, of those in which it is known. */
	w.side[SIDE_SERVER].led = 3;
	w.side[SIDE_SERVER].asked = 0;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_LED], 2.0f / 3);
	NEAR(v[FEATURE_ANSWERED], 0.5f);
	NEAR(session_mean(&s, FEATURE_LED), 2.0f / 3);
	/* Shares are of all the session had. */
	w.side[SIDE_SERVER].events = 100;
	w.side[SIDE_SERVER].fresh = 0;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_FRESH], 10.0f / 70);
	NEAR(session_mean(&s, FEATURE_FRESH), 10.0f / 70);
}

/* A mean would forget the one time that the screen changed. */
static void
test_loudest(void **state)
{
	const float loud = log10f(exp2f(16.5f)); /* 90,000 bytes, by half octaves */
	struct window w = window_made();
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_LOUDEST], loud);
	window_set_loud(&w.side[SIDE_CLIENT], (float[WINDOW_SECONDS]){ 100, 100 });
	window_set_loud(&w.side[SIDE_SERVER], (float[WINDOW_SECONDS]){ 1e6f });
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_LOUDEST], loud);
	NEAR(session_mean(&s, FEATURE_LOUDEST), loud);
	window_set_loud(&w.side[SIDE_CLIENT], (float[WINDOW_SECONDS]){ 1e6f });
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_LOUDEST], log10f(exp2f(20)));
}

/* Small packets both ways, and neither waits for the other: people talk.  A screen answers. */
static void
test_chatter(void **state)
{
	struct window w = window_made();
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	w.side[SIDE_CLIENT].small = w.side[SIDE_CLIENT].packets;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_CHATTER], 0); /* answered, and modulated */
	memset(&s, 0, sizeof(s));
	w.side[SIDE_SERVER].answered = 1; /* as by chance */
	w.side[SIDE_SERVER].rate = w.side[SIDE_SERVER].rest;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_CHATTER], 1);
	memset(&s, 0, sizeof(s));
	w.side[SIDE_SERVER].rate = 4 * w.side[SIDE_SERVER].rest;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_CHATTER], 0);
	memset(&s, 0, sizeof(s));
	w.side[SIDE_SERVER].rest = UINT32_MAX;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	assert_true(isnan(v[FEATURE_CHATTER]));
}

/* What was not seen is not known: nothing is divided by nothing. */
static void
test_unknown(void **state)
{
	struct window w = { .start_us = WINDOW_US, .to = WINDOW_SLOTS };
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	w.side[SIDE_SERVER].input = 1;
	assert_false(session_values(&s, &w, SIDE_CLIENT, v)); /* idle */
	w.side[SIDE_SERVER].input = 3;
	w.to = SESSION_SEEN_SLOTS - 1;
	assert_false(session_values(&s, &w, SIDE_CLIENT, v)); /* short */
	w.to++;
	w.side[SIDE_SERVER].rest = UINT32_MAX;
	w.side[SIDE_SERVER].chance = UINT8_MAX;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	for (enum feature i = 0; i < FEATURES; i++)
		assert_true(!isinf(v[i]));
	assert_true(isnan(v[FEATURE_SMALL_INPUT]) && isnan(v[FEATURE_ANSWERED]));
	assert_true(isnan(v[FEATURE_MODULATION]) && isnan(v[FEATURE_LED]));
	assert_true(isnan(v[FEATURE_INITIATIVE]) && isnan(v[FEATURE_ECHO]));
}

/* Evenly spaced packets. */
static void
test_machine(void **state)
{
	struct window w = window_made();
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	w.side[SIDE_SERVER].packets = 1500;
	w.side[SIDE_SERVER].gap_cv = 79;
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_ISOCHRONOUS], 50);
	w.side[SIDE_SERVER].gap_cv = 80;
	memset(&s, 0, sizeof(s));
	assert_true(session_values(&s, &w, SIDE_CLIENT, v));
	NEAR(v[FEATURE_ISOCHRONOUS], 0);
}

/* Seconds are told within a fifth of what they were; the faint ones are nothing. */
static void
test_loud(void **state)
{
	struct window_side side;
	float bytes[WINDOW_SECONDS] = { 0 };

	(void)state;
	window_set_loud(&side, bytes);
	for (unsigned i = 0; i < WINDOW_SECONDS; i++)
		NEAR(window_loud(&side, i), 0);
	bytes[0] = 1;
	bytes[1] = 3e6f;
	bytes[28] = 1000;
	bytes[29] = 1e6f;
	window_set_loud(&side, bytes);
	NEAR(window_loud(&side, 0), 0);
	NEAR(window_loud(&side, 28), 0);
	assert_true(fabsf(log2f(window_loud(&side, 1) / 3e6f)) < 0.51f);
	assert_true(fabsf(log2f(window_loud(&side, 1) / window_loud(&side, 29) / 3)) < 0.26f);
	bytes[0] = 4e9f;
	window_set_loud(&side, bytes);
	assert_true(window_loud(&side, 0) > 3e9f);
}

static const struct scorecard card = {
	.card[CARD_DESKTOP] = {
	    .feature[FEATURE_SIZE_RATIO] = { FEATURES_SIZE, 3, { 0, 1 }, { -2, 0.5f, 1.5f } },
	    .feature[FEATURE_SMALL_INPUT] = { FEATURES_SIZE, 2, { 0.5f }, { -1, 1 } },
	    .feature[FEATURE_LED] = { FEATURES_RESPONSE, 2, { 0.5f }, { 1, -3 }, -1 },
	    .group = { { -2, 2, 1 }, { -1, 1, 1 }, { -2, 2, 0.5f }, { -1, 1, 1 } },
	    .base = -0.25f,
	},
	.card[CARD_SHELL] = {
	    .feature[FEATURE_ECHO] = { FEATURES_RESPONSE, 2, { 0.5f }, { -1, 3 } },
	    .group = { { -2, 2, 1 }, { -1, 1, 1 }, { -2, 4, 1 }, { -1, 1, 1 } },
	},
	.alike = 0.3f,
	.most = 6,
};

static float
score_of(float ratio, float small, float led, float part[FEATURES])
{
	float v[FEATURES];

	for (int i = 0; i < FEATURES; i++)
		v[i] = NAN;
	v[FEATURE_SIZE_RATIO] = ratio;
	v[FEATURE_SMALL_INPUT] = small;
	v[FEATURE_LED] = led;
	return session_score(&card.card[CARD_DESKTOP], v, part);
}

static void
test_score(void **state)
{
	float part[FEATURES];

	(void)state;
	NEAR(score_of(NAN, NAN, NAN, part), -0.75f); /* not to know may itself be telling */
	NEAR(score_of(-1, NAN, 0, part), -1.75f);
	NEAR(score_of(0, NAN, 0, part), 0.75f); /* on an edge: the bin above */
	NEAR(score_of(5, NAN, 0, part), 1.75f);
	NEAR(score_of(5, 1, 0, part), 2.25f); /* 2.5 is clipped to 2 */
	NEAR(part[FEATURE_SIZE_RATIO], 1.5f);
	NEAR(part[FEATURE_SMALL_INPUT], 1);
	NEAR(score_of(-1, 0, 1, part), -3.25f); /* -3 to -2; -3 to -2, by half */
}

/* What counts is the card that says more. */
static void
test_sum(void **state)
{
	struct window w = window_made();
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	for (int i = 0; i < FEATURES; i++)
		v[i] = NAN;
	v[FEATURE_SIZE_RATIO] = 5;
	v[FEATURE_LED] = 0;
	v[FEATURE_ECHO] = 0;
	NEAR(session_llr(&card, &s), 0);
	assert_true(isnan(session_mean(&s, FEATURE_LED)));
	session_add(&s, &card, &w, v);
	NEAR(session_llr(&card, &s), 1.75f);
	assert_int_equal(session_kind(&s), CARD_DESKTOP);
	w.start_us += 5 * WINDOW_US;
	session_add(&s, &card, &w, v);
	NEAR(session_llr(&card, &s), 3.5f / 1.3f);
	NEAR(s.part[CARD_DESKTOP][FEATURE_LED], 2);
	NEAR(s.part[CARD_SHELL][FEATURE_ECHO], -2);
	assert_true(s.first_us == 100 * WINDOW_US && s.last_us == 106 * WINDOW_US);
	v[FEATURE_ECHO] = 1;
	v[FEATURE_LED] = NAN;
	for (int i = 0; i < 4; i++)
		session_add(&s, &card, &w, v);
	assert_int_equal(session_kind(&s), CARD_SHELL);
	NEAR(session_llr(&card, &s), 10 / 2.5f);
	for (int i = 0; i < 200000; i++)
		session_add(&s, &card, &w, v);
	assert_int_equal(s.active, UINT16_MAX);
	NEAR(session_llr(&card, &s), 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_loudest),
		cmocka_unit_test(test_chatter),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_loud),
		cmocka_unit_test(test_score),
		cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
