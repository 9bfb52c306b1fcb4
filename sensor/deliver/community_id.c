/*
 * community_id: the flow hash that Zeek, Suricata and Arkime share
 * [corelight/community-id-spec, version 1].
 *
 *   seed 2 | lower address 4 or 16 | higher address | proto 1 | 0 1 | its port 2 | its port 2
 *
 * "Lower" is by address, then port, so that both directions give the same.
 * Protocols without ports have no port fields.
 */
/* SHA1_Init and its like: an EVP digest costs three times the hash itself. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <endian.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include "deliver/ecs.h"

enum { SEED = 0 };

static bool
has_ports(uint8_t proto)
{
	return proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_SCTP;
}

static void
put_word(uint8_t *out, uint32_t word)
{
	word = htobe32(word);
	memcpy(out, &word, sizeof(word));
}

/* The side that stands first. */
static enum side
lower_side(const struct flow *f)
{
	const int order = addr_cmp(&f->end[0], &f->end[1]);

	if (order != 0)
		return order < 0 ? SIDE_CLIENT : SIDE_SERVER;
	return f->port[0] <= f->port[1] ? SIDE_CLIENT : SIDE_SERVER;
}

/* SHA-1 of n bytes, at most 55, which with its padding is one block, in base64. */
static void
write_hash(uint8_t block[SHA_CBLOCK], size_t n, char *out)
{
	uint8_t hash[SHA_DIGEST_LENGTH];
	SHA_CTX sha;

	block[n] = 0x80;
	block[SHA_CBLOCK - 2] = (uint8_t)(n * 8 >> 8);
	block[SHA_CBLOCK - 1] = (uint8_t)(n * 8);
	SHA1_Init(&sha);
	SHA1_Transform(&sha, block);
	put_word(hash, sha.h0);
	put_word(hash + 4, sha.h1);
	put_word(hash + 8, sha.h2);
	put_word(hash + 12, sha.h3);
	put_word(hash + 16, sha.h4);
	EVP_EncodeBlock((unsigned char *)out, hash, sizeof(hash));
}

void
community_id(const struct flow *f, char out[COMMUNITY_ID])
{
	const enum side first = lower_side(f), sides[2] = { first, side_other(first) };
	const size_t skip = addr_is_v4(&f->end[0]) && addr_is_v4(&f->end[1]) ? 12 : 0;
	uint8_t in[SHA_CBLOCK] = { SEED, SEED };
	size_t n = 2;

	out[0] = '\0';
	if (f->proto == PROTO_ICMP || f->proto == PROTO_ICMPV6)
		return; /* would need type and code, which a flow does not keep */
	for (int i = 0; i < 2; i++) {
		memcpy(in + n, f->end[sides[i]].b + skip, 16 - skip);
		n += 16 - skip;
	}
	in[n++] = f->proto;
	in[n++] = 0;
	for (int i = 0; i < 2 && has_ports(f->proto); i++) {
		in[n++] = (uint8_t)(f->port[sides[i]] >> 8);
		in[n++] = (uint8_t)f->port[sides[i]];
	}
	memcpy(out, "1:", 2);
	write_hash(in, n, out + 2);
}
