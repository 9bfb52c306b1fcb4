/*
 * field: writes one JSON document field by field, in the order of the calls.
 *
 * Whatever text comes in, valid UTF-8 of bounded length goes out; whatever
 * number, a number.  A document that ran out of memory is marked failed: nothing
 * is checked in between.  `in` may be an array, then `key` is NULL.
 */
#ifndef FARHAND_FIELD_H
#define FARHAND_FIELD_H

#include <jansson.h>

#include "farhand/addr.h"
#include "farhand/view.h"

#define FIELD_TEXT 1024 /* bytes of a text kept */

struct doc {
	json_t *root;
	bool failed;
};

void doc_begin(struct doc *d);
/* The document as one malloc'd line, NULL if memory ran out; frees the rest. */
char *doc_end(struct doc *d);

json_t *field_object(struct doc *d, json_t *in, const char *key);
json_t *field_array(struct doc *d, json_t *in, const char *key);
/* Nothing is written for a text that is NULL or empty, or for an address or MAC of zeros. */
void field_text(struct doc *d, json_t *in, const char *key, const char *text);
void field_bytes(struct doc *d, json_t *in, const char *key, struct view text);
void field_int(struct doc *d, json_t *in, const char *key, int64_t n);
void field_count(struct doc *d, json_t *in, const char *key, uint64_t n); /* INT64_MAX at most */
/* With 0 to 4 decimals; what is not a number is 0. */
void field_fixed(struct doc *d, json_t *in, const char *key, double x, int decimals);
void field_bool(struct doc *d, json_t *in, const char *key, bool b);
void field_time(struct doc *d, json_t *in, const char *key, int64_t at_us); /* UTC, milliseconds */
void field_addr(struct doc *d, json_t *in, const char *key, const struct addr *a);
void field_mac(struct doc *d, json_t *in, const char *key, const struct mac *m);
void field_id(struct doc *d, json_t *in, const char *key, uint64_t id); /* decimal, as text */

/* Append a text to an array unless it is there already, or empty. */
void field_once(struct doc *d, json_t *array, const char *text);

/* Copy text as valid UTF-8 without control characters, cut to fit; bad bytes become U+FFFD. */
void text_clean(struct view text, char *out, size_t room);
/* "2026-03-02T09:25:40.118Z"; years 1970 to 9999, what is beyond is cut to them. */
#define TIME_TEXT 25
void time_format(int64_t at_us, char out[TIME_TEXT]);

#endif
