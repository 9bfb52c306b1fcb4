/*
 * sha256: FIPS 180-4, 6.2: blocks of 64 bytes, eight words of state.
 *
 * The last block, or last two:  rest of data | 80 | zeros | length in bits, 8 bytes
 *
 * Rotations and choices are written in the fewest steps that come to the same.
 */
#include "dissectors/sha256.h"

#include <string.h>

enum { BLOCK = 64, LENGTH_AT = 56 };

/* 4.2.2: first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t k[64] = { 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b,
	0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6,
	0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d,
	0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585,
	0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa,
	0xa4506ceb, 0xbef9a3f7, 0xc67178f2 };

static uint32_t
rotated(uint32_t x, unsigned by)
{
	return x >> by | x << (32 - by);
}

static void
schedule(const uint8_t *block, uint32_t w[64])
{
	for (unsigned t = 0; t < 16; t++, block += 4)
		w[t] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
		    (uint32_t)block[2] << 8 | block[3];
	for (unsigned t = 16; t < 64; t++) {
		const uint32_t x = w[t - 15], y = w[t - 2];
		const uint32_t s0 = rotated(x ^ rotated(x, 11), 7) ^ x >> 3;
		const uint32_t s1 = rotated(y ^ rotated(y, 2), 17) ^ y >> 10;

		w[t] = w[t - 16] + s0 + w[t - 7] + s1;
	}
}

/* Where step t finds the standard's a to h: they move on by one place each step. */
#define AT(v, letter, t) (v)[((letter) - 'a' - (t)) & 7]

static inline void
step(uint32_t v[8], unsigned t, uint32_t add)
{
	const uint32_t a = AT(v, 'a', t), b = AT(v, 'b', t), c = AT(v, 'c', t);
	const uint32_t e = AT(v, 'e', t), f = AT(v, 'f', t), g = AT(v, 'g', t);
	const uint32_t s1 = rotated(e ^ rotated(e ^ rotated(e, 14), 5), 6); /* 6, 11, 25 */
	const uint32_t choice = g ^ (e & (f ^ g));
	const uint32_t t1 = AT(v, 'h', t) + s1 + choice + add;
	const uint32_t s0 = rotated(a ^ rotated(a ^ rotated(a, 9), 11), 2); /* 2, 13, 22 */
	const uint32_t majority = b ^ ((a ^ b) & (b ^ c));

	AT(v, 'd', t) += t1;
	AT(v, 'h', t) = t1 + s0 + majority;
}

static void
compress(uint32_t state[8], const uint8_t *block)
{
	uint32_t w[64], v[8];

	schedule(block, w);
	memcpy(v, state, sizeof(v));
	/* Eight by eight, so that each place of v is known when this is compiled. */
	for (unsigned t = 0; t < 64; t += 8) {
		step(v, 0, k[t] + w[t]);
		step(v, 1, k[t + 1] + w[t + 1]);
		step(v, 2, k[t + 2] + w[t + 2]);
		step(v, 3, k[t + 3] + w[t + 3]);
		step(v, 4, k[t + 4] + w[t + 4]);
		step(v, 5, k[t + 5] + w[t + 5]);
		step(v, 6, k[t + 6] + w[t + 6]);
		step(v, 7, k[t + 7] + w[t + 7]);
	}
	for (unsigned i = 0; i < 8; i++)
		state[i] += v[i];
}

void
sha256(const void *data, size_t n, uint8_t out[SHA256_BYTES])
{
	uint32_t state[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
		0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	const uint64_t bits = (uint64_t)n * 8;
	const uint8_t *p = data;
	uint8_t last[2 * BLOCK] = { 0 };
	size_t blocks;

	for (; n >= BLOCK; n -= BLOCK, p += BLOCK)
		compress(state, p);
	if (n > 0)
		memcpy(last, p, n);
	last[n] = 0x80;
	blocks = n < LENGTH_AT ? 1 : 2;
	for (unsigned i = 0; i < 8; i++)
		last[blocks * BLOCK - 1 - i] = (uint8_t)(bits >> (8 * i));
	for (size_t i = 0; i < blocks; i++)
		compress(state, last + i * BLOCK);
	for (unsigned i = 0; i < SHA256_BYTES; i++)
		out[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
