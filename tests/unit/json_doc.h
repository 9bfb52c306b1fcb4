/*
 * json_doc: the same JSON as pen's, by jansson: what pen is measured by.
 */
#ifndef FARHAND_JSON_DOC_H
#define FARHAND_JSON_DOC_H

#include <jansson.h>
#include <math.h>

#include "deliver/text.h"
#include "farhand/addr.h"

struct doc {
	json_t *root;
	bool failed;
};

static inline void
doc_begin(struct doc *d)
{
	d->root = json_object();
	d->failed = d->root == NULL;
}

static inline char *
doc_end(struct doc *d)
{
	char *line = NULL;

	if (!d->failed)
		line = json_dumps(d->root, JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(d->root);
	d->root = NULL;
	return line;
}

static inline json_t *
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

static inline json_t *
field_array(struct doc *d, json_t *in, const char *key)
{
	return attach(d, in, key, json_array());
}

static inline void
field_bytes(struct doc *d, json_t *in, const char *key, struct view text)
{
	char clean[TEXT_BYTES];

	if (text.n == 0)
		return;
	text_clean(text, clean, sizeof(clean));
	attach(d, in, key, json_string_nocheck(clean));
}

static inline void
field_text(struct doc *d, json_t *in, const char *key, const char *text)
{
	if (text != NULL)
		field_bytes(d, in, key, view_of(text, strlen(text)));
}

static inline void
field_int(struct doc *d, json_t *in, const char *key, int64_t n)
{
	attach(d, in, key, json_integer(n));
}

static inline void
field_count(struct doc *d, json_t *in, const char *key, uint64_t n)
{
	field_int(d, in, key, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

static inline void
field_fixed(struct doc *d, json_t *in, const char *key, double x, int decimals)
{
	static const double scale[] = { 1, 10, 100, 1000, 10000 };
	/* Adding 0 turns -0 into 0: what rounds to nothing has no sign. */
	const double rounded = round(x * scale[decimals]) / scale[decimals] + 0.0;

	attach(d, in, key, json_real(isfinite(rounded) ? rounded : 0.0));
}

static inline void
field_bool(struct doc *d, json_t *in, const char *key, bool b)
{
	attach(d, in, key, json_boolean(b));
}

static inline void
field_addr(struct doc *d, json_t *in, const char *key, const struct addr *a)
{
	char text[ADDR_TEXT];

	if (!addr_is_none(a))
		field_text(d, in, key, addr_format(a, text));
}

static inline void
field_mac(struct doc *d, json_t *in, const char *key, const struct mac *m)
{
	char text[MAC_TEXT];

	if (!mac_is_none(m))
		field_text(d, in, key, mac_format(m, text));
}

static inline void
field_id(struct doc *d, json_t *in, const char *key, uint64_t id)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)id);
	field_text(d, in, key, text);
}

static inline void
field_once(struct doc *d, json_t *array, const char *text)
{
	char clean[TEXT_BYTES];

	if (text == NULL || text[0] == '\0')
		return;
	text_clean(view_of(text, strlen(text)), clean, sizeof(clean));
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (strcmp(json_string_value(json_array_get(array, i)), clean) == 0)
			return;
	}
	attach(d, array, NULL, json_string_nocheck(clean));
}

#endif
