/*
 * view: a borrowed run of bytes that cannot be overrun.
 *
 * Reading past the end gives zeros and makes the view bad for good, so that a
 * parser reads what it expects and asks once, at the end, whether it was there.
 * A view never owns its bytes and is never stored beyond the call that got it.
 */
#ifndef FARHAND_VIEW_H
#define FARHAND_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct view {
	const uint8_t *p;
	size_t n;
	bool bad;
};

static inline struct view
view_of(const void *p, size_t n)
{
	return (struct view){ p, n, false };
}

static inline void
view_spoil(struct view *v)
{
	v->bad = true;
	v->n = 0;
}

/* Step over n bytes. */
static inline void
view_skip(struct view *v, size_t n)
{
	if (n > v->n) {
		view_spoil(v);
		return;
	}
	if (n > 0) {
		v->p += n;
		v->n -= n;
	}
}

/* The next n bytes as a view of their own; bad and empty if they are not there. */
static inline struct view
view_take(struct view *v, size_t n)
{
	struct view out = { v->p, n, v->bad };

	view_skip(v, n);
	if (v->bad) {
		out.bad = true;
		out.n = 0;
	}
	return out;
}

static inline uint8_t
view_u8(struct view *v)
{
	struct view b = view_take(v, 1);

	return b.n == 1 ? b.p[0] : 0;
}

static inline uint16_t
view_be16(struct view *v)
{
	struct view b = view_take(v, 2);

	return b.n == 2 ? (uint16_t)((unsigned)b.p[0] << 8 | b.p[1]) : 0;
}

static inline uint32_t
view_be24(struct view *v)
{
	struct view b = view_take(v, 3);

	return b.n == 3 ? (uint32_t)b.p[0] << 16 | (uint32_t)b.p[1] << 8 | b.p[2] : 0;
}

static inline uint32_t
view_be32(struct view *v)
{
	struct view b = view_take(v, 4);

	return b.n == 4
	    ? (uint32_t)b.p[0] << 24 | (uint32_t)b.p[1] << 16 | (uint32_t)b.p[2] << 8 | b.p[3]
	    : 0;
}

static inline uint16_t
view_le16(struct view *v)
{
	struct view b = view_take(v, 2);

	return b.n == 2 ? (uint16_t)((unsigned)b.p[1] << 8 | b.p[0]) : 0;
}

static inline uint32_t
view_le32(struct view *v)
{
	struct view b = view_take(v, 4);

	return b.n == 4
	    ? (uint32_t)b.p[3] << 24 | (uint32_t)b.p[2] << 16 | (uint32_t)b.p[1] << 8 | b.p[0]
	    : 0;
}

/* Are the next n bytes these?  If so they are stepped over; if not nothing moves. */
static inline bool
view_lit(struct view *v, const void *want, size_t n)
{
	if (v->n < n || memcmp(v->p, want, n) != 0)
		return false;
	view_skip(v, n);
	return true;
}

/* Everything before the next `end`, which stays; bad if there is no `end`. */
static inline struct view
view_until(struct view *v, uint8_t end)
{
	const uint8_t *at = v->n > 0 ? memchr(v->p, end, v->n) : NULL;

	if (at == NULL) {
		view_spoil(v);
		return (struct view){ v->p, 0, true };
	}
	return view_take(v, (size_t)(at - v->p));
}

#endif
