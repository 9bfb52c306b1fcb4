/*
 * field: one JSON document, field by field.
 *
 * Host names, SNI and the like come off the wire and may hold anything; a log
 * reader's terminal, parser and index must not suffer.  So bytes that are not
 * UTF-8 and control characters become U+FFFD here, once for all.
 */
#include "deliver/field.h"

#include <math.h>
#include <time.h>

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

void
text_clean(struct view text, char *out, size_t room)
{
	size_t used = 0;

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

void
time_format(int64_t at_us, char out[TIME_TEXT])
{
	const int64_t us = at_us < 0 ? 0 : at_us > LAST_US ? LAST_US : at_us;
	const time_t seconds = (time_t)(us / 1000000);
	struct tm t;
	size_t n;

	gmtime_r(&seconds, &t);
	n = strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &t);
	snprintf(out + n, TIME_TEXT - n, ".%03uZ", (unsigned)(us / 1000 % 1000));
}

void
doc_begin(struct doc *d)
{
	d->root = json_object();
	d->failed = d->root == NULL;
}

char *
doc_end(struct doc *d)
{
	char *line = NULL;

	if (!d->failed)
		line = json_dumps(d->root, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(d->root);
	d->root = NULL;
	return line;
}

static json_t *
attach(struct doc *d, json_t *in, const char *key, json_t *value)
{
	const int bad = key == NULL ? json_array_append_new(in, value)
				    : json_object_set_new_nocheck(in, key, value);

	if (bad != 0) {
		d->failed = true;
		return NULL;
	}
	return value;
}

json_t *
field_object(struct doc *d, json_t *in, const char *key)
{
	return attach(d, in, key, json_object());
}

json_t *
field_array(struct doc *d, json_t *in, const char *key)
{
	return attach(d, in, key, json_array());
}

void
field_bytes(struct doc *d, json_t *in, const char *key, struct view text)
{
	char clean[FIELD_TEXT];

	if (text.n == 0)
		return;
	text_clean(text, clean, sizeof(clean));
	attach(d, in, key, json_string_nocheck(clean));
}

void
field_text(struct doc *d, json_t *in, const char *key, const char *text)
{
	if (text != NULL)
		field_bytes(d, in, key, view_of(text, strlen(text)));
}

void
field_int(struct doc *d, json_t *in, const char *key, int64_t n)
{
	attach(d, in, key, json_integer(n));
}

void
field_count(struct doc *d, json_t *in, const char *key, uint64_t n)
{
	field_int(d, in, key, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

void
field_fixed(struct doc *d, json_t *in, const char *key, double x, int decimals)
{
	static const double scale[] = { 1, 10, 100, 1000, 10000 };
	/* Adding 0 turns -0 into 0: what rounds to nothing has no sign. */
	const double rounded = round(x * scale[decimals]) / scale[decimals] + 0.0;

	attach(d, in, key, json_real(isfinite(rounded) ? rounded : 0.0));
}

void
field_bool(struct doc *d, json_t *in, const char *key, bool b)
{
	attach(d, in, key, json_boolean(b));
}

void
field_time(struct doc *d, json_t *in, const char *key, int64_t at_us)
{
	char text[TIME_TEXT];

	time_format(at_us, text);
	field_text(d, in, key, text);
}

void
field_addr(struct doc *d, json_t *in, const char *key, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (!addr_is_none(a))
		field_text(d, in, key, addr_format(a, text));
}

void
field_mac(struct doc *d, json_t *in, const char *key, const struct mac *m)
{
	char text[MAC_TEXT];

	if (!mac_is_none(m))
		field_text(d, in, key, mac_format(m, text));
}

void
field_id(struct doc *d, json_t *in, const char *key, uint64_t id)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)id);
	field_text(d, in, key, text);
}

void
field_once(struct doc *d, json_t *array, const char *text)
{
	char clean[FIELD_TEXT];

	if (text == NULL || text[0] == '\0')
		return;
	text_clean(view_of(text, strlen(text)), clean, sizeof(clean));
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (strcmp(json_string_value(json_array_get(array, i)), clean) == 0)
			return;
	}
	attach(d, array, NULL, json_string_nocheck(clean));
}
