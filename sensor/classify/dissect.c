/*
 * dissect: runs the table of dissectors over stream heads and datagrams.
 *
 *   TCP   the head of each direction, again whenever it grew, to every dissector
 *         that has not said NO (or YES) of that direction: row->probed, a bit each
 *   UDP   the first DATAGRAMS of each direction; once one said YES, only it
 *         (row->probed then holds who said YES); after that, dissectors marked
 *         `every` go on for the life of the row
 *
 * Where the flow's start was not seen, who is the client is an assumption.  Then
 * each head is also offered as if the other side had sent it, and a YES that
 * names the client settles it.
 */
#include "classify/dissect.h"

#include <assert.h>

enum { DATAGRAMS = 8 };

/* One question: the bytes, who sent them, and as whose they are offered. */
struct asked {
	struct view bytes;
	enum side from, as;
	struct obs_list said;
};

struct dissect
dissect_of(const struct dissector *const *table)
{
	struct dissect d = { .table = table };

	for (; table[d.count] != NULL; d.count++) {
		assert(d.count < DISSECTORS_MAX);
		if ((table[d.count]->transport & TRANSPORT_TCP) != 0)
			d.tcp |= 1u << d.count;
		if ((table[d.count]->transport & TRANSPORT_UDP) != 0)
			d.udp |= 1u << d.count;
	}
	return d;
}

static void
list_clear(struct obs_list *l)
{
	l->used = l->count = l->lost = 0;
}

/* Turn round what an observation says of sides. */
static void
list_mirror(struct obs_list *l)
{
	struct obs o;
	uint32_t num;

	for (size_t at = 0, next = 0; obs_next(l, &next, &o); at = next) {
		num = o.num;
		if ((o.kind == OBS_HOST || o.kind == OBS_CLIENT) && num < SIDE_NONE)
			num = (uint32_t)side_other((enum side)num);
		else if (o.kind == OBS_RFB_VERSION && (num == 1 || num == 2))
			num = 3 - num;
		memcpy(l->at + at + 1, &num, sizeof(num));
	}
}

static bool
list_has(const struct obs_list *l, const struct obs *want)
{
	struct obs o;

	for (size_t at = 0; obs_next(l, &at, &o);) {
		if (o.kind == want->kind && o.num == want->num && o.text.n == want->text.n &&
		    memcmp(o.text.p, want->text.p, o.text.n) == 0)
			return true;
	}
	return false;
}

bool
facts_merge(struct flows *t, struct flow_row *row, const struct obs_list *more)
{
	struct obs_list *facts = more->count > 0 ? flows_facts(t, row) : NULL;
	const uint16_t before = facts != NULL ? facts->count : 0;
	struct obs o;

	if (facts == NULL)
		return false;
	for (size_t at = 0; obs_next(more, &at, &o);) {
		if (!list_has(facts, &o))
			obs_add(facts, o.kind, o.num, o.text.p, o.text.n);
	}
	return facts->count > before;
}

/* Make what was said hold for the row's own sides, which may change for it. */
static void
settle_sides(struct flow_row *row, struct asked *q)
{
	bool mirrored = q->as != q->from, swap = false;
	struct obs client;

	if (flow_roles_assumed(&row->f) && obs_find(&q->said, OBS_CLIENT, &client) &&
	    client.num < SIDE_NONE) {
		swap = (client.num == SIDE_SERVER) != mirrored;
		row->f.opened_by = OPENED_BY_BYTES;
	}
	if (swap) {
		flows_swap(row, OPENED_BY_BYTES);
		if (row->facts != NULL)
			list_mirror(row->facts);
		row->f.verdict.host = SIDE_NONE; /* found anew from the facts */
		q->from = side_other(q->from);
	}
	if (mirrored != swap)
		list_mirror(&q->said);
}

/* RFB's two banners are alike: all that tells them apart is who sent which. */
static void
mark_banners(struct obs_list *l, enum side from)
{
	const uint32_t num = 1 + (uint32_t)from;
	struct obs o;

	for (size_t at = 0, next = 0; obs_next(l, &next, &o); at = next) {
		if (o.kind == OBS_RFB_VERSION)
			memcpy(l->at + at + 1, &num, sizeof(num));
	}
}

/* Offer the bytes; on YES the sides are settled and q->said holds for the row. */
static enum probe
ask(const struct dissector *d, struct flow_row *row, struct asked *q)
{
	enum probe first, second;

	q->as = q->from;
	list_clear(&q->said);
	first = d->probe(q->bytes, q->as, &q->said);
	if (first != PROBE_YES && flow_roles_assumed(&row->f)) {
		q->as = side_other(q->from);
		list_clear(&q->said);
		second = d->probe(q->bytes, q->as, &q->said);
		first = second != PROBE_NO ? second : first;
	}
	if (first == PROBE_YES) {
		settle_sides(row, q);
		mark_banners(&q->said, q->from);
	}
	return first;
}

static bool
is_usual_port(const struct dissector *d, const struct flow *f)
{
	for (size_t i = 0; i < sizeof(d->ports) / sizeof(d->ports[0]) && d->ports[i] != 0; i++) {
		if (d->ports[i] == f->port[0] || d->ports[i] == f->port[1])
			return true;
	}
	return false;
}

/* A message of its own goes out whole; the row remembers only what the flow is. */
static bool
take_message(struct flows *t, struct flow_row *row, const struct asked *q, struct classified *out)
{
	struct obs_list kept;
	struct obs o;

	if (!out->message) {
		out->message = true;
		list_clear(&out->datagram);
	}
	obs_append(&out->datagram, &q->said);
	list_clear(&kept);
	for (size_t at = 0; obs_next(&q->said, &at, &o);) {
		if (o.kind == OBS_PROTOCOL || o.kind == OBS_CLIENT)
			obs_add(&kept, o.kind, o.num, o.text.p, o.text.n);
	}
	return facts_merge(t, row, &kept);
}

static bool
take(struct flows *t, struct flow_row *row, const struct dissector *d, const struct asked *q,
    struct classified *out)
{
	return d->every ? take_message(t, row, q, out) : facts_merge(t, row, &q->said);
}

/* A direction that is all read needs no head, unless the other still reads its own. */
static void
drop_heads(const struct dissect *d, struct flows *t, struct flow_row *row)
{
	for (int s = 0; s < 2; s++) {
		if ((row->probed[s] & d->tcp) != d->tcp && row->head[s] != NULL)
			return;
	}
	flows_heads_drop(t, row);
}

/* One dissector over one head; true if facts grew. */
static bool
probe_head(const struct dissect *d, unsigned i, struct flows *t, struct flow_row *row,
    struct asked *q, struct classified *out)
{
	const enum probe said = ask(d->table[i], row, q);

	if (said != PROBE_MORE)
		row->probed[q->from] |= 1u << i;
	return said == PROBE_YES && take(t, row, d->table[i], q, out);
}

static bool
see_segment(const struct dissect *d, struct flows *t, struct flow_row *row, const struct packet *p,
    enum side from, struct classified *out)
{
	struct asked q = { .from = from };
	bool grew = false;

	if ((row->probed[from] & d->tcp) == d->tcp)
		return false;
	if (flows_head_add(t, row, from, p)) {
		q.bytes = flows_head(row, from);
		for (unsigned i = 0; i < 2 * d->count; i++) {
			const unsigned at = i % d->count;
			const bool usual = is_usual_port(d->table[at], &row->f);

			if ((d->tcp & ~row->probed[q.from] & 1u << at) != 0 &&
			    usual == (i < d->count))
				grew = probe_head(d, at, t, row, &q, out) || grew;
		}
	}
	/* What waits behind a hole the mirror lost must not hold its room for good. */
	if (flows_head_full(row, q.from) || row->f.payload_bytes[q.from] > HEAD_LATE_BYTES)
		row->probed[q.from] |= d->tcp;
	if ((row->probed[q.from] & d->tcp) == d->tcp)
		drop_heads(d, t, row);
	return grew;
}

/* The one that follows every datagram.  One it cannot read must not blind it to the next. */
static bool
see_every(const struct dissect *d, struct flows *t, struct flow_row *row, struct asked *q,
    struct classified *out)
{
	const struct dissector *one = d->table[row->every - 1];

	return ask(one, row, q) == PROBE_YES && take_message(t, row, q, out);
}

static bool
see_datagram(const struct dissect *d, struct flows *t, struct flow_row *row, const struct packet *p,
    enum side from, struct classified *out)
{
	struct asked q = { .bytes = p->payload, .from = from };
	const uint32_t yes = row->probed[0] | row->probed[1];
	const uint32_t wanted = yes != 0 ? yes : d->udp;
	bool grew = false;

	if (row->every != 0)
		return see_every(d, t, row, &q, out);
	if (row->datagrams[from] >= DATAGRAMS)
		return false;
	row->datagrams[from]++;
	for (unsigned i = 0; i < 2 * d->count && row->every == 0; i++) {
		const unsigned at = i % d->count;
		const struct dissector *one = d->table[at];

		if ((wanted & 1u << at) == 0 || is_usual_port(one, &row->f) != (i < d->count))
			continue;
		if (ask(one, row, &q) != PROBE_YES)
			continue;
		row->probed[q.from] |= 1u << at;
		row->every = one->every ? (uint8_t)(1 + at) : 0;
		grew = take(t, row, one, &q, out) || grew;
	}
	return grew;
}

bool
dissect_packet(const struct dissect *d, struct flows *t, struct flow_row *row,
    const struct packet *p, enum side from, struct classified *out)
{
	if (p->payload.n == 0)
		return false;
	if (p->proto == PROTO_TCP)
		return see_segment(d, t, row, p, from, out);
	return see_datagram(d, t, row, p, from, out);
}

bool
dissect_done(const struct dissect *d, const struct flow_row *row)
{
	if (row->f.proto == PROTO_TCP)
		return (row->probed[0] & row->probed[1] & d->tcp) == d->tcp;
	return row->every == 0 && row->datagrams[0] >= DATAGRAMS && row->datagrams[1] >= DATAGRAMS;
}
