/*
 * lookup: see lookup.h.  Open addressing, never more than half full; read-only
 * once loaded.
 */
#include "classify/lookup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_LEAST = 1024 };

/* FNV-1a, over the bytes from last to first, so that suffixes share the walk. */
static uint32_t
hash_start(enum fact fact)
{
	return 2166136261u ^ ((uint32_t)fact + 1) * 2654435761u;
}

static uint32_t
hash_step(uint32_t h, char c)
{
	return (h ^ (uint8_t)c) * 16777619u;
}

static uint32_t
hash_text(enum fact fact, const char *text, size_t n)
{
	uint32_t h = hash_start(fact);

	while (n > 0)
		h = hash_step(h, text[--n]);
	return h;
}

/* Prefixes share the walk from the first byte on. */
static uint32_t
hash_prefix(enum fact fact, const char *text, size_t n)
{
	uint32_t h = ~hash_start(fact);

	for (size_t i = 0; i < n; i++)
		h = hash_step(h, text[i]);
	return h;
}

/* Multiplication moves low bits up only: bring high ones down before masking. */
static uint32_t
slot_of(const struct lookup *l, uint32_t hash)
{
	return (hash ^ hash >> 15) & (l->slots - 1);
}

static bool
same_text(const struct entry *e, enum fact fact, const char *text, size_t n)
{
	return e->fact == (uint8_t)fact && e->length == n && memcmp(e->text, text, n) == 0;
}

/* The next entry of this hash from slot *at on; NULL at the end of the run. */
static const struct entry *
next_like(const struct lookup *l, uint32_t hash, uint32_t *at)
{
	while (l->slot[*at].entry != 0) {
		const struct slot s = l->slot[*at];

		*at = (*at + 1) & (l->slots - 1);
		if (s.hash == hash)
			return &l->entry[s.entry - 1];
	}
	return NULL;
}

/* Does a label fit a pattern in which '*' is any run of characters, even none? */
static bool
label_fits(const char *pattern, const char *label, size_t n)
{
	const char *star = NULL;
	size_t i = 0, retry = 0;

	while (i < n) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = i;
		} else if (*pattern != '\0' && *pattern == label[i]) { /* names may hold zeros */
			pattern++;
			i++;
		} else if (star != NULL) {
			pattern = star;
			i = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

/* The label that ends where `end` characters of name end; 0 long if there is none. */
static size_t
label_before(const char *name, size_t end)
{
	size_t n = 0;

	while (n < end && name[end - n - 1] != '.')
		n++;
	return n;
}

/*
 * Of the entries of one suffix the one that fits name best: a pattern that fits
 * the label before is longer, so better, than the suffix alone, and a longer
 * pattern better than a shorter.
 */
static const struct entry *
suffix_best(const struct lookup *l, uint32_t hash, const char *name, size_t start, size_t n)
{
	const size_t before = start > 0 ? label_before(name, start - 1) : 0;
	const struct entry *best = NULL, *e;

	for (uint32_t at = slot_of(l, hash); (e = next_like(l, hash, &at)) != NULL;) {
		if (!same_text(e, FACT_DOMAIN, name + start, n - start))
			continue;
		if (e->label != NULL &&
		    (before == 0 || !label_fits(e->label, name + start - 1 - before, before)))
			continue;
		if (best == NULL || best->label == NULL ||
		    (e->label != NULL && strlen(e->label) > strlen(best->label)))
			best = e;
	}
	return best;
}

const struct entry *
lookup_domain(const struct lookup *l, const char *name, size_t n)
{
	const size_t least = n > l->longest[FACT_DOMAIN] ? n - l->longest[FACT_DOMAIN] : 0;
	const struct entry *best = NULL, *hit;
	uint32_t h = hash_start(FACT_DOMAIN);
	unsigned labels = 0;

	if (l->slots == 0 || n > LOOKUP_TEXT)
		return NULL;
	for (size_t at = n; at > least; at--) {
		h = hash_step(h, name[at - 1]);
		if ((at > 1 && name[at - 2] != '.') || ++labels == 1)
			continue; /* inside a label, or all of a country: check_domain wants two */
		hit = suffix_best(l, h, name, at - 1, n);
		if (hit != NULL)
			best = hit;
	}
	return best;
}

static const struct entry *
entry_of(
    const struct lookup *l, uint32_t hash, enum fact fact, const char *text, size_t n, bool prefix)
{
	const struct entry *e;

	for (uint32_t at = slot_of(l, hash); (e = next_like(l, hash, &at)) != NULL;) {
		if (e->prefix == prefix && same_text(e, fact, text, n))
			return e;
	}
	return NULL;
}

static const struct entry *
longest_prefix(const struct lookup *l, enum fact fact, const char *text, size_t n)
{
	uint64_t lengths = l->prefix_lengths[fact];
	uint32_t h = hash_prefix(fact, text, 0);
	const struct entry *best = NULL, *hit;

	for (size_t i = 0; i < n && lengths != 0; i++, lengths >>= 1) {
		h = hash_step(h, text[i]);
		hit = (lengths & 1) != 0 ? entry_of(l, h, fact, text, i + 1, true) : NULL;
		if (hit != NULL)
			best = hit;
	}
	return best;
}

const struct entry *
lookup_find(const struct lookup *l, enum fact fact, const char *text, size_t n)
{
	const struct entry *whole = NULL;

	if (l->slots == 0)
		return NULL;
	if (n <= l->longest[fact])
		whole = entry_of(l, hash_text(fact, text, n), fact, text, n, false);
	return whole != NULL ? whole : longest_prefix(l, fact, text, n);
}

static bool
same_label(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The product that has exactly this fact already; 0: none. */
static unsigned
owner_of(const struct lookup *l, const struct entry *e)
{
	const struct entry *o;

	for (uint32_t at = slot_of(l, e->hash); (o = next_like(l, e->hash, &at)) != NULL;) {
		if (same_text(o, (enum fact)e->fact, e->text, e->length) &&
		    o->prefix == e->prefix && same_label(o->label, e->label))
			return o->product;
	}
	return 0;
}

static void
put_slot(struct lookup *l, uint32_t index)
{
	uint32_t i = slot_of(l, l->entry[index].hash);

	while (l->slot[i].entry != 0)
		i = (i + 1) & (l->slots - 1);
	l->slot[i] = (struct slot){ l->entry[index].hash, index + 1 };
}

static bool
grow(struct lookup *l)
{
	struct entry *entry;
	struct slot *slot;

	if (l->entries == l->entry_room) {
		const uint32_t room = l->entry_room > 0 ? l->entry_room * 2 : SLOTS_LEAST / 2;

		entry = realloc(l->entry, room * sizeof(*entry));
		if (entry == NULL)
			return false;
		l->entry = entry;
		slot = calloc((size_t)room * 2, sizeof(*slot));
		if (slot == NULL)
			return false;
		free(l->slot);
		l->slot = slot;
		l->slots = room * 2;
		l->entry_room = room;
		for (uint32_t i = 0; i < l->entries; i++)
			put_slot(l, i);
	}
	return true;
}

/* Take the '*' out of the text: into a label pattern, or the prefix flag. */
static bool
entry_write(struct entry *e, const char *text)
{
	const char *dot = e->fact == FACT_DOMAIN ? strchr(text, '.') : NULL;
	size_t n = strlen(text);

	e->label = NULL;
	if (dot != NULL && memchr(text, '*', (size_t)(dot - text)) != NULL) {
		e->label = strndup(text, (size_t)(dot - text));
		if (e->label == NULL)
			return false;
		n -= (size_t)(dot + 1 - text);
		text = dot + 1;
	} else if (e->fact != FACT_DOMAIN && n > 0 && text[n - 1] == '*') {
		e->prefix = true;
		n--;
	}
	e->text = strndup(text, n);
	e->length = (uint16_t)n;
	e->hash = e->prefix ? hash_prefix((enum fact)e->fact, text, n)
			    : hash_text((enum fact)e->fact, text, n);
	return e->text != NULL;
}

bool
lookup_add(struct lookup *l, const struct entry *like, const char *text, unsigned *product)
{
	struct entry e = *like;

	e.text = e.label = NULL;
	e.prefix = false;
	if (!grow(l) || !entry_write(&e, text)) {
		free(e.label);
		return false;
	}
	*product = owner_of(l, &e);
	assert(!e.prefix || (e.length > 0 && e.length <= LOOKUP_PREFIX));
	if (*product != 0) {
		free(e.text);
		free(e.label);
		return true;
	}
	l->entry[l->entries] = e;
	put_slot(l, l->entries);
	if (e.prefix)
		l->prefix_lengths[e.fact] |= 1ull << (e.length - 1);
	else if (e.length > l->longest[e.fact])
		l->longest[e.fact] = e.length;
	l->entries++;
	return true;
}

void
lookup_free(struct lookup *l)
{
	for (uint32_t i = 0; i < l->entries; i++) {
		free(l->entry[i].text);
		free(l->entry[i].label);
	}
	free(l->entry);
	free(l->slot);
}
