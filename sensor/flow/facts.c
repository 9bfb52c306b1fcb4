/*
 * facts: a row's observations: a list while they come, packed once its flow is decided.
 *
 *   list    row->facts ─▶ struct obs_list, cut to its class
 *   packed  row->shape ─▶ shape: | refs | hash | observations, of what is OWN kind and number |
 *           row->facts ─▶ | length, text | length, text ...      of those, in turn; NULL: none
 *
 * Flows to the same service tell the same but for a name and a path.  What they share is a
 * shape, kept once for all of them; where the shapes have no room the list stays.
 */
#include "flow/table.h"

enum {
	FINE_TO = 64,
	FINE = 4,
	EVEN_TO = 256,
	EVEN = 16,
	COARSE = 64,
	FINE_CLASSES = (FINE_TO - 2 * FINE) / FINE + 1, /* a spare block holds an address */
	EVEN_CLASSES = (EVEN_TO - FINE_TO) / EVEN,
	PROBES = 8 /* slots that a shape may be in */
};

struct shape {
	uint32_t refs, hash;
	struct obs_list list; /* cut */
};

enum {
	LIST_HEAD = offsetof(struct obs_list, at),
	LENGTH_AT = OBS_HEAD - 1, /* of a text, in an observation */
	SMALL_BYTES = 28          /* of a list, which it is not worth while to pack */
};

static size_t
bytes_of(unsigned class)
{
	if (class < FINE_CLASSES)
		return 2 * FINE + class * FINE;
	class -= FINE_CLASSES;
	if (class < EVEN_CLASSES)
		return FINE_TO + (class + 1) * EVEN;
	return EVEN_TO + (class - EVEN_CLASSES + 1) * COARSE;
}

_Static_assert(
    EVEN_TO + (FACTS_CLASSES - FINE_CLASSES - EVEN_CLASSES) * COARSE >= sizeof(struct shape),
    "the largest holds all");

static inline unsigned
class_of(size_t bytes)
{
	if (bytes <= 2 * FINE)
		return 0;
	if (bytes <= FINE_TO)
		return (unsigned)((bytes - 2 * FINE + FINE - 1) / FINE);
	if (bytes <= EVEN_TO)
		return FINE_CLASSES + (unsigned)((bytes - FINE_TO - 1) / EVEN);
	return FINE_CLASSES + EVEN_CLASSES + (unsigned)((bytes - EVEN_TO - 1) / COARSE);
}

void
facts_begin(struct flows *t)
{
	for (unsigned i = 0; i < FACTS_CLASSES; i++)
		t->facts[i].block_bytes = bytes_of(i);
}

static void *
take(struct flows *t, size_t bytes)
{
	void *block = pool_take(&t->facts[class_of(bytes)]);

	t->stats.facts_refused += block == NULL;
	return block;
}

/* ---- shapes ---- */

/* Texts of which each flow has its own. */
static bool
is_own(enum obs_kind kind)
{
	return kind == OBS_SNI || kind == OBS_HTTP_HOST || kind == OBS_HTTP_PATH;
}

/* Says only where to look: what is told never depends on it. */
static uint32_t
hash_of(const struct obs_list *l)
{
	uint64_t h = (uint64_t)l->used << 32 | l->lost, word;
	size_t at = 0;

	for (; at + sizeof(word) <= l->used; at += sizeof(word)) {
		memcpy(&word, l->at + at, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15;
		h ^= h >> 32;
	}
	for (word = 0; at < l->used; at++)
		word = word << 8 | l->at[at];
	h = (h ^ word) * 0x9e3779b97f4a7c15;
	return (uint32_t)(h >> 32);
}

static bool
is_same(const struct obs_list *a, const struct obs_list *b)
{
	return a->used == b->used && a->lost == b->lost && memcmp(a->at, b->at, a->used) == 0;
}

/* The slot of the list's shape, held once more, made if need be; 0: no room. */
static uint16_t
shape_hold(struct flows *t, const struct obs_list *l)
{
	const uint32_t hash = hash_of(l);
	unsigned room = 0;
	struct shape *s;

	for (unsigned i = 0; i < PROBES; i++) {
		const unsigned at = 1 + (hash + i) % SHAPES;

		s = t->shape[at];
		if (s == NULL) {
			room = room == 0 ? at : room;
		} else if (s->hash == hash && is_same(&s->list, l)) {
			s->refs++;
			return (uint16_t)at;
		}
	}
	s = room != 0 ? take(t, offsetof(struct shape, list.at) + l->used) : NULL;
	if (s == NULL)
		return 0;
	s->refs = 1;
	s->hash = hash;
	memcpy(&s->list, l, LIST_HEAD + l->used);
	t->shape[room] = s;
	return (uint16_t)room;
}

static void
shape_drop(struct flows *t, uint16_t slot)
{
	struct shape *s = t->shape[slot];

	if (slot == 0 || --s->refs > 0)
		return;
	pool_give(&t->facts[class_of(offsetof(struct shape, list.at) + s->list.used)], s);
	t->shape[slot] = NULL;
}

/* ---- a row's ---- */

void
facts_drop(struct flows *t, struct flow_row *row)
{
	if (row->facts != NULL)
		pool_give(&t->facts[row->facts_class], row->facts);
	shape_drop(t, row->shape);
	row->facts = NULL;
	row->shape = 0;
}

static void
put(struct obs_list *to, const uint8_t *from, const uint8_t *end)
{
	memcpy(to->at + to->used, from, (size_t)(end - from));
	to->used = (uint16_t)(to->used + (end - from));
}

/* Part a list into its shape and the texts that are its own, each behind its length. */
static void
part(const struct obs_list *l, struct obs_list *shape, struct obs_list *own)
{
	const uint8_t *from = l->at, *end = l->at + l->used, *next;

	shape->used = own->used = 0;
	shape->count = l->count;
	shape->lost = l->lost;
	for (const uint8_t *p = from; p < end; p = next) {
		next = p + OBS_HEAD + p[LENGTH_AT];
		if (!is_own((enum obs_kind)p[0]))
			continue;
		put(own, p + LENGTH_AT, next);
		put(shape, from, p + OBS_HEAD);
		shape->at[shape->used - 1] = 0;
		from = next;
	}
	put(shape, from, end);
}

void
facts_pack(struct flows *t, struct flow_row *row)
{
	struct obs_list shape, own;
	uint8_t *texts = NULL;
	uint16_t slot;

	if (row->shape != 0 || row->facts_class <= class_of(SMALL_BYTES))
		return;
	part(row->facts, &shape, &own);
	slot = shape_hold(t, &shape);
	if (slot == 0 || (own.used > 0 && (texts = take(t, own.used)) == NULL)) {
		shape_drop(t, slot);
		return;
	}
	facts_drop(t, row);
	if (own.used > 0)
		memcpy(texts, own.at, own.used);
	row->facts = texts;
	row->facts_class = (uint8_t)class_of(own.used);
	row->shape = slot;
}

static void
unpack(const struct flows *t, const struct flow_row *row, struct obs_list *out)
{
	const struct obs_list *shape = &t->shape[row->shape]->list;
	const uint8_t *from = shape->at, *end = shape->at + shape->used, *next;
	const uint8_t *own = row->facts;

	out->used = 0;
	out->count = shape->count;
	out->lost = shape->lost;
	for (const uint8_t *p = from; p < end; p = next) {
		next = p + OBS_HEAD + p[LENGTH_AT];
		if (!is_own((enum obs_kind)p[0]))
			continue;
		put(out, from, p + LENGTH_AT);
		put(out, own, own + 1 + *own);
		own += 1 + *own;
		from = next;
	}
	put(out, from, end);
}

const struct obs_list *
flows_told(struct flows *t, const struct flow_row *row)
{
	if (row->shape == 0)
		return row->facts;
	unpack(t, row, &t->told);
	return &t->told;
}

struct obs_list *
flows_facts(struct flows *t, struct flow_row *row, size_t more)
{
	const struct obs_list *old = flows_told(t, row);
	const size_t used = old != NULL ? old->used : 0;
	const size_t most = LIST_HEAD + (more < OBS_BYTES - used ? used + more : OBS_BYTES);
	struct obs_list *facts;

	if (old != NULL && row->shape == 0 && class_of(most) <= row->facts_class)
		return row->facts;
	facts = take(t, most);
	if (facts == NULL)
		return NULL;
	if (old != NULL)
		memcpy(facts, old, LIST_HEAD + used);
	else
		facts->used = facts->count = facts->lost = 0;
	facts_drop(t, row);
	row->facts = facts;
	row->facts_class = (uint8_t)class_of(most);
	return facts;
}
