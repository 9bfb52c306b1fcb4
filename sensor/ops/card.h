/*
 * card: catalog/behaviour.yaml, the scorecard of RD-03, as scripts/calibrate writes it.
 */
#ifndef FARHAND_OPS_CARD_H
#define FARHAND_OPS_CARD_H

#include <stddef.h>

#include "farhand/scorecard.h"

/* 0, or -1 after every mistake was said with file and line. */
int card_read(const char *path, struct scorecard *out);
int card_read_text(const char *name, const char *text, size_t n, struct scorecard *out);

#endif
