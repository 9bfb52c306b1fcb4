/*
 * sink_redis_link: one connection to Redis that never blocks.
 */
#include "deliver/sink_redis_link.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define DEAD_PEER_MS 30000 /* bytes unacknowledged by TCP for so long: the peer is gone */

static bool
go_down(struct link *l)
{
	snprintf(l->why, sizeof(l->why), "%s",
	    l->c != NULL && l->c->err != 0 ? l->c->errstr : "out of memory");
	link_close(l);
	return false;
}

bool
link_open(struct link *l, const struct redis_address *to)
{
	const unsigned dead_ms = DEAD_PEER_MS;

	l->unsent = false;
	l->c = to->path[0] != '\0' ? redisConnectUnixNonBlock(to->path)
				   : redisConnectNonBlock(to->host, to->port);
	if (l->c == NULL || l->c->err != 0)
		return go_down(l);
	if (to->path[0] == '\0') {
		/* Both are comforts: without them a dead peer is noticed later. */
		redisEnableKeepAlive(l->c);
		setsockopt(l->c->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_ms, sizeof(dead_ms));
	}
	if (l->c->err != 0)
		return go_down(l);
	return true;
}

void
link_close(struct link *l)
{
	if (l->c != NULL)
		redisFree(l->c);
	l->c = NULL;
}

void
command_bytes(struct command *c, const char *text, size_t n)
{
	assert(c->args < LINK_ARGS);
	c->arg[c->args] = text;
	c->bytes[c->args++] = n;
}

void
command_text(struct command *c, const char *text)
{
	command_bytes(c, text, strlen(text));
}

void
link_send(struct link *l, const struct command *c)
{
	const char *arg[LINK_ARGS];

	if (l->c == NULL)
		return;
	memcpy(arg, c->arg, sizeof(arg));
	if (redisAppendCommandArgv(l->c, c->args, arg, c->bytes) != REDIS_OK)
		go_down(l);
	l->unsent = true;
}

void
link_send_words(struct link *l, const char *const *words)
{
	struct command c = { 0 };

	for (; *words != NULL; words++)
		command_text(&c, *words);
	link_send(l, &c);
}

bool
link_pump(struct link *l, int wait_ms)
{
	struct pollfd p = { .events = POLLIN };
	int sent = 0;

	if (l->c == NULL)
		return false;
	p.fd = l->c->fd;
	if (l->unsent)
		p.events |= POLLOUT;
	if (poll(&p, 1, wait_ms) <= 0)
		return true;
	if (l->unsent && (p.revents & POLLOUT) != 0) {
		if (redisBufferWrite(l->c, &sent) != REDIS_OK)
			return go_down(l);
		l->unsent = sent == 0;
	}
	if ((p.revents & ~POLLOUT) != 0 && redisBufferRead(l->c) != REDIS_OK)
		return go_down(l);
	return true;
}

redisReply *
link_reply(struct link *l)
{
	void *reply = NULL;

	if (l->c != NULL && redisGetReply(l->c, &reply) != REDIS_OK) {
		go_down(l);
		return NULL;
	}
	return reply;
}
