/*
 * probe: asking one dissector, in tests.
 *
 * Messages are written as text: hex pairs, 'ASCII in quotes', and "*N" to repeat
 * the byte before N times in all:  "03 00 00 13 'RFB' 00*4".
 */
#ifndef TESTS_PROBE_H
#define TESTS_PROBE_H

#include "farhand/dissector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define BYTES_MOST 17408 /* as much as is kept of a stream */

struct bytes {
	uint8_t at[BYTES_MOST];
	size_t n;
};

struct got {
	enum probe said;
	struct obs_list list;
};

static inline void
bytes_add(struct bytes *b, uint8_t c, size_t times)
{
	assert_true(b->n + times <= BYTES_MOST);
	memset(b->at + b->n, c, times);
	b->n += times;
}

static inline uint8_t
hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c);

	assert_true(c != '\0' && at != NULL);
	return (uint8_t)(at - digits);
}

static inline void
bytes_append(struct bytes *b, const char *text)
{
	while (*text != '\0') {
		char *end;

		if (*text == ' ') {
			text++;
		} else if (*text == '\'') {
			for (text++; *text != '\''; text++)
				bytes_add(b, (uint8_t)*text, 1);
			text++;
		} else if (*text == '*') {
			const size_t times = strtoul(text + 1, &end, 10);

			assert_true(b->n > 0 && times > 0);
			bytes_add(b, b->at[b->n - 1], times - 1);
			text = end;
		} else {
			bytes_add(b, (uint8_t)(hex_digit(text[0]) << 4 | hex_digit(text[1])), 1);
			text += 2;
		}
	}
}

static inline void
bytes_write(struct bytes *b, const char *text)
{
	b->n = 0;
	bytes_append(b, text);
}

/* The bytes in memory of their own, so that a sanitizer sees any read past them. */
static inline void
ask_bytes(const struct dissector *d, enum side from, const uint8_t *p, size_t n, struct got *g)
{
	uint8_t *copy = malloc(n > 0 ? n : 1);

	assert_non_null(copy);
	if (n > 0)
		memcpy(copy, p, n);
	memset(&g->list, 0, sizeof(g->list));
	g->said = d->probe(view_of(copy, n), from, &g->list);
	free(copy);
}

static inline void
ask(const struct dissector *d, enum side from, const char *text, struct got *g)
{
	struct bytes b;

	bytes_write(&b, text);
	ask_bytes(d, from, b.at, b.n, g);
}

/* One line for the common questions. */
static inline enum probe
says(const struct dissector *d, enum side from, const char *text)
{
	struct got g;

	ask(d, from, text, &g);
	return g.said;
}

static inline bool
has(const struct got *g, enum obs_kind kind)
{
	struct obs o;

	return obs_find(&g->list, kind, &o);
}

static inline uint32_t
num(const struct got *g, enum obs_kind kind)
{
	struct obs o;

	assert_true(obs_find(&g->list, kind, &o));
	return o.num;
}

/* The nth, from 0, of a kind has this text. */
static inline void
assert_text(const struct got *g, enum obs_kind kind, unsigned nth, const char *want)
{
	struct obs o;
	char text[OBS_TEXT + 1] = "(none)";

	for (size_t at = 0; obs_next(&g->list, &at, &o);) {
		if (o.kind != kind || nth-- > 0)
			continue;
		memcpy(text, o.text.p, o.text.n);
		text[o.text.n] = '\0';
		break;
	}
	assert_string_equal(text, want);
}

static inline void
assert_addr(const struct got *g, enum obs_kind kind, unsigned nth, const char *want)
{
	struct obs o;
	char text[ADDR_TEXT] = "(none)";

	for (size_t at = 0; obs_next(&g->list, &at, &o);) {
		struct addr a;

		if (o.kind != kind || nth-- > 0)
			continue;
		assert_int_equal(o.text.n, sizeof(a.b));
		memcpy(a.b, o.text.p, sizeof(a.b));
		addr_format(&a, text);
		break;
	}
	assert_string_equal(text, want);
}

static inline unsigned
count(const struct got *g, enum obs_kind kind)
{
	struct obs o;
	unsigned n = 0;

	for (size_t at = 0; obs_next(&g->list, &at, &o);)
		n += o.kind == kind;
	return n;
}

static inline void
assert_product(const struct got *g, const char *id, enum sureness sure)
{
	assert_int_equal(g->said, PROBE_YES);
	assert_text(g, OBS_PRODUCT, 0, id);
	assert_int_equal(num(g, OBS_PRODUCT), sure);
}

#endif
