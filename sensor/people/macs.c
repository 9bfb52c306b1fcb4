/*
 * macs: which addresses a hardware address was seen with.
 *
 * Behind a router all hosts share its MAC.  What tells it is the number of
 * addresses: a laptop has a few, a router soon more than MAC_ADDRESSES.
 */
#include "people/machines.h"

struct seen {
	uint8_t count; /* MAC_ADDRESSES + 1: a router's */
	struct addr addr[MAC_ADDRESSES];
	struct machine_ref machine;
};

struct macs {
	struct table *table;
	struct seen *at;
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

	memcpy(key.b, mac->b, sizeof(mac->b));
	return key;
}

static const struct seen *
find(const struct macs *m, const struct mac *mac)
{
	static const struct seen never;
	const struct addr key = key_of(mac);
	const uint32_t slot = table_find(m->table, &key);

	return slot != TABLE_NONE ? &m->at[slot] : &never;
}

static struct seen *
use(struct macs *m, const struct mac *mac)
{
	const struct addr key = key_of(mac);
	bool fresh;
	struct seen *s = &m->at[table_use(m->table, &key, &fresh)];

	if (fresh)
		memset(s, 0, sizeof(*s));
	return s;
}

bool
macs_see(struct macs *m, const struct mac *mac, const struct addr *a)
{
	struct seen *s = use(m, mac);

	if (s->count > MAC_ADDRESSES)
		return false;
	for (unsigned i = 0; i < s->count; i++)
		if (addr_equal(&s->addr[i], a))
			return true;
	if (s->count < MAC_ADDRESSES)
		s->addr[s->count] = *a;
	s->count++;
	return s->count <= MAC_ADDRESSES;
}

bool
macs_is_router(const struct macs *m, const struct mac *mac)
{
	return find(m, mac)->count > MAC_ADDRESSES;
}

unsigned
macs_v4(const struct macs *m, const struct mac *mac)
{
	const struct seen *s = find(m, mac);
	unsigned n = 0;

	for (unsigned i = 0; i < s->count && i < MAC_ADDRESSES; i++)
		n += addr_is_v4(&s->addr[i]);
	return n;
}

struct machine_ref
macs_machine(const struct macs *m, const struct mac *mac)
{
	return find(m, mac)->machine;
}

void
macs_bind(struct macs *m, const struct mac *mac, struct machine_ref ref)
{
	use(m, mac)->machine = ref;
}
