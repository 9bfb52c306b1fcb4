/*
 * pieces: what datagrams bring of a hello, and how it becomes the head of a stream.
 *
 *   16 fe minor epoch*2 number*6 length*2 | type length*3 message*2 at*3 n*3 | n bytes
 *
 * is a fragment of DTLS [RFC 6347 4.2.3].
 */
#include "classify/pieces.h"

enum { RECORD_HANDSHAKE = 22, CLIENT_HELLO = 1, SERVER_HELLO = 2, MESSAGE_HEAD = 4 };

void
pieces_add(struct pieces *p, uint64_t at, struct view bytes)
{
	unsigned to = p->n;

	if (bytes.bad || bytes.n == 0 || at >= PIECES_REACH)
		return;
	if (p->n == PIECES_MOST) {
		p->lost = true;
		return;
	}
	/* In order they make fewest islands on the way. */
	for (; to > 0 && p->piece[to - 1].at > at; to--)
		p->piece[to] = p->piece[to - 1];
	p->piece[to] = (struct piece){ (uint32_t)at, bytes };
	p->n++;
}

const uint8_t *
pieces_key(const struct flow_row *row, enum side from)
{
	const struct view head = flows_head(row, from);

	return head.n >= PIECES_KEY ? head.p : NULL;
}

struct view
pieces_join(struct flows *t, struct flow_row *row, enum side from, const struct pieces *p)
{
	const uint8_t *key = p->n > 0 ? pieces_key(row, from) : NULL;
	struct view head;
	bool grew = false;

	if (key != NULL && memcmp(key, p->key, PIECES_KEY) != 0)
		return view_of(NULL, 0);
	if (p->n > 0 && key == NULL)
		(void)flows_head_put(t, row, from, 0, view_of(p->key, PIECES_KEY));
	for (unsigned i = 0; i < p->n; i++)
		grew =
		    flows_head_put(t, row, from, PIECES_KEY + p->piece[i].at, p->piece[i].bytes) ||
		    grew;
	if (!grew)
		return view_of(NULL, 0);
	head = flows_head(row, from);
	view_skip(&head, PIECES_KEY);
	return head;
}

/* The body of the next record; bad if it is not one of a handshake in clear. */
static struct view
take_record(struct view *v)
{
	const uint8_t type = view_u8(v), major = view_u8(v);
	uint16_t epoch;

	view_skip(v, 1);
	epoch = view_be16(v);
	view_skip(v, 6);
	if (type != RECORD_HANDSHAKE || major != 0xfe || epoch != 0)
		view_spoil(v);
	return view_take(v, view_be16(v));
}

/* One record; false if it has no fragment of a hello that goes with those before it. */
static bool
add_record(struct view *datagram, struct pieces *out)
{
	struct view record = take_record(datagram), head = record, message, bytes;
	uint32_t length, at;
	uint8_t type;

	message = view_take(&record, 6); /* alike in all fragments */
	type = view_u8(&head);
	length = view_be24(&head);
	at = view_be24(&record);
	bytes = view_take(&record, view_be24(&record));
	if (record.bad || (type != CLIENT_HELLO && type != SERVER_HELLO) || bytes.n >= length)
		return false;
	if (out->n > 0 && memcmp(out->key, message.p, message.n) != 0)
		return false;
	memcpy(out->key, message.p, message.n);
	pieces_add(out, 0, view_of(message.p, MESSAGE_HEAD));
	pieces_add(out, (uint64_t)MESSAGE_HEAD + at, bytes);
	return true;
}

bool
pieces_of_dtls(struct view datagram, struct pieces *out)
{
	pieces_clear(out);
	while (datagram.n > 0 && add_record(&datagram, out))
		;
	return out->n > 0;
}
