/*
 * quic_lab: the first packets of a QUIC client, sealed, for tests.
 *
 * Written from RFC 9001 with libcrypto's own key derivation, so that it shares nothing with
 * what it tests.
 */
#ifndef FARHAND_TESTS_QUIC_LAB_H
#define FARHAND_TESTS_QUIC_LAB_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

enum { QUIC_DATAGRAM = 1200, QUIC_ROOM = 16384 };

struct quic_writer {
	uint32_t version, as;     /* on the wire; by whose rules it is sealed */
	uint8_t id[20], id_bytes; /* that the keys come of */
	uint8_t to[20], to_bytes; /* that packets carry */
	uint32_t number;
	uint8_t at[QUIC_ROOM];
	size_t n;
};

static inline void
quic_must(bool holds)
{
	if (!holds)
		__builtin_trap();
}

static inline void
quic_expand(const uint8_t *key, size_t key_bytes, int mode, const char *label, const uint8_t *salt,
    uint8_t *out, size_t n)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, mode == 2 ? "TLS13-KDF" : "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	int how = mode == 2 ? EVP_KDF_HKDF_MODE_EXPAND_ONLY : EVP_KDF_HKDF_MODE_EXTRACT_ONLY;
	OSSL_PARAM p[8], *w = p;

	*w++ = OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &how);
	*w++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
	*w++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key, key_bytes);
	if (mode == 2) {
		*w++ =
		    OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PREFIX, (void *)"tls13 ", 6);
		*w++ = OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_LABEL, (void *)label, strlen(label));
	} else {
		*w++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, 20);
	}
	*w = OSSL_PARAM_construct_end();
	quic_must(EVP_KDF_derive(ctx, out, n, p) == 1);
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

static inline void
quic_seal_keys(const struct quic_writer *q, uint8_t key[16], uint8_t iv[12], uint8_t hp[16])
{
	static const uint8_t one[] = "\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17"
				     "\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a";
	static const uint8_t two[] = "\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93"
				     "\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9";
	static const uint8_t draft[] = "\xaf\xbf\xec\x28\x99\x93\xd2\x4c\x9e\x97"
				       "\x86\xf1\x9c\x61\x11\xe0\x43\x90\xa8\x99";
	static const uint8_t draft_27[] = "\xc3\xee\xf7\x12\xc7\x2e\xbb\x5a\x11\xa7"
					  "\xd2\x43\x2b\xb4\x63\x65\xbe\xf9\xf5\x02";
	static const uint8_t t051[] = "\x7a\x4e\xde\xf4\xe7\xcc\xee\x5f\xa4\x50"
				      "\x6c\x19\x12\x4f\xc8\xcc\xda\x6e\x03\x3d";
	const bool second = q->as == 0x6b3343cf;
	const uint8_t *salt = draft;
	uint8_t first[32], client[32];

	if (q->as == 1)
		salt = one;
	else if (second)
		salt = two;
	else if (q->as == 0xff00001b)
		salt = draft_27;
	else if (q->as == 0x54303531)
		salt = t051;
	quic_expand(q->id, q->id_bytes, 1, "", salt, first, 32);
	quic_expand(first, 32, 2, "client in", salt, client, 32);
	quic_expand(client, 32, 2, second ? "quicv2 key" : "quic key", salt, key, 16);
	quic_expand(client, 32, 2, second ? "quicv2 iv" : "quic iv", salt, iv, 12);
	quic_expand(client, 32, 2, second ? "quicv2 hp" : "quic hp", salt, hp, 16);
}

static inline void
quic_cipher(const char *name, const uint8_t *key, const uint8_t *iv, const uint8_t *aad,
    size_t aad_bytes, uint8_t *text, size_t n, uint8_t *tag)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int done;

	quic_must(EVP_EncryptInit_ex2(ctx, cipher, key, iv, NULL) == 1);
	if (aad != NULL)
		quic_must(EVP_EncryptUpdate(ctx, NULL, &done, aad, (int)aad_bytes) == 1);
	quic_must(EVP_EncryptUpdate(ctx, text, &done, text, (int)n) == 1);
	if (tag != NULL) {
		quic_must(EVP_EncryptFinal_ex(ctx, text + n, &done) == 1);
		quic_must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag) == 1);
	}
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
}

static inline void
quic_put(struct quic_writer *q, const void *bytes, size_t n)
{
	quic_must(q->n + n <= QUIC_ROOM);
	if (n > 0)
		memcpy(q->at + q->n, bytes, n);
	q->n += n;
}

/*
 * A packet of frames, padded to `padded` bytes of them, after what is in q->at.  The number has
 * four bytes, as in the RFCs' examples.
 */
static inline void
quic_seal(struct quic_writer *q, const void *frames, size_t n, size_t padded)
{
	const bool second = q->as == 0x6b3343cf;
	const size_t begin = q->n, body = padded > n ? padded : n, length = 4 + body + 16;
	const uint8_t head[] = { second ? 0xd3 : 0xc3, (uint8_t)(q->version >> 24),
		(uint8_t)(q->version >> 16), (uint8_t)(q->version >> 8), (uint8_t)q->version,
		q->to_bytes };
	const uint8_t number[] = { (uint8_t)(q->number >> 24), (uint8_t)(q->number >> 16),
		(uint8_t)(q->number >> 8), (uint8_t)q->number };
	uint8_t key[16], iv[12], hp[16], mask[16];
	size_t number_at;

	quic_put(q, head, sizeof(head));
	quic_put(q, q->to, q->to_bytes);
	quic_put(q, "\0\0", 2); /* source id, token: both empty */
	quic_put(q, (uint8_t[]){ (uint8_t)(0x40 | length >> 8), (uint8_t)length }, 2);
	number_at = q->n;
	quic_put(q, number, sizeof(number));
	quic_put(q, frames, n);
	quic_must(q->n + body - n + 16 <= QUIC_ROOM);
	memset(q->at + q->n, 0, body - n + 16);
	q->n += body - n + 16;
	quic_seal_keys(q, key, iv, hp);
	for (unsigned i = 0; i < 4; i++)
		iv[8 + i] ^= number[i];
	quic_cipher("AES-128-GCM", key, iv, q->at + begin, number_at + 4 - begin,
	    q->at + number_at + 4, body, q->at + number_at + 4 + body);
	memcpy(mask, q->at + number_at + 4, 16);
	quic_cipher("AES-128-ECB", hp, NULL, NULL, 0, mask, 16, NULL);
	q->at[begin] ^= mask[0] & 0x0f;
	for (unsigned i = 0; i < 4; i++)
		q->at[number_at + i] ^= mask[1 + i];
	q->number++;
}

/* A CRYPTO frame at w; returns what is behind it. */
static inline uint8_t *
quic_crypto(uint8_t *w, const uint8_t *stream, size_t at, size_t n)
{
	*w++ = 6;
	*w++ = (uint8_t)(0x80 | at >> 24), *w++ = (uint8_t)(at >> 16), *w++ = (uint8_t)(at >> 8),
	*w++ = (uint8_t)at;
	*w++ = (uint8_t)(0x40 | n >> 8), *w++ = (uint8_t)n;
	memcpy(w, stream + at, n);
	return w + n;
}

/* A writer of that version, its id as in the RFCs' examples. */
static inline struct quic_writer
quic_writer(uint32_t version)
{
	static const uint8_t id[] = { 0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08 };
	struct quic_writer q = {
		.version = version, .as = version, .id_bytes = 8, .to_bytes = 8, .number = 0
	};

	memcpy(q.id, id, sizeof(id));
	memcpy(q.to, id, sizeof(id));
	return q;
}

#endif
