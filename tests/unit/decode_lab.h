/*
 * decode_lab: a decoder, the pile that it is given and the packet that it made of it.
 */
#ifndef FARHAND_DECODE_LAB_H
#define FARHAND_DECODE_LAB_H

#include "pile.h"

enum { ETHERNET = 1, RAW = 12, DATAGRAMS = 4 };

static struct decode *d;
static struct pile pile;
static struct packet got;

static inline int
fresh_decode(int64_t duplicate_us)
{
	const struct decode_options o = { .datagrams = DATAGRAMS, .duplicate_us = duplicate_us };

	d = decode_new(&o);
	pile_clear(&pile);
	return d == NULL;
}

static inline int
fresh(void **state)
{
	(void)state;
	return fresh_decode(500);
}

static inline int
done(void **state)
{
	(void)state;
	decode_free(d);
	return 0;
}

static inline uint64_t
count(enum decode_count c)
{
	return decode_counts(d)[c];
}

static inline void
assert_addr(const struct addr *a, const char *want)
{
	char text[ADDR_TEXT];

	assert_string_equal(addr_format(a, text), want);
}

#endif
