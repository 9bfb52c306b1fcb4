/*
 * test_store: what was committed stays, in order; a full disk is an answer, not
 * an accident.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_lab.h"

struct shown {
	unsigned count, stop_at;
	uint64_t seq[16];
	char id[16][32];
};

static bool
show(void *arg, const struct line *line)
{
	struct shown *shown = arg;

	assert_string_equal(line->rule, "RD-01");
	assert_string_equal(line->case_id, "C-1");
	assert_int_equal(line->severity, 47);
	assert_int_equal(line->length, 7);
	assert_string_equal(line->body, "{\"a\":1}");
	shown->seq[shown->count] = line->seq;
	snprintf(shown->id[shown->count], 32, "%s", line->id);
	return ++shown->count != shown->stop_at;
}

static void
test_put_and_after(void **state)
{
	struct store *s = store_open(NULL);
	struct shown shown = { 0 };

	(void)state;
	assert_int_equal(store_last_seq(s), 0);
	assert_int_equal(store_after(s, 0, 16, show, &shown), 0);
	assert_int_equal(put(s, "a"), 0);
	assert_int_equal(put(s, "b"), 0);
	assert_int_equal(put(s, "a"), 1); /* not again, and its seq stays free */
	assert_int_equal(store_last_seq(s), 2);
	assert_int_equal(put(s, "c"), 0);
	assert_int_equal(store_after(s, 0, 16, show, &shown), 3);
	assert_int_equal(shown.seq[2], 3);
	assert_string_equal(shown.id[2], "c");
	shown = (struct shown){ .stop_at = 1 };
	assert_int_equal(store_after(s, 1, 16, show, &shown), 1);
	assert_int_equal(shown.seq[0], 2);
	shown = (struct shown){ 0 };
	assert_int_equal(store_after(s, 0, 2, show, &shown), 2);
	store_close(s);
}

static void
test_reopened(void **state)
{
	struct store *s = store_open(path);
	struct shown shown = { 0 };

	(void)state;
	assert_non_null(s);
	put(s, "a");
	put(s, "b");
	assert_int_equal(store_cursor(s, "x"), 0);
	store_set_cursor(s, "x", 1);
	store_close(s);
	s = store_open(path);
	assert_non_null(s);
	assert_int_equal(store_last_seq(s), 2);
	assert_int_equal(store_cursor(s, "x"), 1);
	assert_int_equal(store_cursor(s, "y"), 0);
	assert_int_equal(put(s, "a"), 1);
	assert_int_equal(store_after(s, 0, 16, show, &shown), 2);
	store_close(s);
	store_close(NULL);
}

/* What store_put took is there after the process dies without a word. */
static void
test_killed(void **state)
{
	struct store *s;
	const pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		s = store_open(path);
		for (int i = 0; i < 50; i++) {
			char id[16];

			snprintf(id, sizeof(id), "id%d", i);
			put(s, id);
		}
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, NULL, 0);
	s = store_open(path);
	assert_non_null(s);
	assert_int_equal(store_last_seq(s), 50);
	store_close(s);
}

/* What was put together is there after the process dies; what was refused is not, in whole. */
static void
test_put_all(void **state)
{
	enum { LINES = 300 };
	static char id[LINES][16];
	struct line line[LINES];
	struct shown shown = { 0 };
	struct store *s;
	const pid_t pid = fork();

	(void)state;
	for (int i = 0; i < LINES; i++) {
		snprintf(id[i], sizeof(id[i]), "id%d", i == 2 ? 1 : i);
		line[i] = (struct line){
			.id = id[i],
			.rule = "RD-01",
			.case_id = "C-1",
			.severity = 47,
			.body = "{\"a\":1}",
			.length = 7,
		};
	}
	if (pid == 0) {
		s = store_open(path);
		put(s, "id0");
		if (store_put_all(s, line, LINES) != 0)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	waitpid(pid, NULL, 0);
	s = store_open(path);
	assert_non_null(s);
	assert_int_equal(store_last_seq(s), LINES - 1);
	assert_int_equal(store_put_all(s, line, 3), 0);
	assert_int_equal(line[0].seq, 0);
	assert_int_equal(line[2].seq, 0);
	strcpy(id[2], "new");
	assert_int_equal(store_put_all(s, line, 3), 0);
	assert_int_equal(line[2].seq, LINES);
	assert_int_equal(store_after(s, LINES - 1, 16, show, &shown), 1);
	store_close(s);
}

/* A transaction that fails leaves nothing, and the next begins anew. */
static void
test_put_all_fails(void **state)
{
	struct rlimit before, tight = { 256 * 1024, 0 };
	struct store *s = store_open(path);
	static char big[512 * 1024];
	struct line line[2] = {
		{ .id = "small", .rule = "R", .case_id = "", .body = "{}", .length = 2 },
		{ .id = "big", .rule = "R", .case_id = "", .body = big },
	};

	(void)state;
	assert_int_equal(put(s, "a"), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight.rlim_max = before.rlim_max;
	memset(big, 'x', sizeof(big) - 1);
	line[1].length = sizeof(big) - 1;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(store_put_all(s, line, 2), -1);
	assert_int_equal(store_put_all(s, line, 2), -1);
	assert_int_equal(store_last_seq(s), 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(store_put_all(s, line, 2), 0);
	assert_int_equal(line[0].seq, 2);
	assert_int_equal(line[1].seq, 3);
	store_close(s);
}

static void
test_trim(void **state)
{
	struct store *s = store_open(path);
	struct shown shown = { 0 };
	static const char *const ids[] = { "a", "b", "c", "d", "e", "f" };

	(void)state;
	for (int i = 0; i < 6; i++)
		put(s, ids[i]);
	store_trim(s, 0); /* no sink has asked: nothing may go */
	assert_int_equal(store_after(s, 0, 16, show, &shown), 6);
	store_cursor(s, "fast");
	store_cursor(s, "slow");
	store_set_cursor(s, "fast", 6);
	store_trim(s, 0);
	shown = (struct shown){ 0 };
	assert_int_equal(store_after(s, 0, 16, show, &shown), 6);
	store_set_cursor(s, "slow", 4);
	store_trim(s, 3);
	shown = (struct shown){ 0 };
	assert_int_equal(store_after(s, 0, 16, show, &shown), 3);
	store_set_cursor(s, "slow", 6);
	store_trim(s, 0); /* the newest stays */
	shown = (struct shown){ 0 };
	assert_int_equal(store_after(s, 0, 16, show, &shown), 1);
	assert_int_equal(shown.seq[0], 6);
	store_close(s);
	/* A sink of an earlier configuration holds nothing up. */
	s = store_open(path);
	assert_int_equal(store_last_seq(s), 6);
	put(s, "g");
	store_cursor(s, "fast");
	store_set_cursor(s, "fast", 7);
	store_trim(s, 1);
	shown = (struct shown){ 0 };
	assert_int_equal(store_after(s, 0, 16, show, &shown), 1);
	store_close(s);
}

static void
test_disk_full(void **state)
{
	struct rlimit before, tight = { 256 * 1024, 0 };
	struct store *s = store_open(path);
	static char big[512 * 1024];
	struct line line = { .seq = 2, .id = "big", .rule = "R", .case_id = "", .body = big };

	(void)state;
	assert_int_equal(put(s, "a"), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight.rlim_max = before.rlim_max;
	memset(big, 'x', sizeof(big) - 1);
	line.length = sizeof(big) - 1;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_int_equal(store_put(s, &line), -1);
	assert_int_equal(store_put(s, &line), -1);
	assert_int_equal(store_last_seq(s), 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(store_put(s, &line), 0);
	assert_int_equal(store_last_seq(s), 2);
	store_close(s);
	s = store_open(path);
	assert_int_equal(store_last_seq(s), 2);
	store_close(s);
}

static void *
put_many(void *arg)
{
	for (int i = 0; i < 2000; i++) {
		char id[16];

		snprintf(id, sizeof(id), "id%d", i);
		if (put(arg, id) != 0)
			return arg;
	}
	return NULL;
}

static bool
count_up(void *arg, const struct line *line)
{
	uint64_t *last = arg;

	if (line->seq != *last + 1)
		return false;
	*last = line->seq;
	return true;
}

/* The desk writes while the courier reads. */
static void
test_two_threads(void **state)
{
	struct store *s = store_open(NULL);
	uint64_t last = 0;
	pthread_t desk;
	void *failed;

	(void)state;
	assert_int_equal(pthread_create(&desk, NULL, put_many, s), 0);
	while (last < 2000) {
		store_after(s, last, 100, count_up, &last);
		store_set_cursor(s, "x", last);
	}
	pthread_join(desk, &failed);
	assert_null(failed);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_and_after),
		cmocka_unit_test_setup_teardown(test_reopened, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_killed, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_put_all, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_put_all_fails, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_trim, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_disk_full, make_dir, drop_dir),
		cmocka_unit_test(test_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
