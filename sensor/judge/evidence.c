/*
 * evidence: see evidence.h.
 */
#include "judge/evidence.h"

#include <math.h>

#define PRIOR      1e-3
#define OTHERS     0.3
#define KEY_LLR    2.0
#define SECOND_LLR 1.0

static const struct {
	double cap;
	int64_t half_life_us;
} weigh[GROUPS] = {
	[GROUP_CONTROL] = { 6.0, 7 * DAY_US },
	[GROUP_RELAY] = { 5.0, 7 * DAY_US },
	[GROUP_OPERATOR] = { 5.0, 14 * DAY_US },
	[GROUP_EGRESS] = { 4.0, 14 * DAY_US },
	[GROUP_PATH] = { 2.5, 7 * DAY_US },
	[GROUP_PHYSICS] = { 5.0, 14 * DAY_US },
	[GROUP_GEO] = { 3.0, 7 * DAY_US },
	[GROUP_BEHAVIOUR] = { 2.0, 14 * DAY_US },
	[GROUP_INVENTORY] = { 6.0, 30 * DAY_US },
};

/* Times before the contribution's own are allowed here: they compare two of them. */
static double
at(const struct evidence_part *p, enum group g, int64_t us)
{
	return p->llr * exp2(-(double)(us - p->at_us) / (double)weigh[g].half_life_us);
}

static double
left(const struct evidence_part *p, enum group g, int64_t now_us)
{
	return p->rule == NULL ? 0.0 : at(p, g, now_us > p->at_us ? now_us : p->at_us);
}

static void
refresh(struct evidence_part *p, const struct contribution *c, int64_t at_us)
{
	if (at(p, c->group, at_us) < c->llr) {
		p->llr = c->llr;
		p->at_us = at_us;
	}
	p->near_certain |= c->near_certain;
	p->since_us = at_us < p->since_us ? at_us : p->since_us;
	p->last_us = at_us > p->last_us ? at_us : p->last_us;
}

void
evidence_add(struct evidence *e, const struct contribution *c, int64_t at_us)
{
	struct evidence_part *weakest = &e->part[c->group][0];

	if (!(c->llr > 0))
		return;
	for (unsigned i = 0; i < EVIDENCE_PARTS; i++) {
		struct evidence_part *p = &e->part[c->group][i];

		if (p->rule != NULL && p->key == c->key) {
			refresh(p, c, at_us);
			return;
		}
		if (weakest->rule != NULL &&
		    (p->rule == NULL || at(p, c->group, at_us) < at(weakest, c->group, at_us)))
			weakest = p;
	}
	if (weakest->rule != NULL && at(weakest, c->group, at_us) >= c->llr)
		return;
	*weakest = (struct evidence_part){
		.key = c->key,
		.rule = c->rule,
		.llr = c->llr,
		.at_us = at_us,
		.since_us = at_us,
		.last_us = at_us,
		.near_certain = c->near_certain,
	};
}

double
evidence_group(const struct evidence *e, enum group g, int64_t now_us, struct case_group *out)
{
	struct case_group none = { 0 }, *o = out != NULL ? out : &none;
	double sum = 0, most = 0, llr;

	*o = none;
	for (unsigned i = 0; i < EVIDENCE_PARTS; i++) {
		const struct evidence_part *p = &e->part[g][i];

		if (p->rule == NULL)
			continue;
		llr = left(p, g, now_us);
		sum += llr;
		if (llr > most) {
			most = llr;
			o->rule = p->rule;
		}
		o->since_us =
		    o->since_us == 0 || p->since_us < o->since_us ? p->since_us : o->since_us;
		o->last_us = p->last_us > o->last_us ? p->last_us : o->last_us;
	}
	llr = fmin(most + OTHERS * (sum - most), weigh[g].cap);
	o->llr = (float)llr;
	return llr;
}

double
evidence_log_odds(const struct evidence *e, int64_t now_us)
{
	double sum = log(PRIOR / (1 - PRIOR));

	for (int g = 0; g < GROUPS; g++)
		sum += evidence_group(e, (enum group)g, now_us, NULL);
	return sum;
}

double
evidence_probability(double log_odds)
{
	return 1 / (1 + exp(-log_odds));
}

static bool
is_near_certain(const struct evidence *e, enum group g, int64_t now_us)
{
	for (unsigned i = 0; i < EVIDENCE_PARTS; i++) {
		if (e->part[g][i].near_certain && left(&e->part[g][i], g, now_us) >= KEY_LLR)
			return true;
	}
	return false;
}

bool
evidence_two_keys(const struct evidence *e, int64_t now_us)
{
	unsigned keys = 0, seconds = 0, certain = 0;

	for (int g = 0; g < GROUPS; g++) {
		const double llr = evidence_group(e, (enum group)g, now_us, NULL);

		keys += llr >= KEY_LLR ? 1 : 0;
		seconds += llr >= SECOND_LLR ? 1 : 0;
		certain += is_near_certain(e, (enum group)g, now_us) ? 1 : 0;
	}
	return keys >= 2 || (certain > 0 && seconds >= 2);
}

enum band
evidence_band(enum band was, double probability, bool two_keys)
{
	static const double enter[BANDS] = { 0, 0.5, 0.9, 0.98 },
			    leave[BANDS] = { 0, 0.3, 0.6, 0.9 };
	enum band reached = BAND_NOTE, kept = was;

	for (int b = BAND_REVIEW; b < BANDS; b++) {
		if (probability >= enter[b] && (b < BAND_ALERT || two_keys))
			reached = (enum band)b;
	}
	while (kept > BAND_NOTE && probability < leave[kept])
		kept--;
	return reached > kept ? reached : kept;
}
