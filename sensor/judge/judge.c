/*
 * judge: decides which findings are told, as what.
 *
 *   inventory  told once a day and key; belongs to no case
 *   the rest   evidence in the cases of all persons it involves, told in the case
 *              of the person it was found with, and in the others' whose band it
 *              lifts to alert or urgent
 *
 * Told is what is new: a case, a rule, a level, a band, two nats; else a key not
 * told within a day, up to a quota a case and day.  What is not told is counted,
 * in its key, its case and the run.
 */
#include "judge/judge.h"

#include <stdlib.h>

#include "judge/alerts.h"
#include "judge/blind.h"
#include "judge/cases.h"
#include "detect/subjects.h"

#define PLAIN_NEWS  8 /* alerts a case and repeat_us that only name another key */
#define KEYS_A_CASE 4
#define KEYS_LEAST  4096

/* What was told under one key. */
struct told {
	bool ever;
	int64_t told_us, day;
	uint32_t of_day;  /* ids given on that day */
	uint32_t repeats; /* since */
	enum level level;
	uint8_t persons;
};

struct judge {
	struct judge_options o;
	judge_tell *tell;
	void *arg;
	struct cases *cases;
	struct subjects *told;
	uint64_t suppressed;
	struct blind_facts facts;
	struct blind blind[2]; /* [0] for persons without a claimed place, [1] for those with one */
	struct person closing;
};

static struct told *
told_of(struct judge *j, const char *key)
{
	uint8_t digest[DIGEST];

	alerts_digest(key, digest);
	return subjects_at(j->told, digest);
}

/* A key, short enough to be kept with evidence. */
static uint64_t
short_of(const char *key)
{
	uint8_t digest[DIGEST];
	uint64_t out;

	alerts_digest(key, digest);
	memcpy(&out, digest, sizeof(out));
	return out;
}

/* The next id of a key: the n-th of its day. */
static void
next_id(struct told *t, const char *key, int64_t now_us, char out[ALERT_ID])
{
	const int64_t day = now_us / DAY_US;

	if (t->day != day) {
		t->day = day;
		t->of_day = 0;
	}
	alerts_id(key, day, ++t->of_day, out);
}

static bool
is_due(const struct judge *j, const struct told *t, const struct finding *f, int64_t now_us)
{
	return !t->ever || now_us - t->told_us >= j->o.repeat_us || f->level > t->level ||
	    (f->persons > t->persons && f->level > LEVEL_INVENTORY);
}

static void
withhold(struct judge *j, struct told *t)
{
	t->repeats++;
	j->suppressed++;
}

/* Fill what all alerts share, and tell. */
static void
publish(struct judge *j, struct alert *a, struct told *t, int64_t now_us, const struct health *h)
{
	const struct finding *f = a->finding;

	next_id(t, a->key, now_us, a->id);
	a->at_us = now_us;
	a->repeats = t->repeats;
	memcpy(
	    a->not_observable, j->blind[a->who->has_claim ? 1 : 0].list, sizeof(j->blind[0].list));
	a->health = *h;
	a->health.findings_suppressed = j->suppressed;
	t->ever = true;
	t->told_us = now_us;
	t->repeats = 0;
	t->level = f != NULL ? f->level : LEVEL_INVENTORY;
	t->persons = f != NULL ? f->persons : 0;
	j->tell(j->arg, a);
}

/* Context opens no case and is no news by itself: what it lifts is told with the next finding. */
static void
absorb_context(struct judge *j, const char *key, const struct finding *f, int64_t now_us)
{
	(void)cases_absorb(cases_at(j->cases, f->who), f, short_of(key), now_us);
}

static void
take_inventory(struct judge *j, const char *key, const struct finding *f, int64_t now_us,
    const struct health *h)
{
	struct told *t = told_of(j, key);
	struct alert a = {
		.action = ALERT_INVENTORY,
		.severity = alerts_severity(LEVEL_INVENTORY, BAND_NOTE),
		.risk = alerts_risk(alerts_severity(LEVEL_INVENTORY, BAND_NOTE), 0),
		.confidence = alerts_confidence(f),
		.finding = f,
		.who = f->who,
		.suppressed = t->repeats,
	};

	finding_say(a.key, sizeof(a.key), "%s", key);
	if (is_due(j, t, f, now_us))
		publish(j, &a, t, now_us, h);
	else
		withhold(j, t);
}

static void
tell_case(struct judge *j, struct case_row *row, struct told *t, const char *key,
    const struct finding *f, int64_t now_us, const struct health *h)
{
	struct case_view view;
	struct alert a = {
		.action = row->told ? ALERT_CASE_UPDATED : ALERT_CASE_OPENED,
		.severity = alerts_severity(f->level, row->band),
		.confidence = alerts_confidence(f),
		.finding = f,
		.of = &view,
		.who = f->who,
		.suppressed = row->withheld,
	};

	cases_view(row, row->told ? "updated" : "open", now_us, &view);
	a.risk = alerts_risk(a.severity, (double)view.probability);
	finding_say(a.key, sizeof(a.key), "%s", key);
	row->told_band = row->band;
	row->told_level = !row->told || f->level > row->told_level ? f->level : row->told_level;
	row->told_log_odds = evidence_log_odds(&row->evidence, now_us);
	row->told = true;
	row->withheld = 0;
	publish(j, &a, t, now_us, h);
}

/* Nothing new for long, or no room: the last word on a case; silent if it was never told. */
static void
close_case(struct judge *j, struct case_row *row, int64_t now_us, const struct health *h)
{
	struct case_view view;
	struct alert a = {
		.action = ALERT_CASE_CLOSED,
		.severity = alerts_severity(LEVEL_INVENTORY, BAND_NOTE),
		.of = &view,
		.who = &j->closing,
		.suppressed = row->withheld,
	};

	row->revision++;
	row->band = evidence_band(row->band,
	    evidence_probability(evidence_log_odds(&row->evidence, now_us)),
	    evidence_two_keys(&row->evidence, now_us));
	cases_view(row, "closed", now_us, &view);
	cases_person(row, &j->closing);
	a.risk = alerts_risk(a.severity, (double)view.probability);
	a.confidence = alerts_risk(0, (double)view.probability);
	finding_say(a.key, sizeof(a.key), "closed|%s|%s", row->who.id, row->id);
	if (row->told)
		publish(j, &a, told_of(j, a.key), now_us, h);
	cases_drop(j->cases, row);
}

static struct case_row *
open_case(struct judge *j, const struct person *who, const struct finding *f, int64_t now_us,
    const struct health *h)
{
	char key[sizeof(((struct alert *)0)->key)], id[ALERT_ID];
	struct case_row *row;

	if (!cases_has(j->cases, who) && cases_full(j->cases))
		close_case(j, cases_oldest(j->cases), now_us, h);
	row = cases_at(j->cases, who);
	if (row->id[0] != '\0')
		return row;
	finding_say(key, sizeof(key), "opened|%s|%s", who->id, f->by->rule);
	next_id(told_of(j, key), key, now_us, id);
	finding_say(row->id, sizeof(row->id), "C-%.12s", id);
	row->opened_us = now_us;
	return row;
}

/* Another key of a known kind, of which a case tells so many a day. */
static bool
within_quota(const struct judge *j, struct case_row *row, int64_t now_us)
{
	if (row->quota_us == 0 || now_us - row->quota_us >= j->o.repeat_us) {
		row->quota_us = now_us;
		row->quota_used = 0;
	}
	return row->quota_used++ < PLAIN_NEWS;
}

/* It is evidence against the others too; which of them it lifted to alert or urgent, as bits. */
static unsigned
absorb_others(struct judge *j, uint64_t short_key, const struct finding *f, int64_t now_us,
    const struct health *h)
{
	unsigned lifted = 0;

	for (unsigned i = 0; i < f->persons; i++) {
		struct case_row *row;

		if (strcmp(f->person[i]->id, f->who->id) == 0)
			continue;
		row = open_case(j, f->person[i], f, now_us, h);
		if (cases_absorb(row, f, short_key, now_us).band && row->band >= BAND_ALERT)
			lifted |= 1u << i;
	}
	return lifted;
}

static void
tell_others(struct judge *j, unsigned lifted, const char *key, const struct finding *f,
    int64_t now_us, const struct health *h)
{
	for (unsigned i = 0; i < f->persons; i++) {
		struct finding theirs;

		if ((lifted & 1u << i) == 0 || !cases_has(j->cases, f->person[i]))
			continue;
		/* The machine and the flow are those of the person it was found with. */
		theirs = *f;
		theirs.who = f->person[i];
		theirs.end = NULL;
		theirs.has_flow = false;
		tell_case(
		    j, cases_at(j->cases, theirs.who), told_of(j, key), key, &theirs, now_us, h);
	}
}

void
judge_finding(struct judge *j, const struct finding *f, int64_t now_us, const struct health *h)
{
	char key[sizeof(((struct alert *)0)->key)];
	struct case_row *row;
	struct change news;
	struct told *t;
	uint64_t short_key;
	unsigned lifted;
	bool due;

	alerts_key(f, key);
	if (f->level == LEVEL_INVENTORY) {
		if (f->context && cases_has(j->cases, f->who))
			absorb_context(j, key, f, now_us);
		take_inventory(j, key, f, now_us, h);
		return;
	}
	short_key = short_of(key);
	lifted = absorb_others(j, short_key, f, now_us, h);
	row = open_case(j, f->who, f, now_us, h);
	news = cases_absorb(row, f, short_key, now_us);
	t = told_of(j, key); /* last, since opening and closing take keys too */
	due = is_due(j, t, f, now_us);
	if (f->persons > 1 ? due || (row->told && news.band)
			   : !row->told || news.rule || news.band || news.nats ||
		    f->level > row->told_level || (due && within_quota(j, row, now_us))) {
		tell_case(j, row, t, key, f, now_us, h);
	} else {
		row->withheld++;
		withhold(j, t);
	}
	tell_others(j, lifted, key, f, now_us, h);
}

void
judge_tick(struct judge *j, int64_t now_us, const struct health *h)
{
	struct case_row *row = cases_oldest(j->cases);

	while (row != NULL && now_us - row->evidence_us >= j->o.close_us) {
		close_case(j, row, now_us, h);
		row = cases_oldest(j->cases);
	}
}

static void
list_blind(struct judge *j)
{
	for (int claim = 0; claim < 2; claim++)
		blind_list(&j->blind[claim], &j->facts, claim != 0);
}

void
judge_sees_egress(struct judge *j, bool has_place)
{
	if (j->facts.sees_line && (j->facts.sees_place || !has_place))
		return;
	j->facts.sees_line = true;
	j->facts.sees_place |= has_place;
	list_blind(j);
}

struct judge *
judge_new(const struct judge_options *o, judge_tell *tell, void *arg)
{
	struct judge *j = calloc(1, sizeof(*j));
	const uint32_t most = UINT32_MAX / KEYS_A_CASE - 1;
	uint32_t keys;

	if (j == NULL)
		return NULL;
	j->o = *o;
	j->tell = tell;
	j->arg = arg;
	keys = (o->cases < most ? o->cases : most) * KEYS_A_CASE;
	j->cases = cases_new(o->cases);
	j->told = subjects_new(keys > KEYS_LEAST ? keys : KEYS_LEAST, sizeof(struct told));
	if (j->cases == NULL || j->told == NULL) {
		judge_free(j);
		return NULL;
	}
	j->facts.vantages = o->vantages;
	j->facts.lacks_places = o->lacks_places;
	j->facts.lacks_networks = o->lacks_networks;
	list_blind(j);
	return j;
}

void
judge_free(struct judge *j)
{
	if (j == NULL)
		return;
	cases_free(j->cases);
	subjects_free(j->told);
	free(j);
}

uint64_t
judge_suppressed(const struct judge *j)
{
	return j->suppressed;
}

const char *const *
judge_not_observable(const struct judge *j)
{
	return j->blind[j->o.has_people ? 1 : 0].list;
}
