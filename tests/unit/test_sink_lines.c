/*
 * test_sink_lines: alerts into files, pipes and full disks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver/outbox.h"
#include "deliver/sinks.h"
#include "store_lab.h"

static void
check_file(const char *want)
{
	char text[65536];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	assert_string_equal(text, want);
}

static struct outbox *
lines_outbox(struct store *s)
{
	struct sink *sink = sink_lines_open(path);

	assert_non_null(sink);
	return outbox_new(s, &sink, 1);
}

static void
test_file(void **state)
{
	struct store *s = filled(3);
	struct outbox *o;
	FILE *f;

	(void)state;
	f = fopen(path, "w");
	fputs("a line cut o", f); /* by a crash */
	fclose(f);
	o = lines_outbox(s);
	assert_true(outbox_turn(o, 5));
	check_file("a line cut o\n{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
	outbox_free(o);
	o = lines_outbox(s); /* the cursor knows: nothing twice */
	assert_true(outbox_turn(o, 5));
	check_file("a line cut o\n{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
	outbox_free(o);
	store_close(s);
	assert_null(sink_lines_open("/nowhere/at/all"));
}

/* The disk fills up within a line: later its rest comes first. */
static void
test_disk_full(void **state)
{
	struct rlimit before, tight;
	struct store *s = filled(3);
	struct outbox_stats stats;
	struct outbox *o;

	(void)state;
	o = lines_outbox(s);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = before;
	tight.rlim_cur = 11;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	assert_false(outbox_turn(o, 20));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	outbox_stats(o, &stats);
	assert_int_equal(stats.delivered, 1);
	assert_non_null(stats.trouble);
	check_file("{\"n\":1}\n{\"n");
	assert_true(outbox_turn(o, 1000));
	check_file("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
	outbox_stats(o, &stats);
	assert_null(stats.trouble);
	outbox_free(o);
	store_close(s);
}

/* A pipe that nobody reads does not hold up the turn. */
static void
test_sleeping_reader(void **state)
{
	struct store *s = filled(20);
	static char big[300000];
	struct line line = { .seq = 21, .id = "big", .rule = "R", .case_id = "", .body = big };
	struct sink *sink;
	struct outbox *o;
	size_t got = 0;
	int reader;

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	reader = open(path, O_RDONLY | O_NONBLOCK);
	sink = sink_lines_open(path);
	assert_non_null(sink);
	memset(big, 'x', sizeof(big) - 1);
	line.length = sizeof(big) - 1;
	assert_int_equal(store_put(s, &line), 0);
	o = outbox_new(s, &sink, 1);
	assert_false(outbox_turn(o, 50));
	while (!outbox_turn(o, 10)) {
		const ssize_t n = read(reader, big, sizeof(big));

		got += n > 0 ? (size_t)n : 0;
	}
	outbox_free(o);
	for (ssize_t n; (n = read(reader, big, sizeof(big))) > 0;)
		got += (size_t)n;
	assert_int_equal(got, 9 * 8 + 11 * 9 + sizeof(big));
	close(reader);
	store_close(s);
}

/* A reader that has left does not come back: nobody need wait for it. */
static void
test_reader_gone(void **state)
{
	struct store *s = filled(2);
	struct outbox_stats stats;
	struct sink *sink;
	struct outbox *o;
	int pipes[2], real;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	fflush(stdout);
	real = dup(STDOUT_FILENO);
	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], STDOUT_FILENO);
	close(pipes[0]);
	close(pipes[1]);
	sink = sink_lines_open("-");
	o = outbox_new(s, &sink, 1);
	assert_false(outbox_turn(o, 5));
	outbox_stats(o, &stats);
	dup2(real, STDOUT_FILENO);
	close(real);
	assert_true(stats.hopeless);
	assert_int_equal(stats.behind, 2);
	assert_string_equal(stats.trouble, "gone");
	outbox_free(o);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_file, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_disk_full, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_sleeping_reader, make_dir, drop_dir),
		cmocka_unit_test(test_reader_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
