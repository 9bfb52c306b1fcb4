/*
 * sink_redis_link: one connection to Redis that never blocks.
 *
 * Commands are appended, `link_pump` moves bytes, replies are taken in order.
 * After a failure the link is down for good: close it and open another.
 */
#ifndef FARHAND_SINK_REDIS_LINK_H
#define FARHAND_SINK_REDIS_LINK_H

#include <hiredis/hiredis.h>
#include <stdbool.h>

#include "deliver/sink_redis_url.h"

#define LINK_ARGS 24

struct link {
	redisContext *c; /* NULL: down */
	bool unsent;     /* there is output */
	char why[128];   /* why it went down */
};

/* A command being put together; texts are lent until link_send. */
struct command {
	int args;
	const char *arg[LINK_ARGS];
	size_t bytes[LINK_ARGS];
};

/* Begin to connect.  False: down, see why.  (A host name is looked up here and may take time.) */
bool link_open(struct link *l, const struct redis_address *to);
void link_close(struct link *l);

void command_text(struct command *c, const char *text);
void command_bytes(struct command *c, const char *text, size_t n);
void link_send(struct link *l, const struct command *c);
/* A command of words without spaces, NULL-ended. */
void link_send_words(struct link *l, const char *const *words);

/* Write and read what is possible, waiting up to wait_ms for the server.  False: down. */
bool link_pump(struct link *l, int wait_ms);
/* The next reply, to be freed with freeReplyObject; NULL: none yet, or down. */
redisReply *link_reply(struct link *l);

#endif
