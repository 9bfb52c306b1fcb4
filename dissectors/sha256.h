/*
 * sha256: the Secure Hash Algorithm with 256 bits [FIPS 180-4, 6.2], whole
 * messages only.  JA4 needs it, and a dissector links nothing.
 */
#ifndef DISSECTORS_SHA256_H
#define DISSECTORS_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32

void sha256(const void *data, size_t n, uint8_t out[SHA256_BYTES]);

#endif
