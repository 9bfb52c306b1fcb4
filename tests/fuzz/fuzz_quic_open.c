/*
 * fuzz_quic_open: datagrams of QUIC and DTLS, as they are or sealed first, into one flow.
 *
 *   input: ( how 1, length 2, bytes )...   how: 0 as they are, 1-3 frames to be sealed by v1,
 *                                          v2, draft 29, 4 behind an unsealed packet's head
 *
 * Beyond not crashing: pieces come in order, lie in the datagram, and what is joined is what
 * the key leaves of a head.
 */
#include <stdlib.h>

#include "../unit/quic_lab.h"
#include "classify/quic_open.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { LONGEST = 2000 };

static void
require(bool holds)
{
	if (!holds)
		abort();
}

static void
gone(void *arg, struct flow_row *row, bool evicted)
{
	(void)arg;
	(void)row;
	(void)evicted;
}

static void
check(const struct pieces *p, size_t datagram)
{
	uint32_t before = 0;

	require(p->n <= PIECES_MOST);
	for (unsigned i = 0; i < p->n; i++) {
		require(p->piece[i].at >= before && p->piece[i].at < PIECES_REACH);
		require(p->piece[i].bytes.n > 0 && p->piece[i].bytes.n <= datagram);
		before = p->piece[i].at;
	}
}

static void
take(struct quic_opener *o, struct flows *t, struct flow_row *row, const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n > 0 ? n : 1); /* so that reading past the end is seen */
	struct view joined;
	struct pieces p;

	require(copy != NULL);
	if (n > 0)
		memcpy(copy, bytes, n);
	if (n > 0 && quic_open(o, view_of(copy, n), pieces_key(row, SIDE_CLIENT), &p)) {
		check(&p, n);
		joined = pieces_join(t, row, SIDE_CLIENT, &p);
		require(joined.n <= HEAD_BYTES - PIECES_KEY);
	}
	if (pieces_of_dtls(view_of(copy, n), &p)) {
		check(&p, n);
		joined = pieces_join(t, row, SIDE_SERVER, &p);
		require(joined.n <= HEAD_BYTES - PIECES_KEY);
	}
	free(copy);
}

static void
take_next(struct quic_opener *o, struct flows *t, struct flow_row *row, struct view *in)
{
	static const uint32_t versions[] = { 1, 0x6b3343cf, 0xff00001d };
	static struct quic_writer q;
	const uint8_t how = view_u8(in);
	size_t length = view_be16(in);
	struct view bytes;

	length = length < in->n ? length : in->n;
	bytes = view_take(in, length < LONGEST ? length : LONGEST);
	if (how % 5 == 0) {
		take(o, t, row, bytes.p, bytes.n);
		return;
	}
	q = quic_writer(versions[(how - 1u) % 3]);
	if (how % 5 == 4)
		quic_put(&q, bytes.p, bytes.n < 40 ? bytes.n : 40);
	quic_seal(&q, bytes.p, bytes.n, 0);
	take(o, t, row, q.at, q.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct flows_limits l = { .rows = 2, .head_bytes = 1 << 16 };
	struct flows *t = flows_new(&l, gone, NULL);
	static struct quic_opener *o;
	struct view in = view_of(data, n);
	struct packet p = { .kind = PACKET_IP, .proto = PROTO_UDP, .port = { 50000, 443 } };
	struct flow_row *row;
	enum side from;

	if (o == NULL)
		o = quic_opener_new();
	require(t != NULL && o != NULL);
	p.addr[0].b[15] = 1;
	p.addr[1].b[15] = 2;
	row = flows_see(t, &p, flows_hash(t, &p), 0, &from);
	for (unsigned i = 0; i < 8 && in.n >= 3; i++)
		take_next(o, t, row, &in);
	flows_free(t);
	return 0;
}
