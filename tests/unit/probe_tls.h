/*
 * probe_tls: TLS messages and certificates, put together for tests.
 *
 * Inner things are written first, then wrapped where they began.
 */
#ifndef TESTS_PROBE_TLS_H
#define TESTS_PROBE_TLS_H

#include "probe.h"

/* Insert n bytes before what was written since `from`. */
static inline void
insert(struct bytes *b, size_t from, const uint8_t *head, size_t n)
{
	assert_true(b->n + n <= BYTES_MOST);
	memmove(b->at + from + n, b->at + from, b->n - from);
	memcpy(b->at + from, head, n);
	b->n += n;
}

static inline void
wrap_der(struct bytes *b, size_t from, uint8_t tag)
{
	const size_t n = b->n - from;
	const uint8_t shortest[] = { tag, (uint8_t)n };
	const uint8_t one[] = { tag, 0x81, (uint8_t)n };
	const uint8_t two[] = { tag, 0x82, (uint8_t)(n >> 8), (uint8_t)n };

	if (n < 0x80)
		insert(b, from, shortest, sizeof(shortest));
	else if (n < 0x100)
		insert(b, from, one, sizeof(one));
	else
		insert(b, from, two, sizeof(two));
}

/* A length of `bytes` bytes before what was written since `from`. */
static inline void
wrap_length(struct bytes *b, size_t from, unsigned bytes)
{
	const size_t n = b->n - from;
	const uint8_t head[] = { (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

	insert(b, from, head + 3 - bytes, bytes);
}

static inline void
wrap_message(struct bytes *b, size_t from, uint8_t type)
{
	wrap_length(b, from, 3);
	insert(b, from, &type, 1);
}

static inline void
wrap_record(struct bytes *b, size_t from)
{
	static const uint8_t head[] = { 0x16, 0x03, 0x03 };

	wrap_length(b, from, 2);
	insert(b, from, head, sizeof(head));
}

static inline void
put_string(struct bytes *b, uint8_t tag, const char *text)
{
	const size_t from = b->n;

	for (; *text != '\0'; text++)
		bytes_add(b, (uint8_t)*text, 1);
	wrap_der(b, from, tag);
}

static inline void
put_attribute(struct bytes *b, const char *oid, const char *text)
{
	const size_t set = b->n;

	bytes_append(b, oid);
	put_string(b, 0x0c, text);
	wrap_der(b, set, 0x30);
	wrap_der(b, set, 0x31);
}

/* organisation may be NULL. */
static inline void
put_name(struct bytes *b, const char *common, const char *organisation)
{
	const size_t from = b->n;

	if (organisation != NULL)
		put_attribute(b, "06 03 55 04 0a", organisation);
	put_attribute(b, "06 03 55 04 03", common);
	wrap_der(b, from, 0x30);
}

struct x509 {
	const char *issuer, *subject, *organisation;
	const char *names[40]; /* DNS names, NULL-ended */
};

static inline void
put_alternatives(struct bytes *b, const char *const *names)
{
	const size_t from = b->n;

	bytes_append(b, "87 04 c0 00 02 07"); /* an address, to be passed over */
	for (; *names != NULL; names++)
		put_string(b, 0x82, *names);
	wrap_der(b, from, 0x30);
	wrap_der(b, from, 0x04);
	insert(b, from, (const uint8_t *)"\x06\x03\x55\x1d\x11", 5);
	wrap_der(b, from, 0x30);
	/* Before it basicConstraints, critical. */
	insert(b, from, (const uint8_t *)"\x30\x0c\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x02\x30\x00",
	    14);
	wrap_der(b, from, 0x30);
	wrap_der(b, from, 0xa3);
}

static inline void
put_certificate(struct bytes *b, const struct x509 *x)
{
	static const char algorithm[] = "30 0a 06 08 2a 86 48 ce 3d 04 03 02";
	const size_t from = b->n;

	bytes_append(b, "a0 03 02 01 02 02 01 01");
	bytes_append(b, algorithm);
	put_name(b, x->issuer, NULL);
	bytes_append(b, "30 1e 17 0d '250101000000Z' 17 0d '350101000000Z'");
	put_name(b, x->subject, x->organisation);
	bytes_append(b, "30 04 03 02 00 44");
	if (x->names[0] != NULL)
		put_alternatives(b, x->names);
	wrap_der(b, from, 0x30);
	bytes_append(b, algorithm);
	bytes_append(b, "03 09 00 55*8");
	wrap_der(b, from, 0x30);
}

/* The message Certificate with one certificate. */
static inline void
put_certificate_message(struct bytes *b, const struct x509 *x)
{
	const size_t from = b->n;

	put_certificate(b, x);
	wrap_length(b, from, 3);
	wrap_length(b, from, 3);
	wrap_message(b, from, 11);
}

/* The message ClientHello, with ciphers and extensions as given. */
static inline void
put_client_hello(struct bytes *b, const char *ciphers, const char *extensions)
{
	const size_t from = b->n;
	size_t part;

	bytes_append(b, "03 03 11*32 00");
	part = b->n;
	bytes_append(b, ciphers);
	wrap_length(b, part, 2);
	bytes_append(b, "01 00");
	part = b->n;
	bytes_append(b, extensions);
	wrap_length(b, part, 2);
	wrap_message(b, from, 1);
}

static inline void
put_server_hello(struct bytes *b, const char *extensions)
{
	const size_t from = b->n;
	size_t part;

	bytes_append(b, "03 03 22*32 00 c0 2f 00");
	part = b->n;
	bytes_append(b, extensions);
	wrap_length(b, part, 2);
	wrap_message(b, from, 2);
}

#endif
