/*
 * fuzz_heads: segments in any order and overlap, against the plainest way to do it.
 *
 *   input: SYN seen? 1 | ISN 4 | segments: offset 2, length 2, fill 1 ...
 *
 * The oracle keeps a byte and a mark for each place of the head.  The first copy of
 * a byte wins, a segment that would make one island too many is dropped, and what
 * can be read is all up to the first place without a mark.
 */
#include <stdlib.h>

#include "flow/flows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { BEFORE = 1000, LONGEST = 3000, ISLANDS = 16 };

struct oracle {
	bool started;
	uint32_t start;
	uint8_t bytes[HEAD_BYTES];
	bool have[HEAD_BYTES];
};

static void
gone(void *arg, struct flow_row *row, bool evicted)
{
	(void)arg;
	(void)row;
	(void)evicted;
}

static unsigned
islands(const struct oracle *o)
{
	unsigned n = 0;

	for (size_t i = 0; i < HEAD_BYTES; i++)
		n += o->have[i] && (i == 0 || !o->have[i - 1]);
	return n;
}

static bool
touches(const struct oracle *o, size_t from, size_t to)
{
	for (size_t i = from > 0 ? from - 1 : 0; i <= to && i < HEAD_BYTES; i++) {
		if (o->have[i])
			return true;
	}
	return false;
}

static void
oracle_add(struct oracle *o, uint32_t seq, const uint8_t *p, size_t n)
{
	size_t from = HEAD_BYTES, to = 0;

	if (!o->started) {
		o->started = true;
		o->start = seq;
	}
	for (size_t i = 0; i < n; i++) {
		const uint32_t at = seq + (uint32_t)i - o->start;

		if (at < HEAD_BYTES) {
			from = at < from ? at : from;
			to = at + 1;
		}
	}
	if (from >= to || (from > 0 && !touches(o, from, to) && islands(o) >= ISLANDS))
		return;
	for (size_t i = 0; i < n; i++) {
		const uint32_t at = seq + (uint32_t)i - o->start;

		if (at < HEAD_BYTES && !o->have[at]) {
			o->have[at] = true;
			o->bytes[at] = p[i];
		}
	}
}

static size_t
oracle_run(const struct oracle *o)
{
	size_t n = 0;

	while (n < HEAD_BYTES && o->have[n])
		n++;
	return n;
}

static void
compare(
    const struct flow_row *row, const struct oracle *o, size_t before, struct view with, bool grew)
{
	const struct view head = flows_head(row, SIDE_CLIENT);
	const size_t run = oracle_run(o);

	if (with.n != (run > before ? run : 0) ||
	    (with.n > 0 && memcmp(with.p, o->bytes, run) != 0))
		abort();
	if (head.n != run || (run > 0 && memcmp(head.p, o->bytes, run) != 0) ||
	    grew != (run > before) || flows_head_full(row, SIDE_CLIENT) != (run == HEAD_BYTES))
		abort();
}

static void
add(struct flows *t, struct oracle *o, struct packet *p, struct view *in, uint32_t base)
{
	static uint8_t bytes[LONGEST];
	const uint16_t offset = view_be16(in), length = view_be16(in) % LONGEST;
	const uint8_t fill = view_u8(in);
	const size_t before = oracle_run(o);
	struct flow_row *row;
	struct view with;
	enum side from;
	bool grew;

	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(fill + i * 7);
	p->tcp_flags = TCP_ACK;
	p->tcp_seq = base + offset - BEFORE;
	p->payload = view_of(bytes, length);
	p->payload_bytes = length;
	row = flows_see(t, p, flows_hash(t, p), 0, &from);
	if (from != SIDE_CLIENT)
		abort();
	if (length > 0)
		oracle_add(o, p->tcp_seq, bytes, length);
	with = flows_head_with(t, row, from, p);
	/* Offered in place it is not kept: now it is. */
	grew = with.n > 0 && with.p >= bytes && with.p < bytes + LONGEST
	    ? flows_head_add(t, row, from, p)
	    : with.n > 0;
	compare(row, o, before, with, grew);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct flows_limits l = { .rows = 2, .head_bytes = 1 << 16 };
	struct flows *t = flows_new(&l, gone, NULL);
	static struct oracle o;
	struct view in = view_of(data, n);
	const bool syn = (view_u8(&in) & 1) != 0;
	const uint32_t isn = view_be32(&in);
	struct packet p;
	enum side from;

	if (t == NULL)
		abort();
	memset(&o, 0, sizeof(o));
	memset(&p, 0, sizeof(p));
	p.kind = PACKET_IP;
	p.proto = PROTO_TCP;
	p.addr[0].b[15] = 1;
	p.addr[1].b[15] = 2;
	p.port[0] = 50000;
	p.port[1] = 443;
	if (syn) {
		p.tcp_flags = TCP_SYN;
		p.tcp_seq = isn;
		flows_see(t, &p, flows_hash(t, &p), 0, &from);
		o.started = true;
		o.start = isn + 1;
	}
	while (in.n >= 5)
		add(t, &o, &p, &in, isn + 1);
	flows_free(t);
	return 0;
}
