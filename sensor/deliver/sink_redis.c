/*
 * sink_redis: alerts into a Redis stream, list or channel.
 *
 *   AWAY --connect--> GREETING --all answered--> READY --batch--> SENT
 *    ^ back-off            |                       ^  back-off     |
 *    +----- broken, late --+-----------------------+-- answered ---+
 *
 * Lines stay here until Redis has answered for them, and in the store until
 * then; a broken connection loses nothing.  What may have been carried out
 * without an answer is looked up before it is sent again (sink_redis_greet.c).
 *
 * A server that is merely silent keeps its connection for a minute: what it has
 * been sent stands in its queue, and asking again beside it would double it.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "deliver/sink_redis_private.h"
#include "ops/log.h"

#define BACK_OFF_LEAST_MS 200
#define BACK_OFF_MOST_MS  30000
#define GREETING_MS       5000  /* to connect and be answered */
#define SLOW_MS           3000  /* silence after which we say so */
#define SILENT_MS         60000 /* silence after which the connection is given up */

int64_t
redis_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
redis_tell(struct redis *r, const char *trouble, const char *why)
{
	if (trouble == r->trouble ||
	    (trouble != NULL && r->trouble != NULL && strcmp(trouble, r->trouble) == 0))
		return;
	if (trouble != NULL)
		log_warn("%s: %s (%s); alerts wait in the store", r->name, trouble, why);
	else
		log_info("%s: well again", r->name);
	r->trouble = trouble;
}

void
redis_back_off(struct redis *r, bool leave)
{
	const unsigned doublings = r->tries < 8 ? r->tries : 8;
	const uint32_t mixed = (r->seed + r->tries) * 2654435761u;
	int64_t ms = BACK_OFF_LEAST_MS << doublings;

	if (ms > BACK_OFF_MOST_MS)
		ms = BACK_OFF_MOST_MS;
	/* Between three and five quarters, so that many sensors do not come back as one. */
	ms = ms * 3 / 4 + ms * (mixed >> 16) / 65536 / 2;
	r->tries++;
	r->retry_ms = redis_now_ms() + ms;
	if (leave) {
		link_close(&r->link);
		r->phase = REDIS_AWAY;
	}
}

static enum put
redis_put(void *self, const struct line *line)
{
	struct redis *r = self;

	if (line->length > LINE_BYTES)
		return PUT_NEVER;
	if (r->phase == REDIS_SENT || r->held == BATCH_LINES || r->held_bytes > BATCH_BYTES)
		return PUT_LATER;
	if (line->seq == 1 && r->acked == 0)
		r->doubt = false; /* a new store: no earlier run sent this */
	return redis_hold(r, line) ? PUT_OK : PUT_LATER;
}

static void
broken(struct redis *r)
{
	redis_tell(r, "away", r->link.why);
	redis_back_off(r, true);
}

/* Do what is due now and needs no waiting. */
static void
step(struct redis *r)
{
	const int64_t now = redis_now_ms();

	if (r->phase == REDIS_AWAY && now >= r->retry_ms) {
		if (link_open(&r->link, &r->to))
			redis_greet(r);
		else
			broken(r);
	} else if (r->phase == REDIS_READY && r->held > 0 && now >= r->retry_ms) {
		redis_send_batch(r);
	} else if (r->phase == REDIS_GREETING && now - r->since_ms > GREETING_MS) {
		redis_tell(r, "slow", "no answer to the greeting");
		redis_back_off(r, true);
	} else if (r->phase == REDIS_SENT && now - r->since_ms > SILENT_MS) {
		redis_tell(r, "slow", "no answer");
		redis_back_off(r, true);
	} else if (r->phase == REDIS_SENT && now - r->since_ms > SLOW_MS) {
		redis_tell(r, "slow", "no answer so far");
	}
}

static void
read_replies(struct redis *r)
{
	redisReply *reply;

	while ((reply = link_reply(&r->link)) != NULL) {
		if (r->phase == REDIS_GREETING)
			redis_greeted(r, reply);
		else if (r->phase == REDIS_SENT)
			redis_batch_reply(r, reply);
		freeReplyObject(reply);
	}
}

/* How long nothing can happen but by the server. */
static int
patience(const struct redis *r, int wait_ms)
{
	const bool due = r->phase == REDIS_AWAY || (r->phase == REDIS_READY && r->held > 0);
	const int64_t left = r->retry_ms - redis_now_ms();

	if (due && left < wait_ms)
		return left > 0 ? (int)left : 0;
	return wait_ms;
}

static void
redis_poll(void *self, int wait_ms, struct sink_state *out)
{
	struct redis *r = self;
	bool up = true;

	step(r);
	if (r->phase == REDIS_AWAY)
		poll(NULL, 0, patience(r, wait_ms));
	else
		up = link_pump(&r->link, patience(r, wait_ms));
	read_replies(r);
	if (!up || (r->phase != REDIS_AWAY && r->link.c == NULL)) {
		broken(r);
	} else if (r->phase == REDIS_READY && r->held > 0) {
		step(r);
		link_pump(&r->link, 0); /* a failure shows at the next poll */
	}
	*out = (struct sink_state){
		.acked = r->acked, .rewind_to = r->rewind_to, .trouble = r->trouble
	};
	r->rewind_to = 0;
}

static void
redis_close(void *self)
{
	struct redis *r = self;

	link_close(&r->link);
	redis_drop(r, r->held);
	explicit_bzero(r->password, sizeof(r->password));
	free(r->trail);
	free(r);
}

/* The first line of the file, without its newline. */
static bool
read_password(struct redis *r, const char *path)
{
	FILE *f = fopen(path, "re");
	const bool read = f != NULL && fgets(r->password, sizeof(r->password), f) != NULL;
	size_t n;

	if (!read) {
		log_error("%s: cannot read the Redis password: %s", path,
		    f == NULL ? strerror(errno) : "the file is empty");
		if (f != NULL)
			fclose(f);
		return false;
	}
	fclose(f);
	n = strcspn(r->password, "\r\n");
	if (n == 0 || n == sizeof(r->password) - 1) {
		log_error(
		    "%s: the first line must be the Redis password, of 1 to 510 characters", path);
		return false;
	}
	r->password[n] = '\0';
	return true;
}

static bool
set_mode(struct redis *r, const char *mode)
{
	static const char *const modes[] = { "stream", "list", "channel" };

	for (int i = 0; i < 3; i++) {
		if (strcmp(mode, modes[i]) == 0) {
			r->mode = (enum redis_mode)i;
			return true;
		}
	}
	log_error("redis: mode \"%s\" is none of stream, list, channel", mode);
	return false;
}

static bool
set_up(struct redis *r, const struct config_redis *o)
{
	const char *wrong = redis_address_parse(o->url, &r->to);
	char host[65] = "";

	if (wrong != NULL) {
		/* A URL that should not hold a password may yet. */
		log_error(
		    "redis: url \"%s\": %s", strchr(o->url, '@') == NULL ? o->url : "...", wrong);
		return false;
	}
	if (!set_mode(r, o->mode))
		return false;
	if (o->key[0] == '\0') {
		log_error("redis: the key is empty");
		return false;
	}
	if (o->user[0] != '\0' && o->password_file[0] == '\0') {
		log_error("redis: user \"%s\" needs a password_file", o->user);
		return false;
	}
	if (o->password_file[0] != '\0' && !read_password(r, o->password_file))
		return false;
	memcpy(r->key, o->key, sizeof(r->key));
	memcpy(r->user, o->user, sizeof(r->user));
	r->maxlen_entries = o->maxlen;
	snprintf(r->maxlen, sizeof(r->maxlen), "%llu", (unsigned long long)o->maxlen);
	snprintf(r->name, sizeof(r->name), "redis %s %s %s", o->url, o->mode, o->key);
	gethostname(host, sizeof(host) - 1);
	for (const char *p = host; *p != '\0'; p++)
		r->seed = r->seed * 31 + (unsigned char)*p;
	return true;
}

struct sink *
sink_redis_open(const struct config_redis *o)
{
	struct redis *r = calloc(1, sizeof(*r));
	struct trail *trail = calloc(1, sizeof(*trail));

	if (r == NULL || trail == NULL || !set_up(r, o)) {
		if (r == NULL || trail == NULL)
			log_error("redis: no memory");
		free(trail);
		free(r);
		return NULL;
	}
	/* hiredis writes without MSG_NOSIGNAL: a lost server must be an error, not our end. */
	signal(SIGPIPE, SIG_IGN);
	r->trail = trail;
	r->doubt = true;
	r->sink = (struct sink){ r->name, redis_put, redis_poll, redis_close, r };
	return &r->sink;
}
