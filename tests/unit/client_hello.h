/*
 * client_hello: the greeting of a TLS client, for tests of what is above dissectors.
 */
#ifndef FARHAND_TESTS_CLIENT_HELLO_H
#define FARHAND_TESTS_CLIENT_HELLO_H

#include <stdint.h>
#include <string.h>

/* A TLS 1.2 ClientHello that asks for a name; returns its length. */
static inline size_t
hello_write(uint8_t *out, const char *name)
{
	const size_t n = strlen(name), ext = n + 9, body = 2 + 32 + 1 + 4 + 2 + 2 + ext;
	uint8_t *w = out;

	memset(out, 0, body + 9);
	*w++ = 22, *w++ = 3, *w++ = 1, *w++ = (uint8_t)((body + 4) >> 8),
	*w++ = (uint8_t)(body + 4);
	*w++ = 1, *w++ = 0, *w++ = (uint8_t)(body >> 8), *w++ = (uint8_t)body;
	*w++ = 3, *w++ = 3;
	w += 32;
	*w++ = 0;
	*w++ = 0, *w++ = 2, *w++ = 0xc0, *w++ = 0x2f;
	*w++ = 1, *w++ = 0;
	*w++ = 0, *w++ = (uint8_t)ext;
	*w++ = 0, *w++ = 0, *w++ = 0, *w++ = (uint8_t)(n + 5);
	*w++ = 0, *w++ = (uint8_t)(n + 3), *w++ = 0, *w++ = 0, *w++ = (uint8_t)n;
	memcpy(w, name, n);
	return (size_t)(w - out) + n;
}

#endif
