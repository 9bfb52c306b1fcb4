/*
 * sink_redis_trail: which line got which place in the stream.
 */
#include "deliver/sink_redis_trail.h"

#include <inttypes.h>
#include <stdio.h>
#include <stddef.h>

bool
stream_id_parse(const char *text, struct stream_id *out)
{
	struct stream_id id;
	char tail;

	if (text[0] < '0' || text[0] > '9' ||
	    sscanf(text, "%" SCNu64 "-%" SCNu64 "%c", &id.ms, &id.n, &tail) != 2)
		return false;
	*out = id;
	return true;
}

int
stream_id_cmp(struct stream_id a, struct stream_id b)
{
	if (a.ms != b.ms)
		return a.ms < b.ms ? -1 : 1;
	return a.n < b.n ? -1 : a.n > b.n;
}

void
trail_add(struct trail *t, uint64_t seq, struct stream_id at)
{
	t->step[(t->begin + t->count) % TRAIL_STEPS] = (struct trail_step){ seq, at };
	if (t->count < TRAIL_STEPS)
		t->count++;
	else
		t->begin = (t->begin + 1) % TRAIL_STEPS;
	if (t->base == 0)
		t->base = seq;
}

const struct trail_step *
trail_last(const struct trail *t)
{
	return t->count > 0 ? &t->step[(t->begin + t->count - 1) % TRAIL_STEPS] : NULL;
}

uint64_t
trail_cut(struct trail *t, struct stream_id survivor)
{
	uint64_t first = 0;

	while (t->count > 0 && stream_id_cmp(trail_last(t)->at, survivor) > 0) {
		first = trail_last(t)->seq;
		t->count--;
	}
	return t->count == 0 && first != 0 ? t->base : first;
}
