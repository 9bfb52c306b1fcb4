/*
 * lane: the packet plane: decode, find the flow, classify, tell.
 *
 *   frame -> decode -> flows_see -> classify_packet -> events
 *                \-> ARP -> EVENT_DEVICE
 */
#include "lane.h"

#include <stdlib.h>

#include "classify/classify.h"
#include "ops/log.h"
#include "wire/decode.h"

#define DEVICE_SLOTS    1024              /* power of two */
#define DEVICE_AGAIN_US (600 * 1000000LL) /* an unchanged MAC-address pair is told again */
#define ONE_WAY_LEAST   10   /* closed TCP flows from which their share says something */
#define UPDATE_LEAST    4096 /* bytes of payload below which growth is no news */

/* What was last told of a hardware address; direct-mapped, a collision costs a repeat. */
struct device {
	struct mac mac;
	struct addr addr;
	int64_t told_us;
};

struct lane {
	struct decode *decode;
	struct flows *flows;
	struct classify *classify;
	lane_emit *emit;
	void *arg;
	int64_t now_us, tick_us; /* clock; the last multiple of TICK_US told */
	uint64_t ordinal, frames, bytes;
	struct event ev;        /* scratch: one is built at a time */
	struct classified seen; /* likewise */
	struct device device[DEVICE_SLOTS];
};

/* Begin an event of a flow, or of none: NULL. */
static struct event *
event_of(struct lane *l, enum event_kind kind, const struct flow *f)
{
	struct event *ev = &l->ev;

	ev->kind = kind;
	ev->ordinal = l->ordinal;
	ev->at_us = l->now_us;
	ev->flow = f != NULL ? *f : (struct flow){ 0 };
	ev->facts.used = ev->facts.count = ev->facts.lost = 0;
	return ev;
}

static uint64_t
payload_of(const struct flow *f)
{
	return f->payload_bytes[0] + f->payload_bytes[1];
}

static void
emit_flow(struct lane *l, enum event_kind kind, struct flow_row *row)
{
	struct event *ev = event_of(l, kind, &row->f);

	if (row->facts != NULL)
		obs_append(&ev->facts, row->facts);
	row->told_us = l->now_us;
	row->told_payload = payload_of(&row->f);
	l->emit(l->arg, ev);
}

static void
emit_bare(struct lane *l, enum event_kind kind)
{
	l->emit(l->arg, event_of(l, kind, NULL));
}

/* The table lets a row go. */
static void
row_gone(void *arg, struct flow_row *row, int64_t now_us, bool evicted)
{
	struct lane *l = arg;

	(void)now_us;
	(void)evicted; /* counted by the table */
	classify_finish(l->classify, row);
	emit_flow(l, EVENT_FLOW_CLOSE, row);
	classify_drop(l->classify, row);
}

static void
advance(struct lane *l, int64_t now_us)
{
	int64_t tick_us;

	if (now_us <= l->now_us)
		return;
	tick_us = now_us / TICK_US * TICK_US;
	if (l->now_us == 0)
		l->tick_us = tick_us;
	if (tick_us > l->tick_us) {
		l->now_us = l->tick_us = tick_us;
		flows_expire(l->flows, tick_us, UINT32_MAX);
		emit_bare(l, EVENT_TICK);
	}
	l->now_us = now_us;
}

static void
see_arp(struct lane *l, const struct packet *p)
{
	uint32_t h = 2166136261u;
	struct device *d;
	struct event *ev;

	if (mac_is_none(&p->mac[0]) || addr_is_group(&p->addr[0]))
		return;
	for (int i = 0; i < 6; i++)
		h = (h ^ p->mac[0].b[i]) * 16777619u;
	for (int i = 12; i < 16; i++)
		h = (h ^ p->addr[0].b[i]) * 16777619u;
	d = &l->device[(h ^ h >> 16) & (DEVICE_SLOTS - 1)];
	if (d->told_us != 0 && l->now_us - d->told_us < DEVICE_AGAIN_US &&
	    mac_equal(&d->mac, &p->mac[0]) && addr_equal(&d->addr, &p->addr[0]))
		return;
	*d = (struct device){ p->mac[0], p->addr[0], l->now_us };
	ev = event_of(l, EVENT_DEVICE, NULL);
	ev->flow.source = p->source;
	ev->flow.vlan = p->vlan;
	ev->flow.mac[0] = p->mac[0];
	ev->flow.end[0] = p->addr[0];
	l->emit(l->arg, ev);
}

/*
 * Is it time to tell of a flow (again)?  Every FLOW_UPDATE_US, and while it is
 * young each time its payload doubled, so that a session is known as one soon.  No
 * name is needed: the desk may have one by DNS, and counts what leaves from where.
 */
static bool
is_news(const struct lane *l, const struct flow_row *row)
{
	const uint64_t payload = payload_of(&row->f);
	const int64_t since_us = row->told_us != 0 ? row->told_us : row->f.first_us;

	if (payload == row->told_payload)
		return false;
	return l->now_us - since_us >= FLOW_UPDATE_US ||
	    payload >= 2 * row->told_payload + UPDATE_LEAST;
}

static void
see_packet(struct lane *l, const struct packet *p)
{
	struct classified *seen = &l->seen;
	struct flow_row *row;
	enum side from;

	row = flows_see(l->flows, p, &from);
	classify_packet(l->classify, row, p, from, seen);
	if (seen->message) {
		struct event *ev = event_of(l, EVENT_MESSAGE, &row->f);

		obs_append(&ev->facts, &seen->datagram);
		l->emit(l->arg, ev);
	}
	if (seen->changed)
		emit_flow(l, EVENT_FLOW_NAMED, row);
	else if (is_news(l, row))
		emit_flow(l, EVENT_FLOW_UPDATE, row);
}

void
lane_frame(struct lane *l, const struct frame *f)
{
	struct packet p;

	advance(l, f->at_us);
	l->ordinal = f->ordinal;
	l->frames++;
	l->bytes += f->wire_len;
	if (!decode_frame(l->decode, f, &p))
		return;
	if (p.kind == PACKET_ARP)
		see_arp(l, &p);
	else
		see_packet(l, &p);
}

void
lane_idle(struct lane *l, int64_t now_us)
{
	advance(l, now_us);
}

void
lane_end(struct lane *l)
{
	flows_close_all(l->flows, l->now_us);
	emit_bare(l, EVENT_END);
}

void
lane_health(const struct lane *l, struct health *out)
{
	const uint64_t *n = decode_counts(l->decode);
	struct flows_stats s;

	flows_stats(l->flows, &s);
	out->frames += l->frames;
	out->bytes += l->bytes;
	out->decode_errors += n[DECODE_SHORT] + n[DECODE_BAD_HEADER] + n[DECODE_TOO_DEEP] +
	    n[DECODE_LINK_UNKNOWN] + n[DECODE_FRAGMENT_LOST];
	out->duplicates += n[DECODE_DUPLICATE];
	out->flows += s.opened;
	out->flows_evicted += s.evicted;
	out->link_unknown += n[DECODE_LINK_UNKNOWN];
	if (s.tcp_one_way + s.tcp_two_way >= ONE_WAY_LEAST)
		out->one_way_share = (float)s.tcp_one_way / (float)(s.tcp_one_way + s.tcp_two_way);
}

void
lane_counts(const struct lane *l, void (*fn)(void *arg, const char *name, uint64_t n), void *arg)
{
	const uint64_t *n = decode_counts(l->decode);
	struct flows_stats s;

	for (unsigned i = 0; i < DECODE_COUNTS; i++) {
		if (n[i] > 0)
			fn(arg, decode_count_name((enum decode_count)i), n[i]);
	}
	flows_stats(l->flows, &s);
	fn(arg, "flows", s.opened);
	if (s.evicted > 0)
		fn(arg, "flows_evicted", s.evicted);
	if (s.heads_lost > 0)
		fn(arg, "heads_lost", s.heads_lost);
	if (s.facts_refused > 0)
		fn(arg, "facts_refused", s.facts_refused);
	if (classify_refused(l->classify) > 0)
		fn(arg, "ndpi_refused", classify_refused(l->classify));
}

struct lane *
lane_new(const struct lane_options *o, lane_emit *emit, void *arg)
{
	const struct decode_options d = { .datagrams = 256, .duplicate_us = o->duplicate_us };
	struct lane *l = calloc(1, sizeof(*l));

	if (l == NULL)
		goto err0;
	l->emit = emit;
	l->arg = arg;
	if ((l->decode = decode_new(&d)) == NULL)
		goto err1;
	if ((l->flows = flows_new(&o->flows, row_gone, l)) == NULL)
		goto err1;
	if ((l->classify = classify_new(o->catalogue, l->flows)) == NULL) {
		lane_free(l); /* it said why */
		return NULL;
	}
	return l;
err1:
	lane_free(l);
err0:
	log_error("no memory for %u flows", o->flows.rows);
	return NULL;
}

static void
emit_nothing(void *arg, const struct event *ev)
{
	(void)arg;
	(void)ev;
}

void
lane_free(struct lane *l)
{
	if (l == NULL)
		return;
	/* Without lane_end rows may still hold what is the classifier's. */
	l->emit = emit_nothing;
	if (l->classify != NULL)
		flows_close_all(l->flows, l->now_us);
	classify_free(l->classify);
	flows_free(l->flows);
	decode_free(l->decode);
	free(l);
}
