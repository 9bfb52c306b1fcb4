/*
 * facts: a row's observations, in a block of the least size that holds them.
 */
#include "flow/table.h"

enum { LEAST_BYTES = 32 };

_Static_assert(
    LEAST_BYTES << (FACTS_CLASSES - 1) >= sizeof(struct obs_list), "the largest holds all");

static size_t
bytes_of(unsigned class)
{
	return (size_t)LEAST_BYTES << class;
}

void
facts_begin(struct flows *t)
{
	for (unsigned i = 0; i < FACTS_CLASSES; i++)
		t->facts[i].block_bytes = bytes_of(i);
}

void
facts_drop(struct flows *t, struct flow_row *row)
{
	pool_give(&t->facts[row->facts_class], row->facts);
	row->facts = NULL;
}

struct obs_list *
flows_facts(struct flows *t, struct flow_row *row, size_t more)
{
	const size_t head = offsetof(struct obs_list, at);
	struct obs_list *old = row->facts, *facts;
	const size_t used = old != NULL ? old->used : 0;
	const size_t most = more < OBS_BYTES - used ? used + more : OBS_BYTES;
	unsigned class = 0;

	while (bytes_of(class) < head + most)
		class ++;
	if (old != NULL && class <= row->facts_class)
		return old;
	facts = pool_take(&t->facts[class]);
	if (facts == NULL) {
		t->stats.facts_refused++;
		return NULL;
	}
	if (old != NULL)
		memcpy(facts, old, head + used);
	else
		facts->used = facts->count = facts->lost = 0;
	facts_drop(t, row);
	row->facts = facts;
	row->facts_class = (uint8_t) class;
	return facts;
}
