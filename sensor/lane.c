/*
 * lane: find the flow, classify, tell.
 *
 *   parcels -> hashes -> buckets -> rows   (each round has the next one's memory on its way)
 *          \-> flows_see -> classify_packet -> events
 *           \-> ARP -> EVENT_DEVICE, EVENT_MASKED
 */
#include "lane_private.h"
#include "shown.h"

#define DEVICE_AGAIN_US (600 * 1000000LL) /* an unchanged MAC-address pair is told again */
#define MASKED_AGAIN_US (600 * 1000000LL) /* in which MASKED_MOST are told of a station */
#define MASKED_MOST     32
#define UPDATE_LEAST    4096 /* bytes of payload below which growth is no news */

static void
copy_facts(struct obs_list *to, const struct obs_list *from)
{
	to->used = from->used;
	to->count = from->count;
	to->lost = from->lost;
	memcpy(to->at, from->at, from->used);
}

/* With what its flow told so far; of a message with its ends, and nothing told. */
struct event *
lane_event(struct lane *l, enum event_kind kind, const struct flow_row *row)
{
	struct event *ev = &l->ev;
	const struct obs_list *told;

	ev->kind = kind;
	ev->ordinal = l->ordinal;
	ev->at_us = l->now_us;
	ev->evicted = false;
	ev->facts.used = ev->facts.count = ev->facts.lost = 0;
	if (row == NULL) {
		memset(&ev->flow, 0, sizeof(ev->flow));
		return ev;
	}
	if (kind == EVENT_MESSAGE) {
		flows_value(row, &ev->flow);
		return ev;
	}
	told = flows_told(l->at->flows, row);
	classify_value(l->at->classify, row, told, &ev->flow);
	if (told != NULL)
		copy_facts(&ev->facts, told);
	return ev;
}

void
lane_tell(struct lane *l, const struct event *ev)
{
	l->emit(l->arg, l->key, ev);
}

static uint64_t
payload_of(const struct flow_row *row)
{
	return (uint64_t)row->side[0].payload_bytes + row->side[1].payload_bytes;
}

static void
emit_flow(struct lane *l, enum event_kind kind, struct flow_row *row, bool evicted)
{
	struct event *ev = lane_event(l, kind, row);

	ev->evicted = evicted;
	row->told_us = l->now_us;
	row->told_payload = payload_of(row) & 0xffffffffffff;
	lane_tell(l, ev);
}

void
lane_window(struct lane *l, struct flow_row *row)
{
	const struct obs_list *told;
	struct window w;
	struct event *ev;

	if (!rhythm_window(l->at->rhythms, row, l->now_us, &w))
		return;
	ev = lane_event(l, EVENT_WINDOW, row);
	ev->facts.used = ev->facts.count = ev->facts.lost = 0;
	obs_add(&ev->facts, OBS_WINDOW, 0, &w, sizeof(w));
	told = flows_told(l->at->flows, row);
	if (told != NULL)
		obs_append(&ev->facts, told);
	lane_tell(l, ev);
}

void
lane_row_gone(void *arg, struct flow_row *row, bool evicted)
{
	struct lane *l = arg;

	classify_finish(l->at->classify, row);
	lane_window(l, row);
	rhythm_drop(l->at->rhythms, row);
	emit_flow(l, EVENT_FLOW_CLOSE, row, evicted);
	classify_drop(l->at->classify, row);
}

static uint32_t
hash_mac(uint32_t h, const struct mac *m)
{
	for (int i = 0; i < 6; i++)
		h = (h ^ m->b[i]) * 16777619u;
	return h;
}

/*
 * A machine that asks whether an address is free has none yet, and says its own hardware
 * address [RFC 5227 2.1.1].  One that says another's, and a new one each time, says
 * something else.
 */
static bool
is_masked(const struct packet *p)
{
	static const struct addr nobodys = { .b = { [10] = 0xff, [11] = 0xff } }; /* 0.0.0.0 */

	return p->arp_asks && addr_equal(&p->addr[0], &nobodys) && (p->mac[1].b[0] & 1) == 0 &&
	    !mac_is_none(&p->mac[1]) && !mac_equal(&p->mac[0], &p->mac[1]);
}

static void
see_masked(struct lane *l, const struct packet *p)
{
	const uint32_t h = hash_mac(2166136261u, &p->mac[1]);
	struct masked *m = &l->masked[(h ^ h >> 16) & (MASKED_SLOTS - 1)];
	const bool known = mac_equal(&m->station, &p->mac[1]);
	struct event *ev;

	if (!known || l->now_us - m->from_us >= MASKED_AGAIN_US)
		*m = (struct masked){ p->mac[1], { { 0 } }, l->now_us, 0 };
	if (mac_equal(&m->said, &p->mac[0]) || m->told == MASKED_MOST)
		return;
	m->said = p->mac[0];
	m->told++;
	ev = lane_event(l, EVENT_MASKED, NULL);
	ev->flow.source = p->source;
	ev->flow.vlan = p->vlan;
	ev->flow.mac[0] = p->mac[1];
	ev->flow.mac[1] = p->mac[0];
	ev->flow.end[1] = p->addr[1];
	lane_tell(l, ev);
}

static void
see_arp(struct lane *l, const struct packet *p)
{
	uint32_t h = 2166136261u;
	struct device *d;
	struct event *ev;

	if (mac_is_none(&p->mac[0]))
		return;
	if (is_masked(p))
		see_masked(l, p);
	if (addr_is_group(&p->addr[0]))
		return;
	h = hash_mac(h, &p->mac[0]);
	for (int i = 12; i < 16; i++)
		h = (h ^ p->addr[0].b[i]) * 16777619u;
	d = &l->device[(h ^ h >> 16) & (DEVICE_SLOTS - 1)];
	if (d->told_us != 0 && l->now_us - d->told_us < DEVICE_AGAIN_US &&
	    mac_equal(&d->mac, &p->mac[0]) && addr_equal(&d->addr, &p->addr[0]))
		return;
	*d = (struct device){ p->mac[0], p->addr[0], l->now_us };
	ev = lane_event(l, EVENT_DEVICE, NULL);
	ev->flow.source = p->source;
	ev->flow.vlan = p->vlan;
	ev->flow.mac[0] = p->mac[0];
	ev->flow.end[0] = p->addr[0];
	lane_tell(l, ev);
}

/*
 * Is it time to tell of a flow (again)?  Every FLOW_UPDATE_US, and while it is
 * young each time its payload doubled, so that a session is known as one soon.  No
 * name is needed: the desk may have one by DNS, and counts what leaves from where.
 */
static bool
is_news(const struct lane *l, const struct flow_row *row)
{
	const uint64_t payload = payload_of(row);
	const int64_t since_us = row->told_us != 0 ? row->told_us : row->first_us;

	if (payload == row->told_payload || row->plain)
		return false;
	return l->now_us - since_us >= FLOW_UPDATE_US ||
	    payload >= 2 * (uint64_t)row->told_payload + UPDATE_LEAST;
}

/* A flow none of whose ends can be an endpoint's is counted and no more. */
static void
look_over(const struct lane *l, struct flow_row *row)
{
	if (l->o.watch == NULL || row->side[0].packets + row->side[1].packets > 1)
		return;
	for (int s = 0; s < 2; s++) {
		const struct addr a = flows_end(row, (enum side)s);

		if (watch_has(l->o.watch, &a))
			return;
	}
	row->plain = 1;
}

/*
 * Of a flow without a product the desk asks whose its ends are, which it was told already,
 * what its server was resolved from, unless the client says so itself, and what device
 * the server shows itself to be.
 */
static bool
is_worth_telling(const struct lane *l, const struct flow_row *row)
{
	const struct obs_list *told = flows_told(l->at->flows, row);
	struct obs o;

	if (row->product != 0 || told == NULL)
		return true;
	/* Alone it is for the record: the flow is still one that nobody names. */
	if (told->count == 1 && obs_find(told, OBS_FULLY_ENCRYPTED, &o))
		return false;
	if (row->told_us == 0)
		return true;
	for (size_t i = 0; i < SHOWN_KINDS; i++) {
		if (obs_find(told, shown_kinds[i], &o))
			return true;
	}
	return !obs_find(told, OBS_SNI, &o) && !obs_find(told, OBS_HTTP_HOST, &o);
}

/* Sizes and times of what may be a session. */
static void
follow(struct lane *l, struct flow_row *row, const struct packet *p, enum side from)
{
	uint32_t extra_bytes;
	bool padded;

	if (l->slice_us != 0 && rhythm_is_over(l->at->rhythms, row))
		lane_window(l, row);
	rhythm_see(l->at->rhythms, row, from, p);
	if (!rhythm_asks(l->at->rhythms, row))
		return;
	extra_bytes = classify_carried(l->at->classify, row, &padded);
	rhythm_carried(l->at->rhythms, row, extra_bytes, padded);
}

static void
see_packet(struct lane *l, struct parcel *parcel, uint32_t hash)
{
	const struct packet *p = &parcel->p;
	const struct flows_stats *stats = flows_stats(l->at->flows);
	const uint64_t opened = stats->opened;
	struct classified *seen = &l->seen;
	struct flow_row *row;
	enum side from;
	unsigned end;

	row = flows_see(l->at->flows, p, hash, l->now_us, &from);
	parcel->opened = stats->opened != opened;
	l->opened += parcel->opened;
	look_over(l, row);
	end = from ^ row->first; /* learning may swap the row's sides */
	classify_packet(l->at->classify, row, p, from, seen);
	if (p->payload_bytes > 0 && !row->plain && rhythm_is_due(row))
		follow(l, row, p, (enum side)(end ^ row->first));
	if (seen->message) {
		struct event *ev = lane_event(l, EVENT_MESSAGE, row);

		copy_facts(&ev->facts, &seen->datagram);
		lane_tell(l, ev);
	}
	if (seen->changed && is_worth_telling(l, row))
		emit_flow(l, EVENT_FLOW_NAMED, row, false);
	else if (is_news(l, row))
		emit_flow(l, EVENT_FLOW_UPDATE, row, false);
}

static void
take_one(struct lane *l, struct parcel *parcel, uint32_t hash)
{
	l->now_us = parcel->now_us;
	l->ordinal = parcel->p.ordinal;
	l->counts = &parcel->counts;
	l->key.major = l->o.live ? (uint64_t)parcel->now_us : parcel->p.ordinal;
	l->key.minor = MINOR_PACKET;
	l->at = &l->shard[parcel->shard];
	l->packets++;
	parcel->opened = false;
	if (parcel->p.kind == PACKET_ARP)
		see_arp(l, &parcel->p);
	else
		see_packet(l, parcel, hash);
}

static void
take_edition(struct lane *l)
{
	const struct catalogue *c = editions_take(l->o.editions, l->o.index);

	if (c == l->o.catalogue)
		return;
	l->o.catalogue = c;
	for (unsigned i = l->o.index; i < SHARDS; i += l->o.lanes)
		classify_use(l->shard[i].classify, c);
}

void
lane_take(struct lane *l, struct parcel *const parcel[], unsigned n)
{
	uint32_t hash[CAPTURE_BATCH];

	if (l->o.editions != NULL)
		take_edition(l);
	for (unsigned i = 0; i < n; i++) {
		const struct flows *t = l->shard[parcel[i]->shard].flows;

		hash[i] = flows_hash(t, &parcel[i]->p);
		flows_prefetch_bucket(t, hash[i]);
	}
	for (unsigned i = 0; i < n; i++)
		flows_prefetch_row(l->shard[parcel[i]->shard].flows, hash[i]);
	for (unsigned i = 0; i < n; i++) {
		const struct shard *s = &l->shard[parcel[i]->shard];
		const struct flow_row *row = flows_prefetch_young(s->flows, hash[i]);

		classify_fetch(s->classify, row);
		rhythm_fetch(s->rhythms, row);
	}
	for (unsigned i = 0; i < n; i++)
		take_one(l, parcel[i], hash[i]);
	/* What is told of before the next batch must not look into this one. */
	l->last = *l->counts;
	l->counts = &l->last;
	lane_slice(l);
}

const struct front_counts *
lane_counts(const struct lane *l)
{
	return l->counts;
}
