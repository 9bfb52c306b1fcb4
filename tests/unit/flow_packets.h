/*
 * Packets for tests of the flow room, made by hand: one client, one server, and
 * what a test changes of them; and the table that sees them.
 */
#ifndef FARHAND_TEST_FLOW_PACKETS_H
#define FARHAND_TEST_FLOW_PACKETS_H

#include "flow/flows.h"

enum { CLIENT_PORT = 51000, SERVER_PORT = 443, CLIENT_ISN = 1000, SERVER_ISN = 9000 };

static uint64_t packets_made; /* the ordinal of the last */

static inline struct addr
addr_text(const char *text)
{
	struct addr a = { { 0 } };

	addr_parse(text, &a);
	return a;
}

/* From 10.0.0.1 port 51000 to 192.0.2.7 port 443, with its own ordinal. */
static inline struct packet
packet_up(uint8_t proto, int64_t at_us)
{
	struct packet p;

	memset(&p, 0, sizeof(p));
	p.kind = PACKET_IP;
	p.ordinal = ++packets_made;
	p.at_us = at_us;
	p.proto = proto;
	p.ttl = 64;
	p.ip_bytes = 40;
	p.addr[0] = addr_text("10.0.0.1");
	p.addr[1] = addr_text("192.0.2.7");
	p.port[0] = CLIENT_PORT;
	p.port[1] = SERVER_PORT;
	p.mac[0].b[5] = 1;
	p.mac[1].b[5] = 2;
	return p;
}

/* The same the other way round. */
static inline struct packet
packet_down(uint8_t proto, int64_t at_us)
{
	struct packet p = packet_up(proto, at_us);
	const struct packet up = p;

	for (int i = 0; i < 2; i++) {
		p.addr[i] = up.addr[1 - i];
		p.port[i] = up.port[1 - i];
		p.mac[i] = up.mac[1 - i];
	}
	p.ttl = 57;
	return p;
}

static inline struct packet
with_tcp(struct packet p, uint8_t flags, uint32_t seq, uint32_t ack)
{
	p.tcp_flags = flags;
	p.tcp_seq = seq;
	p.tcp_ack = ack;
	return p;
}

static inline struct packet
with_payload(struct packet p, const void *bytes, size_t n)
{
	p.payload = view_of(bytes, n);
	p.payload_bytes = (uint32_t)n;
	p.ip_bytes += (uint32_t)n;
	return p;
}

/* The three steps of a handshake, 10 ms to the server and 3 ms to the client. */
static inline struct packet
packet_syn(int64_t at_us)
{
	return with_tcp(packet_up(PROTO_TCP, at_us), TCP_SYN, CLIENT_ISN, 0);
}

static inline struct packet
packet_synack(int64_t at_us)
{
	return with_tcp(
	    packet_down(PROTO_TCP, at_us), TCP_SYN | TCP_ACK, SERVER_ISN, CLIENT_ISN + 1);
}

static inline struct packet
packet_ack(int64_t at_us)
{
	return with_tcp(packet_up(PROTO_TCP, at_us), TCP_ACK, CLIENT_ISN + 1, SERVER_ISN + 1);
}

/* The i-th of many flows, of both versions of IP. */
static inline struct packet
one_of_many(uint32_t i)
{
	struct packet p = packet_up(i % 3 == 0 ? PROTO_UDP : PROTO_TCP, (int64_t)i * 10);

	p.tcp_flags = TCP_SYN;
	if (i % 2 == 0) {
		p.addr[0] = addr_text("2001:db8::1");
		p.addr[1] = addr_text("2001:db8::2");
	}
	memcpy(p.addr[0].b + 12, &i, 4);
	return p;
}

/* A flows_gone that asks nothing. */
static inline void
gone_quietly(void *arg, struct flow_row *row, bool evicted)
{
	(void)arg;
	(void)row;
	(void)evicted;
}

/* The table of the test and its clock; of the packet seen last, its row and its sender. */
static struct flows *table;
static int64_t clock_us;
static struct flow_row *row;
static enum side from;

static inline int
setup_table(uint32_t rows, uint64_t head_bytes, flows_gone *gone, void *arg)
{
	const struct flows_limits l = { .rows = rows, .head_bytes = head_bytes, .seed = 42 };

	clock_us = 0;
	table = flows_new(&l, gone, arg);
	return table == NULL;
}

static inline int
teardown(void **state)
{
	(void)state;
	flows_free(table);
	return 0;
}

/* What the row of the packet seen last says now. */
static inline const struct flow *
value(void)
{
	static struct flow f;

	flows_value(row, &f);
	return &f;
}

static inline const struct flow *
see(struct packet p)
{
	const uint32_t hash = flows_hash(table, &p);

	clock_us = p.at_us > clock_us ? p.at_us : clock_us;
	flows_prefetch_bucket(table, hash);
	flows_prefetch_row(table, hash);
	row = flows_see(table, &p, hash, clock_us, &from);
	return value();
}

static inline int
by_ordinal(const void *a, const void *b)
{
	const struct flows_due *x = a, *y = b;

	return (x->ordinal > y->ordinal) - (x->ordinal < y->ordinal);
}

static inline uint32_t
close_in_order(struct flows_due *due, uint32_t n)
{
	qsort(due, n, sizeof(due[0]), by_ordinal);
	for (uint32_t i = 0; i < n; i++)
		flows_close(table, due[i].row);
	return n;
}

/* Close what is idle by a tick, as a lane would. */
static inline uint32_t
expire(int64_t tick_us)
{
	static struct flows_due due[20000];

	clock_us = tick_us > clock_us ? tick_us : clock_us;
	return close_in_order(due, flows_due(table, tick_us, due, 20000));
}

static inline uint32_t
close_all(void)
{
	static struct flows_due due[20000];

	return close_in_order(due, flows_all(table, due, 20000));
}

static inline struct flows_stats
stats(void)
{
	const struct flows_stats s = *flows_stats(table);

	assert_int_equal(s.opened, s.closed + s.evicted + s.live);
	return s;
}

static inline struct packet
between(struct packet p, uint16_t source, uint16_t target)
{
	p.port[0] = source;
	p.port[1] = target;
	return p;
}

#endif
