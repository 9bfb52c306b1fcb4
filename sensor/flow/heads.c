/*
 * heads: the first bytes of each direction of a TCP stream, put in order.
 *
 *   bytes:  | run ............ | hole | island .. | hole | island .. |
 *   range:  [0, run)                  [from, to)         [from, to)
 *
 * Ranges are kept ascending and never touch.  A byte is written once: what comes
 * again, changed or not, is not looked at, as one cannot know which copy the
 * receiver took.  A segment that would need one island too many is dropped; its
 * repeat may find room.  Byte 0 always has a place, else nothing could ever be read.
 *
 * A head lies in a block of the least class that reaches as far as its last byte,
 * and moves to a larger one as that moves on.
 */
#include "flow/table.h"

enum { RANGES = 17, ISLANDS = RANGES - 1 };

static const uint16_t room_of[HEAD_CLASSES] = { 256, 1024, 8192, HEAD_BYTES };

struct range {
	uint16_t from, to;
};

struct head {
	struct flow_row *row;       /* whose it is; of its sides only the pointer tells */
	struct head *older, *newer; /* by when it was begun */
	uint32_t start;             /* sequence number of bytes[0] */
	uint16_t ranges;
	uint8_t class;
	struct range range[RANGES];
	uint8_t bytes[]; /* room_of its class */
};

/* What a segment has for its side's head. */
struct piece {
	uint32_t start; /* of the head, begun or not yet */
	uint32_t at;    /* place of the first byte in it */
	struct view bytes;
};

void
heads_begin(struct flows *t)
{
	for (unsigned i = 0; i < HEAD_CLASSES; i++)
		t->heads[i].block_bytes = (sizeof(struct head) + room_of[i] + 7) / 8 * 8;
}

static uint32_t
run_of(const struct head *h)
{
	return h->ranges > 0 && h->range[0].from == 0 ? h->range[0].to : 0;
}

/* Write [from, to) but for what ranges a..b-1 hold. */
static void
fill(struct head *h, uint32_t a, uint32_t b, uint32_t from, uint32_t to, const uint8_t *p)
{
	uint32_t at = from;

	for (; a < b; a++) {
		const struct range *r = &h->range[a];

		if (at < r->from)
			memcpy(h->bytes + at, p + (at - from), r->from - at);
		if (at < r->to)
			at = r->to;
	}
	if (at < to)
		memcpy(h->bytes + at, p + (at - from), to - at);
}

/* Put `p`, bytes [from, to) of the stream, where there are none yet. */
static void
place(struct head *h, uint32_t from, uint32_t to, const uint8_t *p)
{
	uint32_t a = 0, b, joined;

	/* a..b-1: the ranges it overlaps or touches. */
	while (a < h->ranges && h->range[a].to < from)
		a++;
	for (b = a; b < h->ranges && h->range[b].from <= to; b++)
		;
	joined = b - a;
	if (joined == 0 && h->ranges >= (from == 0 ? RANGES : ISLANDS))
		return;
	fill(h, a, b, from, to, p);
	if (joined > 0) {
		from = from < h->range[a].from ? from : h->range[a].from;
		to = to > h->range[b - 1].to ? to : h->range[b - 1].to;
	}
	memmove(&h->range[a + 1], &h->range[b], (h->ranges - b) * sizeof(h->range[0]));
	h->range[a] = (struct range){ (uint16_t)from, (uint16_t)to };
	h->ranges = (uint16_t)(h->ranges + 1 - joined);
}

static void
unlist(struct flows *t, struct head *h)
{
	*(h->older != NULL ? &h->older->newer : &t->oldest_head) = h->newer;
	*(h->newer != NULL ? &h->newer->older : &t->newest_head) = h->older;
}

/* Between its neighbours, which may have known it by another address, or not at all. */
static void
list(struct flows *t, struct head *h)
{
	*(h->older != NULL ? &h->older->newer : &t->oldest_head) = h;
	*(h->newer != NULL ? &h->newer->older : &t->newest_head) = h;
}

static void
give_block(struct flows *t, struct head *h)
{
	t->head_bytes -= t->heads[h->class].block_bytes;
	pool_give(&t->heads[h->class], h);
}

static void
drop(struct flows *t, struct flow_young *y, unsigned side)
{
	struct head *h = y->head[side];

	if (h == NULL)
		return;
	unlist(t, h);
	give_block(t, h);
	y->head[side] = NULL;
	y->headless |= (uint8_t)(1u << side);
}

static void
drop_oldest(struct flows *t)
{
	struct head *h = t->oldest_head;
	struct flow_young *y = h->row->young;

	t->stats.heads_lost++;
	drop(t, y, y->head[SIDE_SERVER] == h ? SIDE_SERVER : SIDE_CLIENT);
}

/* A block of a class that reaches to `to`, which is within the bound; NULL without memory. */
static struct head *
take_block(struct flows *t, uint32_t to)
{
	struct head *h;
	uint8_t class = 0;

	while (room_of[class] < to)
		class ++;
	h = pool_take(&t->heads[class]);
	if (h == NULL)
		return NULL;
	h->class = class;
	t->head_bytes += t->heads[class].block_bytes;
	return h;
}

/* Who has waited longest for its bytes makes room, were it the one just begun or moved. */
static void
keep_bound(struct flows *t)
{
	while (t->head_bytes > t->head_bytes_most)
		drop_oldest(t);
}

/* The side's head, begun if need be, with room for a piece; NULL: it has none, or not any more. */
static struct head *
head_of(struct flows *t, struct flow_row *row, enum side from, const struct piece *s)
{
	const uint32_t to = s->at + (uint32_t)s->bytes.n;
	struct flow_young *y = row->young;
	struct head *old = y->head[from], *h;

	if (old != NULL && to <= room_of[old->class])
		return old;
	h = take_block(t, to);
	if (h == NULL) {
		t->stats.heads_lost++;
		drop(t, y, from);
		y->headless |= (uint8_t)(1u << from);
		return NULL;
	}
	if (old != NULL) {
		const uint8_t class = h->class;

		memcpy(h, old, sizeof(*h) + room_of[old->class]);
		h->class = class;
		give_block(t, old);
	} else {
		*h = (struct head){ .row = row, .start = s->start, .class = h->class };
		h->older = t->newest_head;
	}
	list(t, h);
	y->head[from] = h;
	keep_bound(t);
	return y->head[from];
}

/* Cut what goes beyond the head; false if nothing is left. */
static bool
fit(struct piece *s)
{
	if (s->bytes.n == 0 || s->at >= HEAD_BYTES)
		return false;
	if (s->bytes.n > HEAD_BYTES - s->at)
		s->bytes.n = HEAD_BYTES - s->at;
	return true;
}

/* False: the segment has nothing for the head. */
static bool
piece_of(const struct flow_row *row, enum side from, const struct packet *p, struct piece *out)
{
	const uint32_t seq = p->tcp_seq + ((p->tcp_flags & TCP_SYN) != 0 ? 1 : 0);
	const struct flow_young *y = row->young;
	uint32_t behind;

	/* A RST's payload is a remark, not part of the stream (RFC 9293, 3.5.3). */
	if (y == NULL || p->payload.n == 0 || (p->tcp_flags & TCP_RST) != 0 ||
	    row->side[from].payload_bytes > HEAD_LATE_BYTES)
		return false;
	if (y->head[from] != NULL)
		out->start = y->head[from]->start;
	else if ((y->headless >> from & 1) != 0)
		return false;
	else
		out->start = (row->syn_known >> from & 1) != 0 ? row->side[from].isn + 1 : seq;
	out->bytes = p->payload;
	out->at = seq - out->start;
	behind = out->start - seq;
	if (behind < out->at) {
		view_skip(&out->bytes, behind);
		out->at = 0;
	}
	return fit(out);
}

static bool
add(struct flows *t, struct flow_row *row, enum side from, const struct piece *s)
{
	struct head *h = head_of(t, row, from, s);
	uint32_t before;

	if (h == NULL)
		return false;
	before = run_of(h);
	place(h, s->at, s->at + (uint32_t)s->bytes.n, s->bytes.p);
	return run_of(h) > before;
}

bool
flows_head_add(struct flows *t, struct flow_row *row, enum side from, const struct packet *p)
{
	struct piece s;

	return piece_of(row, from, p, &s) && add(t, row, from, &s);
}

bool
flows_head_put(
    struct flows *t, struct flow_row *row, enum side from, uint32_t at, struct view bytes)
{
	struct piece s = { .start = 0, .at = at, .bytes = bytes };

	return row->young != NULL && (row->young->headless >> from & 1) == 0 && fit(&s) &&
	    add(t, row, from, &s);
}

struct view
flows_head_with(struct flows *t, struct flow_row *row, enum side from, const struct packet *p)
{
	struct piece s;

	if (!piece_of(row, from, p, &s))
		return view_of(NULL, 0);
	if (row->young->head[from] == NULL && s.at == 0)
		return s.bytes;
	return add(t, row, from, &s) ? flows_head(row, from) : view_of(NULL, 0);
}

/* Move the start of a head on; what waits behind a hole is forgotten with the rest. */
static void
shift(struct head *h, uint32_t n)
{
	const uint32_t left = run_of(h) - n;

	memmove(h->bytes, h->bytes + n, left);
	h->range[0] = (struct range){ 0, (uint16_t)left };
	h->ranges = left > 0 ? 1 : 0;
	h->start += n;
}

struct view
flows_head_from(
    struct flows *t, struct flow_row *row, enum side from, const struct packet *p, size_t n)
{
	struct head *h = row->young != NULL ? row->young->head[from] : NULL;
	struct piece s;

	if (h != NULL) {
		shift(h, (uint32_t)n < run_of(h) ? (uint32_t)n : run_of(h));
	} else if (piece_of(row, from, p, &s) && s.at == 0 && n <= s.bytes.n) {
		view_skip(&s.bytes, n);
		s.start += (uint32_t)n;
		(void)add(t, row, from, &s);
	}
	return flows_head(row, from);
}

struct view
flows_head(const struct flow_row *row, enum side from)
{
	const struct head *h = row->young != NULL ? row->young->head[from] : NULL;

	return h != NULL ? view_of(h->bytes, run_of(h)) : view_of(NULL, 0);
}

bool
flows_head_full(const struct flow_row *row, enum side from)
{
	return flows_head(row, from).n == HEAD_BYTES;
}

void
flows_heads_drop(struct flows *t, struct flow_row *row)
{
	if (row->young == NULL)
		return;
	drop(t, row->young, SIDE_CLIENT);
	drop(t, row->young, SIDE_SERVER);
}
