/*
 * RD-05: input that beats, and a machine that is never left alone.
 */
#include "window_hands.h"

#define DAY_S 86400.0

static struct stage *
begin(void)
{
	struct stage *t = stage_new("RD-05");

	stage_session(t, &vnc, "203.0.113.50");
	return t;
}

/* The session's windows with such input, from a time on. */
static void
pass(struct stage *t, const struct stream *in, double from, double until)
{
	for (double at = from; at < until; at += 30) {
		struct window w = window_at(at);

		window_input(&w.side[SIDE_CLIENT], in, at);
		w.side[SIDE_SERVER].bytes = 20000;
		if (w.side[SIDE_CLIENT].packets > 0)
			show_window(t, &w);
	}
}

static void
a_beat_is_told(void **state)
{
	static struct stream in;
	struct stage *t = begin();
	struct chance c = { .state = 1 };
	const struct signal *g;

	(void)state;
	stream_beat(&in, &c, 20, .05, 4 * 3600);
	pass(t, &in, 0, 2400);
	assert_int_equal(t->heard.count, 0);
	pass(t, &in, 2400, 3600);
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_LOW);
	assert_string_equal(t->heard.at[0].message,
	    "u11's machine 10.20.0.2 gets input from 203.0.113.50 that beats like a clock: no "
	    "hand makes it.");
	g = signal_of(&t->heard.at[0], "input_beats");
	assert_non_null(g);
	if (g != NULL) {
		assert_non_null(strstr(g->observed, "nearest period 20 s"));
		assert_int_equal(g->samples, 128);
	}
	pass(t, &in, 3600, 4 * 3600);
	assert_int_equal(t->heard.count, 1);
	stage_free(t);
}

static void
a_hand_is_not(void **state)
{
	static struct stream in;

	(void)state;
	for (uint64_t seed = 2; seed < 22; seed++) {
		struct stage *t = begin();
		struct chance c = { .state = seed };

		hand_work(&c, &in, 8 * 3600);
		pass(t, &in, 0, 8 * 3600);
		assert_int_equal(t->heard.count, 0);
		stage_free(t);
	}
}

/* Acknowledgements of a clock on the screen beat as it does. */
static void
an_answer_to_the_screen_is_not(void **state)
{
	static struct stream in;
	struct stage *t = begin();
	struct chance c = { .state = 30 };

	(void)state;
	stream_beat(&in, &c, 10, .01, 4 * 3600);
	for (double at = 0; at < 4 * 3600; at += 30) {
		struct window w = window_at(at);

		window_input(&w.side[SIDE_CLIENT], &in, at);
		for (unsigned i = 0; i < w.side[SIDE_CLIENT].onsets; i++)
			w.side[SIDE_CLIENT].onset_ms[i] |= ONSET_LED;
		show_window(t, &w);
	}
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

static void
nor_is_what_is_no_session(void **state)
{
	static const struct allowance ours = { .reason = "our own" };
	static struct stream in;
	struct chance c = { .state = 31 };

	(void)state;
	stream_beat(&in, &c, 20, .05, 4 * 3600);
	for (unsigned i = 0; i < 3; i++) {
		struct stage *t = begin();

		if (i == 0)
			t->s.product = NULL;
		else if (i == 1)
			t->s.role = ROLE_VIEWER;
		else
			t->s.allowed = &ours;
		pass(t, &in, 0, 4 * 3600);
		assert_int_equal(t->heard.count, 0);
		stage_free(t);
	}
}

/* Day and night, at no time in particular: its times are a hand's, its days are not. */
static void
a_machine_never_left_alone_is_told(void **state)
{
	static struct stream in;
	struct stage *t = begin();
	struct chance c = { .state = 40 };

	(void)state;
	for (unsigned day = 0; day < 3; day++) {
		in.n = 0;
		for (double at = day * DAY_S + 60; at < day * DAY_S + DAY_S - 60;
		     at += chance_lognormal(&c, 60, .7))
			stream_add(&in, at);
		assert_int_equal(t->heard.count, 0);
		pass(t, &in, day * DAY_S, (day + 1) * DAY_S);
	}
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_LOW);
	assert_non_null(strstr(t->heard.at[0].message, "day and night"));
	assert_true(signal_of(&t->heard.at[0], "never_idle")->weight == 1.5f);
	assert_null(signal_of(&t->heard.at[0], "input_beats"));
	stage_free(t);
}

static void
both_weigh_more(void **state)
{
	static struct stream in;
	struct stage *t = begin();
	struct chance c = { .state = 50 };

	(void)state;
	for (unsigned day = 0; day < 3; day++) {
		stream_beat(&in, &c, 20, .05, DAY_S);
		for (unsigned i = 0; i < in.n; i++)
			in.at[i] += day * DAY_S;
		pass(t, &in, day * DAY_S, (day + 1) * DAY_S);
	}
	assert_true(t->heard.count >= 2);
	assert_int_equal(t->heard.at[0].level, LEVEL_LOW);
	assert_int_equal(t->heard.at[t->heard.count - 1].level, LEVEL_MEDIUM);
	stage_free(t);
}

/* Any number of flows, each with a little. */
static void
many_flows_are_bounded(void **state)
{
	struct stage *t = begin();
	struct chance c = { .state = 60 };

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		struct window w = window_at((double)(chance_word(&c) % 400) * 30);
		struct window_side *s = &w.side[SIDE_CLIENT];

		s->onsets = (uint8_t)chance_word(&c);
		s->input = chance_word(&c);
		for (unsigned k = 0; k < WINDOW_ONSETS; k++)
			s->onset_ms[k] = (uint16_t)(chance_word(&c) % 30000);
		t->flow.id = 1 + chance_word(&c) % 10;
		show_window(t, &w);
	}
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_beat_is_told),
		cmocka_unit_test(a_hand_is_not),
		cmocka_unit_test(an_answer_to_the_screen_is_not),
		cmocka_unit_test(nor_is_what_is_no_session),
		cmocka_unit_test(a_machine_never_left_alone_is_told),
		cmocka_unit_test(both_weigh_more),
		cmocka_unit_test(many_flows_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
