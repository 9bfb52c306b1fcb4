/*
 * dissect: runs the table of dissectors over stream heads and datagrams.
 *
 *   TCP   the head of each direction, again whenever it grew, to every dissector
 *         that has not said NO (or YES) of that direction: young->probed, a bit each
 *         (most streams are known by their first segment, which then is never copied)
 *   UDP   the first DATAGRAMS of each direction, to those whose they may be by their first
 *         bytes; once one said YES, only it
 *         (young->probed then holds who said YES); after that, dissectors marked
 *         `every` go on for the life of the row.  What is only LIKE one's datagram is
 *         followed from one to the next: series
 *   pieces  of a hello, in those datagrams: put together in the sender's head, which is given
 *         back as soon as it is whole
 *
 * Where the flow's start was not seen, who is the client is an assumption.  Then
 * each head is also offered as if the other side had sent it, and a YES that
 * names the client settles it.
 *
 * What a proxy carries is recognised too: where one of its dissectors says how many
 * bytes are the proxy's own, the head begins behind them, and all are asked again.
 */
#include "classify/dissect.h"

#include "classify/facts.h"
#include "classify/series.h"

enum {
	DATAGRAMS = 8,
	WRAPPINGS = 2 /* taken off at one segment */
};

/* One question: the bytes, who sent them, and as whose they are offered. */
struct asked {
	struct view bytes;
	enum side from, as;
	struct obs_list said;
	uint32_t wrapping; /* bytes of a proxy before those it carries; 0: none */
};

/* Take the first of a set. */
static unsigned
next_of(uint64_t *set)
{
	const unsigned first = (unsigned)__builtin_ctzll(*set);

	*set &= *set - 1;
	return first;
}

static bool
roles_assumed(const struct flow_row *row)
{
	return row->opened_by >= OPENED_BY_PORT;
}

/* Make what was said hold for the row's own sides, which may change for it. */
static void
settle_sides(struct flows *t, struct flow_row *row, struct asked *q)
{
	bool mirrored = q->as != q->from, swap = false;
	struct obs_list *facts;
	struct obs client;

	if (roles_assumed(row) && obs_find(&q->said, OBS_CLIENT, &client) &&
	    client.num < SIDE_NONE) {
		swap = (client.num == SIDE_SERVER) != mirrored;
		row->opened_by = OPENED_BY_BYTES;
	}
	if (swap) {
		flows_swap(row, OPENED_BY_BYTES);
		facts = flows_told(t, row) != NULL ? flows_facts(t, row, 0) : NULL;
		if (facts != NULL)
			facts_mirror(facts);
		row->host = SIDE_NONE; /* found anew from the facts */
		row->host_by = HOST_BY_NONE;
		q->from = side_other(q->from);
	}
	if (mirrored != swap)
		facts_mirror(&q->said);
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
ask(const struct dissector *d, struct flows *t, struct flow_row *row, struct asked *q)
{
	enum probe first, second;

	q->as = q->from;
	facts_clear(&q->said);
	first = d->probe(q->bytes, q->as, &q->said);
	if (first < PROBE_LIKE && roles_assumed(row)) {
		q->as = side_other(q->from);
		facts_clear(&q->said);
		second = d->probe(q->bytes, q->as, &q->said);
		first = second != PROBE_NO ? second : first;
	}
	if (first == PROBE_YES) {
		settle_sides(t, row, q);
		mark_banners(&q->said, q->from);
	}
	return first;
}

/* A message of its own goes out whole; the row remembers only what the flow is. */
static bool
take_message(struct flows *t, struct flow_row *row, const struct asked *q, struct classified *out)
{
	struct obs_list kept;
	struct obs o;

	if (!out->message) {
		out->message = true;
		facts_clear(&out->datagram);
	}
	obs_append(&out->datagram, &q->said);
	if (row->plain)
		return false;
	facts_clear(&kept);
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
		if ((row->young->probed[s] & d->tcp) != d->tcp && row->young->head[s] != NULL)
			return;
	}
	flows_heads_drop(t, row);
}

/* A bare answer is anyone's: it opens a tunnel only where one was asked for. */
static uint32_t
wrapping_of(struct flows *t, const struct flow_row *row, const struct asked *q)
{
	const struct obs_list *told;
	struct obs inner, to;

	if (!obs_find(&q->said, OBS_INNER, &inner) || inner.num > q->bytes.n)
		return 0;
	told = flows_told(t, row);
	if (told == NULL || !obs_find(told, OBS_PROXY_TO, &to))
		return 0;
	return inner.num;
}

/* A set of dissectors over one head; true if facts grew. */
static bool
probe_head(const struct dissect *d, uint64_t set, struct flows *t, struct flow_row *row,
    struct asked *q, struct classified *out)
{
	const struct dissector *const *table = d->table[dissect_of(row)];
	bool grew = false;

	while (set != 0) {
		const unsigned i = next_of(&set);
		const enum probe said = ask(table[i], t, row, q);

		if (said != PROBE_MORE)
			row->young->probed[q->from] |= 1ull << i;
		if (said != PROBE_YES)
			continue;
		grew = take(t, row, table[i], q, out) || grew;
		q->wrapping = wrapping_of(t, row, q);
		if (q->wrapping > 0) {
			row->young->probed[q->from] = 1ull << i;
			break;
		}
	}
	return grew;
}

/* All that still want to read this side's head, usual ports first. */
static bool
probe_all(const struct dissect *d, struct flows *t, struct flow_row *row, struct asked *q,
    struct classified *out)
{
	const uint8_t first = q->bytes.p[0];
	uint64_t possible = d->opens[q->from][first], wanted, usual;
	bool grew;

	if (roles_assumed(row))
		possible |= d->opens[side_other(q->from)][first];
	row->young->probed[q->from] |= d->tcp & ~possible;
	wanted = d->tcp & ~row->young->probed[q->from];
	usual = wanted & dissect_usual(d, row);
	q->wrapping = 0;
	grew = probe_head(d, usual, t, row, q, out);
	if (q->wrapping > 0)
		return grew;
	return probe_head(d, wanted & ~usual, t, row, q, out) || grew;
}

static bool
see_segment(const struct dissect *d, struct flows *t, struct flow_row *row, const struct packet *p,
    enum side from, struct classified *out)
{
	struct flow_young *young = row->young;
	struct asked q;
	bool grew = false;

	if (young == NULL || (young->probed[from] & d->tcp) == d->tcp)
		return false;
	q.from = from;
	q.bytes = flows_head_with(t, row, from, p);
	if (q.bytes.n > 0) {
		grew = probe_all(d, t, row, &q, out);
		for (int i = 0; q.wrapping > 0 && i < WRAPPINGS; i++) {
			q.bytes = flows_head_from(t, row, q.from, p, q.wrapping);
			q.wrapping = 0;
			if (q.bytes.n > 0)
				grew = probe_all(d, t, row, &q, out) || grew;
		}
		/* Most streams are known by their first segment: only the others' is copied. */
		if ((young->probed[q.from] & d->tcp) != d->tcp && young->head[q.from] == NULL)
			(void)flows_head_add(t, row, q.from, p);
	}
	/* What waits behind a hole the mirror lost must not hold its room for good. */
	if (flows_head_full(row, q.from) || row->side[q.from].payload_bytes > HEAD_LATE_BYTES)
		young->probed[q.from] |= d->tcp;
	if ((young->probed[q.from] & d->tcp) == d->tcp)
		drop_heads(d, t, row);
	return grew;
}

/* The one that follows every datagram.  One it cannot read must not blind it to the next. */
static bool
see_every(const struct dissect *d, struct flows *t, struct flow_row *row, struct asked *q,
    struct classified *out)
{
	const struct dissector *one = d->table[OF_DATAGRAMS][row->every - 1];

	return ask(one, t, row, q) == PROBE_YES && take_message(t, row, q, out);
}

/* Does it know the datagram for its own, alone or by those before it? */
static bool
knows(const struct dissect *d, unsigned i, struct flows *t, struct flow_row *row, struct asked *q)
{
	const struct dissector *one = d->table[OF_DATAGRAMS][i];
	const enum probe said = ask(one, t, row, q);

	if (said == PROBE_LIKE)
		return series_goes_on(row->young, q->from, i, &q->said);
	return said == PROBE_YES;
}

/* A set of dissectors over one datagram; true if facts grew. */
static bool
probe_datagram(const struct dissect *d, uint64_t set, struct flows *t, struct flow_row *row,
    struct asked *q, struct classified *out)
{
	bool grew = false;

	while (set != 0 && row->every == 0) {
		const unsigned i = next_of(&set);
		const struct dissector *one = d->table[OF_DATAGRAMS][i];

		if (!knows(d, i, t, row, q))
			continue;
		row->young->probed[q->from] |= 1ull << i;
		row->every = one->every ? (uint8_t)(1 + i) : 0;
		grew = take(t, row, one, q, out) || grew;
	}
	return grew;
}

/* The sender's hello as far as it has come, if this datagram brings more of it. */
static struct view
join_hello(struct quic_opener *quic, struct flows *t, struct flow_row *row, enum side from,
    struct view datagram)
{
	struct pieces pieces;
	bool found = false;

	if (quic_may_open(datagram))
		found = quic_open(quic, datagram, pieces_key(row, from), &pieces);
	else if (pieces_may_be_dtls(datagram))
		found = pieces_of_dtls(datagram, &pieces);
	return found ? pieces_join(t, row, from, &pieces) : view_of(NULL, 0);
}

/* Who opened the flow says hello first: where that is read, nothing is joined any more. */
static bool
see_pieces(const struct dissect *d, struct quic_opener *quic, struct flows *t, struct flow_row *row,
    struct asked *q, struct classified *out)
{
	struct flow_young *young = row->young;
	bool grew = false;

	if (((young->probed[0] | young->probed[1]) & d->pieces) != 0)
		return false;
	q->bytes = join_hello(quic, t, row, q->from, q->bytes);
	if (q->bytes.n > 0)
		grew = probe_head(d, d->pieces, t, row, q, out);
	if ((young->probed[q->from] & d->pieces) != 0 || young->datagrams[q->from] >= DATAGRAMS)
		flows_heads_drop(t, row);
	return grew;
}

/* Whose the datagram may be, by its first bytes. */
static uint64_t
possible(const struct dissect *d, struct view datagram)
{
	uint64_t places = d->places, never = 0;

	while (places != 0) {
		const unsigned at = next_of(&places);

		if (at >= datagram.n)
			break;
		never |= d->never[at][datagram.p[at]];
	}
	return d->udp & ~never;
}

static bool
see_datagram(const struct dissect *d, struct quic_opener *quic, struct flows *t,
    struct flow_row *row, const struct packet *p, enum side from, struct classified *out)
{
	struct flow_young *young = row->young;
	uint64_t wanted, usual;
	struct asked q;
	bool grew;

	q.bytes = p->payload;
	q.from = from;
	if (row->every != 0)
		return see_every(d, t, row, &q, out);
	if (young == NULL || young->datagrams[from] >= DATAGRAMS)
		return false;
	young->datagrams[from]++;
	wanted = (young->probed[0] | young->probed[1]) & d->udp;
	if (row->plain)
		wanted = d->every;
	else if (wanted == 0)
		wanted = d->udp;
	else if ((wanted & d->mixed) != 0)
		wanted |= d->mixed & d->udp;
	wanted &= possible(d, q.bytes);
	usual = wanted & dissect_usual(d, row);
	grew = probe_datagram(d, usual, t, row, &q, out);
	grew = probe_datagram(d, wanted & ~usual, t, row, &q, out) || grew;
	if (row->every != 0 || row->plain)
		return grew;
	return see_pieces(d, quic, t, row, &q, out) || grew;
}

bool
dissect_packet(const struct dissect *d, struct quic_opener *quic, struct flows *t,
    struct flow_row *row, const struct packet *p, enum side from, struct classified *out)
{
	if (p->payload.n == 0)
		return false;
	if (p->proto == PROTO_TCP)
		return see_segment(d, t, row, p, from, out);
	return see_datagram(d, quic, t, row, p, from, out);
}

bool
dissect_done(const struct dissect *d, const struct flow_row *row)
{
	const struct flow_young *young = row->young;

	if (young == NULL)
		return true;
	if (row->proto == PROTO_TCP)
		return (young->probed[0] & young->probed[1] & d->tcp) == d->tcp;
	return row->every == 0 && young->datagrams[0] >= DATAGRAMS &&
	    young->datagrams[1] >= DATAGRAMS;
}
