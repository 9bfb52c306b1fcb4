/*
 * addr: an IP address, always 16 bytes (IPv4 as ::ffff:a.b.c.d, RFC 4291
 * 2.5.5.2), a prefix of addresses, and a MAC address.
 */
#ifndef FARHAND_ADDR_H
#define FARHAND_ADDR_H

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDR_TEXT 46 /* INET6_ADDRSTRLEN */
#define MAC_TEXT  18

struct addr {
	uint8_t b[16];
};

/* An address range of `bits` leading bits, 0..128; IPv4's /n is 96 + n. */
struct prefix {
	struct addr net;
	uint8_t bits;
};

struct mac {
	uint8_t b[6];
};

static const uint8_t addr_v4_lead[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static inline struct addr
addr_v4(const uint8_t *four)
{
	uint32_t word[4] = { 0 };
	struct addr a;

	/* Written at once, as it is read: a part of it would have to reach the cache first. */
	memcpy(&word[2], addr_v4_lead + 8, 4);
	memcpy(&word[3], four, 4);
	memcpy(a.b, word, sizeof(a.b));
	return a;
}

static inline struct addr
addr_v6(const uint8_t *sixteen)
{
	struct addr a;

	memcpy(a.b, sixteen, 16);
	return a;
}

static inline bool
addr_is_v4(const struct addr *a)
{
	return memcmp(a->b, addr_v4_lead, 12) == 0;
}

static inline bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, 16) == 0;
}

static inline int
addr_cmp(const struct addr *a, const struct addr *b)
{
	return memcmp(a->b, b->b, 16);
}

/* For tables of addresses: every bit of the address reaches every bit of it. */
static inline uint32_t
addr_hash(const struct addr *a)
{
	uint64_t lead, tail;

	memcpy(&lead, a->b, 8);
	memcpy(&tail, a->b + 8, 8);
	/* A product carries upwards only: fold the upper half down before each. */
	tail = (tail ^ tail >> 32) * 0xff51afd7ed558ccdu + lead;
	tail = (tail ^ tail >> 32) * 0xc4ceb9fe1a85ec53u;
	return (uint32_t)(tail >> 32);
}

/* All zero: no address. */
static inline bool
addr_is_none(const struct addr *a)
{
	static const struct addr none;

	return addr_equal(a, &none);
}

/* Multicast, IPv4 broadcast, or unspecified: never a host. */
static inline bool
addr_is_group(const struct addr *a)
{
	static const uint8_t all[4] = { 255, 255, 255, 255 };
	static const uint8_t zero[16];

	if (addr_is_v4(a))
		return (a->b[12] & 0xf0) == 0xe0 || memcmp(a->b + 12, all, 4) == 0 ||
		    memcmp(a->b + 12, zero, 4) == 0;
	return a->b[0] == 0xff || memcmp(a->b, zero, 16) == 0;
}

/* IPv4, dotted, with no end; returns where it ends. */
static inline char *
addr_put_v4(char *w, const uint8_t four[4])
{
	for (int i = 0; i < 4; i++) {
		unsigned n = four[i], tens;

		if (i > 0)
			*w++ = '.';
		if (n >= 100) {
			*w++ = n >= 200 ? '2' : '1';
			n -= n >= 200 ? 200 : 100;
			tens = n * 103 >> 10; /* n / 10, below 100 */
			*w++ = (char)('0' + tens);
		} else {
			tens = n * 103 >> 10;
			*w = (char)('0' + tens);
			w += tens > 0;
		}
		*w++ = (char)('0' + n - 10 * tens);
	}
	return w;
}

/* Write the usual text into out[ADDR_TEXT]; returns out. */
static inline char *
addr_format(const struct addr *a, char out[ADDR_TEXT])
{
	if (addr_is_v4(a))
		*addr_put_v4(out, a->b + 12) = '\0';
	else if (inet_ntop(AF_INET6, a->b, out, ADDR_TEXT) == NULL)
		out[0] = '\0';
	return out;
}

/* Read an address; false, and *out untouched, if the text is not exactly one. */
static inline bool
addr_parse(const char *text, struct addr *out)
{
	uint8_t raw[16];

	if (inet_pton(AF_INET, text, raw) == 1)
		*out = addr_v4(raw);
	else if (inet_pton(AF_INET6, text, raw) == 1)
		*out = addr_v6(raw);
	else
		return false;
	return true;
}

static inline bool
prefix_has(const struct prefix *p, const struct addr *a)
{
	const unsigned whole = p->bits / 8, rest = p->bits % 8;

	if (memcmp(p->net.b, a->b, whole) != 0)
		return false;
	return rest == 0 || ((p->net.b[whole] ^ a->b[whole]) >> (8 - rest)) == 0;
}

/* The address with all bits past `bits` cleared. */
static inline struct addr
addr_masked(const struct addr *a, unsigned bits)
{
	struct addr out = *a;
	unsigned keep;

	for (unsigned i = 0; i < 16; i++) {
		if (bits >= 8 * (i + 1))
			continue;
		keep = bits <= 8 * i ? 0 : 0xff00U >> (bits % 8);
		out.b[i] = (uint8_t)(out.b[i] & keep);
	}
	return out;
}

/*
 * Read "a.b.c.d/n", "x::/n", or a single address.  False, *out untouched, if
 * malformed or if bits are set beyond the prefix length.
 */
static inline bool
prefix_parse(const char *text, struct prefix *out)
{
	const char *slash = strchr(text, '/');
	char head[ADDR_TEXT];
	struct prefix p;
	unsigned long bits, most;
	char *end;
	struct addr masked;
	size_t n = slash != NULL ? (size_t)(slash - text) : strlen(text);

	if (n >= sizeof(head))
		return false;
	memcpy(head, text, n);
	head[n] = '\0';
	if (!addr_parse(head, &p.net))
		return false;
	most = addr_is_v4(&p.net) && strchr(head, ':') == NULL ? 32 : 128;
	bits = most;
	if (slash != NULL) {
		if (slash[1] < '0' || slash[1] > '9')
			return false;
		bits = strtoul(slash + 1, &end, 10);
		if (*end != '\0' || bits > most)
			return false;
	}
	p.bits = (uint8_t)(bits + (most == 32 ? 96 : 0));
	masked = addr_masked(&p.net, p.bits);
	if (!addr_equal(&masked, &p.net))
		return false;
	*out = p;
	return true;
}

static inline bool
mac_equal(const struct mac *a, const struct mac *b)
{
	return memcmp(a->b, b->b, 6) == 0;
}

static inline bool
mac_is_none(const struct mac *m)
{
	static const struct mac none;

	return mac_equal(m, &none);
}

/* ECS form, "00-00-5E-00-53-17", into out[MAC_TEXT]; returns out. */
static inline char *
mac_format(const struct mac *m, char out[MAC_TEXT])
{
	snprintf(out, MAC_TEXT, "%02X-%02X-%02X-%02X-%02X-%02X", m->b[0], m->b[1], m->b[2], m->b[3],
	    m->b[4], m->b[5]);
	return out;
}

/* Read six hex pairs joined by ':' or '-'; false, *out untouched, otherwise. */
static inline bool
mac_parse(const char *text, struct mac *out)
{
	unsigned b[6];
	char tail;

	if (strlen(text) != 17)
		return false;
	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5],
		&tail) != 6 &&
	    sscanf(text, "%2x-%2x-%2x-%2x-%2x-%2x%c", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5],
		&tail) != 6)
		return false;
	for (int i = 0; i < 6; i++)
		out->b[i] = (uint8_t)b[i];
	return true;
}

#endif
