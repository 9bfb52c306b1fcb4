/*
 * pen: JSON, front to back.
 *
 * printf and inet_ntop cost more than all the rest of a line, so numbers and
 * addresses are put into digits here.
 */
#include "deliver/pen.h"

#include <math.h>

#include "deliver/text.h"

#define NUMBER_TEXT 20 /* digits of 2^64 */
#define FIXED_MOST  1e8
#define ONES        0x0101010101010101u /* a 1 in each byte */

/* The digits of n end before `end`; returns their first. */
static char *
digits_before(char *end, uint64_t n)
{
	for (; n >= 100; n /= 100) {
		end -= 2;
		memcpy(end, text_pairs + n % 100 * 2, 2);
	}
	if (n < 10) {
		*--end = (char)('0' + n);
		return end;
	}
	memcpy(end - 2, text_pairs + n * 2, 2);
	return end - 2;
}

static unsigned
digits_of(uint64_t n)
{
	unsigned digits = 1;

	for (; n >= 10000; n /= 10000)
		digits += 4;
	return digits + (n >= 10) + (n >= 100) + (n >= 1000);
}

void
pen_put_number(struct pen *p, uint64_t n)
{
	const unsigned digits = digits_of(n);

	if (!pen_has_room(p, digits))
		return;
	p->at += digits;
	digits_before(p->at, n);
}

/*
 * Of eight bytes: a byte's top bit is set where it is beyond ASCII, a control character, a
 * quote or a backslash.  Carries and borrows come of such bytes only.
 */
static uint64_t
odd_bytes(uint64_t w)
{
	return w | (w + ONES) | (w - ONES * ' ') | ((w ^ ONES * '"') - ONES) |
	    ((w ^ ONES * '\\') - ONES);
}

/*
 * Copy a text; false if there is anything to clean or to escape.  Eight bytes at a time, the
 * last ones once more.
 */
static bool
copy_plain(char *to, const uint8_t *text, size_t n)
{
	uint64_t odd = 0, w = ONES * ' ';

	for (size_t i = 0; n < sizeof(w) && i < n; i++) {
		w = w << 8 | text[i];
		to[i] = (char)text[i];
	}
	for (size_t i = 0; n >= sizeof(w) && i < n; i += sizeof(w)) {
		const size_t at = i + sizeof(w) < n ? i : n - sizeof(w);

		memcpy(&w, text + at, sizeof(w));
		memcpy(to + at, &w, sizeof(w));
		odd |= odd_bytes(w);
	}
	return ((odd | odd_bytes(w)) & ONES << 7) == 0;
}

static void
put_escaped(struct pen *p, const char *clean)
{
	for (size_t n; *clean != '\0'; clean += n) {
		if (*clean == '"' || *clean == '\\')
			pen_raw(p, "\\", 1);
		/* This one, escaped or not, and all up to the next. */
		n = 1 + strcspn(clean + 1, "\"\\");
		pen_raw(p, clean, n);
	}
}

static void
put_unplain(struct pen *p, struct view text)
{
	char clean[TEXT_BYTES];

	text_clean(text, clean, sizeof(clean));
	pen_raw(p, "\"", 1);
	put_escaped(p, clean);
	pen_raw(p, "\"", 1);
}

void
pen_put_text(struct pen *p, struct view text)
{
	char *const w = p->at;

	if (text.n < TEXT_BYTES && !pen_has_room(p, text.n + 2))
		return;
	if (text.n >= TEXT_BYTES || !copy_plain(w + 1, text.p, text.n)) {
		put_unplain(p, text);
		return;
	}
	w[0] = w[text.n + 1] = '"';
	p->at = w + text.n + 2;
}

void
pen_put_time(struct pen *p, int64_t at_us)
{
	if (!pen_has_room(p, TIME_TEXT + 1))
		return;
	/* Many a document is of one moment. */
	if (p->timed != NULL && p->timed_us == at_us) {
		memcpy(p->at, p->timed, TIME_TEXT + 1);
	} else {
		*p->at = '"';
		text_time(at_us, p->at + 1);
		p->at[TIME_TEXT] = '"';
	}
	p->timed = p->at;
	p->timed_us = at_us;
	p->at += TIME_TEXT + 1;
}

/* The longest run of two zero groups or more, of equal ones the first: it becomes "::". */
static unsigned
longest_zeros(const uint8_t b[16], unsigned *length)
{
	unsigned best = 8, run = 0;

	*length = 1;
	for (unsigned i = 0; i < 8; i++) {
		run = b[2 * i] == 0 && b[2 * i + 1] == 0 ? run + 1 : 0;
		if (run > *length) {
			*length = run;
			best = i + 1 - run;
		}
	}
	return best;
}

static char *
put_group(char *w, unsigned group)
{
	static const char hex[] = "0123456789abcdef";

	for (int shift = group > 0xfff ? 12
		 : group > 0xff        ? 8
		 : group > 0xf         ? 4
				       : 0;
	     shift >= 0; shift -= 4)
		*w++ = hex[group >> shift & 0xf];
	return w;
}

/* [RFC 5952], and the last four bytes as IPv4's where inet_ntop does so (::a.b.c.d). */
static size_t
format_v6(const uint8_t b[16], char *out)
{
	unsigned length;
	const unsigned zeros = longest_zeros(b, &length);
	char *w = out;

	for (unsigned i = 0; i < 8; i++) {
		if (i == zeros) {
			*w++ = ':';
			i += length - 1;
			if (i == 7)
				*w++ = ':';
			continue;
		}
		if (i > 0)
			*w++ = ':';
		if (i == 6 && zeros == 0 && length == 6)
			return (size_t)(addr_put_v4(w, b + 12) - out);
		w = put_group(w, (unsigned)b[2 * i] << 8 | b[2 * i + 1]);
	}
	return (size_t)(w - out);
}

size_t
pen_format_addr(const struct addr *a, char out[ADDR_TEXT])
{
	const size_t n =
	    addr_is_v4(a) ? (size_t)(addr_put_v4(out, a->b + 12) - out) : format_v6(a->b, out);

	out[n] = '\0';
	return n;
}

void
pen_put_addr(struct pen *p, const struct addr *a)
{
	size_t n;

	if (!pen_has_room(p, ADDR_TEXT + 1))
		return;
	*p->at = '"';
	n = pen_format_addr(a, p->at + 1);
	p->at[1 + n] = '"';
	p->at += n + 2;
}

void
pen_put_mac(struct pen *p, const struct mac *m)
{
	static const char hex[] = "0123456789ABCDEF";
	char *w = p->at;

	if (!pen_has_room(p, MAC_TEXT + 1))
		return;
	*w++ = '"';
	for (size_t i = 0; i < sizeof(m->b); i++) {
		*w++ = hex[m->b[i] >> 4];
		*w++ = hex[m->b[i] & 0xf];
		*w++ = '-';
	}
	w[-1] = '"';
	p->at = w;
}

void
pen_put_fixed(struct pen *p, double x, unsigned decimals)
{
	static const long scales[] = { 1, 10, 100, 1000, 10000 };
	const long scale = scales[decimals];
	const long rounded = fabs(x) < FIXED_MOST ? lround(x * (double)scale) : 0;
	const uint64_t n = (uint64_t)labs(rounded), s = (uint64_t)scale;
	char text[NUMBER_TEXT], *last = text + sizeof(text), *first;

	/* Always the point and a digit on either side of it, but no more zeros. */
	first = digits_before(last, n % s + s);
	*first = '.';
	while (last[-1] == '0' && last > first + 2)
		last--;
	first = digits_before(first, n / s);
	if (rounded < 0)
		*--first = '-';
	pen_raw(p, first, (size_t)(last - first));
}

/* Where the text behind this quote ends, its own closing quote included. */
static const char *
text_end(const char *quote)
{
	const char *at = quote + 1;

	while (*at != '"')
		at += *at == '\\' ? 2 : 1;
	return at + 1;
}

void
pen_once(struct pen *p, const char *list, const char *text)
{
	char *const before = p->at;
	const char *own = before + (before > list ? 1 : 0); /* behind the comma */
	const char *end;

	pen_text(p, NULL, text);
	if (p->full || p->at == before)
		return;
	for (const char *at = list; at < before; at = end + 1) {
		end = text_end(at);
		if (end - at == p->at - own && memcmp(at, own, (size_t)(end - at)) == 0) {
			p->at = before;
			return;
		}
	}
}
