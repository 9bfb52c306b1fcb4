/*
 * Judge: many cases, and what a run cannot see.
 */
#include "scene.h"

#define MANY 10000

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, ALERT_ID);
}

/* Ten thousand persons, and each time the same ids, none twice. */
static void
ten_thousand_cases_have_ten_thousand_ids(void **state)
{
	char(*ids)[ALERT_ID] = calloc(2 * MANY, ALERT_ID),
	(*again)[ALERT_ID] = calloc(2 * MANY, ALERT_ID);
	char who[32];

	(void)state;
	for (int round = 0; round < 2; round++) {
		struct scene *s = scene_new(MANY);

		s->told.ids = round == 0 ? ids : again;
		for (int i = 0; i < MANY; i++) {
			snprintf(who, sizeof(who), "10.%d.%d.1", i / 250, i % 250);
			s->now_us = START_US + i * 1000 + round;
			find(s, &control, who, "vnc", LEVEL_LOW, 1.0f);
			judge_tick(s->j, s->now_us, &health);
		}
		judge_tick(s->j, s->now_us + 20 * DAY_US, &health);
		assert_int_equal(s->told.count, 2 * MANY);
		scene_free(s);
	}
	assert_memory_equal(ids, again, 2 * MANY * sizeof(ids[0]));
	qsort(ids, 2 * MANY, sizeof(ids[0]), compare_ids);
	for (int i = 1; i < 2 * MANY; i++)
		assert_int_not_equal(memcmp(ids[i - 1], ids[i], ALERT_ID), 0);
	free(ids);
	free(again);
}

static void
what_cannot_be_seen_is_listed(void **state)
{
	struct judge_options o = { .cases = 1, .vantages = 1u << VANTAGE_EDGE };
	struct told told = { 0 };
	struct judge *j = judge_new(&o, keep, &told);
	const char *const *list = judge_not_observable(j);
	const struct person who = { .id = "u11", .has_claim = true };
	struct finding f = { .by = &control, .who = &who, .persons = 1, .level = LEVEL_LOW };

	(void)state;
	assert_string_equal(list[0], "GEO-01: no claimed place");
	assert_string_equal(list[1], "GEO-02: no endpoint's public address was seen");
	judge_sees_egress(j, false); /* a watched site's line: it is one, but where? */
	assert_string_equal(list[2], "GEO-03: no endpoint's public address was seen");
	assert_string_equal(list[3], "LF-02: not visible from where the mirror stands");
	judge_sees_egress(j, true);
	assert_string_equal(list[1], "LF-02: not visible from where the mirror stands");
	assert_int_equal(strncmp(list[5], "RD-01: ", 7), 0);
	assert_null(list[9]);
	/* This person has a claim: for them GEO-01 works. */
	f.person[0] = &who;
	judge_finding(j, &f, START_US, &health);
	assert_int_equal(strncmp(told.at[0].a.not_observable[0], "LF-02", 5), 0);
	judge_free(j);

	o = (struct judge_options){
		.cases = 1,
		.vantages = 7,
		.has_people = true,
		.lacks_places = true,
		.lacks_networks = true,
	};
	j = judge_new(&o, keep, &told);
	list = judge_not_observable(j);
	assert_string_equal(list[1], "GEO-02: no ASN database");
	assert_string_equal(list[2], "GEO-03: no geolocation database");
	assert_string_equal(list[3], "LF-01: no endpoint's public address was seen");
	assert_null(list[4]);
	judge_free(j);
}

/* It opens no case and tells none; in one that is open it counts, up to its group's cap. */
static void
context_counts_where_a_case_is_open(void **state)
{
	static const struct detector path = { .rule = "RD-04", .group = GROUP_PATH };
	const struct person who = { .id = "u11" };
	struct finding f = { .by = &path, .who = &who, .persons = 1, .person = { &who }, .llr = 4 };
	struct scene *s = scene_new(4);

	(void)state;
	snprintf(f.key, sizeof(f.key), "tunnel");
	for (int context = 0; context < 2; context++) {
		f.context = context != 0;
		judge_finding(s->j, &f, s->now_us, &health);
	}
	assert_int_equal(s->told.count, 1);
	assert_int_equal(s->told.at[0].a.action, ALERT_INVENTORY);
	find(s, &control, "u11", "vnc", LEVEL_LOW, 1.0f);
	assert_true(s->told.at[1].of.group[GROUP_PATH].llr == 0);
	for (int context = 0; context < 2; context++) {
		f.context = context != 0;
		judge_finding(s->j, &f, s->now_us, &health);
		find(s, &control, "u11", context ? "rdp" : "ssh", LEVEL_LOW, 1.0f);
		assert_int_equal(s->told.count, 3 + context);
		assert_true(
		    s->told.at[2 + context].of.group[GROUP_PATH].llr == (context ? 2.5f : 0.0f));
	}
	assert_string_equal(s->told.at[3].of.rules[1], "RD-04");
	scene_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_cases_have_ten_thousand_ids),
		cmocka_unit_test(what_cannot_be_seen_is_listed),
		cmocka_unit_test(context_counts_where_a_case_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
