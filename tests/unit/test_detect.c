/*
 * The table of detectors, and the bounded memory of subjects.
 */
#include "sights.h"

#include "detect/subjects.h"

static void
the_table_is_complete_and_in_order(void **state)
{
	unsigned n = 0;

	(void)state;
	for (; detectors[n] != NULL; n++) {
		const struct detector *d = detectors[n];

		assert_true(d->rule != NULL && d->name != NULL);
		assert_true(d->cares != NULL && d->see != NULL);
		assert_true(d->sights != 0 && d->vantages != 0 && d->memory > 0);
		assert_non_null(d->attack[0]);
		assert_non_null(d->next_steps[0]);
		if (n > 0)
			assert_true(strcmp(detectors[n - 1]->rule, d->rule) < 0);
	}
	assert_int_equal(n, 13);
}

static void
key_of(uint8_t key[SUBJECT_KEY], uint32_t n)
{
	memset(key, 0, SUBJECT_KEY);
	memcpy(key, &n, sizeof(n));
}

static void
a_full_table_forgets_its_oldest(void **state)
{
	struct subjects *t = subjects_new(100, sizeof(uint32_t));
	uint8_t key[SUBJECT_KEY];

	(void)state;
	for (uint32_t i = 1; i <= 1000; i++) {
		key_of(key, i);
		assert_int_equal(*(uint32_t *)subjects_at(t, key), 0);
		*(uint32_t *)subjects_at(t, key) = i;
		key_of(key, 1);
		assert_int_equal(*(uint32_t *)subjects_at(t, key), 1);
	}
	assert_int_equal(subjects_evicted(t), 900);
	key_of(key, 901);
	assert_null(subjects_find(t, key));
	key_of(key, 902);
	assert_int_equal(*(uint32_t *)subjects_find(t, key), 902);
	assert_int_equal(*(uint32_t *)subjects_oldest(t, key), 902);
	subjects_free(t);
}

static void
dropped_rows_are_used_again(void **state)
{
	struct subjects *t = subjects_new(4, 1);
	uint8_t key[SUBJECT_KEY];

	(void)state;
	for (int round = 0; round < 5; round++) {
		for (uint32_t i = 0; i < 4; i++) {
			key_of(key, i);
			*(uint8_t *)subjects_at(t, key) = 9;
		}
		assert_true(subjects_full(t));
		for (uint32_t i = 0; i < 4; i++) {
			key_of(key, (i * 3) % 4);
			subjects_drop(t, key);
			assert_null(subjects_find(t, key));
			assert_false(subjects_full(t));
		}
		subjects_drop(t, key);
		assert_null(subjects_oldest(t, key));
		assert_int_equal(*(uint8_t *)subjects_at(t, key), 0);
		subjects_drop(t, key);
	}
	assert_int_equal(subjects_evicted(t), 0);
	subjects_free(t);
}

static void
memory_is_each_subjects_own_and_bounded(void **state)
{
	struct stage *t = stage_new("RD-01");

	(void)state;
	for (uint32_t i = 0; i < 200; i++) {
		stage_person(t, "u11", i);
		stage_session(t, &vnc, "192.0.2.10");
		show(t);
	}
	assert_int_equal(t->heard.count, KEPT);
	assert_true(detect_evicted(t->detect) >= 200 - 64);
	stage_free(t);
}

/* Who is cared for costs memory; who is not neither costs any nor displaces another. */
static void
nobody_cares_for_an_unnamed_flow(void **state)
{
	struct stage *t = stage_new("RD-01");

	(void)state;
	stage_session(t, &vnc, "192.0.2.10");
	assert_true(detect_cares(t->detect, &t->s));
	show(t);
	assert_int_equal(t->heard.count, 1);
	stage_session(t, NULL, "192.0.2.10");
	t->s.by = BY_NONE;
	t->s.sure = SURE_NONE;
	t->s.peer_place = NULL; /* not known before someone cares */
	assert_false(detect_cares(t->detect, &t->s));
	for (uint32_t i = 100; i < 300; i++) {
		stage_person(t, "u11", i);
		show(t);
	}
	assert_int_equal(detect_evicted(t->detect), 0);
	t->s.peer_place = &t->peer_place;
	stage_person(t, "u11", 1);
	stage_session(t, &vnc, "192.0.2.10");
	show(t);
	assert_int_equal(t->heard.count, 1); /* it is remembered as told */
	stage_free(t);
}

static void
vantage_and_claim_decide_who_is_asked(void **state)
{
	struct stage *t = stage_new("RD-01");

	(void)state;
	t->s.vantage = VANTAGE_EDGE;
	stage_session(t, &vnc, "192.0.2.10");
	show(t);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_complete_and_in_order),
		cmocka_unit_test(a_full_table_forgets_its_oldest),
		cmocka_unit_test(dropped_rows_are_used_again),
		cmocka_unit_test(memory_is_each_subjects_own_and_bounded),
		cmocka_unit_test(nobody_cares_for_an_unnamed_flow),
		cmocka_unit_test(vantage_and_claim_decide_who_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
