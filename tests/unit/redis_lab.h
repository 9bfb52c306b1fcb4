/*
 * redis_lab: a private redis-server in a temporary directory, and a sensor's
 * delivery in front of it, for the tests of the Redis sink.
 */
#ifndef FARHAND_REDIS_LAB_H
#define FARHAND_REDIS_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "deliver/outbox.h"
#include "deliver/sinks.h"

#define LAB_KEY      "farhand:alerts"
#define LAB_PATIENCE 60 /* seconds that anything may take at most */

struct lab {
	char dir[64], socket[80], log[80];
	pid_t server;
	int port;
	redisContext *c; /* the test's own eyes */
	struct store *store;
	struct outbox *outbox;
	int real_stderr;
};

static inline int
lab_has_server(void)
{
	return system("command -v redis-server >/dev/null 2>&1") == 0;
}

static inline void
lab_sleep_ms(int ms)
{
	nanosleep(&(struct timespec){ ms / 1000, (long)(ms % 1000) * 1000000 }, NULL);
}

static inline int
lab_free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	const int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	close(fd);
	return ntohs(a.sin_port);
}

/* One command by the test; the reply is freed by the caller. */
static inline redisReply *
lab_ask(struct lab *l, const char *form, ...)
{
	redisReply *reply;
	va_list ap;

	va_start(ap, form);
	reply = redisvCommand(l->c, form, ap);
	va_end(ap);
	assert_non_null(reply);
	return reply;
}

#define lab_do(l, ...) freeReplyObject(lab_ask(l, __VA_ARGS__))

/* Connect and wait until it answers; with loading, an answer of LOADING is enough. */
static inline void
lab_connect(struct lab *l, int loading)
{
	for (int i = 0; i < LAB_PATIENCE * 50; i++) {
		redisReply *r;

		l->c = redisConnectUnix(l->socket);
		r = l->c->err == 0 ? redisCommand(l->c, "PING") : NULL;
		if (r != NULL && (loading || r->type != REDIS_REPLY_ERROR)) {
			freeReplyObject(r);
			return;
		}
		if (r != NULL)
			freeReplyObject(r);
		redisFree(l->c);
		lab_sleep_ms(20);
	}
	fail_msg("redis-server does not start; see %s", l->dir);
}

/*
 * Start the server over what the directory holds.  options: as on its command line, or "".
 *
 * A server killed while it wrote a transaction cuts only the last, broken command off its
 * append-only file and then writes behind a MULTI without an end, so that its next start
 * carries that out twice (valkey pull request 4342): mend the file as its operator would.
 */
static inline void
lab_start_server(struct lab *l, const char *options)
{
	char command[512];

	snprintf(command, sizeof(command),
	    "m=$(ls %s/appendonlydir/*.manifest 2>/dev/null) && yes | redis-check-aof --fix $m "
	    ">/dev/null",
	    l->dir);
	(void)!system(command);
	snprintf(command, sizeof(command),
	    "exec redis-server --port %d --bind 127.0.0.1 --unixsocket %s --dir %s --save '' "
	    "--maxclients 100"
	    " %s >%s/server.log 2>&1",
	    l->port, l->socket, l->dir, options, l->dir);
	l->server = fork();
	assert_true(l->server >= 0);
	if (l->server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves no server behind */
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	lab_connect(l, strstr(options, "load-delay") != NULL);
}

static inline void
lab_kill_server(struct lab *l)
{
	redisFree(l->c);
	kill(l->server, SIGCONT);
	kill(l->server, SIGKILL);
	waitpid(l->server, NULL, 0);
	l->server = 0;
}

/* A directory, a server in it, and stderr into a file. */
static inline void
lab_open(struct lab *l, const char *options)
{
	int fd;

	memset(l, 0, sizeof(*l));
	strcpy(l->dir, "/tmp/farhand-redis-XXXXXX");
	assert_non_null(mkdtemp(l->dir));
	snprintf(l->socket, sizeof(l->socket), "%s/redis.sock", l->dir);
	snprintf(l->log, sizeof(l->log), "%s/stderr", l->dir);
	l->port = lab_free_port();
	lab_start_server(l, options);
	fd = open(l->log, O_RDWR | O_CREAT | O_APPEND, 0600);
	l->real_stderr = dup(STDERR_FILENO);
	dup2(fd, STDERR_FILENO);
	close(fd);
}

/* How many lines of the log have this text. */
static inline unsigned
lab_log_count(const struct lab *l, const char *text)
{
	FILE *f = fopen(l->log, "r");
	unsigned n = 0;
	char line[2048];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL)
		n += strstr(line, text) != NULL;
	fclose(f);
	return n;
}

static inline void
lab_close(struct lab *l)
{
	char command[128];

	outbox_free(l->outbox);
	store_close(l->store);
	if (l->server != 0)
		lab_kill_server(l);
	dup2(l->real_stderr, STDERR_FILENO);
	close(l->real_stderr);
	snprintf(command, sizeof(command), "rm -rf %s", l->dir);
	assert_int_equal(system(command), 0);
}

static inline struct config_redis
lab_config(const struct lab *l)
{
	struct config_redis c = { .on = true, .mode = "stream", .key = LAB_KEY, .maxlen = 100000 };

	snprintf(c.url, sizeof(c.url), "unix:%s", l->socket);
	return c;
}

/* Delivery by this configuration, from a store in memory, made if there is none yet. */
static inline void
lab_deliver(struct lab *l, const struct config_redis *c)
{
	struct sink *sink = sink_redis_open(c);

	assert_non_null(sink);
	if (l->store == NULL)
		l->store = store_open(NULL);
	assert_non_null(l->store);
	l->outbox = outbox_new(l->store, &sink, 1);
	assert_non_null(l->outbox);
}

/* A lab with a sensor that delivers to it; how that was told to. */
static inline struct config_redis
lab_begin(struct lab *l, const char *options)
{
	struct config_redis c;

	lab_open(l, options);
	c = lab_config(l);
	lab_deliver(l, &c);
	return c;
}

static inline void
lab_put(struct lab *l, unsigned lines)
{
	for (unsigned i = 0; i < lines; i++) {
		char id[17], body[256];
		struct line line = { .seq = store_last_seq(l->store) + 1,
			.rule = "RD-01",
			.case_id = "C-0123456789ab",
			.severity = 47 };

		snprintf(id, sizeof(id), "%016llx", (unsigned long long)line.seq);
		snprintf(body, sizeof(body), "{\"n\":%llu,\"pad\":\"%0150d\"}",
		    (unsigned long long)line.seq, 0);
		line.id = id;
		line.body = body;
		line.length = strlen(body);
		assert_int_equal(store_put(l->store, &line), 0);
	}
}

static inline uint64_t
lab_delivered(const struct lab *l)
{
	struct outbox_stats s;

	outbox_stats(l->outbox, &s);
	return s.delivered;
}

static inline const char *
lab_trouble(const struct lab *l)
{
	struct outbox_stats s;

	outbox_stats(l->outbox, &s);
	return s.trouble != NULL ? s.trouble : "";
}

/* Turn the outbox until all, or at least `lines`, are delivered. */
static inline void
lab_run(struct lab *l, uint64_t lines)
{
	const time_t end = time(NULL) + LAB_PATIENCE;

	while (!outbox_turn(l->outbox, lines == 0 ? 50 : 1)) {
		if (lines != 0 && lab_delivered(l) >= lines)
			return;
		if (time(NULL) > end)
			fail_msg("not delivered: %llu so far, trouble %s",
			    (unsigned long long)lab_delivered(l), lab_trouble(l));
	}
}

/* Turn the outbox until it is in this trouble. */
static inline void
lab_run_into(struct lab *l, const char *trouble)
{
	const time_t end = time(NULL) + LAB_PATIENCE;

	while (strcmp(lab_trouble(l), trouble) != 0) {
		outbox_turn(l->outbox, 20);
		if (time(NULL) > end)
			fail_msg("trouble is \"%s\", not \"%s\"", lab_trouble(l), trouble);
	}
}

/* The stream holds lines 1..n, each once, in order. */
static inline void
lab_check_stream(struct lab *l, unsigned n)
{
	redisReply *r = lab_ask(l, "XRANGE %s - +", LAB_KEY);

	assert_int_equal(r->type, REDIS_REPLY_ARRAY);
	for (size_t i = 0; i < r->elements && i < n; i++) {
		const redisReply *fields = r->element[i]->element[1];

		assert_int_equal(fields->elements, 10);
		assert_string_equal(fields->element[2]->str, "id");
		assert_int_equal(strtoull(fields->element[3]->str, NULL, 16), i + 1);
	}
	assert_int_equal(r->elements, n);
	freeReplyObject(r);
}

/* Deliver all that is left: lines 1..n are then in the stream. */
static inline void
lab_arrive(struct lab *l, unsigned n)
{
	lab_run(l, 0);
	lab_check_stream(l, n);
}

#endif
