/*
 * leases: by address, the wire's word on whose it is.
 *
 * A session without a stop (the datagram was lost) ends by itself; DHCP leases
 * end as they say.  Nothing is swept: the reader compares times.
 */
#include "people/leases.h"

#include "people/table.h"

struct leases {
	struct table *table;
	struct lease *at;
};

struct leases *
leases_new(uint32_t rows)
{
	struct leases *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->table = table_new(rows);
	l->at = calloc(rows, sizeof(l->at[0]));
	if (l->table == NULL || l->at == NULL) {
		leases_free(l);
		return NULL;
	}
	return l;
}

void
leases_free(struct leases *l)
{
	if (l == NULL)
		return;
	free(l->at);
	table_free(l->table);
	free(l);
}

struct lease *
leases_find(const struct leases *l, const struct addr *a)
{
	const uint32_t slot = table_find(l->table, a);

	return slot != TABLE_NONE ? &l->at[slot] : NULL;
}

void
leases_fetch(const struct leases *l, const struct addr *a)
{
	table_fetch(l->table, a);
}

struct lease *
leases_use(struct leases *l, const struct addr *a)
{
	bool fresh;
	struct lease *at = &l->at[table_use(l->table, a, &fresh)];

	if (fresh) {
		memset(at, 0, sizeof(*at));
		at->mac_until_us = at->user_until_us = at->said_until_us = INT64_MIN;
	}
	return at;
}

void
lease_text(char *out, size_t room, const char *text)
{
	size_t n = 0;

	for (; text[n] != '\0' && n < room - 1; n++)
		out[n] = text[n] >= 0x20 && text[n] < 0x7f ? text[n] : '?';
	out[n] = '\0';
}

static uint64_t
fnv(uint64_t h, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
}

struct addr
account_key(const char *user)
{
	uint64_t half[2] = { 0xcbf29ce484222325u, 0x84222325cbf29ce4u };
	struct addr key;

	for (; *user != '\0'; user++) {
		const char c = *user >= 'A' && *user <= 'Z' ? (char)(*user - 'A' + 'a') : *user;

		half[0] = fnv(half[0], &c, 1);
		half[1] = fnv(half[1] ^ half[0] >> 32, &c, 1);
	}
	memcpy(key.b, half, sizeof(half));
	return key;
}

/*
 * An address of up to 31 characters is its own id.  Longer ones are written as
 * the last 64 bits, which tell hosts of a network apart, and a hash of the whole.
 */
void
anonymous_id(const struct addr *a, const char *user, char out[PERSON_ID])
{
	const uint64_t seed = 0xcbf29ce484222325u;
	char text[ADDR_TEXT];

	if (user[0] != '\0' && strlen(user) < PERSON_ID - 5) {
		snprintf(out, PERSON_ID, "user:%s", user);
		return;
	}
	if (user[0] != '\0') {
		snprintf(out, PERSON_ID, "user:%.17s~%08x", user,
		    (unsigned)(fnv(seed, user, strlen(user)) & 0xffffffff));
		return;
	}
	if (addr_is_v4(a)) {
		*addr_put_v4(out, a->b + 12) = '\0';
		return;
	}
	addr_format(a, text);
	if (strlen(text) < PERSON_ID) {
		memcpy(out, text, strlen(text) + 1);
		return;
	}
	snprintf(out, PERSON_ID, "~%08x:%x:%x:%x:%x", (unsigned)(fnv(seed, a->b, 16) & 0xffffffff),
	    a->b[8] << 8 | a->b[9], a->b[10] << 8 | a->b[11], a->b[12] << 8 | a->b[13],
	    a->b[14] << 8 | a->b[15]);
}
