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
	in->common = 24;
	in->gaps = 31;
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
	in->onset_ms[0] = 1000;
	in->onset_ms[1] = 4000;
	in->onset_ms[2] = 9000;
	screen->bytes = 199800;
	screen->packets = 200;
	screen->small = 20;
	screen->quiet = 24;
	screen->pulses = 1;
	screen->beats = 2;
	return w;
}

static void
test_values(void **state)
{
	struct window w = window_made();
	struct flow f = { .opened_by = OPENED_BY_SYN };
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	assert_true(session_values(&s, &w, &f, SIDE_CLIENT, 0.5f, v));
	NEAR(v[FEATURE_SIZE_RATIO], 2);
	NEAR(v[FEATURE_SMALL_INPUT], 0.9f);
	NEAR(v[FEATURE_COMMON_SIZE], 0.75f);
	NEAR(v[FEATURE_SMALL_RATIO], log10f(33.0f / 21));
	NEAR(v[FEATURE_INPUT_TIME], 2.0f / 30);
	NEAR(v[FEATURE_ISOCHRONOUS], 0);
	NEAR(v[FEATURE_HUMAN_GAPS], 20.0f / 32);
	assert_true(isnan(v[FEATURE_BURSTINESS]));
	NEAR(v[FEATURE_ANSWERED], 0.5f);
	NEAR(v[FEATURE_LED], 1.0f / 3);
	NEAR(v[FEATURE_MODULATION], 1);
	NEAR(v[FEATURE_ANSWER_BYTES], 3.204f);
	NEAR(v[FEATURE_PULSES], 1);
	NEAR(v[FEATURE_QUIET], 0.8f);
	NEAR(v[FEATURE_HEARTBEAT], 1);
	NEAR(v[FEATURE_AGE], 0);
	NEAR(v[FEATURE_INVERSION], 1); /* the host dialled out */
	NEAR(v[FEATURE_SHARE], 0.5f);
	/* The other way round there is no input. */
	assert_false(session_values(&s, &w, &f, SIDE_SERVER, 0.5f, v));
	/* A mean over the windows, of those in which it is known. */
	w.side[SIDE_SERVER].led = 3;
	w.side[SIDE_SERVER].asked = 0;
	assert_true(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v));
	NEAR(v[FEATURE_LED], 2.0f / 3);
	NEAR(v[FEATURE_ANSWERED], 0.5f);
	NEAR(session_mean(&s, FEATURE_LED), 2.0f / 3);
	memset(&s, 0, sizeof(s));
	f.opened_by = OPENED_BY_PORT;
	assert_true(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v));
	assert_true(isnan(v[FEATURE_INVERSION]) && isnan(v[FEATURE_SHARE]));
}

/* Small packets both ways, and neither waits for the other: people talk.  A screen answers. */
static void
test_chatter(void **state)
{
	struct window w = window_made();
	const struct flow f = { .opened_by = OPENED_BY_SYN };
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	w.side[SIDE_CLIENT].small = w.side[SIDE_CLIENT].packets;
	assert_true(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v));
	NEAR(v[FEATURE_CHATTER], 0); /* answered, and modulated */
	memset(&s, 0, sizeof(s));
	w.side[SIDE_SERVER].answered = 1; /* as by chance */
	w.side[SIDE_SERVER].rate = w.side[SIDE_SERVER].rest;
	assert_true(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v));
	NEAR(v[FEATURE_CHATTER], 1);
	memset(&s, 0, sizeof(s));
	w.side[SIDE_SERVER].rate = 4 * w.side[SIDE_SERVER].rest;
	assert_true(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v));
	NEAR(v[FEATURE_CHATTER], 0);
	memset(&s, 0, sizeof(s));
	w.side[SIDE_SERVER].rest = UINT32_MAX;
	assert_true(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v));
	assert_true(isnan(v[FEATURE_CHATTER]));
}

/* What was not seen is not known: nothing is divided by nothing. */
static void
test_unknown(void **state)
{
	struct window w = { .start_us = WINDOW_US, .to = WINDOW_SLOTS };
	const struct flow f = { .opened_by = OPENED_BY_SYN };
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	w.side[SIDE_SERVER].input = 1;
	assert_false(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v)); /* idle */
	w.side[SIDE_SERVER].input = 3;
	w.to = SESSION_SEEN_SLOTS - 1;
	assert_false(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v)); /* short */
	w.to++;
	w.side[SIDE_SERVER].rest = UINT32_MAX;
	w.side[SIDE_SERVER].chance = UINT8_MAX;
	assert_true(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v));
	for (enum feature i = 0; i < FEATURES; i++)
		assert_true(!isinf(v[i]));
	assert_true(isnan(v[FEATURE_SMALL_INPUT]) && isnan(v[FEATURE_ANSWERED]));
	assert_true(isnan(v[FEATURE_MODULATION]) && isnan(v[FEATURE_LED]));
}

/* Evenly spaced packets, and pauses that a clock makes. */
static void
test_machine(void **state)
{
	struct window w = window_made();
	const struct flow f = { .opened_by = OPENED_BY_SYN };
	struct session s = { .first_us = 0 };
	float v[FEATURES];

	(void)state;
	w.side[SIDE_SERVER].packets = 1500;
	w.side[SIDE_SERVER].gap_cv = 79;
	assert_true(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v));
	NEAR(v[FEATURE_ISOCHRONOUS], 50);
	w.side[SIDE_SERVER].gap_cv = 80;
	memset(&s, 0, sizeof(s));
	for (int i = 0; i < 20; i++) {
		w.start_us += WINDOW_US;
		w.side[SIDE_SERVER].onsets = 3;
		w.side[SIDE_SERVER].onset_ms[0] = 0;
		w.side[SIDE_SERVER].onset_ms[1] = 10000;
		w.side[SIDE_SERVER].onset_ms[2] = 20000;
		assert_true(session_values(&s, &w, &f, SIDE_CLIENT, NAN, v));
	}
	NEAR(v[FEATURE_ISOCHRONOUS], 0);
	assert_true(v[FEATURE_BURSTINESS] < -0.5f);
}

static const struct scorecard card = {
	.feature[FEATURE_SIZE_RATIO] = { FEATURES_SIZE, 3, { 0, 1 }, { -2, 0.5f, 1.5f } },
	.feature[FEATURE_SMALL_INPUT] = { FEATURES_SIZE, 2, { 0.5f }, { -1, 1 } },
	.feature[FEATURE_LED] = { FEATURES_RESPONSE, 2, { 0.5f }, { 1, -3 }, -1 },
	.group = { { -2, 2, 1 }, { -1, 1, 1 }, { -2, 2, 0.5f }, { -1, 1, 1 } },
	.base = -0.25f,
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
	return session_score(&card, v, part);
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

static void
test_sum(void **state)
{
	struct window w = window_made();
	float part[FEATURES] = { 0 };
	struct session s = { .first_us = 0 };

	(void)state;
	NEAR(session_llr(&card, &s), 0);
	assert_true(isnan(session_mean(&s, FEATURE_LED)));
	part[FEATURE_LED] = 1;
	session_add(&s, &w, part, 2);
	NEAR(session_llr(&card, &s), 2);
	w.start_us += 5 * WINDOW_US;
	session_add(&s, &w, part, 1);
	NEAR(session_llr(&card, &s), 3 / 1.3f);
	NEAR(s.part[FEATURE_LED], 2);
	assert_true(s.first_us == 100 * WINDOW_US && s.last_us == 106 * WINDOW_US);
	for (int i = 0; i < 200000; i++)
		session_add(&s, &w, part, 5);
	assert_int_equal(s.active, UINT16_MAX);
	NEAR(session_llr(&card, &s), 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_chatter),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_machine),
		cmocka_unit_test(test_score),
		cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
