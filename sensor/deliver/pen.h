/*
 * pen: writes JSON front to back into a buffer, with no allocation.
 *
 * Of alerts and flow records there may be thousands a second.  Whatever text comes
 * in, valid UTF-8 of bounded length goes out; whatever number, a number.  What does
 * not fit makes the pen full, and what was written no JSON: nothing is checked in
 * between.  In an array `key` is NULL.
 */
#ifndef FARHAND_PEN_H
#define FARHAND_PEN_H

#include "farhand/addr.h"
#include "farhand/view.h"

/* Nearly every key is a literal, whose length is known when this is compiled, but only in place. */
#define PEN_INLINE static inline __attribute__((always_inline))

struct pen {
	char *at;        /* where the next byte goes */
	const char *end; /* of the buffer */
	bool full;
	const char *timed; /* where the last time stands, quotes and all; NULL: nowhere yet */
	int64_t timed_us;
};

PEN_INLINE bool
pen_has_room(struct pen *p, size_t n)
{
	if ((size_t)(p->end - p->at) >= n)
		return true;
	p->full = true;
	return false;
}

PEN_INLINE void
pen_raw(struct pen *p, const char *text, size_t n)
{
	if (!pen_has_room(p, n))
		return;
	memcpy(p->at, text, n);
	p->at += n;
}

/* JSON that is the same in every document, with its comma. */
#define pen_literal(p, text) pen_raw(p, text, sizeof(text) - 1)

/* Comma and key, as the place asks for.  The document's `{` must stand already. */
PEN_INLINE void
pen_key(struct pen *p, const char *key)
{
	const size_t n = key != NULL ? strlen(key) : 0;
	char *w = p->at;

	if (!pen_has_room(p, n + 4))
		return;
	*w = ',';
	w += w[-1] != '{' && w[-1] != '[' ? 1 : 0;
	if (key != NULL) {
		*w = '"';
		memcpy(w + 1, key, n);
		memcpy(w + 1 + n, "\":", 2);
		w += n + 3;
	}
	p->at = w;
}

PEN_INLINE void
pen_object(struct pen *p, const char *key)
{
	pen_key(p, key);
	pen_raw(p, "{", 1);
}

PEN_INLINE void
pen_array(struct pen *p, const char *key)
{
	pen_key(p, key);
	pen_raw(p, "[", 1);
}

PEN_INLINE void
pen_end_object(struct pen *p)
{
	pen_raw(p, "}", 1);
}

PEN_INLINE void
pen_end_array(struct pen *p)
{
	pen_raw(p, "]", 1);
}

PEN_INLINE void
pen_quoted(struct pen *p, const char *text, size_t n)
{
	if (!pen_has_room(p, n + 2))
		return;
	*p->at = '"';
	memcpy(p->at + 1, text, n);
	p->at[n + 1] = '"';
	p->at += n + 2;
}

/* A text of our own making: in no need of escapes. */
PEN_INLINE void
pen_word(struct pen *p, const char *key, const char *word)
{
	pen_key(p, key);
	pen_quoted(p, word, strlen(word));
}

PEN_INLINE void
pen_bool(struct pen *p, const char *key, bool b)
{
	pen_key(p, key);
	pen_raw(p, b ? "true" : "false", b ? 4 : 5);
}

/* A value alone. */
void pen_put_text(struct pen *p, struct view text);
void pen_put_number(struct pen *p, uint64_t n);
void pen_put_time(struct pen *p, int64_t at_us);
void pen_put_addr(struct pen *p, const struct addr *a);
void pen_put_mac(struct pen *p, const struct mac *m);
void pen_put_fixed(struct pen *p, double x, unsigned decimals);

/* Nothing is written for a text that is NULL or empty, or for an address or MAC of zeros. */
PEN_INLINE void
pen_bytes(struct pen *p, const char *key, struct view text)
{
	if (text.n == 0)
		return;
	pen_key(p, key);
	pen_put_text(p, text);
}

PEN_INLINE void
pen_text(struct pen *p, const char *key, const char *text)
{
	if (text != NULL)
		pen_bytes(p, key, view_of(text, strlen(text)));
}

PEN_INLINE void
pen_addr(struct pen *p, const char *key, const struct addr *a)
{
	if (addr_is_none(a))
		return;
	pen_key(p, key);
	pen_put_addr(p, a);
}

PEN_INLINE void
pen_mac(struct pen *p, const char *key, const struct mac *m)
{
	if (mac_is_none(m))
		return;
	pen_key(p, key);
	pen_put_mac(p, m);
}

/* INT64_MAX at most: more is no number to many a reader. */
PEN_INLINE void
pen_count(struct pen *p, const char *key, uint64_t n)
{
	pen_key(p, key);
	pen_put_number(p, n > INT64_MAX ? INT64_MAX : n);
}

/* Decimal, as text. */
PEN_INLINE void
pen_id(struct pen *p, const char *key, uint64_t id)
{
	pen_key(p, key);
	pen_raw(p, "\"", 1);
	pen_put_number(p, id);
	pen_raw(p, "\"", 1);
}

/* UTC, milliseconds. */
PEN_INLINE void
pen_time(struct pen *p, const char *key, int64_t at_us)
{
	pen_key(p, key);
	pen_put_time(p, at_us);
}

/* 1 to 4 decimals at most; what is not a number, or 10^8 or beyond, is 0. */
PEN_INLINE void
pen_fixed(struct pen *p, const char *key, double x, unsigned decimals)
{
	pen_key(p, key);
	pen_put_fixed(p, x, decimals);
}

/* Append a text to the array that began at list, unless it is there already, or empty. */
void pen_once(struct pen *p, const char *list, const char *text);

/* As addr_format, faster; returns the length. */
size_t pen_format_addr(const struct addr *a, char out[ADDR_TEXT]);

#endif
