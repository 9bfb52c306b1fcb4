/*
 * detect: the table of detectors and their memory of subjects.
 */
#ifndef FARHAND_DETECT_H
#define FARHAND_DETECT_H

#include "farhand/detector.h"

extern const struct detector *const detectors[]; /* NULL-ended, in order of rule id */

struct detect;

struct detect *detect_new(uint32_t subjects_each);
void detect_free(struct detect *d); /* NULL allowed */

/* Would any detector care for it?  Costs no memory. */
bool detect_cares(const struct detect *d, const struct sight *s);

/* Might any care, at that vantage, for a flow of which nobody knows what it is? */
bool detect_cares_for_unnamed(const struct detect *d, enum vantage v);

/* Show a sight to all detectors that care for it; fn is called for each finding. */
void detect_see(struct detect *d, const struct sight *s,
    void (*fn)(void *arg, const struct finding *f), void *arg);

uint64_t detect_evicted(const struct detect *d);

#endif
