/*
 * quic_keys: the keys of a QUIC client's first packets, which anybody can make; and all that is
 * known of libcrypto in this room.
 */
#ifndef FARHAND_CLASSIFY_QUIC_KEYS_H
#define FARHAND_CLASSIFY_QUIC_KEYS_H

#include "farhand/view.h"

enum { QUIC_TAG = 16, QUIC_SAMPLE = 16 };

#define QUIC_V1       1u
#define QUIC_V2       0x6b3343cfu
#define QUIC_DRAFT_29 0xff00001du
#define QUIC_T050     0x54303530u /* Google's, with TLS inside */
#define QUIC_T051     0x54303531u

struct quic_keys;

struct quic_keys *quic_keys_new(void);    /* NULL after saying why */
void quic_keys_free(struct quic_keys *k); /* NULL allowed */

/* Is it a version whose keys we can make? */
bool quic_keys_know(uint32_t version);

/* Have those of a connection, by the id its client chose for the server [RFC 9001 5.2]. */
bool quic_keys_make(struct quic_keys *k, uint32_t version, struct view id);

/* The mask over a packet's first byte and number [RFC 9001 5.4]. */
bool quic_keys_mask(struct quic_keys *k, const uint8_t sample[QUIC_SAMPLE], uint8_t mask[16]);

/* Open n bytes in place, tag and all; false if it is not what the client sealed. */
bool quic_keys_open(
    struct quic_keys *k, uint32_t number, struct view header, uint8_t *sealed, size_t n);

#endif
