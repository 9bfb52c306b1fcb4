/*
 * scribe: see scribe.h.
 *
 *   the desk ─ copy ─▶ ring ─▶ line ─▶ lines ─▶ file        with a thread of its own
 *   the desk ─ line ─▶ ring ──────────▶ lines ─▶ file        where that is behind
 *   the desk ────────────────▶ line ─▶ lines ─▶ file        without
 *
 * A desk that would soon have to wait makes the line itself: neither thread is ever idle
 * while the other has more than it can do.
 */
#include "scribe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ops/log.h"
#include "ring.h"
#include "thread.h"

enum {
	WRITE_BYTES = 65536, /* of lines, at the least, in one write */
	RING_BYTES = 4 * 1024 * 1024,
	TELL = 256, /* records: to be woken for each costs more */
	AHEAD = 4
};

/* Kinds of record in the ring. */
enum { COPY, LINE, FLUSH, END };

/* A record, and behind it all it points to. */
struct copy {
	struct flow_record r;
	_Alignas(8) unsigned char rest[];
};

/* A record that is written out already. */
struct made_line {
	size_t n;
	char text[];
};

/* In the order of who writes it: see CACHE_LINE. */
struct scribe {
	const char *path;
	const struct run_facts *run;
	struct geo *geo, *desks_geo; /* for either thread; NULL: none */
	int file;
	atomic_bool failed;
	bool own_thread;
	pthread_t thread;

	/* The thread's. */
	char lines[WRITE_BYTES + FLOW_LINE];
	size_t used;
	uint64_t done, ahead; /* records taken in hand, and looked at before that */
	struct gate flushed;

	struct ring ring;

	/* The desk's. */
	unsigned untold; /* records since the ring was flushed */
	uint64_t flushes;
	char line[FLOW_LINE];
};

static void
fail(struct scribe *s, int error)
{
	if (!atomic_exchange(&s->failed, true))
		log_error("%s: flow records end here: %s", s->path, strerror(error));
}

static void
write_out(struct scribe *s)
{
	size_t done = 0;

	while (done < s->used && !s->failed) {
		const ssize_t n = write(s->file, s->lines + done, s->used - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			fail(s, n == 0 ? EIO : errno);
	}
	s->used = 0;
}

/* Its length; 0 if it is too long. */
static size_t
make_line(
    const struct scribe *s, struct geo *geo, const struct flow_record *record, char out[FLOW_LINE])
{
	struct flow_record r = *record;
	struct place place[2];

	for (int i = 0; i < 2 && geo != NULL; i++) {
		if (r.place[i] == NULL && geo_find(geo, &r.flow->end[i], &place[i]))
			r.place[i] = &place[i];
	}
	return ecs_flow(&r, s->run, out);
}

static void
count_line(struct scribe *s, size_t n)
{
	s->used += n;
	if (s->used >= WRITE_BYTES)
		write_out(s);
}

static void
put(struct scribe *s, const struct flow_record *r)
{
	size_t n;

	/* A record missing in the middle would not be missed: the file ends where it fails. */
	if (s->failed)
		return;
	n = make_line(s, s->geo, r, s->lines + s->used);
	if (n == 0)
		fail(s, EMSGSIZE);
	count_line(s, n);
}

static void
put_line(struct scribe *s, const struct made_line *line)
{
	if (s->failed)
		return;
	memcpy(s->lines + s->used, line->text, line->n);
	count_line(s, line->n);
}

static size_t
whole(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static size_t
facts_bytes(const struct obs_list *l)
{
	return offsetof(struct obs_list, at) + l->used;
}

/* Of what a record points to, at most. */
static size_t
rest_bytes(const struct flow_record *r, size_t name)
{
	size_t n = sizeof(struct flow) + whole(facts_bytes(r->facts)) + whole(name);

	for (int i = 0; i < 2; i++)
		n += r->place[i] != NULL ? whole(sizeof(struct place)) : 0;
	n += r->self != NULL ? sizeof(struct endpoint) : 0;
	n += r->person != NULL ? PERSON_ID : 0;
	return n;
}

static void *
keep(unsigned char **at, const void *what, size_t n)
{
	void *const kept = memcpy(*at, what, n);

	*at += whole(n);
	return kept;
}

/* In place, in the ring: what it points to is in itself, and moves with nothing. */
static void
fill(struct copy *c, const struct flow_record *r, size_t name)
{
	unsigned char *at = c->rest;
	struct endpoint *self;

	c->r = *r;
	c->r.flow = keep(&at, r->flow, sizeof(*r->flow));
	c->r.facts = keep(&at, r->facts, facts_bytes(r->facts));
	c->r.peer_name = keep(&at, r->peer_name, name);
	for (int i = 0; i < 2; i++) {
		if (r->place[i] != NULL)
			c->r.place[i] = keep(&at, r->place[i], sizeof(*r->place[i]));
	}
	if (r->person != NULL)
		c->r.person = keep(&at, r->person, strlen(r->person) + 1);
	if (r->self != NULL) {
		c->r.self = self = keep(&at, r->self, sizeof(*r->self));
		self->who = NULL; /* who may be another by then */
	}
}

static struct ring_record *
tell(struct scribe *s, uint32_t kind, size_t body)
{
	return ring_write(&s->ring, kind, (struct ring_key){ 0, 0 }, body);
}

/* Of the records that come next, where their ends are is on its way from memory. */
static void
look_ahead(struct scribe *s)
{
	const struct ring_record *next;

	while (s->ahead < s->done + AHEAD && (next = ring_ahead(&s->ring)) != NULL) {
		const struct copy *c = (const void *)next->body;

		s->ahead++;
		for (int i = 0; next->kind == COPY && s->geo != NULL && i < 2; i++)
			geo_fetch(s->geo, &c->r.flow->end[i]);
	}
}

static void *
run(void *arg)
{
	struct scribe *s = arg;

	for (uint64_t flushes = 0;; ring_pop(&s->ring)) {
		struct ring_record *record = ring_peek(&s->ring);

		look_ahead(s);
		s->done++;
		if (record->kind == COPY) {
			put(s, &((const struct copy *)(void *)record->body)->r);
			continue;
		}
		if (record->kind == LINE) {
			put_line(s, (const struct made_line *)(void *)record->body);
			continue;
		}
		write_out(s);
		if (record->kind == END)
			return NULL;
		gate_raise(&s->flushed, ++flushes);
	}
}

static int
start(struct scribe *s)
{
	if (s->geo != NULL && (s->geo = geo_beside(s->geo)) == NULL)
		return -1;
	if (gate_open(&s->flushed) != 0)
		goto err;
	if (ring_open(&s->ring, RING_BYTES) != 0)
		goto err0;
	if (thread_start(&s->thread, run, s) != 0)
		goto err1;
	s->own_thread = true;
	return 0;
err1:
	ring_close(&s->ring);
err0:
	gate_close(&s->flushed);
err:
	geo_close(s->geo);
	return -1;
}

struct scribe *
scribe_open(const char *path, const struct run_facts *facts, struct geo *geo, bool own_thread)
{
	struct scribe *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		log_error("no memory for flow records");
		return NULL;
	}
	s->path = path;
	s->run = facts;
	s->geo = s->desks_geo = geo;
	s->file = strcmp(path, "-") == 0
	    ? STDOUT_FILENO
	    : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (s->file < 0) {
		log_error("%s: %s", path, strerror(errno));
		free(s);
		return NULL;
	}
	if (own_thread && start(s) != 0) {
		log_error("no memory for flow records");
		scribe_close(s);
		return NULL;
	}
	return s;
}

static void
tell_copy(struct scribe *s, const struct flow_record *r)
{
	const size_t name = strlen(r->peer_name) + 1;
	struct ring_record *record = tell(s, COPY, sizeof(struct copy) + rest_bytes(r, name));

	fill((struct copy *)(void *)record->body, r, name);
}

static void
tell_line(struct scribe *s, const struct flow_record *r)
{
	const size_t n = make_line(s, s->desks_geo, r, s->line);
	struct made_line *line;

	if (n == 0) {
		tell_copy(s, r); /* it will find out, and say so in its turn */
		return;
	}
	line = (struct made_line *)(void *)tell(s, LINE, sizeof(*line) + n)->body;
	line->n = n;
	memcpy(line->text, s->line, n);
}

void
scribe_take(struct scribe *s, const struct flow_record *r)
{
	if (!s->own_thread) {
		put(s, r);
		return;
	}
	if (ring_is_behind(&s->ring))
		tell_line(s, r);
	else
		tell_copy(s, r);
	if (++s->untold < TELL)
		return;
	s->untold = 0;
	ring_flush(&s->ring);
}

void
scribe_flush(struct scribe *s)
{
	if (!s->own_thread) {
		write_out(s);
		return;
	}
	(void)tell(s, FLUSH, 0);
	ring_flush(&s->ring);
	gate_wait(&s->flushed, ++s->flushes);
}

bool
scribe_failed(const struct scribe *s)
{
	return s->failed;
}

void
scribe_close(struct scribe *s)
{
	if (s == NULL)
		return;
	if (s->own_thread) {
		(void)tell(s, END, 0);
		ring_flush(&s->ring);
		pthread_join(s->thread, NULL);
		ring_close(&s->ring);
		gate_close(&s->flushed);
		geo_close(s->geo);
	} else {
		write_out(s);
	}
	if (s->file != STDOUT_FILENO)
		close(s->file);
	free(s);
}
