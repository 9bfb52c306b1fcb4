/*
 * fuzz_starts: packets of one flow, as its first ones are looked at for a tunnel.
 *
 *   input: over TCP or UDP 1, ( how 1, after 2, length 2, bytes )...
 *
 * how: who sends; TCP's number is what comes next, or lies a little before or after it; the
 * bytes may stand for themselves ten times, as a segment longer than what was kept of it.
 * Beyond not crashing: none but its own observations, each once.
 */
#include <stdlib.h>

#include "classify/starts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { FROM = 1, BEFORE = 2, BEHIND = 4, CUT = 8, LONGEST = 20000 };

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
gone(void *arg, struct flow_row *row, bool evicted)
{
	(void)evicted;
	starts_drop(arg, row);
}

static struct flow_row *
see(struct flows *t, const struct packet *p, enum side *from)
{
	return flows_see(t, p, flows_hash(t, p), p->at_us, from);
}

static struct flow_row *
shake_hands(struct flows *t, struct packet *p)
{
	static const uint8_t flags[] = { TCP_SYN, TCP_SYN | TCP_ACK, TCP_ACK };
	struct flow_row *row = NULL;
	enum side from;

	for (unsigned i = 0; i < 3; i++) {
		struct packet back = *p;

		back.tcp_flags = flags[i];
		back.at_us += i * 1000;
		if (i == 1) {
			back.addr[0] = p->addr[1];
			back.addr[1] = p->addr[0];
			back.port[0] = p->port[1];
			back.port[1] = p->port[0];
		}
		back.tcp_ack = 1;
		row = see(t, &back, &from);
	}
	return row;
}

static void
check(const struct flow_row *row)
{
	unsigned seen[OBS_KINDS] = { 0 };
	struct obs o;

	for (size_t at = 0; row->facts != NULL && obs_next(row->facts, &at, &o);) {
		require(o.kind >= OBS_LATE_SERVER && o.kind <= OBS_WIREGUARD_GRID);
		require(++seen[o.kind] == 1);
	}
}

/* One packet; false at the end of the input. */
static bool
take_next(struct starts *s, struct flows *t, struct packet *p, uint32_t next[2], struct view *in)
{
	const uint8_t how = view_u8(in);
	const uint16_t after = view_be16(in), length = view_be16(in);
	const unsigned side = how & FROM;
	struct packet q = *p;
	struct flow_row *row;
	enum side from;
	uint8_t *copy;

	q.payload = view_take(in, length < in->n ? length : in->n);
	if (q.payload.n == 0)
		return false;
	copy = malloc(q.payload.n); /* so that reading past the end is seen */
	require(copy != NULL);
	memcpy(copy, q.payload.p, q.payload.n);
	q.payload.p = copy;
	q.payload_bytes = (uint32_t)q.payload.n * ((how & CUT) != 0 ? 10 : 1);
	q.payload_bytes = q.payload_bytes < LONGEST ? q.payload_bytes : LONGEST;
	if (q.payload.n > q.payload_bytes)
		q.payload.n = q.payload_bytes;
	p->at_us += (int64_t)after * 10000;
	q.at_us = p->at_us;
	q.tcp_flags = TCP_ACK;
	q.tcp_seq = next[side] - ((how & BEFORE) != 0 ? 40 : 0) + ((how & BEHIND) != 0 ? 40 : 0);
	if (side == 1) {
		q.addr[0] = p->addr[1];
		q.addr[1] = p->addr[0];
		q.port[0] = p->port[1];
		q.port[1] = p->port[0];
	}
	if ((how & (BEFORE | BEHIND)) == 0)
		next[side] += q.payload_bytes;
	row = see(t, &q, &from);
	if (row->watched)
		starts_see(s, t, row, &q, from);
	else if (row->side[0].data_packets + row->side[1].data_packets == 1)
		starts_begin(s, t, row, &q, from);
	check(row);
	free(copy);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct flows_limits l = { .rows = 2, .head_bytes = 1 << 16 };
	static struct starts *s;
	struct view in = view_of(data, n);
	struct packet p = { .kind = PACKET_IP, .port = { 50000, 443 }, .at_us = 1000000 };
	uint32_t next[2] = { 1, 1 };
	struct flows *t;

	if (s == NULL)
		s = starts_new();
	t = flows_new(&l, gone, s);
	require(t != NULL && s != NULL);
	p.addr[0].b[15] = 1;
	p.addr[1].b[15] = 2;
	p.ordinal = 1;
	p.proto = view_u8(&in) % 2 == 0 ? PROTO_TCP : PROTO_UDP;
	if (p.proto == PROTO_TCP)
		(void)shake_hands(t, &p);
	for (unsigned i = 0; i < 1000 && take_next(s, t, &p, next, &in); i++)
		;
	flows_free(t);
	return 0;
}
