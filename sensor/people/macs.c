/*
 * macs: which addresses a hardware address was seen with.
 *
 * Behind a router all hosts share its MAC.  What tells it is the number of
 * addresses: a laptop has a few, a router soon more than MAC_ADDRESSES.
 */
#include "people/machines.h"

struct macs {
	struct table *table;
	struct mac_seen *at;
};

struct macs *
macs_new(uint32_t rows)
{
	struct macs *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->table = table_new(rows);
	m->at = calloc(rows, sizeof(m->at[0]));
	if (m->table == NULL || m->at == NULL) {
		macs_free(m);
		return NULL;
	}
	return m;
}

void
macs_free(struct macs *m)
{
	if (m == NULL)
		return;
	free(m->at);
	table_free(m->table);
	free(m);
}

static struct addr
key_of(const struct mac *mac)
{
	struct addr key = { { 0 } };
	uint32_t lead;
	uint16_t tail;
	uint64_t whole;

	/* Written at once, as it is read: a part of it would have to reach the cache first. */
	memcpy(&lead, mac->b, sizeof(lead));
	memcpy(&tail, mac->b + sizeof(lead), sizeof(tail));
	whole = lead | (uint64_t)tail << 32;
	memcpy(key.b, &whole, sizeof(whole));
	return key;
}

void
macs_fetch(const struct macs *m, const struct mac *mac, unsigned round)
{
	const struct addr key = key_of(mac);
	uint32_t slot;

	if (round == 0) {
		table_fetch(m->table, &key);
		return;
	}
	slot = table_fetch_slot(m->table, &key);
	if (slot != TABLE_NONE)
		__builtin_prefetch(&m->at[slot], 1);
}

/* A full table goes on giving up: the next stranger's lines are fetched meanwhile. */
static void
fetch_stranger(const struct macs *m)
{
	const uint32_t next = table_next_oldest(m->table);

	if (next == TABLE_NONE)
		return;
	__builtin_prefetch(&m->at[next], 1);
	__builtin_prefetch(&m->at[next].addr[1], 1);
}

struct mac_seen *
macs_use(struct macs *m, const struct mac *mac)
{
	const struct addr key = key_of(mac);
	bool fresh;
	const uint32_t slot = table_use(m->table, &key, &fresh);
	struct mac_seen *s = &m->at[slot];

	if (fresh) { /* addresses hold as far as they are counted */
		s->count = s->v4 = 0;
		s->asked = false;
		s->slot = slot;
		fetch_stranger(m);
	}
	return s;
}

bool
macs_see(struct mac_seen *s, const struct addr *a)
{
	if (s->count > MAC_ADDRESSES)
		return false;
	for (unsigned i = 0; i < s->count; i++)
		if (addr_equal(&s->addr[i], a))
			return true;
	if (s->count < MAC_ADDRESSES) {
		s->addr[s->count] = *a;
		s->v4 = (uint8_t)(s->v4 + addr_is_v4(a));
	}
	s->count++;
	return s->count <= MAC_ADDRESSES;
}

static uint32_t
find(const struct macs *m, const struct mac *mac)
{
	const struct addr key = key_of(mac);

	return table_find(m->table, &key);
}

bool
macs_is_router(const struct macs *m, const struct mac *mac)
{
	const uint32_t slot = find(m, mac);

	return slot != TABLE_NONE && m->at[slot].count > MAC_ADDRESSES;
}

struct machine_ref
macs_machine(const struct macs *m, const struct mac *mac)
{
	const uint32_t slot = find(m, mac);

	return slot != TABLE_NONE ? table_machine(m->table, slot) : (struct machine_ref){ 0, 0 };
}

struct machine_ref
macs_bound(const struct macs *m, const struct mac_seen *s)
{
	return table_machine(m->table, s->slot);
}

void
macs_bind(struct macs *m, const struct mac_seen *s, struct machine_ref ref)
{
	table_bind(m->table, s->slot, ref);
}
