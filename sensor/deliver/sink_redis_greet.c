/*
 * sink_redis_greet: the first words on a new connection.
 *
 *   AUTH user password   SELECT db   MULTI EXEC             may we, and how
 *   INFO server                                             is it still the same process?
 *   XINFO STREAM key     XREVRANGE key LAST - COUNT 1       did the stream lose our lines?
 *   XREVRANGE key + - COUNT 512                             did the batch arrive after all?
 *
 * A connection that broke leaves two doubts.  A batch without an answer may have
 * been carried out: if the stream's tail holds its ids it was.  And a server that
 * restarted may have come back with an older stream, or none: then what is
 * missing is asked for again (rewind_to).  Where the user may not look, lines
 * come at least once, and a loss goes unseen.
 */
#include <stdio.h>
#include <string.h>

#include "deliver/sink_redis_private.h"
#include "ops/log.h"

#define TAIL_ENTRIES "512" /* the batch, and as much by others behind it */

static void
ask(struct redis *r, enum redis_ask what, const char *const *words)
{
	link_send_words(&r->link, words);
	r->ask[r->asks++] = what;
}

static void
ask_about_stream(struct redis *r)
{
	const struct trail_step *last = trail_last(r->trail);
	char at[48];

	ask(r, ASK_SERVER, (const char *const[]){ "INFO", "server", NULL });
	ask(r, ASK_STREAM, (const char *const[]){ "XINFO", "STREAM", r->key, NULL });
	if (last != NULL) {
		snprintf(at, sizeof(at), "%llu-%llu", (unsigned long long)last->at.ms,
		    (unsigned long long)last->at.n);
		ask(r, ASK_LAST,
		    (const char *const[]){ "XREVRANGE", r->key, at, "-", "COUNT", "1", NULL });
	}
	if (r->doubt && r->held > 0) {
		const char *const tail[] = { "XREVRANGE", r->key, "+", "-", "COUNT", TAIL_ENTRIES,
			NULL };

		ask(r, ASK_TAIL, tail);
	}
}

void
redis_greet(struct redis *r)
{
	char db[12];

	r->asks = r->answers = 0;
	r->facts = (struct stream_facts){ .known = true };
	r->one_by_one = false;
	if (r->password[0] != '\0' && r->user[0] != '\0')
		ask(r, ASK_AUTH, (const char *const[]){ "AUTH", r->user, r->password, NULL });
	else if (r->password[0] != '\0')
		ask(r, ASK_AUTH, (const char *const[]){ "AUTH", r->password, NULL });
	if (r->to.db != 0) {
		snprintf(db, sizeof(db), "%d", r->to.db);
		ask(r, ASK_SELECT, (const char *const[]){ "SELECT", db, NULL });
	}
	ask(r, ASK_MULTI, (const char *const[]){ "MULTI", NULL });
	ask(r, ASK_EXEC, (const char *const[]){ "EXEC", NULL });
	if (r->mode == REDIS_STREAM)
		ask_about_stream(r);
	r->phase = REDIS_GREETING;
	r->since_ms = redis_now_ms();
}

/* INFO's "run_id:HEX": a new one with each start of the server. */
static void
learn_server(struct redis *r, const redisReply *reply)
{
	const char *at = reply->type == REDIS_REPLY_STRING ? strstr(reply->str, "run_id:") : NULL;
	char id[sizeof(r->run_id)] = "";

	if (at != NULL)
		snprintf(id, sizeof(id), "%.*s", (int)strcspn(at + 7, "\r\n"), at + 7);
	r->facts.same_server = id[0] != '\0' && strcmp(id, r->run_id) == 0;
	memcpy(r->run_id, id, sizeof(id));
}

static void
learn_stream(struct redis *r, const redisReply *reply)
{
	if (reply->type != REDIS_REPLY_ARRAY)
		return;
	r->facts.exists = true;
	for (size_t i = 0; i + 1 < reply->elements; i += 2) {
		const redisReply *key = reply->element[i], *value = reply->element[i + 1];

		if (key->type != REDIS_REPLY_STRING)
			continue;
		if (strcmp(key->str, "length") == 0 && value->type == REDIS_REPLY_INTEGER)
			r->facts.length = (uint64_t)value->integer;
		else if (strcmp(key->str, "last-generated-id") == 0 &&
		    value->type == REDIS_REPLY_STRING)
			stream_id_parse(value->str, &r->facts.newest);
	}
}

/* An entry of a stream: [id, [name, value, ...]].  False if it is none. */
static bool
entry_id(const redisReply *entry, struct stream_id *out)
{
	return entry->type == REDIS_REPLY_ARRAY && entry->elements == 2 &&
	    entry->element[0]->type == REDIS_REPLY_STRING &&
	    entry->element[1]->type == REDIS_REPLY_ARRAY &&
	    stream_id_parse(entry->element[0]->str, out);
}

/* If the entry is a line of the batch, note so. */
static void
match_entry(struct redis *r, const redisReply *entry)
{
	const redisReply *fields;
	struct stream_id at;
	const char *id = NULL;

	if (!entry_id(entry, &at))
		return;
	fields = entry->element[1];
	for (size_t i = 0; i + 1 < fields->elements && id == NULL; i += 2) {
		if (fields->element[i]->type == REDIS_REPLY_STRING &&
		    fields->element[i + 1]->type == REDIS_REPLY_STRING &&
		    strcmp(fields->element[i]->str, "id") == 0)
			id = fields->element[i + 1]->str;
	}
	for (unsigned i = 0; id != NULL && i < r->held; i++) {
		if (strcmp(r->batch[i].line.id, id) == 0) {
			r->batch[i].there = true;
			r->batch[i].at = at;
		}
	}
}

/* Which is the newest stream id of ours that is still there?  False: all are. */
static bool
lost_after(const struct redis *r, struct stream_id *out)
{
	const struct stream_facts *f = &r->facts;
	const struct trail_step *last = trail_last(r->trail);
	int order;

	if (last == NULL || !f->known || f->same_server)
		return false;
	*out = (struct stream_id){ 0, 0 };
	order = f->exists ? stream_id_cmp(f->newest, last->at) : -1;
	if (order < 0) {
		*out = f->newest; /* 0-0 of no stream */
		return true;
	}
	if (order == 0)
		return false;
	/* Others wrote since, so that the newest id proves nothing: is our last entry there? */
	if (f->has_before) {
		*out = f->before;
		return stream_id_cmp(f->before, last->at) != 0;
	}
	/* Nothing that old: a full stream trims its oldest. */
	return r->maxlen_entries == 0 || f->length < r->maxlen_entries;
}

static void
end_greeting(struct redis *r)
{
	struct stream_id survivor;
	unsigned arrived = 0;

	r->phase = REDIS_READY;
	r->since_ms = redis_now_ms();
	r->retry_ms = 0;
	if (r->mode == REDIS_STREAM && lost_after(r, &survivor)) {
		r->rewind_to = trail_cut(r->trail, survivor);
		log_warn("%s: the server lost the last %llu alerts; sending them again", r->name,
		    (unsigned long long)(r->acked - r->rewind_to + 1));
		r->acked = r->rewind_to - 1;
		redis_drop(r, r->held);
	}
	while (r->doubt && arrived < r->held && r->batch[arrived].there)
		arrived++;
	redis_acknowledge(r, arrived);
	r->doubt = false;
	if (r->held == 0) {
		r->tries = 0;
		redis_tell(r, NULL, NULL);
	}
}

/* An error that leaves something to go on with: false, and go on; else back off. */
static bool
is_obstacle(struct redis *r, enum redis_ask what, const struct fault *f, const char *text)
{
	if (what == ASK_EXEC)
		return false; /* no transaction begun: told by MULTI */
	if (what == ASK_MULTI && fault_is_refusal(f)) {
		r->one_by_one = true;
		return false;
	}
	if (what == ASK_STREAM && strncmp(text, "ERR no such key", 15) == 0)
		return false;
	if (what >= ASK_SERVER && fault_is_refusal(f)) {
		r->facts.known = r->facts.known && what == ASK_SERVER;
		return false;
	}
	return true;
}

void
redis_greeted(struct redis *r, const redisReply *reply)
{
	const enum redis_ask what = r->ask[r->answers++];

	r->since_ms = redis_now_ms();
	if (reply->type == REDIS_REPLY_ERROR) {
		const struct fault f = fault_of(reply->str);

		if (is_obstacle(r, what, &f, reply->str)) {
			redis_tell(r, f.trouble, reply->str);
			redis_back_off(r, true);
			return;
		}
	} else if (what == ASK_SERVER) {
		learn_server(r, reply);
	} else if (what == ASK_STREAM) {
		learn_stream(r, reply);
	} else if (what == ASK_LAST && reply->type == REDIS_REPLY_ARRAY && reply->elements > 0) {
		r->facts.has_before = entry_id(reply->element[0], &r->facts.before);
	} else if (what == ASK_TAIL && reply->type == REDIS_REPLY_ARRAY) {
		for (size_t i = 0; i < reply->elements; i++)
			match_entry(r, reply->element[i]);
	}
	if (r->answers == r->asks)
		end_greeting(r);
}
