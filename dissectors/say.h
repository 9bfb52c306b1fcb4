/*
 * say: how dissectors put what nearly all of them have to say.
 */
#ifndef DISSECTORS_SAY_H
#define DISSECTORS_SAY_H

#include "farhand/dissector.h"

static inline void
say_protocol(struct obs_list *out, const char *name)
{
	obs_add(out, OBS_PROTOCOL, 0, name, strlen(name));
}

static inline void
say_product(struct obs_list *out, const char *id, enum sureness sure)
{
	obs_add(out, OBS_PRODUCT, (uint32_t)sure, id, strlen(id));
}

/* The side that `s` talks to. */
static inline enum side
side_facing(enum side s)
{
	if (s == SIDE_NONE)
		return SIDE_NONE;
	return s == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
}

/* `viewer` speaks the client's part and is shown the other's screen. */
static inline void
say_viewer(struct obs_list *out, enum side viewer)
{
	obs_num(out, OBS_CLIENT, (uint32_t)viewer);
	obs_num(out, OBS_HOST, (uint32_t)side_facing(viewer));
}

/*
 * End what is said of a datagram that is only LIKE mine: the next of its kind has the same
 * n bytes (at most SAME_MOST) and a number a little higher, and so have `enough`.
 */
enum { SAME_MOST = 15 };

static inline enum probe
say_series(struct obs_list *out, uint8_t enough, uint32_t number, const uint8_t *same, size_t n)
{
	uint8_t text[1 + SAME_MOST] = { enough };

	n = n < SAME_MOST ? n : SAME_MOST;
	memcpy(text + 1, same, n);
	obs_add(out, OBS_SERIES, number, text, 1 + n);
	return PROBE_LIKE;
}

/* ASCII upper case to lower; the C library's depends on the locale. */
static inline uint8_t
lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static inline bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The first line, without its LF, of a stream whose first is shorter than `most` bytes. */
static inline enum probe
first_line(struct view head, size_t most, struct view *line)
{
	const bool full = head.n >= most;

	if (full)
		head.n = most;
	*line = view_until(&head, '\n');
	if (!line->bad)
		return PROBE_YES;
	return full ? PROBE_NO : PROBE_MORE;
}

/* A number in decimal, as users see it. */
static inline void
say_decimal(struct obs_list *out, enum obs_kind kind, uint32_t number)
{
	char text[10];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	obs_add(out, kind, 0, text + at, sizeof(text) - at);
}

/* Printable ASCII without the space, all of it, and something? */
static inline bool
is_plain(struct view text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] <= ' ' || text.p[i] > '~')
			return false;
	}
	return text.n > 0 && !text.bad;
}

/* Each thing is said once a message. */
static inline void
say_once(struct obs_list *out, enum obs_kind kind, struct view text)
{
	struct obs o;

	for (size_t at = 0; obs_next(out, &at, &o);) {
		if (o.kind == kind && o.text.n == text.n && memcmp(o.text.p, text.p, text.n) == 0)
			return;
	}
	obs_text(out, kind, text);
}

/* A host name, in lower case, without a trailing dot; nothing if it cannot be one. */
static inline void
say_host_name(struct obs_list *out, enum obs_kind kind, struct view name)
{
	uint8_t text[OBS_TEXT];

	if (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	if (name.n > sizeof(text) || !is_plain(name))
		return;
	for (size_t i = 0; i < name.n; i++)
		text[i] = lower(name.p[i]);
	obs_add(out, kind, 0, text, name.n);
}

/*
 * Does `head` begin with the n bytes of `want`?  YES, NO, or MORE as long as
 * it is too short to tell.
 */
static inline enum probe
begins(struct view head, const void *want, size_t n)
{
	const size_t have = head.n < n ? head.n : n;
	const uint8_t *first = want;

	/* Most differ in their first byte: that is no call. */
	if (have > 0 && (head.p[0] != *first || memcmp(head.p, want, have) != 0))
		return PROBE_NO;
	return have == n ? PROBE_YES : PROBE_MORE;
}

#endif
