/*
 * ages: a log of uses.
 *
 *   log    3 1 4 1 5 9 ...        from: the oldest not taken, to: where the next is written
 *   last   row -> where in the log its last use stands; uses before that are stale
 *
 * A list through all rows would say the same, but to move a row in it touches
 * its neighbours, which of a large table are never in the cache.
 *
 * Once rows are taken, those next in turn are looked for some takes before: `soon`.  One that
 * is used meanwhile no longer counts.
 */
#include "people/ages.h"

#include <stdlib.h>
#include <string.h>

#define USES_A_ROW 4 /* a full log holds three stale uses for each that counts, at least */

enum { SOON = 8, AHEAD = 16 /* of the log, whose rows' last uses are fetched */ };

struct ages {
	uint32_t from, to, room;
	uint32_t *log; /* [room], of rows */
	uint32_t *last;
	uint32_t seen;              /* where in the log the search for `soon` has come to */
	unsigned soon_first, soons; /* of soon, a ring */
	uint32_t soon[SOON];        /* places in the log that counted */
};

struct ages *
ages_new(uint32_t rows)
{
	struct ages *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->room = rows < UINT32_MAX / USES_A_ROW ? rows * USES_A_ROW : UINT32_MAX - 1;
	a->log = calloc(a->room, sizeof(a->log[0]));
	a->last = calloc(rows, sizeof(a->last[0]));
	if (a->log == NULL || a->last == NULL) {
		ages_free(a);
		return NULL;
	}
	return a;
}

void
ages_free(struct ages *a)
{
	if (a == NULL)
		return;
	free(a->last);
	free(a->log);
	free(a);
}

/* Zero, which memory begins as, stands for no use: hence places are counted from 1. */
static bool
counts(const struct ages *a, uint32_t at)
{
	return a->last[a->log[at]] == at + 1;
}

/* Leave out what is stale. */
static void
shorten(struct ages *a)
{
	uint32_t kept = 0;

	for (uint32_t at = a->from; at < a->to; at++) {
		if (!counts(a, at))
			continue;
		a->log[kept] = a->log[at];
		a->last[a->log[kept]] = kept + 1;
		kept++;
	}
	a->from = a->seen = a->soons = 0;
	a->to = kept;
}

void
ages_use(struct ages *a, uint32_t row)
{
	if (a->last[row] != 0 && a->last[row] == a->to)
		return; /* as before */
	if (a->to == a->room)
		shorten(a);
	a->log[a->to++] = row;
	a->last[row] = a->to;
}

void
ages_fetch(const struct ages *a, uint32_t row)
{
	__builtin_prefetch(&a->last[row], 1);
}

static void
look_ahead(struct ages *a)
{
	for (; a->soons < SOON && a->seen < a->to; a->seen++) {
		if (a->seen + AHEAD < a->to)
			__builtin_prefetch(&a->last[a->log[a->seen + AHEAD]]);
		if (counts(a, a->seen))
			a->soon[(a->soon_first + a->soons++) % SOON] = a->seen;
	}
}

uint32_t
ages_take(struct ages *a)
{
	for (;;) {
		uint32_t at, row;

		look_ahead(a);
		if (a->soons == 0)
			return AGES_NONE;
		at = a->soon[a->soon_first];
		a->soon_first = (a->soon_first + 1) % SOON;
		a->soons--;
		a->from = at + 1;
		if (!counts(a, at))
			continue;
		row = a->log[at];
		a->last[row] = 0;
		return row;
	}
}

uint32_t
ages_next(const struct ages *a, uint32_t skip)
{
	return skip < a->soons ? a->log[a->soon[(a->soon_first + skip) % SOON]] : AGES_NONE;
}

uint32_t
ages_before(const struct ages *a, uint32_t *at)
{
	uint32_t i = *at == AGES_NONE ? a->to : *at;

	while (i > a->from) {
		i--;
		if (!counts(a, i))
			continue;
		*at = i;
		return a->log[i];
	}
	return AGES_NONE;
}
