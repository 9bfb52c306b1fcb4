/*
 * machines: endpoints in rows, aged by two lists, anonymous and named.
 *
 * Ids are never given twice; rows are.  Hence a reference is both: the row
 * finds, the id tells whether it is still the same machine.
 */
#include "people/machines.h"

#define SEARCH_MOST 1024

struct age {
	uint32_t oldest, newest;
};

struct machines {
	uint32_t rows, used, next_id;
	uint64_t evicted;
	struct age age[2]; /* [anonymous] */
	struct machine *at;
	struct person *own; /* [rows], of anonymous ones; touched only where used */
};

struct machines *
machines_new(uint32_t rows)
{
	struct machines *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->rows = rows;
	m->at = calloc(rows, sizeof(m->at[0]));
	m->own = calloc(rows, sizeof(m->own[0]));
	for (int i = 0; i < 2; i++)
		m->age[i] = (struct age){ TABLE_NONE, TABLE_NONE };
	if (m->at == NULL || m->own == NULL) {
		machines_free(m);
		return NULL;
	}
	return m;
}

void
machines_free(struct machines *m)
{
	if (m == NULL)
		return;
	free(m->own);
	free(m->at);
	free(m);
}

uint64_t
machines_evicted(const struct machines *m)
{
	return m->evicted;
}

struct machine *
machines_get(const struct machines *m, struct machine_ref ref)
{
	if (ref.id == 0 || ref.row >= m->used || m->at[ref.row].e.id + 1 != ref.id)
		return NULL;
	return &m->at[ref.row];
}

struct machine_ref
machines_ref(const struct machines *m, const struct machine *at)
{
	return (struct machine_ref){ (uint32_t)(at - m->at), at->e.id + 1 };
}

static void
unlink_age(struct machines *m, const struct machine *at)
{
	struct age *age = &m->age[at->e.who->anonymous];

	*(at->older != TABLE_NONE ? &m->at[at->older].newer : &age->oldest) = at->newer;
	*(at->newer != TABLE_NONE ? &m->at[at->newer].older : &age->newest) = at->older;
}

static void
link_newest(struct machines *m, struct machine *at)
{
	struct age *age = &m->age[at->e.who->anonymous];
	const uint32_t row = (uint32_t)(at - m->at);

	at->older = age->newest;
	at->newer = TABLE_NONE;
	*(age->newest != TABLE_NONE ? &m->at[age->newest].newer : &age->oldest) = row;
	age->newest = row;
}

static uint32_t
take_row(struct machines *m)
{
	uint32_t row;

	if (m->used < m->rows)
		return m->used++;
	row = m->age[1].oldest != TABLE_NONE ? m->age[1].oldest : m->age[0].oldest;
	unlink_age(m, &m->at[row]);
	m->evicted++;
	return row;
}

struct machine *
machines_add(
    struct machines *m, const struct person *who, const struct person *nobody, struct person **own)
{
	const uint32_t row = take_row(m);
	struct machine *at = &m->at[row];

	memset(at, 0, sizeof(*at));
	at->e.id = m->next_id++;
	at->e.who = who;
	*own = NULL;
	if (who == NULL) {
		m->own[row] = *nobody;
		*own = &m->own[row];
		at->e.who = *own;
	}
	link_newest(m, at);
	return at;
}

struct machine *
machines_search(
    const struct machines *m, const struct person *who, const struct addr *a, const struct mac *mac)
{
	uint32_t row = m->age[0].newest;

	for (unsigned i = 0; i < SEARCH_MOST && row != TABLE_NONE; i++) {
		struct machine *at = &m->at[row];

		if (at->e.who == who &&
		    (mac != NULL ? mac_equal(&at->e.mac, mac) : addr_equal(&at->e.addr, a)))
			return at;
		row = at->older;
	}
	return NULL;
}

void
machines_touch(struct machines *m, struct machine *at)
{
	unlink_age(m, at);
	link_newest(m, at);
}
