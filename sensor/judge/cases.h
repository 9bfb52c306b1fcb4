/*
 * cases: the open case of each person, and its evidence.
 *
 * A bounded table by person, in order of last evidence: the oldest closes first.
 */
#ifndef FARHAND_CASES_H
#define FARHAND_CASES_H

#include "judge/evidence.h"

#define CASE_RULES 15

struct case_row {
	char id[CASE_ID]; /* "": just made, to be opened */
	struct case_person {
		char id[PERSON_ID];
		bool anonymous, has_claim;
		struct place claimed;
		char time_zone[40], household[32];
	} who; /* a copy: an unnamed person may be forgotten before its case closes */
	uint32_t revision;
	int64_t opened_us, evidence_us;
	struct evidence evidence;
	const char *rule[CASE_RULES]; /* ascending */
	unsigned rules;
	enum band band;

	/* What was told of it so far; a case untold has only evidence from others' alerts. */
	bool told;
	enum band told_band;
	enum level told_level;
	double told_log_odds;
	uint32_t withheld; /* findings not told since */
	int64_t quota_us;  /* start of the present quota of plain news */
	unsigned quota_used;
};

struct cases;

struct cases *cases_new(uint32_t rows);
void cases_free(struct cases *c); /* NULL allowed */

/* The person's case, made if there is none; now the newest.  Valid until the next call. */
struct case_row *cases_at(struct cases *c, const struct person *who);
bool cases_has(const struct cases *c, const struct person *who);
/* The case with the oldest evidence; NULL if there is none. */
struct case_row *cases_oldest(const struct cases *c);
bool cases_full(const struct cases *c);
void cases_drop(struct cases *c, const struct case_row *row);

/* What an absorbed finding changed. */
struct change {
	bool rule, band, nats;
};

/* Add a finding's evidence; says what is new against what was told. */
struct change cases_absorb(
    struct case_row *row, const struct finding *f, uint64_t key, int64_t now_us);

void cases_view(
    const struct case_row *row, const char *state, int64_t now_us, struct case_view *out);
/* The person as the case remembers it. */
void cases_person(const struct case_row *row, struct person *out);

#endif
