/*
 * classify_lab: a lane of one flow, over a real flow table and real nDPI.
 */
#ifndef FARHAND_CLASSIFY_LAB_H
#define FARHAND_CLASSIFY_LAB_H

#include <stdlib.h>

#include "catalogue_lab.h"
#include "classify/classify.h"
#include "client_hello.h"

enum { DPI_STATES = 8192 };

/* A lane of one flow: two ends, and what was said so far. */
struct lane {
	struct flows *flows;
	struct dpi *dpi;
	struct classify *c;
	struct flow_row *row;
	uint64_t ordinal;
	int64_t paused_us; /* in all; besides, packets are 1 ms apart */
	uint32_t seq[2];
	uint16_t port[2];
	uint8_t proto;
	bool plain;
	struct classified last;
	unsigned changes;
};

static inline void
gone(void *arg, struct flow_row *row, bool evicted)
{
	struct lane *l = arg;

	(void)evicted;
	classify_drop(l->c, row);
}

static inline struct lane *
lane_new(uint8_t proto, uint16_t client_port, uint16_t server_port)
{
	const struct flows_limits limits = { .rows = 16384, .head_bytes = 1 << 20, .seed = 1 };
	struct lane *l = calloc(1, sizeof(*l));

	assert_non_null(l);
	l->flows = flows_new(&limits, gone, l);
	assert_non_null(l->flows);
	l->dpi = dpi_new();
	assert_non_null(l->dpi);
	l->c = classify_new(cat, l->flows, l->dpi, DPI_STATES);
	assert_non_null(l->c);
	l->proto = proto;
	l->port[0] = client_port;
	l->port[1] = server_port;
	l->seq[0] = 1000;
	l->seq[1] = 900000;
	return l;
}

/* nDPI has no room for a state: whoever is shown to it is refused, and counted. */
static inline void
lane_without_states(struct lane *l)
{
	classify_free(l->c);
	l->c = classify_new(cat, l->flows, l->dpi, 0);
	assert_non_null(l->c);
}

static inline void
lane_free(struct lane *l)
{
	static struct flows_due due[16384];
	const uint32_t live = flows_all(l->flows, due, 16384);

	for (uint32_t i = 0; i < live; i++)
		flows_close(l->flows, due[i].row);
	classify_free(l->c);
	dpi_free(l->dpi);
	flows_free(l->flows);
	free(l);
}

static inline void
push(struct lane *l, int from, const void *bytes, size_t n, uint8_t flags)
{
	struct packet p = { .kind = PACKET_IP, .proto = l->proto, .ttl = 64, .tcp_flags = flags };
	enum side side;

	assert_true(addr_parse(from == 0 ? "192.0.2.10" : "198.51.100.20", &p.addr[0]));
	assert_true(addr_parse(from == 0 ? "198.51.100.20" : "192.0.2.10", &p.addr[1]));
	p.ordinal = ++l->ordinal;
	p.at_us = 1000000000 + l->paused_us + (int64_t)l->ordinal * 1000;
	p.port[0] = l->port[from];
	p.port[1] = l->port[1 - from];
	p.tcp_seq = l->seq[from];
	p.tcp_ack = l->seq[1 - from];
	p.payload = view_of(bytes, n);
	p.payload_bytes = (uint32_t)n;
	p.ip_bytes = (uint32_t)n + 40;
	l->seq[from] += (uint32_t)n + ((flags & TCP_SYN) != 0);
	l->row = flows_see(l->flows, &p, flows_hash(l->flows, &p), p.at_us, &side);
	assert_non_null(l->row);
	l->row->plain = l->plain;
	classify_packet(l->c, l->row, &p, side, &l->last);
	l->changes += l->last.changed;
}

static inline void
say(struct lane *l, int from, const void *bytes, size_t n)
{
	push(l, from, bytes, n, TCP_ACK | TCP_PSH);
}

static inline void
shake_hands(struct lane *l)
{
	push(l, 0, "", 0, TCP_SYN);
	push(l, 1, "", 0, TCP_SYN | TCP_ACK);
	push(l, 0, "", 0, TCP_ACK);
}

static inline const struct obs_list *
told(const struct lane *l)
{
	return flows_told(l->flows, l->row);
}

static inline struct flow
value(const struct lane *l)
{
	struct flow f;

	classify_value(l->c, l->row, told(l), &f);
	return f;
}

static inline const char *
product(const struct lane *l)
{
	const unsigned p = l->row->product;

	return p != 0 ? catalogue_at(cat, p)->id : "";
}

static const uint8_t rdp_request[] = { 3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0,
	0 };
static const uint8_t rdp_confirm[] = { 3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0,
	0, 0 };

static inline struct lane *
hello_to(const char *name, size_t piece)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 443);
	uint8_t hello[512];
	const size_t n = hello_write(hello, name);

	shake_hands(l);
	for (size_t at = 0; at < n; at += piece)
		say(l, 0, hello + at, n - at < piece ? n - at : piece);
	return l;
}

static inline size_t
dns_write(uint8_t *out, uint8_t id)
{
	static const uint8_t query[] = { 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 'e', 'x', 'a', 'm',
		'p', 'l', 'e', 3, 'c', 'o', 'm', 0, 0, 1, 0, 1 };

	memcpy(out, query, sizeof(query));
	out[1] = id;
	return sizeof(query);
}

#endif
