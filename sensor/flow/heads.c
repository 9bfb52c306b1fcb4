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
 */
#include "flow/table.h"

enum { RANGES = 17, ISLANDS = RANGES - 1 };

struct range {
	uint16_t from, to;
};

struct head {
	struct flow_row *row;       /* whose it is; of its sides only the pointer tells */
	struct head *older, *newer; /* by when it was begun */
	uint32_t start;             /* sequence number of bytes[0] */
	uint32_t ranges;
	struct range range[RANGES];
	uint8_t bytes[HEAD_BYTES];
};

size_t
heads_bytes(void)
{
	return sizeof(struct head);
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
	h->ranges = h->ranges + 1 - joined;
}

static void
unlist(struct flows *t, struct head *h)
{
	*(h->older != NULL ? &h->older->newer : &t->oldest_head) = h->newer;
	*(h->newer != NULL ? &h->newer->older : &t->newest_head) = h->older;
}

static void
list_newest(struct flows *t, struct head *h)
{
	h->older = t->newest_head;
	h->newer = NULL;
	*(t->newest_head != NULL ? &t->newest_head->newer : &t->oldest_head) = h;
	t->newest_head = h;
}

static void
drop(struct flows *t, struct flow_row *row, unsigned side)
{
	struct head *h = row->head[side];

	if (h == NULL)
		return;
	unlist(t, h);
	pool_give(&t->heads, h);
	row->head[side] = NULL;
	row->headless |= (uint8_t)(1u << side);
}

/* A block from the pool.  An empty one takes it from who has waited longest for its bytes. */
static struct head *
take_head(struct flows *t)
{
	struct head *h = pool_take(&t->heads);

	if (h != NULL)
		return h;
	t->stats.heads_lost++;
	h = t->oldest_head;
	if (h == NULL)
		return NULL;
	drop(t, h->row, h->row->head[SIDE_SERVER] == h ? SIDE_SERVER : SIDE_CLIENT);
	return pool_take(&t->heads);
}

/* The side's head, begun if need be; NULL: it has none and will get none. */
static struct head *
head_of(struct flows *t, struct flow_row *row, enum side from, uint32_t seq)
{
	struct head *h = row->head[from];

	if (h != NULL || (row->headless >> from & 1) != 0)
		return h;
	h = take_head(t);
	if (h == NULL) {
		row->headless |= (uint8_t)(1u << from);
		return NULL;
	}
	h->row = row;
	h->start = (row->syn_known >> from & 1) != 0 ? row->isn[from] + 1 : seq;
	h->ranges = 0;
	list_newest(t, h);
	row->head[from] = h;
	return h;
}

bool
flows_head_add(struct flows *t, struct flow_row *row, enum side from, const struct packet *p)
{
	const uint32_t seq = p->tcp_seq + ((p->tcp_flags & TCP_SYN) != 0 ? 1 : 0);
	struct view bytes = p->payload;
	struct head *h;
	uint32_t ahead, behind, before;

	/* A RST's payload is a remark, not part of the stream (RFC 9293, 3.5.3). */
	if (bytes.n == 0 || (p->tcp_flags & TCP_RST) != 0 ||
	    row->f.payload_bytes[from] > HEAD_LATE_BYTES)
		return false;
	h = head_of(t, row, from, seq);
	if (h == NULL)
		return false;
	ahead = seq - h->start;
	behind = h->start - seq;
	if (behind < ahead) {
		view_skip(&bytes, behind);
		ahead = 0;
	}
	if (bytes.n == 0 || ahead >= HEAD_BYTES)
		return false;
	if (bytes.n > HEAD_BYTES - ahead)
		bytes.n = HEAD_BYTES - ahead;
	before = run_of(h);
	place(h, ahead, ahead + (uint32_t)bytes.n, bytes.p);
	return run_of(h) > before;
}

struct view
flows_head(const struct flow_row *row, enum side from)
{
	const struct head *h = row->head[from];

	return h != NULL ? view_of(h->bytes, run_of(h)) : view_of(NULL, 0);
}

bool
flows_head_full(const struct flow_row *row, enum side from)
{
	const struct head *h = row->head[from];

	return h != NULL && run_of(h) == HEAD_BYTES;
}

void
flows_heads_drop(struct flows *t, struct flow_row *row)
{
	drop(t, row, SIDE_CLIENT);
	drop(t, row, SIDE_SERVER);
}
