/*
 * text: texts and times as they may stand in output.
 */
#ifndef FARHAND_TEXT_H
#define FARHAND_TEXT_H

#include "farhand/view.h"

#define TEXT_BYTES 1024 /* of a text kept */

/* Copy text as valid UTF-8 without control characters, cut to fit; bad bytes become U+FFFD. */
void text_clean(struct view text, char *out, size_t room);

/* "2026-03-02T09:25:40.118Z"; years 1970 to 9999, what is beyond is cut to them. */
#define TIME_TEXT 25
void text_time(int64_t at_us, char out[TIME_TEXT]);

/* "00", "01" to "99", one after the other. */
extern const char text_pairs[201];

#endif
