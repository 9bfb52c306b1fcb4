/*
 * nets: sorted by first address, and then the wider first.
 *
 *   10.0.0.0/8 <- 10.2.0.0/16 <- 10.2.3.0/24       192.168.0.0/16
 *             ^- 10.3.0.0/16
 *
 * Two networks are apart or one is within the other.  So if the last that begins at or
 * before an address does not hold it, only those around that one can.
 */
#include "people/nets.h"

#include <endian.h>

struct row {
	uint64_t lead, tail; /* the first address */
	uint32_t around;     /* row, or NETS_NONE */
	uint32_t value;
	unsigned bits;
};

struct nets {
	uint32_t n;
	struct row row[];
};

static uint64_t
be64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

static bool
has(const struct row *r, uint64_t lead, uint64_t tail)
{
	if (r->bits == 0)
		return true;
	if (r->bits <= 64)
		return (lead ^ r->lead) >> (64 - r->bits) == 0;
	return lead == r->lead && (tail ^ r->tail) >> (128 - r->bits) == 0;
}

static int
by_start(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->lead != y->lead)
		return x->lead < y->lead ? -1 : 1;
	if (x->tail != y->tail)
		return x->tail < y->tail ? -1 : 1;
	if (x->bits != y->bits)
		return x->bits < y->bits ? -1 : 1;
	return (x->value < y->value) - (x->value > y->value);
}

static uint32_t
find_around(const struct nets *n, uint32_t at)
{
	const struct row *r = &n->row[at];
	uint32_t around = at > 0 ? at - 1 : NETS_NONE;

	while (around != NETS_NONE && !has(&n->row[around], r->lead, r->tail))
		around = n->row[around].around;
	return around;
}

struct nets *
nets_new(const struct net *list, uint32_t count)
{
	struct nets *n = calloc(1, sizeof(*n) + (size_t)count * sizeof(n->row[0]));

	if (n == NULL)
		return NULL;
	n->n = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct prefix *p = &list[i].net;

		n->row[i] = (struct row){
			.lead = be64(p->net.b),
			.tail = be64(p->net.b + 8),
			.value = list[i].value,
			.bits = p->bits,
		};
	}
	if (count > 1)
		qsort(n->row, count, sizeof(n->row[0]), by_start);
	for (uint32_t i = 0; i < count; i++)
		n->row[i].around = find_around(n, i);
	return n;
}

void
nets_free(struct nets *n)
{
	free(n);
}

uint32_t
nets_find(const struct nets *n, const struct addr *a)
{
	const uint64_t lead = be64(a->b), tail = be64(a->b + 8);
	uint32_t from = 0, to = n->n;

	while (from < to) { /* the first that starts after a */
		const uint32_t middle = from + (to - from) / 2;
		const struct row *r = &n->row[middle];

		if (r->lead < lead || (r->lead == lead && r->tail <= tail))
			from = middle + 1;
		else
			to = middle;
	}
	from = from > 0 ? from - 1 : NETS_NONE;
	while (from != NETS_NONE && !has(&n->row[from], lead, tail))
		from = n->row[from].around;
	return from;
}

uint32_t
nets_around(const struct nets *n, uint32_t at)
{
	return n->row[at].around;
}

uint32_t
nets_value(const struct nets *n, uint32_t at)
{
	return n->row[at].value;
}
