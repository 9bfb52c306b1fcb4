/*
 * table: all dissectors, in the order in which they are to be asked where ports
 * say nothing.  At most 64, so that a set of them is one word.
 */
#ifndef DISSECTORS_TABLE_H
#define DISSECTORS_TABLE_H

#include "farhand/dissector.h"

extern const struct dissector *const dissectors[]; /* NULL-ended */

#endif
