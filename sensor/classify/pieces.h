/*
 * pieces: what datagrams bring of a hello, and how it becomes the head of a stream.
 *
 *   head:  | key*32 | the hello, as far as it has come ...
 *
 * The key says whose the pieces are, and is the same for all of one hello: QUIC's what opens
 * its packets, DTLS's the message's own head.  It lies in the head, so that a flow whose hello
 * is whole, or has none, keeps nothing.
 */
#ifndef FARHAND_CLASSIFY_PIECES_H
#define FARHAND_CLASSIFY_PIECES_H

#include "flow/flows.h"

#define PIECES_KEY   32
#define PIECES_MOST  64   /* of a datagram; Chromium makes some ten */
#define PIECES_REACH 8160 /* of a hello: more do not come in the datagrams looked at */

struct piece {
	uint32_t at; /* of the hello */
	struct view bytes;
};

struct pieces {
	uint8_t key[PIECES_KEY];
	unsigned n;
	bool lost;                       /* there were more */
	struct piece piece[PIECES_MOST]; /* ascending */
};

static inline void
pieces_clear(struct pieces *p)
{
	memset(p->key, 0, sizeof(p->key));
	p->n = 0;
	p->lost = false;
}

/* What is empty, bad or beyond their reach is left out. */
void pieces_add(struct pieces *p, uint64_t at, struct view bytes);

/* The key of what the side's head holds; NULL: nothing yet. */
const uint8_t *pieces_key(const struct flow_row *row, enum side from);

/* Add to the side's head; its run of bytes if it grew, else empty. */
struct view pieces_join(
    struct flows *t, struct flow_row *row, enum side from, const struct pieces *p);

/* Could it be a fragment of DTLS?  Cheap. */
static inline bool
pieces_may_be_dtls(struct view datagram)
{
	return datagram.n > 25 && datagram.p[0] == 22 && datagram.p[1] == 0xfe;
}

/* The fragments of a hello in a datagram of DTLS; false if there are none, or it is whole. */
bool pieces_of_dtls(struct view datagram, struct pieces *out);

#endif
