/*
 * sink_redis_batch: up to 256 lines that go to Redis as one.
 *
 *   MULTI | XADD key MAXLEN ~ n * body .. id .. severity .. rule .. case .. | ... | EXEC
 *   +OK     +QUEUED                                                           [id, id, ...]
 *
 * Redis carries out all of it or nothing: were lines sent one behind the other,
 * one refused in the middle (OOM) would be overtaken by the next.  A user who may
 * not MULTI gets one line at a time, which keeps the order too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver/sink_redis_private.h"

bool
redis_hold(struct redis *r, const struct line *line)
{
	const size_t id = strlen(line->id) + 1, rule = strlen(line->rule) + 1;
	const size_t case_id = strlen(line->case_id) + 1;
	struct held *h = &r->batch[r->held];
	char *text = malloc(id + rule + case_id + line->length);

	if (text == NULL)
		return false;
	memcpy(text, line->id, id);
	memcpy(text + id, line->rule, rule);
	memcpy(text + id + rule, line->case_id, case_id);
	memcpy(text + id + rule + case_id, line->body, line->length);
	*h = (struct held){ .line = *line, .text = text };
	h->line.id = text;
	h->line.rule = text + id;
	h->line.case_id = text + id + rule;
	h->line.body = text + id + rule + case_id;
	r->held++;
	r->held_bytes += line->length;
	return true;
}

void
redis_drop(struct redis *r, unsigned lines)
{
	for (unsigned i = 0; i < lines; i++) {
		r->held_bytes -= r->batch[i].line.length;
		free(r->batch[i].text);
	}
	r->held -= lines;
	memmove(r->batch, r->batch + lines, r->held * sizeof(r->batch[0]));
}

void
redis_acknowledge(struct redis *r, unsigned lines)
{
	if (lines == 0)
		return;
	for (unsigned i = 0; i < lines && r->mode == REDIS_STREAM; i++)
		trail_add(r->trail, r->batch[i].line.seq, r->batch[i].at);
	r->acked = r->batch[lines - 1].line.seq;
	redis_drop(r, lines);
	r->tries = 0;
	r->since_ms = redis_now_ms();
}

static void
send_line(struct redis *r, const struct line *line)
{
	static const char *const names[] = { "XADD", "RPUSH", "PUBLISH" };
	struct command c = { 0 };
	char severity[12];

	command_text(&c, names[r->mode]);
	command_text(&c, r->key);
	if (r->mode == REDIS_STREAM) {
		snprintf(severity, sizeof(severity), "%u", line->severity);
		if (r->maxlen_entries > 0) {
			command_text(&c, "MAXLEN");
			command_text(&c, "~");
			command_text(&c, r->maxlen);
		}
		command_text(&c, "*");
		command_text(&c, "body");
		command_bytes(&c, line->body, line->length);
		command_text(&c, "id");
		command_text(&c, line->id);
		command_text(&c, "severity");
		command_text(&c, severity);
		command_text(&c, "rule");
		command_text(&c, line->rule);
		command_text(&c, "case");
		command_text(&c, line->case_id);
	} else {
		command_bytes(&c, line->body, line->length);
	}
	link_send(&r->link, &c);
}

void
redis_send_batch(struct redis *r)
{
	static const char *const multi[] = { "MULTI", NULL }, *const exec[] = { "EXEC", NULL };

	if (r->one_by_one) {
		send_line(r, &r->batch[0].line);
	} else {
		link_send_words(&r->link, multi);
		for (unsigned i = 0; i < r->held; i++)
			send_line(r, &r->batch[i].line);
		link_send_words(&r->link, exec);
	}
	for (unsigned i = 0; i < r->held; i++)
		r->batch[i].there = false;
	r->replies = 0;
	r->why[0] = '\0';
	r->doubt = true;
	r->phase = REDIS_SENT;
	r->since_ms = redis_now_ms();
}

/* The first error counts: those after it, up to EXECABORT, only follow from it. */
static void
note_error(struct redis *r, const redisReply *reply)
{
	static const char abort_lead[] = "EXECABORT Transaction discarded because of: ";
	const char *text = reply->str;

	if (r->why[0] != '\0')
		return;
	if (strncmp(text, abort_lead, sizeof(abort_lead) - 1) == 0)
		text += sizeof(abort_lead) - 1;
	snprintf(r->why, sizeof(r->why), "%s", text);
	r->fault = fault_of(text);
}

/* What became of one line: a stream id, a count, or an error. */
static void
note_line(struct redis *r, unsigned at, const redisReply *reply)
{
	struct held *h = &r->batch[at];

	if (reply->type == REDIS_REPLY_ERROR)
		note_error(r, reply);
	else if (reply->type == REDIS_REPLY_INTEGER)
		h->there = true;
	else if (reply->type == REDIS_REPLY_STRING)
		h->there = stream_id_parse(reply->str, &h->at);
}

/* EXEC's answer: one for each line, or none was carried out. */
static void
note_exec(struct redis *r, const redisReply *reply)
{
	const size_t lines = reply->elements < r->held ? reply->elements : r->held;

	if (reply->type == REDIS_REPLY_ERROR)
		note_error(r, reply);
	if (reply->type != REDIS_REPLY_ARRAY)
		return;
	for (size_t i = 0; i < lines; i++)
		note_line(r, (unsigned)i, reply->element[i]);
}

static void
finish(struct redis *r)
{
	unsigned good = 0;

	while (good < r->held && r->batch[good].there)
		good++;
	r->doubt = false;
	r->phase = REDIS_READY;
	if (r->why[0] != '\0') {
		redis_acknowledge(r, good);
		redis_tell(r, r->fault.trouble, r->why);
		redis_back_off(r, r->fault.class == FAULT_NODE);
	} else if (good == 0) {
		redis_tell(r, "error", "an answer that is none of Redis");
		redis_back_off(r, true);
	} else {
		redis_acknowledge(r, good);
		redis_tell(r, NULL, NULL);
	}
}

void
redis_batch_reply(struct redis *r, const redisReply *reply)
{
	const unsigned at = r->replies++;

	r->since_ms = redis_now_ms();
	if (r->one_by_one) {
		note_line(r, 0, reply);
		finish(r);
	} else if (at <= r->held) {
		/* OK, then QUEUED: only an error means anything. */
		if (reply->type == REDIS_REPLY_ERROR)
			note_error(r, reply);
	} else {
		note_exec(r, reply);
		finish(r);
	}
}
