/*
 * log: one line a message to stderr, in logfmt, for the journal.
 */
#ifndef FARHAND_OPS_LOG_H
#define FARHAND_OPS_LOG_H

#include <stdbool.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Lines above this level are not written.  Default LOG_LEVEL_INFO. */
void log_set_level(enum log_level most);

/* level=error msg="..." ; quotes and control characters in the text are escaped. */
void log_error(const char *form, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *form, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *form, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *form, ...) __attribute__((format(printf, 1, 2)));

/*
 * A mistake in a file: "FILE:LINE: what was wrong; expected ..." on stderr, as
 * compilers write it (no logfmt, so that editors can jump to it).
 */
void log_at(const char *file, unsigned line, const char *form, ...)
    __attribute__((format(printf, 3, 4)));

#endif
