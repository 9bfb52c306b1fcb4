/*
 * scene: a judge in tests, the findings it is given and the alerts it told.
 */
#ifndef FARHAND_TEST_SCENE_H
#define FARHAND_TEST_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "judge/judge.h"

#define START_US (20000 * DAY_US)
#define KEPT     32

static const struct detector control = { .rule = "RD-01", .group = GROUP_CONTROL };
static const struct detector agents = { .rule = "RD-02", .group = GROUP_CONTROL };
static const struct detector egress = { .rule = "LF-01", .group = GROUP_EGRESS };
static const struct detector operator_ = { .rule = "LF-02", .group = GROUP_OPERATOR };
static const struct health health = { .frames = 5 };

/* All alerts told; those it has room for are kept with what they point to. */
struct told {
	unsigned count;
	struct {
		struct alert a;
		struct case_view of;
		char who[PERSON_ID];
	} at[KEPT];
	char (*ids)[ALERT_ID];
};

struct scene {
	struct told told;
	struct judge *j;
	int64_t now_us;
};

static inline void
keep(void *arg, const struct alert *a)
{
	struct told *t = arg;

	assert_true((a->of == NULL) == (a->action == ALERT_INVENTORY));
	assert_true((a->finding == NULL) == (a->action == ALERT_CASE_CLOSED));
	assert_true(a->risk <= 100 && a->confidence <= 100 && a->severity > 0);
	assert_int_equal(a->health.frames, 5);
	if (t->ids != NULL)
		memcpy(t->ids[t->count], a->id, ALERT_ID);
	if (t->count < KEPT) {
		t->at[t->count].a = *a;
		if (a->of != NULL)
			t->at[t->count].of = *a->of;
		memcpy(t->at[t->count].who, a->who->id, PERSON_ID);
	}
	t->count++;
}

static inline struct scene *
scene_new(uint32_t cases)
{
	const struct judge_options o = {
		.cases = cases,
		.close_us = 14 * DAY_US,
		.repeat_us = DAY_US,
		.vantages = 1u << VANTAGE_INSIDE,
		.has_people = true,
	};
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->now_us = START_US;
	s->j = judge_new(&o, keep, &s->told);
	assert_non_null(s->j);
	return s;
}

static inline void
scene_free(struct scene *s)
{
	judge_free(s->j);
	free(s);
}

static inline void
find(struct scene *s, const struct detector *by, const char *who, const char *key, enum level level,
    float llr)
{
	struct person p = { .has_claim = true };
	struct finding f = { .by = by, .level = level, .llr = llr, .who = &p, .persons = 1 };

	snprintf(p.id, sizeof(p.id), "%s", who);
	snprintf(f.key, sizeof(f.key), "%s", key);
	f.person[0] = &p;
	judge_finding(s->j, &f, s->now_us, &health);
}

#endif
