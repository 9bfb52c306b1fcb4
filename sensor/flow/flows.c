/*
 * flows: the flow table: find a packet's row or open one, count, close.
 *
 *   packet -> key -> row? -- none, or another connection's --> close, make room, open
 *                     \-> roles -> counters -> timers
 */
#include <assert.h>
#include <stdlib.h>

#include "flow/roles.h"
#include "flow/rtt.h"
#include "flow/table.h"
#include "flow/tcp.h"
#include "flow/timers.h"

#define SMALL_BYTES 200

struct flows *
flows_new(const struct flows_limits *l, flows_gone *gone, void *arg)
{
	struct flows *t;
	size_t buckets = 1;

	assert(l->rows > 0 && l->rows < UINT32_MAX);
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	while (buckets < l->rows)
		buckets *= 2;
	t->key = key_of(l->seed);
	t->limit = l->rows;
	t->mask = (uint32_t)(buckets - 1);
	t->gone = gone;
	t->arg = arg;
	t->heads = (struct pool){ .block_bytes = heads_bytes(), .most = l->heads };
	t->facts = (struct pool){ .block_bytes = sizeof(struct obs_list), .most = l->rows };
	t->rows = calloc((size_t)l->rows + 1, sizeof(t->rows[0]));
	t->buckets = calloc(buckets, sizeof(t->buckets[0]));
	t->order = calloc(l->rows, sizeof(t->order[0]));
	if (t->rows == NULL || t->buckets == NULL || t->order == NULL) {
		flows_free(t);
		return NULL;
	}
	return t;
}

static void
give_back(struct flows *t, struct flow_row *row)
{
	flows_heads_drop(t, row);
	pool_give(&t->facts, row->facts);
	row->facts = NULL;
}

void
flows_free(struct flows *t)
{
	if (t == NULL)
		return;
	for (uint32_t i = 1; i <= t->used; i++)
		give_back(t, &t->rows[i]);
	pool_empty(&t->heads);
	pool_empty(&t->facts);
	free(t->order);
	free(t->buckets);
	free(t->rows);
	free(t);
}

static struct flow_row *
find(const struct flows *t, const struct packet *p, uint32_t hash, enum side *from)
{
	uint32_t i = t->buckets[hash & t->mask];

	for (; i != 0; i = t->rows[i].next) {
		if (t->rows[i].hash == hash && key_match(&t->rows[i].f, p, from))
			return &t->rows[i];
	}
	return NULL;
}

static void
count_gone(struct flows *t, const struct flow *f, bool evicted)
{
	const bool client = f->payload_bytes[SIDE_CLIENT] > 0;
	const bool server = f->payload_bytes[SIDE_SERVER] > 0;

	t->stats.live--;
	if (evicted)
		t->stats.evicted++;
	else
		t->stats.closed++;
	if (f->proto == PROTO_TCP && client && server)
		t->stats.tcp_two_way++;
	else if (f->proto == PROTO_TCP && (client || server))
		t->stats.tcp_one_way++;
}

static void
let_go(struct flows *t, struct flow_row *row, bool evicted)
{
	const uint32_t index = (uint32_t)(row - t->rows);
	uint32_t *link = &t->buckets[row->hash & t->mask];

	while (*link != index)
		link = &t->rows[*link].next;
	*link = row->next;
	timers_unlink(t, row);
	count_gone(t, &row->f, evicted);
	t->gone(t->arg, row, t->clock_us, evicted);
	give_back(t, row);
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
	memset(row, 0, sizeof(*row));
	return row;
}

static void
fill_flow(struct flow *f, const struct packet *p, enum side from)
{
	const enum side to = side_other(from);

	f->id = p->ordinal;
	f->first_us = f->last_us = p->at_us;
	f->end[from] = p->addr[0];
	f->end[to] = p->addr[1];
	f->port[from] = p->port[0];
	f->port[to] = p->port[1];
	f->mac[from] = p->mac[0];
	f->mac[to] = p->mac[1];
	f->proto = p->proto;
	f->source = p->source;
	f->vlan = p->vlan;
	f->midstream = p->proto == PROTO_TCP && (p->tcp_flags & TCP_SYN) == 0;
	f->tunnel = (uint8_t)p->tunnel;
	f->outer[from] = p->outer[0];
	f->outer[to] = p->outer[1];
	f->verdict.host = SIDE_NONE;
}

static struct flow_row *
open_row(struct flows *t, const struct packet *p, uint32_t hash, enum side *from)
{
	struct flow_row *row = take_row(t);
	uint32_t *bucket = &t->buckets[hash & t->mask];
	enum opened_by how;

	*from = roles_of_first(p, &how);
	fill_flow(&row->f, p, *from);
	row->f.opened_by = (uint8_t)how;
	row->live = true;
	row->hash = hash;
	row->next = *bucket;
	*bucket = (uint32_t)(row - t->rows);
	t->stats.opened++;
	t->stats.live++;
	return row;
}

/* The first packet of a side tells what the first of the other could not. */
static void
note_first(struct flow *f, const struct packet *p, enum side from)
{
	f->ttl[from] = p->ttl;
	f->mac[from] = p->mac[0];
	if (f->packets[side_other(from)] > 0 && p->vlan != f->vlan)
		f->vlan_back = p->vlan;
}

static void
count(struct flow_row *row, const struct packet *p, enum side from)
{
	struct flow *f = &row->f;
	bool fresh = p->payload_bytes > 0;

	if (f->packets[from] == 0)
		note_first(f, p, from);
	if (p->proto == PROTO_TCP) {
		rtt_see(row, p, from);
		fresh = tcp_follow(row, p, from);
		f->tcp_flags[from] |= p->tcp_flags;
		if (p->tcp_mss != 0)
			f->mss[from] = p->tcp_mss;
	}
	if (p->at_us > f->last_us)
		f->last_us = p->at_us;
	f->bytes[from] += p->ip_bytes;
	f->payload_bytes[from] += p->payload_bytes;
	f->packets[from]++;
	f->data_packets[from] += fresh;
	f->small_packets[from] += fresh && p->payload_bytes <= SMALL_BYTES;
	f->fragments = f->fragments || p->reassembled;
}

struct flow_row *
flows_see(struct flows *t, const struct packet *p, enum side *from)
{
	const uint32_t hash = key_hash(&t->key, p);
	struct flow_row *row = find(t, p, hash, from);

	assert(p->kind == PACKET_IP);
	if (p->at_us > t->clock_us)
		t->clock_us = p->at_us;
	if (row != NULL && p->proto == PROTO_TCP && tcp_is_another(row, p, *from, t->clock_us)) {
		let_go(t, row, false);
		row = NULL;
	}
	if (row == NULL)
		row = open_row(t, p, hash, from);
	else
		*from = roles_settle(row, p, *from);
	count(row, p, *from);
	timers_touch(t, row, p->ordinal);
	return row;
}

struct obs_list *
flows_facts(struct flows *t, struct flow_row *row)
{
	if (row->facts != NULL)
		return row->facts;
	row->facts = pool_take(&t->facts);
	if (row->facts == NULL)
		t->stats.facts_refused++;
	else
		row->facts->used = row->facts->count = row->facts->lost = 0;
	return row->facts;
}

static void
advance(struct flows *t, int64_t now_us)
{
	if (now_us > t->clock_us)
		t->clock_us = now_us;
}

uint32_t
flows_expire(struct flows *t, int64_t now_us, uint32_t most)
{
	struct flow_row *row;
	uint32_t gone = 0;

	advance(t, now_us);
	for (; gone < most && (row = timers_due(t)) != NULL; gone++)
		let_go(t, row, false);
	return gone;
}

static int
by_id(const void *a, const void *b, void *rows)
{
	const struct flow_row *x = (const struct flow_row *)rows + *(const uint32_t *)a;
	const struct flow_row *y = (const struct flow_row *)rows + *(const uint32_t *)b;

	return (x->f.id > y->f.id) - (x->f.id < y->f.id);
}

void
flows_close_all(struct flows *t, int64_t now_us)
{
	uint32_t live = 0;

	advance(t, now_us);
	for (uint32_t i = 1; i <= t->used; i++) {
		if (t->rows[i].live)
			t->order[live++] = i;
	}
	qsort_r(t->order, live, sizeof(t->order[0]), by_id, t->rows);
	for (uint32_t i = 0; i < live; i++)
		let_go(t, &t->rows[t->order[i]], false);
}

void
flows_stats(const struct flows *t, struct flows_stats *out)
{
	*out = t->stats;
}
