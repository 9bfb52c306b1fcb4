/*
 * resolved: names by DNS answer.
 *
 * Sets of WAYS slots, chosen by a hash of the address; within a set the slot
 * used longest ago makes room.  Connections outlive the TTL of the answer that
 * led to them (pools, keep-alive), hence the grace.
 */
#include "people/resolved.h"

#include <stdlib.h>

#define WAYS     4
#define NAME     256
#define GRACE_US (3600 * 1000000LL)
#define MOST_S   (7 * 86400)

struct slot {
	struct addr addr;
	int64_t until_us, used_us;
	char name[NAME];
};

struct resolved {
	uint32_t sets; /* power of two */
	struct slot slot[];
};

static struct slot *
set_of(struct resolved *r, const struct addr *a)
{
	return &r->slot[(size_t)(addr_hash(a) & (r->sets - 1)) * WAYS];
}

static struct slot *
find(struct slot *set, const struct addr *a)
{
	for (unsigned i = 0; i < WAYS; i++) {
		if (set[i].until_us != 0 && addr_equal(&set[i].addr, a))
			return &set[i];
	}
	return NULL;
}

struct resolved *
resolved_new(uint32_t names)
{
	uint32_t sets = 1;
	struct resolved *r;

	while (sets * WAYS < names && sets < 1u << 24)
		sets *= 2;
	r = calloc(1, sizeof(*r) + (size_t)sets * WAYS * sizeof(r->slot[0]));
	if (r != NULL)
		r->sets = sets;
	return r;
}

void
resolved_free(struct resolved *r)
{
	free(r);
}

void
resolved_add(struct resolved *r, const struct addr *a, const char *name, size_t n, uint32_t ttl_s,
    int64_t now_us)
{
	struct slot *set = set_of(r, a), *s = find(set, a);

	if (n == 0 || n >= NAME)
		return;
	if (s == NULL) {
		s = set;
		for (unsigned i = 1; i < WAYS; i++) {
			if (set[i].used_us < s->used_us)
				s = &set[i];
		}
	}
	s->addr = *a;
	s->used_us = now_us;
	s->until_us = now_us + (ttl_s < MOST_S ? ttl_s : MOST_S) * 1000000LL + GRACE_US;
	memcpy(s->name, name, n);
	s->name[n] = '\0';
}

const char *
resolved_name(struct resolved *r, const struct addr *a, int64_t now_us)
{
	struct slot *s = find(set_of(r, a), a);

	if (s == NULL || now_us >= s->until_us)
		return NULL;
	s->used_us = now_us;
	return s->name;
}
