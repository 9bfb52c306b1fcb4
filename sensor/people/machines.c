/*
 * machines: endpoints in rows, anonymous ones and named ones aged apart.
 *
 * Ids are never given twice; rows are.  Hence a reference is both: the row
 * finds, the id tells whether it is still the same machine.
 */
#include "people/machines.h"

#include "people/ages.h"
#include "people/lines.h"

#define SEARCH_MOST 1024

struct machines {
	uint32_t rows, used, next_id;
	uint64_t evicted;
	struct ages *age[2]; /* [anonymous] */
	struct machine *at;
	void *block; /* at's memory */
	/*
	 * [rows] of own_bytes, of anonymous ones.  They differ in their ids alone, and end
	 * where nobody's tools do: the room for more is most of a person.
	 */
	const struct person *nobody;
	size_t own_bytes;
	uint8_t *own;
};

struct machines *
machines_new(uint32_t rows, const struct person *nobody)
{
	struct machines *m = calloc(1, sizeof(*m));
	const size_t align = _Alignof(struct person);
	size_t bytes = offsetof(struct person, tool) + nobody->tools * sizeof(nobody->tool[0]);

	if (m == NULL)
		return NULL;
	bytes = (bytes + align - 1) / align * align;
	m->rows = rows;
	m->nobody = nobody;
	m->own_bytes = bytes < sizeof(*nobody) ? bytes : sizeof(*nobody);
	m->at = lines_new(rows, sizeof(m->at[0]), &m->block);
	m->own = calloc(rows, m->own_bytes);
	m->age[0] = ages_new(rows);
	m->age[1] = ages_new(rows);
	if (m->at == NULL || m->own == NULL || m->age[0] == NULL || m->age[1] == NULL) {
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
	ages_free(m->age[1]);
	ages_free(m->age[0]);
	free(m->own);
	free(m->block);
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

void
machines_fetch(const struct machines *m, struct machine_ref ref)
{
	const struct machine *at = &m->at[ref.row];
	const uint8_t *own = m->own + ref.row * m->own_bytes;

	__builtin_prefetch(&at->e.id, 1);
	__builtin_prefetch(&at->e.last_us, 1);
	__builtin_prefetch(&at->account.b[15]);
	__builtin_prefetch(own); /* its id, and at its end how many tools */
	__builtin_prefetch(own + m->own_bytes - 1);
}

struct machine_ref
machines_ref(const struct machines *m, const struct machine *at)
{
	return (struct machine_ref){ (uint32_t)(at - m->at), at->e.id + 1 };
}

/* A full pool goes on giving up: the next stranger's rows are fetched meanwhile. */
static void
fetch_stranger(const struct machines *m, uint32_t row)
{
	const struct machine *at = &m->at[row];

	for (size_t i = 0; i < sizeof(*at); i += LINE_BYTES)
		__builtin_prefetch((const char *)at + i, 1);
	__builtin_prefetch(m->own + row * m->own_bytes, 1);
}

static uint32_t
take_row(struct machines *m)
{
	uint32_t row, next;

	if (m->used < m->rows) {
		memcpy(m->own + m->used * m->own_bytes, m->nobody, m->own_bytes);
		return m->used++;
	}
	row = ages_take(m->age[1]);
	if (row == AGES_NONE)
		row = ages_take(m->age[0]);
	m->evicted++;
	next = ages_next(m->age[1], 0);
	if (next != AGES_NONE)
		fetch_stranger(m, next);
	return row;
}

struct machine *
machines_add(struct machines *m, const struct person *who, struct person **own)
{
	const uint32_t row = take_row(m);
	struct machine *at = &m->at[row];

	memset(at, 0, sizeof(*at));
	at->e.id = m->next_id++;
	at->e.who = who;
	*own = NULL;
	if (who == NULL) {
		*own = (struct person *)(void *)(m->own + row * m->own_bytes);
		memset((*own)->id, 0, sizeof((*own)->id));
		at->e.who = *own;
		at->anonymous = true;
	}
	ages_use(m->age[at->anonymous], row);
	return at;
}

struct machine *
machines_search(
    const struct machines *m, const struct person *who, const struct addr *a, const struct mac *mac)
{
	uint32_t place = AGES_NONE;

	for (unsigned i = 0; i < SEARCH_MOST; i++) {
		const uint32_t row = ages_before(m->age[0], &place);
		struct machine *at;

		if (row == AGES_NONE)
			break;
		at = &m->at[row];
		if (at->e.who == who &&
		    (mac != NULL ? mac_equal(&at->e.mac, mac) : addr_equal(&at->e.addr, a)))
			return at;
	}
	return NULL;
}

void
machines_touch(struct machines *m, struct machine *at)
{
	ages_use(m->age[at->anonymous], (uint32_t)(at - m->at));
}
