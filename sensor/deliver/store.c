/*
 * store: what must not be lost, in SQLite.
 *
 *   alert   seq | id | rule | case_id | severity | body     the outbox
 *   cursor  sink | seq                                      how far each sink has got
 *   asked   sink                                            this run's sinks, in memory
 *
 * One connection, one mutex: each call is a transaction of its own.  On disk the
 * log is written ahead and synced at each commit, so that what store_put and
 * store_put_all took survives a power cut.  The file is locked as a whole (flock) against a second
 * sensor; readers such as sqlite3 are welcome.  Of a run that keeps no file only the
 * mutex is here: its store is a shelf.
 */
#include "deliver/store_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ops/log.h"

#define SOME 32 /* lines lent at a time */

/* Forget what a statement was bound to and did. */
static void
done(sqlite3_stmt *q)
{
	sqlite3_reset(q);
	sqlite3_clear_bindings(q);
}

/* Say a change between failing and working, once. */
static void
tell(struct store *s, bool sick, const char *why)
{
	if (sick && !s->sick)
		log_error("store: cannot write: %s; alerts wait in memory", why);
	else if (!sick && s->sick)
		log_info("store: writes again");
	s->sick = sick;
}

/* Did a statement that writes work? */
static bool
worked(struct store *s, int rc)
{
	const bool sick = rc != SQLITE_DONE && rc != SQLITE_ROW;

	tell(s, sick, sqlite3_errmsg(s->db));
	return !sick;
}

static bool
has_id(struct store *s, const char *id)
{
	sqlite3_stmt *q = s->query[HAS];
	int rc;

	sqlite3_bind_text(q, 1, id, -1, SQLITE_STATIC);
	rc = sqlite3_step(q);
	done(q);
	return rc == SQLITE_ROW;
}

/* A statement that gives nothing and is bound to nothing. */
static bool
did(struct store *s, enum query which)
{
	const int rc = sqlite3_step(s->query[which]);

	sqlite3_reset(s->query[which]);
	return rc == SQLITE_DONE;
}

static int
file_put(struct store *s, const struct line *line)
{
	sqlite3_stmt *q = s->query[PUT];
	int rc;

	if (has_id(s, line->id))
		return 1;
	sqlite3_bind_int64(q, 1, (sqlite3_int64)line->seq);
	sqlite3_bind_text(q, 2, line->id, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 3, line->rule, -1, SQLITE_STATIC);
	sqlite3_bind_text(q, 4, line->case_id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(q, 5, line->severity);
	sqlite3_bind_text64(q, 6, line->body, line->length, SQLITE_STATIC, SQLITE_UTF8);
	rc = sqlite3_step(q);
	done(q);
	return rc == SQLITE_DONE ? 0 : -1;
}

int
store_put(struct store *s, const struct line *line)
{
	int result;

	pthread_mutex_lock(&s->lock);
	assert(line->seq == s->last + 1);
	if (s->shelf != NULL) {
		result = shelf_put(s->shelf, line);
		tell(s, result < 0, "out of memory");
	} else {
		result = file_put(s, line);
		tell(s, result < 0, sqlite3_errmsg(s->db));
	}
	if (result == 0)
		s->last = line->seq;
	pthread_mutex_unlock(&s->lock);
	return result;
}

/* Puts lines, up to the first that fails; false then. */
static bool
put_lines(struct store *s, struct line line[], unsigned n, uint64_t *last)
{
	int result = 0;

	for (unsigned i = 0; i < n && result >= 0; i++) {
		line[i].seq = *last + 1;
		result = file_put(s, &line[i]);
		if (result == 0)
			++*last;
		else
			line[i].seq = 0;
	}
	return result >= 0;
}

int
store_put_all(struct store *s, struct line line[], unsigned n)
{
	uint64_t last;
	bool put;

	assert(s->shelf == NULL);
	pthread_mutex_lock(&s->lock);
	last = s->last;
	put = did(s, BEGIN) && put_lines(s, line, n, &last) && did(s, COMMIT);
	/* Only now: on a full disk it is the commit that fails. */
	tell(s, !put, sqlite3_errmsg(s->db));
	if (put)
		s->last = last;
	else
		(void)did(s, ROLLBACK); /* which SQLite may have done already */
	pthread_mutex_unlock(&s->lock);
	return put ? 0 : -1;
}

bool
store_on_disk(const struct store *s)
{
	return s->shelf == NULL;
}

/* One row copied out, so that nobody holds the lock while a sink has it. */
struct row {
	struct line line;
	char *text;
};

static bool
row_copy(sqlite3_stmt *q, struct row *out)
{
	static const int column[] = { 1, 2, 3, 5 };
	const char *at[4];
	size_t n[4], used = 0;

	for (int i = 0; i < 4; i++)
		n[i] = (size_t)sqlite3_column_bytes(q, column[i]);
	out->text = malloc(n[0] + n[1] + n[2] + n[3] + 4);
	if (out->text == NULL)
		return false;
	for (int i = 0; i < 4; i++) {
		const void *text = sqlite3_column_text(q, column[i]);

		at[i] = out->text + used;
		if (text != NULL)
			memcpy(out->text + used, text, n[i]);
		out->text[used + n[i]] = '\0';
		used += n[i] + 1;
	}
	out->line = (struct line){
		.seq = (uint64_t)sqlite3_column_int64(q, 0),
		.id = at[0],
		.rule = at[1],
		.case_id = at[2],
		.severity = (unsigned)sqlite3_column_int64(q, 4),
		.body = at[3],
		.length = n[3],
	};
	return true;
}

static bool
row_after(struct store *s, uint64_t seq, struct row *out)
{
	sqlite3_stmt *q = s->query[AFTER];
	bool found;

	pthread_mutex_lock(&s->lock);
	sqlite3_bind_int64(q, 1, (sqlite3_int64)seq);
	found = sqlite3_step(q) == SQLITE_ROW && row_copy(q, out);
	done(q);
	pthread_mutex_unlock(&s->lock);
	return found;
}

static unsigned
file_after(struct store *s, uint64_t seq, unsigned most,
    bool (*fn)(void *arg, const struct line *line), void *arg)
{
	unsigned shown = 0;
	struct row row;
	bool more = true;

	while (more && shown < most && row_after(s, seq, &row)) {
		seq = row.line.seq;
		more = fn(arg, &row.line);
		free(row.text);
		shown++;
	}
	return shown;
}

unsigned
store_after(struct store *s, uint64_t seq, unsigned most,
    bool (*fn)(void *arg, const struct line *line), void *arg)
{
	unsigned shown = 0, some = 1;
	struct line line[SOME];
	bool more = true;

	if (s->shelf == NULL)
		return file_after(s, seq, most, fn, arg);
	while (more && shown < most && some > 0) {
		pthread_mutex_lock(&s->lock);
		some = shelf_after(s->shelf, seq, line, most - shown < SOME ? most - shown : SOME);
		pthread_mutex_unlock(&s->lock);
		for (unsigned i = 0; more && i < some; i++, shown++) {
			seq = line[i].seq;
			more = fn(arg, &line[i]);
		}
	}
	return shown;
}

uint64_t
store_last_seq(struct store *s)
{
	uint64_t last;

	pthread_mutex_lock(&s->lock);
	last = s->last;
	pthread_mutex_unlock(&s->lock);
	return last;
}

static uint64_t
file_cursor(struct store *s, const char *sink)
{
	sqlite3_stmt *ask = s->query[ASK], *q = s->query[CURSOR];
	uint64_t seq = 0;

	sqlite3_bind_text(ask, 1, sink, -1, SQLITE_STATIC);
	sqlite3_step(ask);
	done(ask);
	sqlite3_bind_text(q, 1, sink, -1, SQLITE_STATIC);
	if (sqlite3_step(q) == SQLITE_ROW)
		seq = (uint64_t)sqlite3_column_int64(q, 0);
	done(q);
	return seq;
}

uint64_t
store_cursor(struct store *s, const char *sink)
{
	uint64_t seq;

	pthread_mutex_lock(&s->lock);
	seq = s->shelf != NULL ? shelf_cursor(s->shelf, sink) : file_cursor(s, sink);
	pthread_mutex_unlock(&s->lock);
	return seq;
}

static void
file_set_cursor(struct store *s, const char *sink, uint64_t seq)
{
	sqlite3_stmt *q = s->query[SET_CURSOR];

	sqlite3_bind_text(q, 1, sink, -1, SQLITE_STATIC);
	sqlite3_bind_int64(q, 2, (sqlite3_int64)seq);
	worked(s, sqlite3_step(q));
	done(q);
}

void
store_set_cursor(struct store *s, const char *sink, uint64_t seq)
{
	pthread_mutex_lock(&s->lock);
	if (s->shelf != NULL)
		shelf_set_cursor(s->shelf, sink, seq);
	else
		file_set_cursor(s, sink, seq);
	pthread_mutex_unlock(&s->lock);
}

static void
file_trim(struct store *s, uint64_t keep)
{
	sqlite3_stmt *q = s->query[TRIM];

	if (s->last <= keep)
		return;
	sqlite3_bind_int64(q, 1, (sqlite3_int64)(s->last - keep));
	worked(s, sqlite3_step(q));
	done(q);
}

void
store_trim(struct store *s, uint64_t keep)
{
	/* The newest stays in any case: an outbox sent back must find an end. */
	keep = keep > 0 ? keep : 1;
	pthread_mutex_lock(&s->lock);
	if (s->shelf != NULL)
		shelf_trim(s->shelf, keep);
	else
		file_trim(s, keep);
	pthread_mutex_unlock(&s->lock);
}
