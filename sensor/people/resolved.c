/*
 * resolved: names by DNS answer.
 *
 *   set     address 16 * 4 | until 8 * 4  used 8 * 4        each half a cache line
 *   names   256 * 4
 *
 * Sets of WAYS slots, chosen by a hash of the address; within a set the slot
 * used longest ago makes room.  Most addresses asked for have no name: that is told by
 * the first line of a set alone.  Connections outlive the TTL of the answer that
 * led to them (pools, keep-alive), hence the grace.
 */
#include "people/resolved.h"

#include <stdlib.h>

#define WAYS     4
#define NAME     256
#define GRACE_US (3600 * 1000000LL)
#define MOST_S   (7 * 86400)
#define LINE     64

struct set {
	struct addr addr[WAYS];
	int64_t until_us[WAYS], used_us[WAYS]; /* until 0: no name yet */
};

struct resolved {
	uint32_t sets;   /* power of two */
	struct set *set; /* at the start of a cache line within `room` */
	void *room;
	char (*name)[NAME]; /* WAYS of each set */
};

static struct set *
set_of(const struct resolved *r, const struct addr *a)
{
	return &r->set[addr_hash(a) & (r->sets - 1)];
}

static char *
name_of(const struct resolved *r, const struct set *s, unsigned way)
{
	return r->name[(size_t)(s - r->set) * WAYS + way];
}

/* WAYS if none. */
static unsigned
find(const struct set *s, const struct addr *a)
{
	unsigned way = 0;

	while (way < WAYS && !(addr_equal(&s->addr[way], a) && s->until_us[way] != 0))
		way++;
	return way;
}

struct resolved *
resolved_new(uint32_t names)
{
	uint32_t sets = 1;
	struct resolved *r = calloc(1, sizeof(*r));

	while (sets * WAYS < names && sets < 1u << 24)
		sets *= 2;
	if (r == NULL)
		return NULL;
	r->sets = sets;
	r->name = calloc((size_t)sets * WAYS, NAME);
	/* aligned_alloc() memory would have to be cleared, and so be there before it is used. */
	r->room = calloc(1, (size_t)sets * sizeof(*r->set) + LINE);
	if (r->name == NULL || r->room == NULL) {
		resolved_free(r);
		return NULL;
	}
	r->set = (struct set *)(((uintptr_t)r->room + LINE - 1) & ~(uintptr_t)(LINE - 1));
	return r;
}

void
resolved_free(struct resolved *r)
{
	if (r == NULL)
		return;
	free(r->room);
	free(r->name);
	free(r);
}

void
resolved_fetch(const struct resolved *r, const struct addr *a)
{
	__builtin_prefetch(set_of(r, a), 1);
}

void
resolved_add(struct resolved *r, const struct addr *a, const char *name, size_t n, uint32_t ttl_s,
    int64_t now_us)
{
	struct set *s = set_of(r, a);
	unsigned way = find(s, a);
	char *to;

	if (n == 0 || n >= NAME)
		return;
	if (way == WAYS) {
		way = 0;
		for (unsigned i = 1; i < WAYS; i++) {
			if (s->used_us[i] < s->used_us[way])
				way = i;
		}
	}
	s->addr[way] = *a;
	s->used_us[way] = now_us;
	s->until_us[way] = now_us + (ttl_s < MOST_S ? ttl_s : MOST_S) * 1000000LL + GRACE_US;
	to = name_of(r, s, way);
	memcpy(to, name, n);
	to[n] = '\0';
}

const char *
resolved_name(struct resolved *r, const struct addr *a, int64_t now_us)
{
	struct set *s = set_of(r, a);
	const unsigned way = find(s, a);

	if (way == WAYS || now_us >= s->until_us[way])
		return NULL;
	s->used_us[way] = now_us;
	return name_of(r, s, way);
}
