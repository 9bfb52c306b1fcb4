/*
 * crowd: see crowd.h.
 */
#include "detect/crowd.h"

#include <math.h>

#include "detect/words.h"

#define SAME_DEGREES 1.0f /* claims nearer than this are of one place: some 100 km */
#define SAID_MOST    4

static void
forget(struct crowd *c, unsigned i)
{
	memset(&c->at[i], 0, sizeof(c->at[i]));
	for (unsigned k = 0; k < CROWD_MOST; k++)
		c->at[k].met = (uint16_t)(c->at[k].met & ~(1u << i));
}

/* The slot of a person: its own, else a free one, else the one longest not seen. */
static unsigned
slot_of(struct crowd *c, const char *id)
{
	unsigned best = 0;

	for (unsigned i = 0; i < CROWD_MOST; i++) {
		if (strncmp(c->at[i].id, id, PERSON_ID) == 0)
			return i;
	}
	for (unsigned i = 0; i < CROWD_MOST; i++) {
		if (c->at[i].id[0] == '\0')
			return i;
		if (c->at[i].last_us < c->at[best].last_us)
			best = i;
	}
	forget(c, best);
	return best;
}

unsigned
crowd_see(struct crowd *c, const struct person *who, int64_t now_us, int64_t window_us,
    int64_t overlap_us)
{
	struct crowd_member *m;
	unsigned self;

	for (unsigned i = 0; i < CROWD_MOST; i++) {
		if (c->at[i].id[0] != '\0' && now_us - c->at[i].last_us > window_us)
			forget(c, i);
	}
	self = slot_of(c, who->id);
	m = &c->at[self];
	if (m->id[0] == '\0') {
		finding_say(m->id, sizeof(m->id), "%s", who->id);
		m->first_us = now_us;
	}
	finding_say(m->household, sizeof(m->household), "%s", who->household);
	m->claimed = who->claimed;
	m->anonymous = who->anonymous;
	m->has_claim = who->has_claim;
	m->last_us = now_us;
	for (unsigned i = 0; i < CROWD_MOST; i++) {
		if (i == self || c->at[i].id[0] == '\0' || now_us - c->at[i].last_us > overlap_us)
			continue;
		m->met = (uint16_t)(m->met | 1u << i);
		c->at[i].met = (uint16_t)(c->at[i].met | 1u << self);
	}
	return self;
}

uint16_t
crowd_around(const struct crowd *c, unsigned member)
{
	unsigned mask = 1u << member, before;

	do {
		before = mask;
		for (unsigned i = 0; i < CROWD_MOST; i++)
			mask |= (mask & 1u << i) != 0 ? c->at[i].met : 0u;
	} while (mask != before);
	return (uint16_t)mask;
}

int64_t
crowd_since(const struct crowd *c, uint16_t mask)
{
	int64_t since_us = INT64_MAX;

	for (unsigned i = 0; i < CROWD_MOST; i++) {
		if ((mask & 1u << i) != 0 && c->at[i].first_us < since_us)
			since_us = c->at[i].first_us;
	}
	return since_us;
}

unsigned
crowd_households(const struct crowd *c, uint16_t mask)
{
	unsigned n = 0;

	for (unsigned i = 0; i < CROWD_MOST; i++) {
		bool known = false;

		if ((mask & 1u << i) == 0)
			continue;
		for (unsigned k = 0; k < i && c->at[i].household[0] != '\0'; k++)
			known |= (mask & 1u << k) != 0 &&
			    strcmp(c->at[k].household, c->at[i].household) == 0;
		n += known ? 0 : 1;
	}
	return n;
}

static bool
claims_differ(const struct place *a, const struct place *b)
{
	if (!place_same_country(a, b))
		return true;
	if (a->city[0] != '\0' && b->city[0] != '\0' && strcasecmp(a->city, b->city) != 0)
		return true;
	return a->has_point && b->has_point && !a->centroid && !b->centroid &&
	    (fabsf(a->lat - b->lat) > SAME_DEGREES || fabsf(a->lon - b->lon) > SAME_DEGREES);
}

bool
crowd_claims_differ(const struct crowd *c, uint16_t mask)
{
	const struct crowd_member *first = NULL;

	for (unsigned i = 0; i < CROWD_MOST; i++) {
		const struct crowd_member *m = &c->at[i];

		if ((mask & 1u << i) == 0 || !m->has_claim)
			continue;
		if (first != NULL && claims_differ(&first->claimed, &m->claimed))
			return true;
		first = m;
	}
	return false;
}

/* Indices of the mask's members, ascending by id; how many. */
static unsigned
in_order(const struct crowd *c, uint16_t mask, uint8_t order[CROWD_MOST])
{
	unsigned n = 0;

	for (unsigned i = 0; i < CROWD_MOST; i++) {
		unsigned k = n;

		if ((mask & 1u << i) == 0)
			continue;
		for (; k > 0 && strcmp(c->at[order[k - 1]].id, c->at[i].id) > 0; k--)
			order[k] = order[k - 1];
		order[k] = (uint8_t)i;
		n++;
	}
	return n;
}

static void
restore(const struct crowd_member *m, struct person *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->id, m->id, sizeof(out->id));
	memcpy(out->household, m->household, sizeof(out->household));
	out->claimed = m->claimed;
	out->anonymous = m->anonymous;
	out->has_claim = m->has_claim;
}

void
crowd_put(const struct crowd *c, uint16_t mask, struct finding *f)
{
	static _Thread_local struct person others[FINDING_PERSONS];
	uint8_t order[CROWD_MOST];
	const unsigned n = in_order(c, mask, order);
	bool has_who = false;

	f->persons = 0;
	for (unsigned i = 0; i < n; i++) {
		const struct crowd_member *m = &c->at[order[i]];
		const bool is_who = strcmp(m->id, f->who->id) == 0;

		/* The last seat is kept for the person whose case it is. */
		if (!is_who && f->persons + (has_who ? 0u : 1u) >= FINDING_PERSONS)
			continue;
		has_who |= is_who;
		if (!is_who)
			restore(m, &others[f->persons]);
		f->person[f->persons] = is_who ? f->who : &others[f->persons];
		f->persons++;
		for (unsigned k = 0; k < FINDING_FLOWS && m->flow != 0 && f->signals > 0; k++) {
			if (f->signal[0].flow[k] == 0) {
				f->signal[0].flow[k] = m->flow;
				break;
			}
		}
	}
}

void
crowd_say(const struct crowd *c, uint16_t mask, char *out, size_t room)
{
	static const char machine[] = "the machine ";
	uint8_t order[CROWD_MOST];
	const unsigned n = in_order(c, mask, order);
	const unsigned said = n > SAID_MOST ? SAID_MOST - 1 : n;
	size_t at = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < said && at < room; i++) {
		const char *joint = i == 0 ? "" : (i + 1 == n ? " and " : ", ");
		struct person who;
		char text[WORDS];

		restore(&c->at[order[i]], &who);
		words_person(&who, text);
		finding_say(out + at, room - at, "%s%s", joint,
		    strncmp(text, machine, sizeof(machine) - 1) == 0 ? who.id : text);
		at += strlen(out + at);
	}
	if (said < n && at < room)
		finding_say(out + at, room - at, " and %u others", n - said);
}

void
crowd_say_claims(const struct crowd *c, uint16_t mask, char *out, size_t room)
{
	uint8_t order[CROWD_MOST];
	const unsigned n = in_order(c, mask, order);
	char place[WORDS];
	size_t at = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < n && at < room; i++) {
		if (!c->at[order[i]].has_claim)
			continue;
		words_place(&c->at[order[i]].claimed, place);
		if (strstr(out, place) != NULL)
			continue;
		finding_say(out + at, room - at, "%s%s", at == 0 ? "" : "; ", place);
		at += strlen(out + at);
	}
}
