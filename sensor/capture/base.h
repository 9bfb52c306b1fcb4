/*
 * base: what live and replay have in common, and the frame filter they share.
 */
#ifndef FARHAND_CAPTURE_BASE_H
#define FARHAND_CAPTURE_BASE_H

#include <stdatomic.h>

#include "capture/capture.h"

enum { FRAME_MOST = 262144 }; /* bytes; tcpdump's own limit (MAXIMUM_SNAPLEN) */

/* The order to stop, one for all lanes of a run. */
struct halt {
	atomic_bool told, at_once; /* at_once: what lies in the rings is given up */
	int wake;                  /* eventfd to write to, or -1 */
	atomic_uint users;         /* the last to close frees it; live only */
};

/* First member of every source. */
struct capture_base {
	struct capture c;
	struct halt *halt;
};

/* A BPF expression, compiled for each link type it meets. */
struct filter;

/* NULL after writing why into error: the expression is wrong for frames of `link`. */
struct filter *filter_new(const char *expression, int link, char error[CAPTURE_ERROR]);
void filter_free(struct filter *f); /* NULL allowed */
/* Frames of a link type for which the expression has no meaning do not pass; said once in the log.
 */
bool filter_passes(struct filter *f, const struct frame *frame);

#endif
