/*
 * cases: see cases.h.
 */
#include "judge/cases.h"

#include <stdlib.h>

#include "detect/subjects.h"

#define NEWS_NATS 2.0

struct cases {
	struct subjects *table;
};

static void
key_of(const char id[PERSON_ID], uint8_t key[SUBJECT_KEY])
{
	memset(key, 0, SUBJECT_KEY);
	memcpy(key, id, strnlen(id, PERSON_ID));
}

struct cases *
cases_new(uint32_t rows)
{
	struct cases *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->table = subjects_new(rows > 0 ? rows : 1, sizeof(struct case_row));
	if (c->table == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
cases_free(struct cases *c)
{
	if (c == NULL)
		return;
	subjects_free(c->table);
	free(c);
}

struct case_row *
cases_at(struct cases *c, const struct person *who)
{
	uint8_t key[SUBJECT_KEY];
	struct case_row *row;

	key_of(who->id, key);
	row = subjects_at(c->table, key);
	memcpy(row->who.id, who->id, sizeof(row->who.id));
	row->who.anonymous = who->anonymous;
	row->who.has_claim = who->has_claim;
	row->who.claimed = who->claimed;
	memcpy(row->who.household, who->household, sizeof(row->who.household));
	/* Others' findings carry persons without it. */
	if (who->time_zone[0] != '\0')
		memcpy(row->who.time_zone, who->time_zone, sizeof(row->who.time_zone));
	return row;
}

bool
cases_has(const struct cases *c, const struct person *who)
{
	uint8_t key[SUBJECT_KEY];

	key_of(who->id, key);
	return subjects_find(c->table, key) != NULL;
}

struct case_row *
cases_oldest(const struct cases *c)
{
	uint8_t key[SUBJECT_KEY];

	return subjects_oldest(c->table, key);
}

bool
cases_full(const struct cases *c)
{
	return subjects_full(c->table);
}

void
cases_drop(struct cases *c, const struct case_row *row)
{
	uint8_t key[SUBJECT_KEY];

	key_of(row->who.id, key);
	subjects_drop(c->table, key);
}

/* True if the case did not have it; past the limit a rule is never new. */
static bool
add_rule(struct case_row *row, const char *rule)
{
	unsigned i = 0;

	while (i < row->rules && strcmp(row->rule[i], rule) < 0)
		i++;
	if ((i < row->rules && strcmp(row->rule[i], rule) == 0) || row->rules == CASE_RULES)
		return false;
	memmove(&row->rule[i + 1], &row->rule[i], (row->rules - i) * sizeof(row->rule[0]));
	row->rule[i] = rule;
	row->rules++;
	return true;
}

static double
set_band(struct case_row *row, int64_t now_us)
{
	const double log_odds = evidence_log_odds(&row->evidence, now_us);

	row->band = evidence_band(
	    row->band, evidence_probability(log_odds), evidence_two_keys(&row->evidence, now_us));
	return log_odds;
}

struct change
cases_absorb(struct case_row *row, const struct finding *f, uint64_t key, int64_t now_us)
{
	const struct contribution c = { f->by->group, key, f->by->rule, (double)f->llr,
		f->near_certain };
	struct change out = { false, false, false };
	double log_odds;

	/* What has faded since it was told is news when it comes back. */
	log_odds = set_band(row, now_us);
	if (row->told && log_odds < row->told_log_odds)
		row->told_log_odds = log_odds;
	if (row->band < row->told_band)
		row->told_band = row->band;

	evidence_add(&row->evidence, &c, now_us);
	log_odds = set_band(row, now_us);
	out.rule = add_rule(row, f->by->rule);
	out.band = row->band > row->told_band;
	out.nats = log_odds >= row->told_log_odds + NEWS_NATS;
	row->revision++;
	row->evidence_us = now_us;
	return out;
}

void
cases_view(const struct case_row *row, const char *state, int64_t now_us, struct case_view *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->id, row->id, sizeof(out->id));
	out->revision = row->revision;
	out->state = state;
	out->opened_us = row->opened_us;
	out->updated_us = row->evidence_us;
	out->probability = (float)evidence_probability(evidence_log_odds(&row->evidence, now_us));
	out->band = row->band;
	for (int g = 0; g < GROUPS; g++)
		evidence_group(&row->evidence, (enum group)g, now_us, &out->group[g]);
	for (unsigned i = 0; i < row->rules; i++)
		out->rules[i] = row->rule[i];
}

void
cases_person(const struct case_row *row, struct person *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->id, row->who.id, sizeof(out->id));
	out->anonymous = row->who.anonymous;
	out->has_claim = row->who.has_claim;
	out->claimed = row->who.claimed;
	memcpy(out->time_zone, row->who.time_zone, sizeof(out->time_zone));
	memcpy(out->household, row->who.household, sizeof(out->household));
}
