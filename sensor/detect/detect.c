/*
 * detect: shows each sight to the detectors that want it, each with its own
 * memory of the sight's subject.
 */
#include "detect/detect.h"

#include "detect/subjects.h"

#define DETECTORS_MOST 64
#define EGRESS_V6_BITS 64 /* a household's IPv6 addresses share their /64 [RFC 7421] */

/* Who works with one kind of sight at one vantage, in order of rule id. */
struct asked {
	unsigned n;
	struct {
		const struct detector *by;
		struct subjects *of; /* NULL where it keeps none */
	} at[DETECTORS_MOST];
};

struct detect {
	struct asked asked[SIGHT_KINDS][VANTAGES];
	bool unnamed[VANTAGES];              /* of flows: one at least does without their product */
	struct subjects *of[DETECTORS_MOST]; /* of detectors[i]; likewise */
	struct findings out;
};

static void
put_addr(uint8_t key[SUBJECT_KEY], const struct addr *a, unsigned bits)
{
	const struct addr m = addr_is_v4(a) ? *a : addr_masked(a, bits);

	memcpy(key, m.b, sizeof(m.b));
}

/* Whose memory a detector wants; false if the sight does not say. */
static bool
subject_of(enum subject_kind kind, const struct sight *s, uint8_t key[SUBJECT_KEY])
{
	memset(key, 0, SUBJECT_KEY);
	switch (kind) {
	case SUBJECT_NONE:
		return true;
	case SUBJECT_ENDPOINT:
		memcpy(key, &s->end->id, sizeof(s->end->id));
		return true;
	case SUBJECT_PERSON:
		memcpy(key, s->who->id, strnlen(s->who->id, sizeof(s->who->id)));
		return true;
	case SUBJECT_PEER:
		put_addr(key, &s->peer, 128);
		return !addr_is_none(&s->peer);
	case SUBJECT_EGRESS:
		put_addr(key, &s->end->egress, EGRESS_V6_BITS);
		return !addr_is_none(&s->end->egress);
	}
	return false;
}

static bool
cares(const struct detector *by, const struct sight *s)
{
	if ((by->needs & NEEDS_CLAIM) != 0 && !s->who->has_claim)
		return false;
	if ((by->needs & NEEDS_PRODUCT) != 0 && s->product == NULL)
		return false;
	return by->cares(s);
}

bool
detect_cares(const struct detect *d, const struct sight *s)
{
	const struct asked *a = &d->asked[s->kind][s->vantage];

	for (unsigned i = 0; i < a->n; i++) {
		if (cares(a->at[i].by, s))
			return true;
	}
	return false;
}

bool
detect_cares_for_unnamed(const struct detect *d, enum vantage v)
{
	return d->unnamed[v];
}

void
detect_see(struct detect *d, const struct sight *s, void (*fn)(void *arg, const struct finding *f),
    void *arg)
{
	const struct asked *a = &d->asked[s->kind][s->vantage];
	uint8_t key[SUBJECT_KEY];

	for (unsigned i = 0; i < a->n; i++) {
		const struct detector *by = a->at[i].by;
		struct subjects *of = a->at[i].of;

		if (!cares(by, s) || !subject_of(by->subject, s, key))
			continue;
		d->out.count = 0;
		by->see(of != NULL ? subjects_at(of, key) : NULL, s, &d->out);
		for (unsigned k = 0; k < d->out.count; k++)
			fn(arg, &d->out.at[k]);
	}
}

/* Enter a detector wherever it works. */
static void
enter(struct detect *d, const struct detector *by, struct subjects *of)
{
	for (unsigned kind = 0; kind < SIGHT_KINDS; kind++) {
		for (unsigned v = 0; v < VANTAGES; v++) {
			struct asked *a = &d->asked[kind][v];

			if ((by->sights & 1u << kind) == 0 || (by->vantages & 1u << v) == 0)
				continue;
			a->at[a->n].by = by;
			a->at[a->n++].of = of;
			if (kind == SIGHT_FLOW && (by->needs & NEEDS_PRODUCT) == 0)
				d->unnamed[v] = true;
		}
	}
}

struct detect *
detect_new(uint32_t subjects_each)
{
	struct detect *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	for (unsigned i = 0; detectors[i] != NULL && i < DETECTORS_MOST; i++) {
		const struct detector *by = detectors[i];
		const uint32_t rows = by->subject == SUBJECT_NONE ? 1 : subjects_each;

		if (by->memory > 0) {
			d->of[i] = subjects_new(rows > 0 ? rows : 1, by->memory);
			if (d->of[i] == NULL) {
				detect_free(d);
				return NULL;
			}
		}
		enter(d, by, d->of[i]);
	}
	return d;
}

void
detect_free(struct detect *d)
{
	if (d == NULL)
		return;
	for (unsigned i = 0; i < DETECTORS_MOST; i++)
		subjects_free(d->of[i]);
	free(d);
}

uint64_t
detect_evicted(const struct detect *d)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < DETECTORS_MOST; i++)
		n += d->of[i] != NULL ? subjects_evicted(d->of[i]) : 0;
	return n;
}
