/*
 * quic_keys: the keys of a QUIC client's first packets.  Alone includes OpenSSL's headers here.
 *
 *   salt (by version), id ─ HKDF-Extract ─▶ ─ "client in" ─▶ ─ "quic key", "quic iv", "quic hp" ─▶
 *
 * [RFC 9001 5.1, 5.2; RFC 9369 3.3; salts of drafts: each draft-ietf-quic-tls, 5.2;
 * Google's: QUICHE.]  What they protect is protected against mistakes, not against readers: all
 * that they come of is sent in clear.  AES-128 and SHA-256 are the only ciphers there [RFC 9001 5].
 */
#include "classify/quic_keys.h"

#include <stdlib.h>

/* SHA256_Init and its like: an EVP_MAC costs five times the hash itself. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "ops/log.h"

enum { SALT = 20, SECRET = SHA256_DIGEST_LENGTH, KEY = 16, IV = 12, INFO_MOST = 32 };

struct quic_keys {
	EVP_CIPHER *gcm, *ecb;
	EVP_CIPHER_CTX *seal, *mask;
	uint8_t key[KEY], iv[IV], hp[KEY];
};

static const uint8_t salt_v1[SALT] = { 0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
	0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a };
static const uint8_t salt_v2[SALT] = { 0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
	0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9 };
static const uint8_t salt_29[SALT] = { 0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97,
	0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99 };
static const uint8_t salt_23[SALT] = { 0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7,
	0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02 };
static const uint8_t salt_22[SALT] = { 0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a,
	0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a };
static const uint8_t salt_t50[SALT] = { 0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80,
	0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10 };
static const uint8_t salt_t51[SALT] = { 0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50,
	0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d };

static const struct {
	uint32_t first, last;
	const uint8_t *salt;
} salts[] = {
	{ QUIC_V1, QUIC_V1, salt_v1 },
	{ QUIC_V2, QUIC_V2, salt_v2 },
	{ 0xff000021, 0xff000022, salt_v1 },
	{ QUIC_DRAFT_29, 0xff000020, salt_29 },
	{ 0xff000017, 0xff00001c, salt_23 },
	{ 0xff000016, 0xff000016, salt_22 },
	{ 0xfaceb001, 0xfaceb001, salt_22 }, /* Facebook's, by the draft it follows */
	{ 0xfaceb002, 0xfaceb002, salt_23 },
	{ 0xfaceb00e, 0xfaceb00e, salt_23 },
	{ QUIC_T050, QUIC_T050, salt_t50 },
	{ QUIC_T051, QUIC_T051, salt_t51 },
};

struct quic_keys *
quic_keys_new(void)
{
	struct quic_keys *k = calloc(1, sizeof(*k));

	if (k == NULL) {
		log_error("out of memory for QUIC's keys");
		return NULL;
	}
	k->gcm = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
	k->ecb = EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL);
	k->seal = EVP_CIPHER_CTX_new();
	k->mask = EVP_CIPHER_CTX_new();
	if (k->gcm != NULL && k->ecb != NULL && k->seal != NULL && k->mask != NULL)
		return k;
	log_error("libcrypto gives no AES");
	quic_keys_free(k);
	return NULL;
}

void
quic_keys_free(struct quic_keys *k)
{
	if (k == NULL)
		return;
	EVP_CIPHER_CTX_free(k->mask);
	EVP_CIPHER_CTX_free(k->seal);
	EVP_CIPHER_free(k->ecb);
	EVP_CIPHER_free(k->gcm);
	free(k);
}

/* A key of HMAC-SHA-256, hashed with either pad [RFC 2104]: one a message costs two blocks less. */
struct mac_key {
	SHA256_CTX inner, outer;
};

static void
mac_key(struct mac_key *k, const uint8_t *key, size_t n)
{
	enum { INNER = 0x36, OUTER = 0x5c };
	uint8_t pad[SHA256_CBLOCK] = { 0 };

	memcpy(pad, key, n);
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= INNER;
	SHA256_Init(&k->inner);
	SHA256_Update(&k->inner, pad, sizeof(pad));
	for (size_t i = 0; i < sizeof(pad); i++)
		pad[i] ^= INNER ^ OUTER;
	SHA256_Init(&k->outer);
	SHA256_Update(&k->outer, pad, sizeof(pad));
}

static void
mac(const struct mac_key *k, struct view data, uint8_t out[SECRET])
{
	SHA256_CTX inner = k->inner, outer = k->outer;

	SHA256_Update(&inner, data.p, data.n);
	SHA256_Final(out, &inner);
	SHA256_Update(&outer, out, SECRET);
	SHA256_Final(out, &outer);
}

/* HKDF-Expand-Label of at most one block: n*2 | n "tls13 " label | 0 | 1 [RFC 8446 7.1]. */
static void
expand(const struct mac_key *secret, const char *label, uint8_t *out, size_t n)
{
	const size_t text = strlen(label);
	uint8_t info[INFO_MOST] = { 0, (uint8_t)n, (uint8_t)(6 + text) }, block[SECRET];

	memcpy(info + 3, "tls13 ", 6);
	memcpy(info + 9, label, text);
	info[9 + text] = 0;
	info[10 + text] = 1;
	mac(secret, view_of(info, 11 + text), block);
	memcpy(out, block, n);
}

static const uint8_t *
salt_of(uint32_t version)
{
	for (size_t i = 0; i < sizeof(salts) / sizeof(salts[0]); i++) {
		if (version >= salts[i].first && version <= salts[i].last)
			return salts[i].salt;
	}
	return NULL;
}

bool
quic_keys_know(uint32_t version)
{
	return salt_of(version) != NULL;
}

bool
quic_keys_make(struct quic_keys *k, uint32_t version, struct view id)
{
	const bool second = version == QUIC_V2;
	const uint8_t *salt = salt_of(version);
	uint8_t secret[SECRET];
	struct mac_key of;

	if (salt == NULL)
		return false;
	mac_key(&of, salt, SALT);
	mac(&of, id, secret);
	mac_key(&of, secret, SECRET);
	expand(&of, "client in", secret, SECRET);
	mac_key(&of, secret, SECRET);
	expand(&of, second ? "quicv2 key" : "quic key", k->key, KEY);
	expand(&of, second ? "quicv2 iv" : "quic iv", k->iv, IV);
	expand(&of, second ? "quicv2 hp" : "quic hp", k->hp, KEY);
	return true;
}

bool
quic_keys_mask(struct quic_keys *k, const uint8_t sample[QUIC_SAMPLE], uint8_t mask[16])
{
	int n;

	return EVP_EncryptInit_ex2(k->mask, k->ecb, k->hp, NULL, NULL) == 1 &&
	    EVP_EncryptUpdate(k->mask, mask, &n, sample, QUIC_SAMPLE) == 1 && n == 16;
}

bool
quic_keys_open(struct quic_keys *k, uint32_t number, struct view header, uint8_t *sealed, size_t n)
{
	uint8_t nonce[IV];
	int done;

	memcpy(nonce, k->iv, IV);
	for (unsigned i = 0; i < 4; i++)
		nonce[IV - 1 - i] ^= (uint8_t)(number >> 8 * i);
	if (n < QUIC_TAG || n > INT32_MAX || header.n > INT32_MAX)
		return false;
	n -= QUIC_TAG;
	return EVP_DecryptInit_ex2(k->seal, k->gcm, k->key, nonce, NULL) == 1 &&
	    EVP_DecryptUpdate(k->seal, NULL, &done, header.p, (int)header.n) == 1 &&
	    EVP_DecryptUpdate(k->seal, sealed, &done, sealed, (int)n) == 1 &&
	    EVP_CIPHER_CTX_ctrl(k->seal, EVP_CTRL_AEAD_SET_TAG, QUIC_TAG, sealed + n) == 1 &&
	    EVP_DecryptFinal_ex(k->seal, sealed + n, &done) == 1;
}
