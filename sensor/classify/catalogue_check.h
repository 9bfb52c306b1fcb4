/*
 * catalogue_check: is a fact well formed?
 */
#ifndef FARHAND_CLASSIFY_CATALOGUE_CHECK_H
#define FARHAND_CLASSIFY_CATALOGUE_CHECK_H

#include "classify/catalogue_store.h"

/* NULL: yes.  Else why not, and what is expected: the rest of a sentence that begins with the text.
 */
const char *check_fact(enum fact fact, const char *text);
const char *check_attack(const char *text);

/* "04:C9:8B:1" -> the bytes and 7; false if it is no 24, 28 or 36 bit block of a global address. */
bool check_mac_block(const char *text, struct mac *out, uint8_t *nibbles);

#endif
