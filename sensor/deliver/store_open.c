/*
 * store_open: opens a store file, or says in one sentence why not.
 *
 * A file of ours is told by SQLite's application id; its layout by user_version.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "deliver/store_private.h"
#include "ops/log.h"

#define BUSY_MS 1000
#define OURS    1718774884 /* "frhd" */
#define LAYOUT  1

static const char schema[] =
    "CREATE TABLE alert (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
    " rule TEXT NOT NULL, case_id TEXT NOT NULL, severity INTEGER NOT NULL, body TEXT NOT NULL);"
    "CREATE TABLE cursor (sink TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;"
    "PRAGMA application_id = 1718774884;"
    "PRAGMA user_version = 1;";

static const char *const sql[QUERIES] = {
	[PUT] = "INSERT INTO alert (seq, id, rule, case_id, severity, body)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[HAS] = "SELECT 1 FROM alert WHERE id = ?1",
	[LAST] = "SELECT seq FROM sqlite_sequence WHERE name = 'alert'",
	[AFTER] = "SELECT seq, id, rule, case_id, severity, body FROM alert WHERE seq > ?1"
		  " ORDER BY seq LIMIT 1",
	[CURSOR] = "SELECT seq FROM cursor WHERE sink = ?1",
	[ASK] = "INSERT OR IGNORE INTO asked (sink) VALUES (?1)",
	[SET_CURSOR] = "INSERT INTO cursor (sink, seq) VALUES (?1, ?2)"
		       " ON CONFLICT (sink) DO UPDATE SET seq = ?2",
	[TRIM] = "DELETE FROM alert WHERE seq <= ?1 AND seq <="
		 " (SELECT min(coalesce(c.seq, 0)) FROM asked LEFT JOIN cursor c USING (sink))",
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};

/* The one number a query gives; false if it fails, or gives none. */
static bool
number(sqlite3 *db, const char *query, int64_t *out)
{
	sqlite3_stmt *q;
	bool found;

	if (sqlite3_prepare_v2(db, query, -1, &q, NULL) != SQLITE_OK)
		return false;
	found = sqlite3_step(q) == SQLITE_ROW;
	if (found)
		*out = sqlite3_column_int64(q, 0);
	/* Where stepping failed, finalizing gives its error again, for `fail` to tell. */
	return sqlite3_finalize(q) == SQLITE_OK && found;
}

/* Is the database sound?  quick_check answers with a text: "ok", or the first mistake. */
static bool
is_sound(sqlite3 *db)
{
	sqlite3_stmt *q;
	bool ok;

	if (sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &q, NULL) != SQLITE_OK)
		return false;
	ok = sqlite3_step(q) == SQLITE_ROW &&
	    strcmp((const char *)sqlite3_column_text(q, 0), "ok") == 0;
	sqlite3_finalize(q);
	return ok;
}

/* Take the file for this process alone.  The descriptor, or -1 after log_error. */
static int
lock_file(const char *path)
{
	const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

	if (fd < 0) {
		log_error("%s: cannot open the store: %s", path, strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		log_error("%s: the store is in use by another farhand", path);
		close(fd);
		return -1;
	}
	return fd;
}

static bool
fail(struct store *s, const char *name)
{
	const int rc = sqlite3_errcode(s->db);

	if (rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT)
		log_error("%s: not a farhand store, or damaged (%s); move it away to begin anew",
		    name, sqlite3_errmsg(s->db));
	else if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
		log_error("%s: the store is in use by another process", name);
	else
		log_error("%s: cannot use the store: %s", name, sqlite3_errmsg(s->db));
	return false;
}

static bool
is_ours(struct store *s, const char *name)
{
	int64_t tables = 0, owner = 0, layout = 0;

	if (!number(s->db, "SELECT count(*) FROM sqlite_master", &tables) ||
	    !number(s->db, "PRAGMA application_id", &owner) ||
	    !number(s->db, "PRAGMA user_version", &layout))
		return fail(s, name);
	if (tables == 0 && owner == 0)
		return true;
	if (owner != OURS) {
		log_error("%s: a database of another program, not a farhand store", name);
		return false;
	}
	if (layout != LAYOUT) {
		log_error(
		    "%s: a store of layout %d; this farhand knows %d", name, (int)layout, LAYOUT);
		return false;
	}
	if (!is_sound(s->db)) {
		log_error("%s: the store is damaged; move it away to begin anew", name);
		return false;
	}
	return true;
}

static bool
prepare(struct store *s, const char *name)
{
	int64_t layout = 0, last = 0;

	if (!is_ours(s, name))
		return false;
	/* A write transaction at once: who cannot write must know at the start. */
	if (sqlite3_exec(s->db,
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
		"CREATE TEMP TABLE asked (sink TEXT PRIMARY KEY); BEGIN IMMEDIATE",
		NULL, NULL, NULL) != SQLITE_OK ||
	    !number(s->db, "PRAGMA user_version", &layout))
		return fail(s, name);
	if ((layout == 0 && sqlite3_exec(s->db, schema, NULL, NULL, NULL) != SQLITE_OK) ||
	    sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		return fail(s, name);
	for (int i = 0; i < QUERIES; i++) {
		if (sqlite3_prepare_v2(s->db, sql[i], -1, &s->query[i], NULL) != SQLITE_OK)
			return fail(s, name);
	}
	if (sqlite3_step(s->query[LAST]) == SQLITE_ROW)
		last = sqlite3_column_int64(s->query[LAST], 0);
	sqlite3_reset(s->query[LAST]);
	s->last = (uint64_t)last;
	return true;
}

static bool
open_file(struct store *s, const char *path)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

	s->fd = lock_file(path);
	if (s->fd < 0)
		return false;
	if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK)
		return fail(s, path);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	return prepare(s, path);
}

struct store *
store_open(const char *path)
{
	struct store *s = calloc(1, sizeof(*s));

	if (s != NULL) {
		pthread_mutex_init(&s->lock, NULL);
		s->fd = -1;
		s->shelf = path == NULL ? shelf_new() : NULL;
	}
	if (s == NULL || (path == NULL && s->shelf == NULL)) {
		log_error("%s: no memory", path != NULL ? path : "store in memory");
		store_close(s);
		return NULL;
	}
	if (path != NULL && !open_file(s, path)) {
		store_close(s);
		return NULL;
	}
	return s;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	shelf_free(s->shelf);
	for (int i = 0; i < QUERIES; i++)
		sqlite3_finalize(s->query[i]);
	sqlite3_close(s->db);
	/* After SQLite: closing any descriptor of a file drops the process's locks on it. */
	if (s->fd >= 0)
		close(s->fd);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
