/*
 * fragments: a bounded store in which IP datagrams are put together.
 *
 *   bytes of a slot:   | HEAD_ROOM: the headers, right-aligned | 64 KiB of data |
 *   bits of a slot:    one for each eight bytes of data that have come
 *
 * Offsets count in eights, so that a bit map says all about what has come.  A
 * datagram whose fragments overlap is given up as a whole, and what still comes
 * of it is thrown away (RFC 5722): two readers could read two things.  An exact
 * repeat is no overlap; mirrors make those.
 */
#include <stdlib.h>

#include "wire/fragments.h"

enum { HEAD_ROOM = 256, DATA_ROOM = 65536, UNITS = DATA_ROOM / 8, WORDS = UNITS / 64 };

#define KEEP_US (30 * 1000000LL)

enum state { SLOT_FREE, SLOT_OPEN, SLOT_SPOILT, SLOT_LENT };

struct slot {
	enum state state;
	int64_t since_us;
	struct addr addr[2];
	uint32_t id;
	uint8_t proto;
	bool v6;
	uint16_t head;  /* bytes of headers; 0 until the first fragment comes */
	uint32_t total; /* bytes of data; 0 until the last fragment comes */
	uint32_t end;   /* of what has come */
	uint32_t units; /* bits set */
	uint64_t come[WORDS];
	uint8_t *bytes; /* HEAD_ROOM + DATA_ROOM */
};

struct fragments {
	uint32_t slots;
	bool lent;
	uint8_t *bytes;
	struct slot slot[];
};

struct fragments *
fragments_new(uint32_t datagrams)
{
	struct fragments *s = calloc(1, sizeof(*s) + datagrams * sizeof(struct slot));

	if (s == NULL)
		return NULL;
	s->slots = datagrams;
	s->bytes = calloc(datagrams + 1, HEAD_ROOM + DATA_ROOM);
	if (s->bytes == NULL) {
		free(s);
		return NULL;
	}
	for (uint32_t i = 0; i < datagrams; i++)
		s->slot[i].bytes = s->bytes + (size_t)i * (HEAD_ROOM + DATA_ROOM);
	return s;
}

void
fragments_free(struct fragments *s)
{
	if (s == NULL)
		return;
	free(s->bytes);
	free(s);
}

void
fragments_release(struct fragments *s)
{
	if (!s->lent)
		return;
	s->lent = false;
	for (uint32_t i = 0; i < s->slots; i++)
		if (s->slot[i].state == SLOT_LENT)
			s->slot[i].state = SLOT_FREE;
}

static bool
is_same(const struct slot *t, const struct fragment *f)
{
	return (t->state == SLOT_OPEN || t->state == SLOT_SPOILT) && t->id == f->id &&
	    addr_equal(&t->addr[0], &f->addr[0]) && addr_equal(&t->addr[1], &f->addr[1]) &&
	    (t->v6 || t->proto == f->proto);
}

static void
give_up(struct slot *t, uint64_t *lost)
{
	if (t->state == SLOT_OPEN)
		++*lost;
	t->state = SLOT_FREE;
}

/* The datagram's slot, else a fresh one in place of a free, or the oldest.  NULL: all lent. */
static struct slot *
slot_for(struct fragments *s, int64_t at_us, const struct fragment *f, uint64_t *lost)
{
	struct slot *place = NULL;

	for (uint32_t i = 0; i < s->slots; i++) {
		struct slot *t = &s->slot[i];

		if (t->state == SLOT_LENT)
			continue;
		/* Either way: of files read out of order, the later ones' must not stay. */
		if (t->state != SLOT_FREE && llabs(at_us - t->since_us) > KEEP_US)
			give_up(t, lost);
		if (is_same(t, f))
			return t;
		if (place == NULL ||
		    (place->state != SLOT_FREE &&
			(t->state == SLOT_FREE || t->since_us < place->since_us)))
			place = t;
	}
	if (place == NULL)
		return NULL;
	give_up(place, lost);
	place->state = SLOT_OPEN;
	place->since_us = at_us;
	memcpy(place->addr, f->addr, sizeof(place->addr));
	place->id = f->id;
	place->proto = f->proto;
	place->v6 = !addr_is_v4(&f->addr[0]);
	place->head = 0;
	place->total = place->end = place->units = 0;
	memset(place->come, 0, sizeof(place->come));
	return place;
}

static bool
has_come(const struct slot *t, uint32_t unit)
{
	return (t->come[unit / 64] >> unit % 64 & 1) != 0;
}

/* How many of the eights from..to (exclusive) are there. */
static uint32_t
count_come(const struct slot *t, uint32_t from, uint32_t to)
{
	uint32_t n = 0;

	for (uint32_t u = from; u < to; u++)
		n += has_come(t, u);
	return n;
}

/* Does it contradict what has come: beyond the end, another end, or over other bytes? */
static bool
contradicts(const struct slot *t, const struct fragment *f)
{
	const uint32_t end = (uint32_t)(f->offset + f->data.n);
	const uint32_t from = f->offset / 8u, to = (end + 7) / 8;
	const uint32_t there = count_come(t, from, to);

	if (t->total != 0 && (end > t->total || (!f->more && end != t->total)))
		return true;
	if (!f->more && end < t->end)
		return true;
	if (there == 0)
		return false;
	return there != to - from ||
	    memcmp(t->bytes + HEAD_ROOM + f->offset, f->data.p, f->data.n) != 0;
}

static void
put_in(struct slot *t, const struct fragment *f)
{
	const uint32_t end = (uint32_t)(f->offset + f->data.n);

	memcpy(t->bytes + HEAD_ROOM + f->offset, f->data.p, f->data.n);
	for (uint32_t u = f->offset / 8u; u < (end + 7) / 8; u++) {
		t->units += !has_come(t, u);
		t->come[u / 64] |= 1ull << u % 64;
	}
	if (end > t->end)
		t->end = end;
	if (!f->more)
		t->total = end;
	if (f->offset == 0) {
		uint8_t *head = t->bytes + HEAD_ROOM - f->head.n;

		t->head = (uint16_t)f->head.n;
		memcpy(head, f->head.p, f->head.n);
		if (t->v6)
			head[f->next_at] = f->proto;
	}
}

/* The headers tell of one fragment: make them tell of the whole. */
static bool
finish(struct slot *t, struct view *whole)
{
	uint8_t *head = t->bytes + HEAD_ROOM - t->head;
	const uint32_t length = t->head + t->total - (t->v6 ? 40 : 0);
	uint8_t *where = head + (t->v6 ? 4 : 2);

	if (length > 65535)
		return false;
	where[0] = (uint8_t)(length >> 8);
	where[1] = (uint8_t)length;
	if (!t->v6)
		head[6] = head[7] = 0;
	*whole = view_of(head, (size_t)t->head + t->total);
	return true;
}

enum decode_count
fragments_add(struct fragments *s, int64_t at_us, const struct fragment *f, struct view *whole,
    uint64_t *lost)
{
	struct slot *t;

	if (f->head.n > HEAD_ROOM || f->data.n == 0 || (f->more && f->data.n % 8 != 0) ||
	    f->offset + f->data.n > 65535)
		return DECODE_BAD_HEADER;
	t = slot_for(s, at_us, f, lost);
	if (t == NULL || t->state == SLOT_SPOILT)
		return DECODE_FRAGMENT_LOST;
	if (contradicts(t, f)) {
		t->state = SLOT_SPOILT;
		return DECODE_FRAGMENT_LOST;
	}
	put_in(t, f);
	if (t->total == 0 || t->units != (t->total + 7) / 8)
		return DECODE_FRAGMENT_HELD;
	if (!finish(t, whole)) {
		t->state = SLOT_SPOILT;
		return DECODE_BAD_HEADER;
	}
	t->state = SLOT_LENT;
	s->lent = true;
	return DECODE_PACKETS;
}
