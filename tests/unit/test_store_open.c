/*
 * test_store_open: broken, foreign, newer and busy files are named, not used.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "store_lab.h"

static void
write_file(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
}

static void
test_no_store(void **state)
{
	static char noise[5000];
	sqlite3 *db;

	(void)state;
	memset(noise, 'x', sizeof(noise));
	write_file(noise, sizeof(noise));
	assert_null(store_open(path));
	unlink(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE theirs (a)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_null(store_open(path)); /* another program's */
	assert_null(store_open("/nowhere/at/all"));
	assert_null(store_open(dir));
}

static void
test_later_layout(void **state)
{
	sqlite3 *db;

	(void)state;
	store_close(store_open(path));
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_null(store_open(path));
}

/* Pages overwritten in the middle of a good file. */
static void
test_damaged(void **state)
{
	struct store *s = store_open(path);
	static char noise[8192];
	FILE *f;

	(void)state;
	for (int i = 0; i < 500; i++) {
		char id[16];

		snprintf(id, sizeof(id), "id%d", i);
		put(s, id);
	}
	store_close(s);
	memset(noise, 0xa5, sizeof(noise));
	f = fopen(path, "r+");
	fseek(f, 4096, SEEK_SET);
	fwrite(noise, 1, sizeof(noise), f);
	fclose(f);
	assert_null(store_open(path));
}

static void
test_in_use(void **state)
{
	struct store *s = store_open(path);
	sqlite3 *db;

	(void)state;
	assert_null(store_open(path)); /* a second sensor */
	store_close(s);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_null(store_open(path)); /* someone else amid a change */
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	s = store_open(path);
	assert_non_null(s);
	/* A reader is no hindrance. */
	assert_int_equal(
	    sqlite3_exec(db, "BEGIN; SELECT * FROM alert", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(put(s, "a"), 0);
	sqlite3_close(db);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_store, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_later_layout, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_damaged, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_in_use, make_dir, drop_dir),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
