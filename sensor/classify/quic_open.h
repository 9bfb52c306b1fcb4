/*
 * quic_open: the first packets of a QUIC client, opened, for the hello in them.
 */
#ifndef FARHAND_CLASSIFY_QUIC_OPEN_H
#define FARHAND_CLASSIFY_QUIC_OPEN_H

#include "classify/classify.h"
#include "classify/pieces.h"

struct quic_opener;

/* Longest datagram looked into. */
#define QUIC_MOST 9216

struct quic_opener *quic_opener_new(void);    /* NULL after saying why */
void quic_opener_free(struct quic_opener *o); /* NULL allowed */

/* Could it be what a client begins with?  Cheap. */
static inline bool
quic_may_open(struct view datagram)
{
	return datagram.n >= 1200 && datagram.n <= QUIC_MOST && (datagram.p[0] & 0xc0) == 0xc0;
}

/*
 * Open a datagram's Initials and take out what they bring of the client's hello.  key: of pieces
 * that came before, NULL if there are none.  False if nothing opened that makes sense.  The pieces
 * lie in the opener's memory until it is next asked.
 */
bool quic_open(struct quic_opener *o, struct view datagram, const uint8_t *key, struct pieces *out);

const struct quic_counts *quic_opener_counts(const struct quic_opener *o);

#endif
