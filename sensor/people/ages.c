/*
 * ages: a log of uses.
 *
 *   log    3 1 4 1 5 9 ...        from: the oldest not taken, to: where the next is written
 *   last   row -> where in the log its last use stands; uses before that are stale
 *
 * A list through all rows would say the same, but to move a row in it touches
 * its neighbours, which of a large table are never in the cache.
 */
#include "people/ages.h"

#include <stdlib.h>
#include <string.h>

#define USES_A_ROW 4 /* a full log holds three stale uses for each that counts, at least */
#define AHEAD      8 /* uses: their rows are fetched before they are looked at */

struct ages {
	uint32_t from, to, room;
	uint32_t *log; /* [room], of rows */
	uint32_t *last;
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
	a->from = 0;
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

uint32_t
ages_take(struct ages *a)
{
	while (a->from < a->to) {
		const uint32_t at = a->from++;
		const uint32_t row = a->log[at];

		if (a->to - at > AHEAD)
			__builtin_prefetch(&a->last[a->log[at + AHEAD]], 1);
		if (!counts(a, at))
			continue;
		a->last[row] = 0;
		return row;
	}
	return AGES_NONE;
}

uint32_t
ages_next(const struct ages *a, uint32_t skip)
{
	return skip < a->to - a->from ? a->log[a->from + skip] : AGES_NONE;
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
