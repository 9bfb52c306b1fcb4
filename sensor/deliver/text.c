/*
 * text: texts and times as they may stand in output.
 *
 * Host names, SNI and the like come off the wire and may hold anything; a log
 * reader's terminal, parser and index must not suffer.  So bytes that are not
 * UTF-8 and control characters become U+FFFD here, once for all.
 */
#include "deliver/text.h"

#include <string.h>

#define LAST_US 253402300799999999LL /* the end of year 9999 */

static const char replacement[] = "\xef\xbf\xbd";

/* Length of the well-formed UTF-8 character at p [RFC 3629], 0 if there is none. */
static size_t
utf8_length(const uint8_t *p, size_t n)
{
	const uint8_t lead = p[0];
	const size_t many = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	const size_t want = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : many;

	if (want == 0 || want > n || lead > 0xf4)
		return 0;
	for (size_t i = 1; i < want; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Overlong forms, surrogates, beyond U+10FFFF: told by the second byte. */
	if ((lead == 0xe0 && p[1] < 0xa0) || (lead == 0xed && p[1] > 0x9f) ||
	    (lead == 0xf0 && p[1] < 0x90) || (lead == 0xf4 && p[1] > 0x8f))
		return 0;
	return want;
}

static bool
is_control(const uint8_t *p, size_t n)
{
	return (n == 1 && (p[0] < 0x20 || p[0] == 0x7f)) || (n == 2 && p[0] == 0xc2 && p[1] < 0xa0);
}

/* What may stand as it is; nearly all there is. */
static size_t
copy_plain(struct view text, char *out, size_t room)
{
	size_t n = 0;

	for (; n < text.n && n + 1 < room && text.p[n] >= ' ' && text.p[n] < 0x7f; n++)
		out[n] = (char)text.p[n];
	return n;
}

void
text_clean(struct view text, char *out, size_t room)
{
	size_t used = copy_plain(text, out, room);

	view_skip(&text, used);
	while (text.n > 0) {
		const size_t n = utf8_length(text.p, text.n);
		const bool good = n > 0 && !is_control(text.p, n);
		const size_t put = good ? n : sizeof(replacement) - 1;

		if (used + put >= room)
			break;
		memcpy(out + used, good ? (const char *)text.p : replacement, put);
		used += put;
		view_skip(&text, n > 0 ? n : 1);
	}
	out[used] = '\0';
}

/* The day n days after 1970-01-01, as year, month 1 to 12, day 1 to 31. */
static void
split_day(unsigned n, unsigned out[3])
{
	/* Years from March on, so that leap days come last; eras of 400 years, from 0000-03-01. */
	const unsigned shifted = n + 719468, of_era = shifted % 146097;
	const unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	const unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
	const unsigned month = (5 * of_year + 2) / 153; /* 0: March */

	out[0] = shifted / 146097 * 400 + year + (month >= 10 ? 1 : 0);
	out[1] = month < 10 ? month + 3 : month - 9;
	out[2] = of_year - (153 * month + 2) / 5 + 1;
}

const char text_pairs[201] = "00010203040506070809101112131415161718192021222324"
			     "25262728293031323334353637383940414243444546474849"
			     "50515253545556575859606162636465666768697071727374"
			     "75767778798081828384858687888990919293949596979899";

static void
put_pair(char *w, unsigned n)
{
	memcpy(w, text_pairs + 2 * n, 2);
}

void
text_time(int64_t at_us, char out[TIME_TEXT])
{
	const int64_t us = at_us < 0 ? 0 : at_us > LAST_US ? LAST_US : at_us;
	const unsigned of_day = (unsigned)(us / 1000000 % 86400), ms = (unsigned)(us / 1000 % 1000);
	unsigned day[3];

	split_day((unsigned)(us / 1000000 / 86400), day);
	memcpy(out, "yyyy-mm-ddThh:mm:ss.mmmZ", TIME_TEXT);
	put_pair(out, day[0] / 100);
	put_pair(out + 2, day[0] % 100);
	put_pair(out + 5, day[1]);
	put_pair(out + 8, day[2]);
	put_pair(out + 11, of_day / 3600);
	put_pair(out + 14, of_day / 60 % 60);
	put_pair(out + 17, of_day % 60);
	put_pair(out + 20, ms / 10);
	out[22] = (char)('0' + ms % 10);
}
