/*
 * store_private: what store.c and store_open.c share.
 */
#ifndef FARHAND_STORE_PRIVATE_H
#define FARHAND_STORE_PRIVATE_H

#include <pthread.h>
#include <sqlite3.h>

#include "deliver/shelf.h"
#include "deliver/store.h"

/* The prepared statements, see store_open.c. */
enum query {
	PUT,
	HAS,
	LAST,
	AFTER,
	CURSOR,
	ASK,
	SET_CURSOR,
	TRIM,
	BEGIN,
	COMMIT,
	ROLLBACK,
	QUERIES
};

struct store {
	pthread_mutex_t lock;
	struct shelf *shelf; /* NULL: in a file, by what follows */
	sqlite3 *db;
	sqlite3_stmt *query[QUERIES];
	int fd;        /* holds the lock on the file */
	uint64_t last; /* newest seq ever */
	bool sick;     /* the last write failed, and was said */
};

#endif
