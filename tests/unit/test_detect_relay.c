/*
 * LF-05: what comes in by a session and leaves again, by windows of two flows.
 */
#include "window_hands.h"

#include "detect/relay.h"

#define FAR "203.0.113.50"
#define ON  "198.51.100.7"

/* One evening: input that comes, that leaves, and what is opened meanwhile. */
struct evening {
	struct stage *t;
	struct chance chance;
	struct stream in, out, opened;
	uint32_t kb;     /* a window, both ways back */
	uint16_t echo;   /* of input that comes; units of 100 us */
	bool only_in;    /* nothing leaves */
	bool other_peer; /* Y's far end is X's */
	uint64_t next_id;
};

static struct evening *
begin(uint64_t seed)
{
	struct evening *e = calloc(1, sizeof(*e));

	assert_non_null(e);
	e->t = stage_new("LF-05");
	e->chance.state = seed;
	e->next_id = 100;
	return e;
}

static void
end(struct evening *e)
{
	stage_free(e->t);
	free(e);
}

/* X: a session named VNC, by default. */
static void
session(struct evening *e)
{
	struct stage *t = e->t;

	stage_session(t, &vnc, FAR);
	t->flow.first_us = START_US - HOUR_US;
	t->flow.rtt_us[SIDE_SERVER] = 2000;
}

/* Y, or a flow opened at a time: the machine dialled. */
static void
dialled(struct evening *e, uint64_t id, const char *peer, int64_t first_us)
{
	struct stage *t = e->t;

	stage_session(t, NULL, peer);
	t->flow.id = id;
	t->flow.end[SIDE_CLIENT] = t->end.addr;
	t->flow.end[SIDE_SERVER] = t->s.peer;
	t->flow.verdict.host = SIDE_NONE;
	t->flow.first_us = first_us;
	t->s.inner = SIDE_CLIENT;
	t->s.role = ROLE_UNKNOWN;
}

static void
show_opened(struct evening *e, double from)
{
	for (unsigned i = 0; i < e->opened.n; i++) {
		struct window w = window_at(from);

		if (e->opened.at[i] < from - 12 || e->opened.at[i] >= from + 18)
			continue; /* ten seconds later it is followed, from its next packet on */
		w.from = 1;
		dialled(e, e->next_id++, "192.0.2.80", START_US + in_us(e->opened.at[i]));
		show_window(e->t, &w);
	}
}

/* So many minutes, window by window. */
static void
pass(struct evening *e, double from, double minutes, void (*x)(struct evening *))
{
	for (double at = from; at < from + minutes * 60; at += 30) {
		const uint32_t kb = e->kb * (1 + (uint32_t)at / 30 % 3);
		struct window w = window_at(at);

		window_input(&w.side[SIDE_CLIENT], &e->in, at);
		w.side[SIDE_SERVER].bytes = kb * 1024;
		w.side[SIDE_CLIENT].asked = w.side[SIDE_CLIENT].onsets;
		w.side[SIDE_CLIENT].answer = 200;
		w.side[SIDE_CLIENT].echo = e->echo;
		x(e);
		if (w.side[SIDE_CLIENT].packets > 0)
			show_window(e->t, &w);
		show_opened(e, at);
		w = window_at(at);
		window_input(&w.side[SIDE_CLIENT], &e->out, at);
		w.side[SIDE_SERVER].bytes = kb * 1024;
		dialled(e, 9, e->other_peer ? FAR : ON, START_US - HOUR_US);
		if (w.side[SIDE_CLIENT].packets > 0 && !e->only_in)
			show_window(e->t, &w);
	}
}

/* Each burst that comes leaves again, in part, 8 ms and more after. */
static void
relayed(struct evening *e, double until, double share)
{
	struct hand h = hand_new(&e->chance);

	while (h.next < until) {
		const unsigned from = hand_burst(&h, &e->in);

		if (chance_unit(&e->chance) >= share)
			continue;
		for (unsigned i = from; i < e->in.n; i++)
			stream_add(&e->out, e->in.at[i] + .008 + chance_exp(&e->chance, .02));
	}
	stream_sort(&e->out);
}

static void
a_relay_is_told_once_it_is_sure(void **state)
{
	struct evening *e = begin(1);
	const struct finding *f = e->t->heard.at;
	const struct signal *g;

	(void)state;
	relayed(e, 3600, .9);
	pass(e, 0, 20, session);
	assert_int_equal(e->t->heard.count, 2);
	assert_int_equal(f[0].level, LEVEL_LOW);
	assert_int_equal(f[1].level, LEVEL_MEDIUM);
	assert_string_equal(f[1].key, "relay " FAR);
	assert_string_equal(f[1].message,
	    "What comes from " FAR " into u11's machine 10.20.0.2 is handed on to " ON ".");
	g = signal_of(&f[1], "input_follows_input");
	assert_non_null(g);
	assert_true(g->weight >= 3 && g->weight <= 4);
	assert_true(g->samples >= 40);
	assert_int_equal(g->flow[0], 7);
	assert_int_equal(g->flow[1], 9);
	assert_non_null(strstr(g->observed, "sent to " ON " began within 150 ms"));
	assert_true(speaks_of(&f[1], "gateway"));
	pass(e, 1200, 39, session); /* and once an hour */
	assert_int_equal(e->t->heard.count, 2);
	end(e);
}

/* As much evidence as none. */
static void
two_hands_are_no_relay(void **state)
{
	(void)state;
	for (uint64_t seed = 10; seed < 20; seed++) {
		struct evening *e = begin(seed);

		hand_work(&e->chance, &e->in, 7200);
		hand_work(&e->chance, &e->out, 7200);
		stream_poisson(&e->opened, &e->chance, .05, 7200);
		pass(e, 0, 120, session);
		assert_int_equal(e->t->heard.count, 0);
		end(e);
	}
}

static void
beats_are_no_relay(void **state)
{
	struct evening *e = begin(21);

	(void)state;
	for (unsigned i = 0; i < 3600; i += 2) {
		stream_add(&e->in, i + .2);
		stream_add(&e->out, i + .25);
	}
	pass(e, 0, 60, session);
	assert_int_equal(e->t->heard.count, 0);
	end(e);
}

/* Two flows of one session, a screen in one and keys in the other, are one. */
static void
flows_of_one_peer_are_no_relay(void **state)
{
	struct evening *e = begin(22);

	(void)state;
	relayed(e, 3600, .9);
	e->other_peer = true;
	pass(e, 0, 60, session);
	assert_int_equal(e->t->heard.count, 0);
	end(e);
}

static void
excepted(struct evening *e)
{
	static const struct allowance ours = { .reason = "our own" };

	session(e);
	e->t->s.allowed = &ours;
}

static void
from_a_help_desk(struct evening *e)
{
	session(e);
	e->t->s.sanctioned_peer = true;
}

static void
nobody_s_session(struct evening *e)
{
	session(e);
	e->t->s.product = NULL;
	e->t->s.role = ROLE_UNKNOWN;
}

static void
from_inside(struct evening *e)
{
	session(e);
	e->t->s.peer_end = &e->t->end;
}

static void
clear(struct evening *e)
{
	e->t->s.allowed = NULL;
	e->t->s.sanctioned_peer = false;
	e->t->s.peer_end = NULL;
}

static void
then_clear(struct evening *e, double minutes, void (*x)(struct evening *))
{
	for (double at = 0; at < minutes * 60; at += 30) {
		pass(e, at, .5, x);
		clear(e);
	}
}

static void
sessions_that_are_wanted_are_not_looked_at(void **state)
{
	static void (*const x[])(
	    struct evening *) = { excepted, from_a_help_desk, nobody_s_session };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct evening *e = begin(23);

		relayed(e, 3600, .9);
		then_clear(e, 60, x[i]);
		assert_int_equal(e->t->heard.count, 0);
		end(e);
	}
}

static void
from_a_monitored_machine_it_is_inventory(void **state)
{
	struct evening *e = begin(24);

	(void)state;
	relayed(e, 3600, .9);
	then_clear(e, 30, from_inside);
	assert_true(e->t->heard.count > 0);
	for (unsigned i = 0; i < e->t->heard.count; i++) {
		assert_int_equal(e->t->heard.at[i].level, LEVEL_INVENTORY);
		assert_true(e->t->heard.at[i].llr <= 1);
	}
	end(e);
}

/* Links are followed at the end of bursts; every second one opens a connection. */
static void
connections_that_input_opens_are_told(void **state)
{
	struct evening *e = begin(25);
	struct hand h = hand_new(&e->chance);
	const struct finding *f = e->t->heard.at;

	(void)state;
	while (h.next < 7200) {
		hand_burst(&h, &e->in);
		if (chance_unit(&e->chance) < .5)
			stream_add(&e->opened,
			    e->in.at[e->in.n - 1] + chance_between(&e->chance, .03, .3));
	}
	stream_sort(&e->opened);
	e->only_in = true;
	pass(e, 0, 60, session);
	assert_int_equal(e->t->heard.count, 2);
	assert_int_equal(f[1].level, LEVEL_MEDIUM);
	assert_string_equal(f[1].message,
	    "Connections of u11's machine 10.20.0.2 are opened when input comes from " FAR ".");
	assert_null(signal_of(&f[1], "input_follows_input"));
	assert_true(signal_of(&f[1], "input_opens_flows")->samples >= 40);
	end(e);
}

/* A page opens twenty connections at once: that is one event. */
static void
a_page_is_one_event(void **state)
{
	struct evening *e = begin(26);

	(void)state;
	hand_work(&e->chance, &e->in, 3600);
	for (unsigned i = 0; i < 3 * 20; i++)
		stream_add(&e->opened, e->in.at[100 + i / 20 * 400] + .1 + i % 20 * .05);
	e->only_in = true;
	pass(e, 0, 60, session);
	assert_int_equal(e->t->heard.count, 0);
	end(e);
}

/* A forward hands on each packet; its way back as many bytes. */
static void
as_much_leaving_as_came_is_told(void **state)
{
	struct evening *e = begin(27);
	struct hand h = hand_new(&e->chance);
	const struct signal *g = NULL;

	(void)state;
	while (h.next < 7200)
		hand_burst(&h, &e->in);
	for (unsigned i = 0; i < e->in.n; i++) /* too late for a lag to tell */
		stream_add(&e->out, e->in.at[i] + 2.2);
	e->kb = 900;
	pass(e, 0, 60, session);
	assert_true(e->t->heard.count > 0);
	g = signal_of(&e->t->heard.at[0], "as_much_leaves");
	assert_non_null(g);
	assert_non_null(strstr(g->observed, ON " never differed by more than 50 kB"));
	assert_int_equal(e->t->heard.at[0].level, LEVEL_MEDIUM);
	end(e);
}

static void
answers_from_beyond_are_a_weak_sign(void **state)
{
	struct evening *e = begin(28);

	(void)state;
	e->only_in = true;
	e->echo = 2600; /* 260 ms, of which 2 to the machine and back */
	hand_work(&e->chance, &e->in, 1800);
	pass(e, 0, 30, session);
	assert_int_equal(e->t->heard.count, 0);
	e->in.n = 0;
	hand_work(&e->chance, &e->in, 1800);
	for (unsigned i = 0; i < e->in.n; i++)
		e->in.at[i] += 86400;
	pass(e, 86400, 30, session);
	assert_int_equal(e->t->heard.count, 1);
	assert_int_equal(e->t->heard.at[0].level, LEVEL_LOW);
	assert_true(e->t->heard.at[0].llr <= CHAIN_WEIGHT);
	assert_non_null(strstr(e->t->heard.at[0].signal[0].observed, "258 ms longer"));
	assert_non_null(strstr(e->t->heard.at[0].signal[0].observed, "on 2 days"));
	end(e);
}

/* Without a name the scorecard says whose hands come in. */
static void
hidden(struct evening *e)
{
	static const struct scorecard card = {
		.card[CARD_DESKTOP] = {
		    .feature[FEATURE_SIZE_RATIO] = { FEATURES_SIZE, 2, { 0 }, { -1, 1 } },
		    .group = { { -2, 2, 1 }, { -2, 2, 1 }, { -2, 2, 1 }, { -2, 2, 1 } },
		},
	};

	nobody_s_session(e);
	e->t->s.card = &card;
}

static void
a_hidden_session_is_a_session(void **state)
{
	(void)state;
	for (unsigned kb = 0; kb <= 500; kb += 500) {
		struct evening *e = begin(29);

		e->kb = kb;
		relayed(e, 3600, .9);
		pass(e, 0, 60, hidden);
		assert_true((e->t->heard.count > 0) == (kb > 0));
		end(e);
	}
}

/* Any number of flows, windows that are late or cut, and times that go back. */
static void
much_at_once_is_bounded(void **state)
{
	struct evening *e = begin(30);

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct window w = window_at((double)(chance_word(&e->chance) % 40) * 30);

		for (unsigned side = 0; side < 2; side++) {
			struct window_side *s = &w.side[side];

			s->onsets = (uint8_t)chance_word(&e->chance);
			s->input = chance_word(&e->chance);
			s->packets = s->masked = (uint16_t)chance_word(&e->chance);
			s->bytes = (uint32_t)chance_word(&e->chance);
			s->echo = (uint16_t)chance_word(&e->chance);
			s->asked = (uint8_t)chance_word(&e->chance);
			for (unsigned k = 0; k < WINDOW_ONSETS; k++)
				s->onset_ms[k] = (uint16_t)(k * 2000);
		}
		w.from = (uint8_t)(chance_word(&e->chance) % 2);
		if (chance_word(&e->chance) % 4 == 0)
			session(e);
		else
			dialled(e, 0, ON, w.start_us);
		e->t->flow.id = 1 + chance_word(&e->chance) % 20;
		show_window(e->t, &w);
	}
	assert_true(sizeof(struct relay) <= 4096);
	end(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relay_is_told_once_it_is_sure),
		cmocka_unit_test(two_hands_are_no_relay),
		cmocka_unit_test(beats_are_no_relay),
		cmocka_unit_test(flows_of_one_peer_are_no_relay),
		cmocka_unit_test(sessions_that_are_wanted_are_not_looked_at),
		cmocka_unit_test(from_a_monitored_machine_it_is_inventory),
		cmocka_unit_test(connections_that_input_opens_are_told),
		cmocka_unit_test(a_page_is_one_event),
		cmocka_unit_test(as_much_leaving_as_came_is_told),
		cmocka_unit_test(answers_from_beyond_are_a_weak_sign),
		cmocka_unit_test(a_hidden_session_is_a_session),
		cmocka_unit_test(much_at_once_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
