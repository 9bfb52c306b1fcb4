/*
 * sinks: the sinks there are.
 */
#ifndef FARHAND_SINKS_H
#define FARHAND_SINKS_H

#include "farhand/sink.h"
#include "ops/config.h"

/* Lines to a file, appended, or to stdout ("-").  NULL after log_error. */
struct sink *sink_lines_open(const char *path);

/* Redis, connected in the background.  NULL after log_error: url or options malformed. */
struct sink *sink_redis_open(const struct config_redis *o);

#endif
