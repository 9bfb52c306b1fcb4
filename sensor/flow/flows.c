/*
 * flows: the flow table: find a packet's row or open one, count, close.
 *
 *   packet -> key -> row? -- none, or another connection's --> close, make room, open
 *                     \-> roles -> counters -> timers
 */
#include <assert.h>
#include <stdlib.h>

#include "flow/map.h"
#include "flow/roles.h"
#include "flow/rtt.h"
#include "flow/table.h"
#include "flow/tcp.h"
#include "flow/timers.h"

#define LINE_BYTES 64 /* of the cache */

_Static_assert(sizeof(struct flow_row) <= 208, "a decided flow is a row and little else");

static bool
begin_pools(struct flows *t)
{
	t->young.block_bytes = sizeof(struct flow_young);
	/* All bytes: in its own it would end anywhere. */
	t->wide.block_bytes = (sizeof(struct flow_wide) + 7) / 8 * 8;
	facts_begin(t);
	heads_begin(t);
	return pool_begin(&t->young) && pool_begin(&t->wide);
}

static size_t
rows_bytes(const struct flows *t)
{
	return ((size_t)t->limit + 1) * sizeof(t->rows[0]);
}

static size_t
buckets_bytes(const struct flows *t)
{
	return ((size_t)t->mask + 1) * sizeof(t->buckets[0]);
}

/* Together: alone the buckets of a shard fill no huge page. */
static bool
map_tables(struct flows *t)
{
	t->buckets = map_new(buckets_bytes(t) + rows_bytes(t));
	if (t->buckets == NULL)
		return false;
	t->rows = (struct flow_row *)(void *)(t->buckets + t->mask + 1);
	return true;
}

struct flows *
flows_new(const struct flows_limits *l, flows_gone *gone, void *arg)
{
	struct flows *t;
	size_t buckets = 1;

	assert(l->rows > 0 && l->rows < UINT32_MAX / 2);
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	/* Sparse: to look at a second row of a chain is to wait for memory. */
	while (buckets < 2 * (size_t)l->rows)
		buckets *= 2;
	t->key = key_of(l->seed);
	t->limit = l->rows;
	t->mask = (uint32_t)(buckets - 1);
	t->head_bytes_most = l->head_bytes;
	t->gone = gone;
	t->arg = arg;
	timers_begin(t);
	if (!map_tables(t) || !begin_pools(t)) {
		flows_free(t);
		return NULL;
	}
	return t;
}

void
flows_free(struct flows *t)
{
	if (t == NULL)
		return;
	pool_free(&t->young);
	pool_free(&t->wide);
	for (unsigned i = 0; i < FACTS_CLASSES; i++)
		pool_free(&t->facts[i]);
	for (unsigned i = 0; i < HEAD_CLASSES; i++)
		pool_free(&t->heads[i]);
	map_free(t->buckets, buckets_bytes(t) + rows_bytes(t));
	free(t);
}

uint32_t
flows_hash(const struct flows *t, const struct packet *p)
{
	return key_hash(&t->key, p);
}

void
flows_prefetch_bucket(const struct flows *t, uint32_t hash)
{
	__builtin_prefetch(&t->buckets[hash & t->mask]);
}

void
flows_prefetch(const struct flow_row *row)
{
	const uint8_t *p = (const uint8_t *)row;

	for (size_t at = 0; at < sizeof(*row); at += LINE_BYTES)
		__builtin_prefetch(p + at, 1);
	__builtin_prefetch(p + sizeof(*row) - 1, 1);
}

void
flows_prefetch_row(const struct flows *t, uint32_t hash)
{
	flows_prefetch(&t->rows[t->buckets[hash & t->mask]]);
}

const struct flow_row *
flows_prefetch_young(const struct flows *t, uint32_t hash)
{
	const struct flow_row *row = &t->rows[t->buckets[hash & t->mask]];

	if (row->young != NULL) {
		__builtin_prefetch(row->young, 1);
		__builtin_prefetch(row->facts, 1);
	}
	return row;
}

void
flows_prefetch_close(const struct flows *t, const struct flow_row *row)
{
	flows_prefetch_bucket(t, key_hash_row(&t->key, row));
	__builtin_prefetch(row->facts);
}

static struct flow_row *
find(const struct flows *t, const struct packet *p, uint32_t hash, enum side *from)
{
	uint32_t i = t->buckets[hash & t->mask];

	for (; i != 0; i = t->rows[i].next) {
		if (key_match(&t->rows[i], p, from))
			return &t->rows[i];
	}
	return NULL;
}

static void
count_gone(struct flows *t, const struct flow_row *row, bool evicted)
{
	const bool client = row->side[SIDE_CLIENT].payload_bytes > 0;
	const bool server = row->side[SIDE_SERVER].payload_bytes > 0;

	t->stats.live--;
	if (evicted)
		t->stats.evicted++;
	else
		t->stats.closed++;
	if (row->proto == PROTO_TCP && client && server)
		t->stats.tcp_two_way++;
	else if (row->proto == PROTO_TCP && (client || server))
		t->stats.tcp_one_way++;
}

static void
give_young(struct flows *t, struct flow_row *row)
{
	flows_heads_drop(t, row);
	pool_give(&t->young, row->young);
	row->young = NULL;
}

static void
let_go(struct flows *t, struct flow_row *row, bool evicted)
{
	const uint32_t index = (uint32_t)(row - t->rows);
	uint32_t *link = &t->buckets[key_hash_row(&t->key, row) & t->mask];

	while (*link != index)
		link = &t->rows[*link].next;
	*link = row->next;
	timers_remove(t, row);
	count_gone(t, row, evicted);
	t->gone(t->arg, row, evicted);
	give_young(t, row);
	facts_drop(t, row);
	pool_give(&t->wide, row->wide);
	row->live = false;
	row->next = t->free;
	t->free = index;
}

/* A row to write on; a full table loses its cheapest for it. */
static struct flow_row *
take_row(struct flows *t)
{
	struct flow_row *row;

	if (t->free == 0 && t->used < t->limit)
		return &t->rows[++t->used];
	if (t->free == 0)
		let_go(t, timers_cheapest(t), true);
	row = &t->rows[t->free];
	t->free = row->next;
	flows_prefetch(&t->rows[t->free]); /* the next one's */
	memset(row, 0, sizeof(*row));
	return row;
}

/* A block that must be had: without memory another row gives up its own. */
static void *
take_block(struct flows *t, struct pool *pool)
{
	void *block;

	while ((block = pool_take(pool)) == NULL)
		let_go(t, timers_cheapest(t), true);
	return block;
}

static void
fill_ends(struct flows *t, struct flow_row *row, const struct packet *p, enum side from)
{
	const enum side to = side_other(from);
	struct flow_wide *w;

	row->side[from].port = p->port[0];
	row->side[to].port = p->port[1];
	if (key_is_four(p) && p->tunnel == TUNNEL_NONE) {
		memcpy(&row->side[from].four, p->addr[0].b + 12, 4);
		memcpy(&row->side[to].four, p->addr[1].b + 12, 4);
		return;
	}
	w = row->wide = take_block(t, &t->wide);
	w->end[from] = p->addr[0];
	w->end[to] = p->addr[1];
	w->outer[from] = p->outer[0];
	w->outer[to] = p->outer[1];
	w->tunnel = (uint8_t)p->tunnel;
}

static void
fill_row(struct flows *t, struct flow_row *row, const struct packet *p, enum side from)
{
	fill_ends(t, row, p, from);
	row->id = LOW48(p->ordinal);
	row->first_us = row->last_us = p->at_us;
	row->mac[from] = p->mac[0];
	row->mac[side_other(from)] = p->mac[1];
	row->proto = p->proto;
	row->source = p->source;
	row->first = from == SIDE_SERVER;
	row->host = SIDE_NONE;
	row->live = true;
	row->idle = IDLES; /* no class yet */
	row->midstream = p->proto == PROTO_TCP && (p->tcp_flags & TCP_SYN) == 0;
	if (p->proto == PROTO_TCP || p->proto == PROTO_UDP) {
		row->young = take_block(t, &t->young);
		*row->young = (struct flow_young){ 0 };
	}
}

/* Not inlined, as settle_syn: most packets need neither, nor the registers they take. */
static __attribute__((noinline)) struct flow_row *
open_row(struct flows *t, const struct packet *p, uint32_t hash, enum side *from)
{
	struct flow_row *row = take_row(t);
	uint32_t *bucket = &t->buckets[hash & t->mask];
	enum opened_by how;

	*from = roles_of_first(p, &how);
	fill_row(t, row, p, *from);
	row->opened_by = how & 15;
	row->next = *bucket;
	*bucket = (uint32_t)(row - t->rows);
	t->stats.opened++;
	t->stats.live++;
	return row;
}

/* The first packet of a side tells what the first of the other could not. */
static void
note_first(struct flow_row *row, const struct packet *p, enum side from)
{
	row->side[from].ttl = p->ttl;
	row->side[from].vlan = p->vlan;
	row->mac[from] = p->mac[0];
}

static void
count(struct flow_row *row, const struct packet *p, enum side from)
{
	struct flow_side *s = &row->side[from];
	bool fresh = p->payload_bytes > 0;

	if (s->packets == 0)
		note_first(row, p, from);
	if (p->proto == PROTO_TCP) {
		if (row->young != NULL)
			rtt_see(row, p, from);
		fresh = tcp_follow(row, p, from);
		s->tcp_flags |= p->tcp_flags;
		if (p->tcp_mss != 0)
			s->mss = p->tcp_mss;
	}
	if (p->at_us > row->last_us)
		row->last_us = p->at_us;
	s->bytes = LOW48(s->bytes + p->ip_bytes);
	s->payload_bytes = LOW48(s->payload_bytes + p->payload_bytes);
	s->packets++;
	s->data_packets += fresh;
	if (p->reassembled)
		row->fragments = true;
	row->seen_ordinal = LOW48(p->ordinal);
}

/* The flow of a SYN: NULL if the row it met was another connection's, and went. */
static __attribute__((noinline)) struct flow_row *
settle_syn(
    struct flows *t, struct flow_row *row, const struct packet *p, int64_t now_us, enum side *from)
{
	if (tcp_is_another(row, p, *from, now_us)) {
		let_go(t, row, false);
		return NULL;
	}
	*from = roles_settle(row, p, *from);
	return row;
}

struct flow_row *
flows_see(struct flows *t, const struct packet *p, uint32_t hash, int64_t now_us, enum side *from)
{
	struct flow_row *row = find(t, p, hash, from);

	assert(p->kind == PACKET_IP);
	if (row != NULL && p->proto == PROTO_TCP && (p->tcp_flags & TCP_SYN) != 0)
		row = settle_syn(t, row, p, now_us, from);
	if (row == NULL)
		row = open_row(t, p, hash, from);
	count(row, p, *from);
	timers_touch(t, row, now_us);
	return row;
}

void
flows_settle(struct flows *t, struct flow_row *row)
{
	if (row->young == NULL)
		return;
	assert(row->young->dpi == NULL);
	flows_heads_drop(t, row);
	facts_pack(t, row);
	if (!rtt_is_open(row->young))
		give_young(t, row);
}

uint32_t
flows_all(struct flows *t, struct flows_due *out, uint32_t most)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i <= t->used && n < most; i++) {
		if (t->rows[i].live)
			out[n++] = (struct flows_due){ t->rows[i].id, &t->rows[i] };
	}
	return n;
}

void
flows_close(struct flows *t, struct flow_row *row)
{
	let_go(t, row, false);
}

const struct flows_stats *
flows_stats(const struct flows *t)
{
	return &t->stats;
}
