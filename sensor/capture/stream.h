/*
 * stream: the bytes of a file, a pipe or standard input, unpacked on the way.
 *
 * gzip and zstd are told by their first bytes.  One buffer of fixed size; what is
 * looked at is lent out of it.
 */
#ifndef FARHAND_CAPTURE_STREAM_H
#define FARHAND_CAPTURE_STREAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STREAM_PEEK_MOST = 512 * 1024 };

struct stream;

/*
 * "-" is standard input.  NULL with errno set if it cannot be opened.  A read that
 * a signal interrupts ends the stream if *stop says so.
 */
struct stream *stream_open(const char *path, const atomic_bool *stop);
void stream_close(struct stream *s); /* NULL allowed */

/* Can it not be opened a second time: a pipe, a terminal, a socket? */
bool stream_is_once(const struct stream *s);

/* The next n <= STREAM_PEEK_MOST bytes, lent until the next call; NULL if so many do not come. */
const uint8_t *stream_peek(struct stream *s, size_t n);
/* The bytes at hand: to look at them, or to step over them, takes back nothing that is lent. */
const uint8_t *stream_held(const struct stream *s, size_t *n);
/* Step over n bytes; false if the end comes before. */
bool stream_skip(struct stream *s, uint64_t n);
/* Is there nothing more at all? */
bool stream_is_over(struct stream *s);
/* Why it ended early, or NULL. */
const char *stream_trouble(const struct stream *s);

#endif
