/*
 * editions: see editions.h.
 *
 * Each reader leaves the number of the edition it has.  It may be about to leave a later
 * one, never an earlier: what is older than all that was left has no reader.
 */
#include "classify/editions.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

struct edition {
	struct catalogue *catalogue;
	unsigned number;
	struct edition *older;
};

/* Readers write theirs when it changes only, so that they may lie side by side. */
struct editions {
	_Atomic(struct edition *) now;
	unsigned readers;
	atomic_uint has[EDITION_READERS];
};

static struct edition *
edition_new(struct catalogue *c, struct edition *older)
{
	struct edition *d = malloc(sizeof(*d));

	if (d == NULL) {
		catalogue_free(c);
		return NULL;
	}
	*d = (struct edition){ c, older != NULL ? older->number + 1 : 1, older };
	return d;
}

static void
free_from(struct edition *d)
{
	while (d != NULL) {
		struct edition *older = d->older;

		catalogue_free(d->catalogue);
		free(d);
		d = older;
	}
}

struct editions *
editions_new(struct catalogue *first, unsigned readers)
{
	struct editions *e = calloc(1, sizeof(*e));
	struct edition *d = edition_new(first, NULL);

	assert(readers <= EDITION_READERS);
	if (e == NULL || d == NULL) {
		free_from(d);
		free(e);
		return NULL;
	}
	atomic_init(&e->now, d);
	e->readers = readers;
	for (unsigned i = 0; i < readers; i++)
		atomic_init(&e->has[i], d->number);
	return e;
}

void
editions_free(struct editions *e)
{
	if (e == NULL)
		return;
	free_from(atomic_load(&e->now));
	free(e);
}

const struct catalogue *
editions_take(struct editions *e, unsigned reader)
{
	const struct edition *d = atomic_load_explicit(&e->now, memory_order_acquire);

	if (atomic_load_explicit(&e->has[reader], memory_order_relaxed) != d->number)
		atomic_store_explicit(&e->has[reader], d->number, memory_order_release);
	return d->catalogue;
}

const struct catalogue *
editions_newest(const struct editions *e)
{
	return atomic_load_explicit(&e->now, memory_order_relaxed)->catalogue;
}

static unsigned
oldest_had(struct editions *e)
{
	unsigned least = atomic_load_explicit(&e->now, memory_order_relaxed)->number;

	for (unsigned i = 0; i < e->readers; i++) {
		const unsigned n = atomic_load_explicit(&e->has[i], memory_order_acquire);

		if (n < least)
			least = n;
	}
	return least;
}

int
editions_put(struct editions *e, struct catalogue *c)
{
	struct edition *d = edition_new(c, atomic_load_explicit(&e->now, memory_order_relaxed));
	unsigned least;

	if (d == NULL)
		return -1;
	atomic_store_explicit(&e->now, d, memory_order_release);
	least = oldest_had(e);
	while (d->older != NULL && d->number > least)
		d = d->older;
	free_from(d->older);
	d->older = NULL;
	return 0;
}

unsigned
editions_kept(const struct editions *e)
{
	unsigned n = 0;

	for (const struct edition *d = atomic_load(&e->now); d != NULL; d = d->older)
		n++;
	return n;
}
