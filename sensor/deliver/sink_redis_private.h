/*
 * sink_redis_private: the state that the files of the Redis sink share.
 */
#ifndef FARHAND_SINK_REDIS_PRIVATE_H
#define FARHAND_SINK_REDIS_PRIVATE_H

#include "deliver/sink_redis_link.h"
#include "deliver/sink_redis_reply.h"
#include "deliver/sink_redis_trail.h"
#include "deliver/sinks.h"

#define BATCH_LINES 256
#define BATCH_BYTES (4u << 20)
#define LINE_BYTES  (1u << 20) /* longest line taken */

enum redis_mode { REDIS_STREAM, REDIS_LIST, REDIS_CHANNEL };

enum redis_phase {
	REDIS_AWAY,     /* not connected; `retry_ms` says when to try */
	REDIS_GREETING, /* connecting, or waiting for the answers to the greeting */
	REDIS_READY,    /* may send the batch, from `retry_ms` on */
	REDIS_SENT      /* the batch is out */
};

/* The questions of the greeting, in the order asked. */
enum redis_ask {
	ASK_AUTH,
	ASK_SELECT,
	ASK_MULTI,
	ASK_EXEC,
	ASK_SERVER, /* from here on about the stream */
	ASK_STREAM,
	ASK_LAST,
	ASK_TAIL,
	ASKS
};

/* A line of the batch, copied. */
struct held {
	struct line line;
	char *text;
	bool there;          /* the stream has it */
	struct stream_id at; /* where */
};

/* What the greeting learnt of the stream. */
struct stream_facts {
	bool same_server; /* the server did not restart since the last greeting */
	bool known;       /* the rest holds: the server let us look */
	bool exists;
	uint64_t length;
	struct stream_id newest; /* last id ever given out */
	bool has_before;
	struct stream_id before; /* newest entry not after our last acknowledged one */
};

struct redis {
	struct sink sink;
	char name[420], key[128], user[64], password[512], maxlen[24];
	uint64_t maxlen_entries;
	struct redis_address to;
	enum redis_mode mode;

	struct link link;
	enum redis_phase phase;
	int64_t since_ms, retry_ms; /* phase entered, or last progress; earliest next try */
	unsigned tries;             /* since it last worked */
	uint32_t seed;              /* of this host's jitter */
	const char *trouble;

	enum redis_ask ask[ASKS];
	unsigned asks, answers;
	char run_id[48];
	struct stream_facts facts;

	struct held batch[BATCH_LINES];
	unsigned held;
	size_t held_bytes;
	bool one_by_one;    /* no MULTI here: one line at a time keeps the order */
	bool doubt;         /* the stream may hold lines of the batch already */
	unsigned replies;   /* to the batch */
	struct fault fault; /* the batch's first error */
	char why[160];      /* its text; "" none */

	uint64_t acked, rewind_to;
	struct trail *trail;
};

int64_t redis_now_ms(void);
/* Change the trouble, NULL for well; said once per change. */
void redis_tell(struct redis *r, const char *trouble, const char *why);
/* Try again later, on this connection or, for `leave`, a new one. */
void redis_back_off(struct redis *r, bool leave);

/* sink_redis_greet.c: send the greeting; read one answer (not freed). */
void redis_greet(struct redis *r);
void redis_greeted(struct redis *r, const redisReply *reply);

/* sink_redis_batch.c */
bool redis_hold(struct redis *r, const struct line *line); /* false: no memory */
void redis_send_batch(struct redis *r);
void redis_batch_reply(struct redis *r, const redisReply *reply);
void redis_drop(struct redis *r, unsigned lines); /* the first of the batch, freed */
/* The first `lines` of the batch are delivered. */
void redis_acknowledge(struct redis *r, unsigned lines);

#endif
