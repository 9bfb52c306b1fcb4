/*
 * subjects: what is remembered of each subject: a detector's memory of those it
 * watches, the judge's of cases and of what it told.
 *
 * A bounded table of rows of equal size; when it is full the subject not used
 * for the longest gives way.
 */
#ifndef FARHAND_SUBJECTS_H
#define FARHAND_SUBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUBJECT_KEY 32

struct subjects;

/* rows > 0 subjects with `memory` bytes each; NULL if memory is out. */
struct subjects *subjects_new(uint32_t rows, size_t memory);
void subjects_free(struct subjects *t); /* NULL allowed */

/* The subject's memory, all zero if it is new; valid until the next call.  Never NULL. */
void *subjects_at(struct subjects *t, const uint8_t key[SUBJECT_KEY]);

/* The subject's memory without using it; NULL if it is not there. */
void *subjects_find(const struct subjects *t, const uint8_t key[SUBJECT_KEY]);
/* The memory of the subject not used for the longest, and its key; NULL if there is none. */
void *subjects_oldest(const struct subjects *t, uint8_t key[SUBJECT_KEY]);
/* Forget a subject; nothing if it is not there. */
void subjects_drop(struct subjects *t, const uint8_t key[SUBJECT_KEY]);
/* Would a new subject displace the oldest? */
bool subjects_full(const struct subjects *t);

uint64_t subjects_evicted(const struct subjects *t);

#endif
