/*
 * Cases: what is told, what is merged, when a case ends.
 */
#include "scene.h"

/* A finding on u11, u12, u13 that came with `who`. */
static void
find_three(struct scene *s, const struct detector *by, const char *who, unsigned persons,
    enum level level, float llr)
{
	static const struct person all[3] = { { .id = "u11" }, { .id = "u12" }, { .id = "u13" } };
	struct finding f = { .by = by, .level = level, .llr = llr, .persons = (uint8_t)persons };

	snprintf(f.key, sizeof(f.key), "egress 198.51.100.11");
	for (unsigned i = 0; i < persons; i++) {
		f.person[i] = &all[i];
		if (strcmp(all[i].id, who) == 0)
			f.who = &all[i];
	}
	judge_finding(s->j, &f, s->now_us, &health);
}

static void
inventory_is_told_once_a_day_and_opens_nothing(void **state)
{
	struct scene *s = scene_new(100);

	(void)state;
	for (int hour = 0; hour < 30; hour++) {
		s->now_us = START_US + hour * HOUR_US;
		find(s, &agents, "u11", "anydesk", LEVEL_INVENTORY, 0.2f);
	}
	assert_int_equal(s->told.count, 2);
	assert_int_equal(s->told.at[0].a.action, ALERT_INVENTORY);
	assert_int_equal(s->told.at[0].a.severity, 1);
	assert_int_equal(s->told.at[1].a.repeats, 23);
	assert_int_equal(judge_suppressed(s->j), 28);
	assert_string_not_equal(s->told.at[0].a.id, s->told.at[1].a.id);
	judge_tick(s->j, s->now_us + 100 * DAY_US, &health);
	assert_int_equal(s->told.count, 2);
	scene_free(s);
}

static void
a_case_opens_updates_and_closes(void **state)
{
	struct scene *s = scene_new(100);

	(void)state;
	find(s, &control, "u11", "vnc 192.0.2.10", LEVEL_LOW, 1.0f);
	assert_int_equal(s->told.at[0].a.action, ALERT_CASE_OPENED);
	assert_int_equal(s->told.at[0].a.severity, 21);
	assert_int_equal(s->told.at[0].of.revision, 1);
	assert_string_equal(s->told.at[0].of.state, "open");
	assert_int_equal(strlen(s->told.at[0].of.id), 14);
	/* repeated: merged */
	s->now_us += HOUR_US;
	find(s, &control, "u11", "vnc 192.0.2.10", LEVEL_LOW, 1.0f);
	assert_int_equal(s->told.count, 1);
	/* the level rises */
	s->now_us += HOUR_US;
	find(s, &control, "u11", "vnc 192.0.2.10", LEVEL_MEDIUM, 2.0f);
	assert_int_equal(s->told.count, 2);
	assert_int_equal(s->told.at[1].a.action, ALERT_CASE_UPDATED);
	assert_int_equal(s->told.at[1].a.severity, 47);
	assert_int_equal(s->told.at[1].of.revision, 3);
	assert_int_equal(s->told.at[1].a.repeats, 1);
	assert_int_equal(s->told.at[1].a.suppressed, 1);
	assert_string_equal(s->told.at[1].of.id, s->told.at[0].of.id);
	/* a new rule */
	find(s, &agents, "u11", "several", LEVEL_LOW, 0.5f);
	assert_int_equal(s->told.count, 3);
	assert_string_equal(s->told.at[2].of.rules[0], "RD-01");
	assert_string_equal(s->told.at[2].of.rules[1], "RD-02");
	assert_null(s->told.at[2].of.rules[2]);
	/* it closes after 14 days, not before */
	judge_tick(s->j, s->now_us + 14 * DAY_US - 1, &health);
	assert_int_equal(s->told.count, 3);
	judge_tick(s->j, s->now_us + 14 * DAY_US, &health);
	assert_int_equal(s->told.count, 4);
	assert_int_equal(s->told.at[3].a.action, ALERT_CASE_CLOSED);
	assert_string_equal(s->told.at[3].who, "u11");
	assert_string_equal(s->told.at[3].of.state, "closed");
	scene_free(s);
}

static void
one_key_is_told_again_after_a_day(void **state)
{
	struct scene *s = scene_new(100);

	(void)state;
	for (int hour = 0; hour < 48; hour++) {
		s->now_us = START_US + hour * HOUR_US;
		find(s, &control, "u11", "vnc", LEVEL_MEDIUM, 2.0f);
	}
	assert_int_equal(s->told.count, 2);
	assert_int_equal(s->told.at[1].a.repeats, 23);
	assert_int_equal(judge_suppressed(s->j), 46);
	scene_free(s);
}

static void
two_nats_and_higher_bands_are_news(void **state)
{
	struct scene *s = scene_new(100);

	(void)state;
	find(s, &control, "u11", "vnc", LEVEL_MEDIUM, 1.0f);
	find(s, &control, "u11", "vnc", LEVEL_MEDIUM, 2.9f);
	assert_int_equal(s->told.count, 1);
	find(s, &control, "u11", "vnc", LEVEL_MEDIUM, 3.1f);
	assert_int_equal(s->told.count, 2);
	find(s, &egress, "u11", "x", LEVEL_MEDIUM, 4.0f);
	assert_int_equal(s->told.at[2].of.band, BAND_REVIEW);
	find(s, &operator_, "u11", "x", LEVEL_MEDIUM, 4.0f);
	assert_int_equal(s->told.at[3].of.band, BAND_URGENT);
	assert_int_equal(s->told.at[3].a.severity, 99);
	assert_true(s->told.at[3].of.probability > 0.98f);
	assert_true(s->told.at[3].a.risk >= 98);
	scene_free(s);
}

static void
many_keys_of_one_rule_are_bounded_by_a_quota(void **state)
{
	struct scene *s = scene_new(100);
	char key[32];

	(void)state;
	for (int i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "vnc 198.51.100.%d", i);
		find(s, &control, "u11", key, LEVEL_LOW, 1.0f);
	}
	assert_in_range(s->told.count, 2, 10);
	assert_int_equal(judge_suppressed(s->j), 200 - s->told.count);
	scene_free(s);
}

static void
several_persons_are_one_alert_and_everyones_evidence(void **state)
{
	struct scene *s = scene_new(100);

	(void)state;
	find_three(s, &egress, "u12", 2, LEVEL_LOW, 1.5f);
	find_three(s, &egress, "u13", 3, LEVEL_HIGH, 4.5f);
	assert_int_equal(s->told.count, 2);
	assert_string_equal(s->told.at[1].who, "u13");
	assert_int_equal(s->told.at[1].a.severity, 73);
	find_three(s, &egress, "u11", 3, LEVEL_HIGH, 4.5f);
	find_three(s, &egress, "u12", 3, LEVEL_HIGH, 4.5f);
	assert_int_equal(s->told.count, 2);
	assert_int_equal(judge_suppressed(s->j), 2);
	/* u11's case was never told, so it opens now, with what it knows already */
	find(s, &control, "u11", "vnc", LEVEL_MEDIUM, 4.5f);
	assert_int_equal(s->told.count, 3);
	assert_int_equal(s->told.at[2].a.action, ALERT_CASE_OPENED);
	assert_true(s->told.at[2].of.group[GROUP_EGRESS].llr == 4.0f);
	assert_string_equal(s->told.at[2].of.rules[0], "LF-01");
	assert_true(s->told.at[2].of.revision > 1);
	/* u12's was told before: its band rises with this */
	find(s, &control, "u12", "vnc", LEVEL_MEDIUM, 4.5f);
	assert_int_equal(s->told.at[3].a.action, ALERT_CASE_UPDATED);
	assert_int_equal(s->told.at[3].of.band, BAND_REVIEW);
	scene_free(s);
}

static void
everyone_lifted_to_alert_is_told(void **state)
{
	struct scene *s = scene_new(100);

	(void)state;
	find(s, &control, "u11", "vnc", LEVEL_MEDIUM, 4.0f);
	find_three(s, &egress, "u12", 2, LEVEL_HIGH, 4.0f);
	assert_int_equal(s->told.count, 2); /* u11 rose to review only */
	s->now_us += HOUR_US;
	find_three(s, &operator_, "u13", 3, LEVEL_HIGH, 3.0f);
	/* u13's own, then u11, who has three groups by now; u12 has two, not enough */
	assert_int_equal(s->told.count, 4);
	assert_string_equal(s->told.at[2].who, "u13");
	assert_string_equal(s->told.at[3].who, "u11");
	assert_int_equal(s->told.at[3].a.action, ALERT_CASE_UPDATED);
	assert_int_equal(s->told.at[3].of.band, BAND_URGENT);
	assert_int_equal(s->told.at[3].a.severity, 99);
	assert_string_equal(s->told.at[3].a.key, s->told.at[2].a.key);
	assert_string_not_equal(s->told.at[3].a.id, s->told.at[2].a.id);
	/* said once */
	s->now_us += HOUR_US;
	find_three(s, &operator_, "u13", 3, LEVEL_HIGH, 3.0f);
	assert_int_equal(s->told.count, 4);
	scene_free(s);
}

static void
a_case_with_nothing_told_ends_in_silence(void **state)
{
	struct scene *s = scene_new(100);

	(void)state;
	find_three(s, &egress, "u12", 2, LEVEL_LOW, 1.5f);
	judge_tick(s->j, s->now_us + 30 * DAY_US, &health);
	assert_int_equal(s->told.count, 2);
	assert_string_equal(s->told.at[1].who, "u12");
	scene_free(s);
}

static void
a_full_table_closes_its_oldest_case(void **state)
{
	struct scene *s = scene_new(2);

	(void)state;
	find(s, &control, "u11", "vnc", LEVEL_LOW, 1.0f);
	find(s, &control, "u12", "vnc", LEVEL_LOW, 1.0f);
	find(s, &control, "u13", "vnc", LEVEL_LOW, 1.0f);
	assert_int_equal(s->told.count, 4);
	assert_int_equal(s->told.at[2].a.action, ALERT_CASE_CLOSED);
	assert_string_equal(s->told.at[2].who, "u11");
	/* Opened again on the same day: another case */
	find(s, &control, "u11", "vnc", LEVEL_LOW, 1.0f);
	assert_string_not_equal(s->told.at[5].of.id, s->told.at[0].of.id);
	assert_string_not_equal(s->told.at[5].a.id, s->told.at[0].a.id);
	scene_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inventory_is_told_once_a_day_and_opens_nothing),
		cmocka_unit_test(a_case_opens_updates_and_closes),
		cmocka_unit_test(one_key_is_told_again_after_a_day),
		cmocka_unit_test(two_nats_and_higher_bands_are_news),
		cmocka_unit_test(many_keys_of_one_rule_are_bounded_by_a_quota),
		cmocka_unit_test(several_persons_are_one_alert_and_everyones_evidence),
		cmocka_unit_test(everyone_lifted_to_alert_is_told),
		cmocka_unit_test(a_case_with_nothing_told_ends_in_silence),
		cmocka_unit_test(a_full_table_closes_its_oldest_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
