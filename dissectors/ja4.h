/*
 * ja4: the TLS client fingerprint JA4 [FoxIO, BSD-3-Clause; written from its
 * published description].  Only this member of the family is free to use.
 */
#ifndef DISSECTORS_JA4_H
#define DISSECTORS_JA4_H

#include "farhand/view.h"

#define JA4_TEXT 36
#define JA4_MOST                                                                                   \
	512 /* ciphers, extensions, algorithms: clients offer fewer than 100, scanners all there   \
	       are */

struct ja4_codes {
	uint16_t at[JA4_MOST];
	size_t n;
	bool lost; /* there were more */
};

/* What carried the hello. */
enum ja4_over { JA4_TCP = 't', JA4_QUIC = 'q', JA4_DTLS = 'd' };

/* What of a ClientHello counts; GREASE values are already left out. */
struct ja4_hello {
	enum ja4_over over;
	uint16_t version; /* highest offered */
	bool sni;         /* the extension is there, whatever it says */
	struct view alpn; /* first offered, empty if none */
	struct ja4_codes ciphers, extensions, algorithms;
};

/* 0a0a, 1a1a ... fafa: noise that clients add [RFC 8701]. */
static inline bool
ja4_is_grease(uint16_t code)
{
	return (code & 0x0f0f) == 0x0a0a && code >> 8 == (code & 0xff);
}

/* Nothing noted yet. */
static inline void
ja4_clear(struct ja4_hello *h, enum ja4_over over)
{
	h->over = over;
	h->version = 0;
	h->sni = false;
	h->alpn = view_of(NULL, 0);
	h->ciphers.n = h->extensions.n = h->algorithms.n = 0;
	h->ciphers.lost = h->extensions.lost = h->algorithms.lost = false;
}

/* Note a code as it was sent, unless it is GREASE. */
void ja4_note(struct ja4_codes *codes, uint16_t code);

/* False, out untouched, if there was too much of anything to say. */
bool ja4_write(const struct ja4_hello *hello, char out[JA4_TEXT]);

#endif
