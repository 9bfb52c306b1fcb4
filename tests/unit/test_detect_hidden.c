/*
 * test_detect_hidden: RD-03: a session is told of when its windows say so, and not before.
 */
#include "sights.h"

static const struct scorecard card = {
	.version = "test",
	.card[CARD_DESKTOP] = {
	    .feature[FEATURE_SIZE_RATIO] = { FEATURES_SIZE, 2, { 0 }, { -2, 1 } },
	    .feature[FEATURE_ANSWERED] = { FEATURES_RESPONSE, 2, { 0.3f }, { -2, 1.5f } },
	    .group = { { -2, 2, 1 }, { -2, 2, 1 }, { -2, 2, 1 }, { -2, 2, 1 } },
	},
	.card[CARD_SHELL] = {
	    .feature[FEATURE_ECHO] = { FEATURES_RESPONSE, 2, { 0.8f }, { -2, 4 }, -2 },
	    .group = { { -2, 2, 1 }, { -2, 2, 1 }, { -2, 4, 1 }, { -2, 2, 1 } },
	},
	.alike = 0.3f,
	.most = 6,
	.likely = { 4, 3 },
	.sure = { 8, 5 },
};

/* The far end types, the machine's screen answers; by TLS it dialled out with. */
static struct window
working(void)
{
	struct window w = { .to = WINDOW_SLOTS };
	struct window_side *in = &w.side[SIDE_SERVER];

	in->input = 0xff0ff0;
	in->bytes = 2000;
	in->packets = in->small = 40;
	in->onsets = in->asked = in->answered = 4;
	in->answer = 200;
	in->rate = 20000;
	w.side[SIDE_CLIENT].bytes = 200000;
	w.side[SIDE_CLIENT].packets = 200;
	return w;
}

static struct stage *
begin(void)
{
	struct stage *t = stage_new("RD-03");

	stage_session(t, NULL, "203.0.113.50");
	t->flow.end[SIDE_CLIENT] = t->end.addr;
	t->flow.end[SIDE_SERVER] = t->s.peer;
	t->flow.verdict.host = SIDE_NONE;
	strcpy(t->flow.verdict.protocol, "tls");
	t->s.kind = SIGHT_WINDOW;
	t->s.phase = EVENT_WINDOW;
	t->s.inner = SIDE_CLIENT;
	t->s.role = ROLE_UNKNOWN;
	t->s.card = &card;
	return t;
}

static void
windows(struct stage *t, struct window w, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		w.start_us = t->s.now_us;
		t->s.now_us += WINDOW_US;
		t->facts.used = t->facts.count = 0;
		obs_add(&t->facts, OBS_WINDOW, 0, &w, sizeof(w));
		show(t);
	}
}

static void
test_told(void **state)
{
	struct stage *t = begin();
	const struct finding *f = &t->heard.at[0];
	float sum = 0;

	(void)state;
	windows(t, working(), 3);
	assert_int_equal(t->heard.count, 0);
	windows(t, working(), 1);
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(f->level, LEVEL_LOW);
	assert_string_equal(f->key, "hidden 203.0.113.50");
	assert_string_equal(f->message,
	    "Someone at 203.0.113.50 works the screen of u11's machine 10.20.0.2 inside tls, for 2 "
	    "min so far.");
	assert_non_null(signal_of(f, "size_ratio"));
	assert_non_null(signal_of(f, "answered"));
	assert_string_equal(
	    signal_of(f, "size_ratio")->observed, "it sent 91.0 times what it received");
	for (unsigned i = 0; i < f->signals; i++)
		sum += f->signal[i].weight;
	assert_true(f->llr > 5.2f && f->llr < 5.3f); /* 2.5 * 4 / 1.9 */
	assert_true(sum > f->llr - 0.01f && sum < f->llr + 0.01f);
	assert_true(speaks_of(f, "Only 4 windows"));
	windows(t, working(), 3);
	assert_int_equal(t->heard.count, 1);
	windows(t, working(), 1); /* sure */
	assert_int_equal(t->heard.count, 2);
	assert_int_equal(t->heard.at[1].level, LEVEL_MEDIUM);
	assert_false(speaks_of(&t->heard.at[1], "Only"));
	windows(t, working(), 120); /* once an hour while it lasts */
	assert_int_equal(t->heard.count, 3);
	stage_free(t);
}

/* Each of these alone is silence. */
static void
test_silence(void **state)
{
	static const struct allowance ours = { .reason = "our own" };
	static const struct scorecard *none;
	struct window w;

	(void)state;
	for (int i = 0; i < 8; i++) {
		struct stage *t = begin();

		w = working();
		switch (i) {
		case 0: /* it receives more than it sends */
			w.side[SIDE_SERVER].bytes = 400000;
			break;
		case 1: /* nothing follows input */
			w.side[SIDE_SERVER].answered = 0;
			break;
		case 2: /* or it would anyway */
			w.side[SIDE_SERVER].chance = 80;
			break;
		case 3: /* idle */
			w.side[SIDE_SERVER].input = 1;
			break;
		case 4: /* it is the viewer */
			t->s.inner = SIDE_SERVER;
			t->s.peer = t->flow.end[SIDE_CLIENT];
			break;
		case 5:
			t->s.allowed = &ours;
			break;
		case 6:
			t->s.card = none;
			break;
		case 7: /* RD-01 tells of it */
			t->s.product = &anydesk;
			t->s.role = ROLE_HOST;
			break;
		}
		windows(t, w, 20);
		if (t->heard.count != 0)
			fail_msg("case %d: %s", i, t->heard.at[0].message);
		stage_free(t);
	}
}

/* As RD-01: control from inside, or by the help desk, is worth knowing and no more. */
static void
test_inventory(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct stage *t = begin();

		if (i == 0)
			t->s.sanctioned_peer = true;
		else
			t->s.peer_end = &t->end;
		windows(t, working(), 20);
		assert_int_equal(t->heard.count, 1);
		assert_int_equal(t->heard.at[0].level, LEVEL_INVENTORY);
		stage_free(t);
	}
}

/* Each key is echoed: the card of shells says more. */
static void
test_shell(void **state)
{
	struct stage *t = begin();
	struct window w = working();

	(void)state;
	w.side[SIDE_SERVER].events = w.side[SIDE_SERVER].echoed = 40;
	windows(t, w, 4);
	assert_int_equal(t->heard.count, 1);
	assert_non_null(strstr(t->heard.at[0].message, "types on u11's machine"));
	assert_non_null(signal_of(&t->heard.at[0], "echo"));
	assert_null(signal_of(&t->heard.at[0], "size_ratio"));
	stage_free(t);
}

/* Flows are told apart, and a machine has room for a few: the one seen last goes. */
static void
test_flows(void **state)
{
	struct stage *t = begin();

	(void)state;
	for (int i = 0; i < 12; i++) {
		t->flow.id = 7 + (uint64_t)i % 4;
		windows(t, working(), 1);
	}
	assert_int_equal(t->heard.count, 0);
	for (int i = 0; i < 4; i++) {
		t->flow.id = 7 + (uint64_t)i;
		windows(t, working(), 1);
	}
	assert_int_equal(t->heard.count, 4);
	for (int i = 0; i < 6; i++) {
		t->flow.id = 100 + (uint64_t)i;
		windows(t, working(), 1);
	}
	t->flow.id = 7;
	windows(t, working(), 3);
	assert_int_equal(t->heard.count, 4);
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_told),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_inventory),
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
