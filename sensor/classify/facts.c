/*
 * facts: lists of observations, and the one of a row.
 */
#include "classify/facts.h"

/* Is its number an enum side? */
static bool
is_of_side(enum obs_kind kind)
{
	return kind == OBS_HOST || kind == OBS_CLIENT || kind == OBS_SSH_SUITE ||
	    kind == OBS_AUDIO || kind == OBS_VIDEO || kind == OBS_SCREEN || kind == OBS_ANNOUNCER;
}

void
facts_mirror(struct obs_list *l)
{
	struct obs o;
	uint32_t num;

	for (size_t at = 0, next = 0; obs_next(l, &next, &o); at = next) {
		num = o.num;
		if (is_of_side(o.kind) && num < SIDE_NONE)
			num = (uint32_t)side_other((enum side)num);
		else if (o.kind == OBS_RFB_VERSION && (num == 1 || num == 2))
			num = 3 - num;
		memcpy(l->at + at + 1, &num, sizeof(num));
	}
}

/* A bit for each kind, or for a few that share it: a list of which it is not has none of it. */
static uint64_t
kind_bit(enum obs_kind kind)
{
	return 1ull << kind % 64;
}

static uint64_t
kinds_of(const struct obs_list *l)
{
	uint64_t kinds = 0;
	struct obs o;

	for (size_t at = 0; obs_next(l, &at, &o);)
		kinds |= kind_bit(o.kind);
	return kinds;
}

/* kinds: of those in the list.  Most that come are of another. */
static bool
list_has(const struct obs_list *l, uint64_t kinds, const struct obs *want)
{
	struct obs o;

	if ((kinds & kind_bit(want->kind)) == 0)
		return false;
	for (size_t at = 0; obs_next(l, &at, &o);) {
		if (o.kind == want->kind && o.num == want->num && o.text.n == want->text.n &&
		    memcmp(o.text.p, want->text.p, o.text.n) == 0)
			return true;
	}
	return false;
}

/* Bytes of those in `more` that `facts` has not. */
static size_t
bytes_new(const struct obs_list *facts, uint64_t kinds, const struct obs_list *more)
{
	size_t bytes = 0;
	struct obs o;

	for (size_t at = 0; obs_next(more, &at, &o);) {
		if (!list_has(facts, kinds, &o))
			bytes += OBS_HEAD + o.text.n;
	}
	return bytes;
}

bool
facts_merge(struct flows *t, struct flow_row *row, const struct obs_list *more)
{
	const struct obs_list *told = more->count > 0 ? flows_told(t, row) : NULL;
	uint64_t kinds = told != NULL ? kinds_of(told) : 0;
	const size_t bytes = told != NULL ? bytes_new(told, kinds, more) : more->used;
	struct obs_list *facts = bytes > 0 ? flows_facts(t, row, bytes) : NULL;
	const uint16_t before = facts != NULL ? facts->count : 0;
	struct obs o;

	if (facts == NULL)
		return false;
	for (size_t at = 0; obs_next(more, &at, &o); kinds |= kind_bit(o.kind)) {
		if (!list_has(facts, kinds, &o))
			obs_add(facts, o.kind, o.num, o.text.p, o.text.n);
	}
	return facts->count > before;
}
