/*
 * test_outbox: every sink gets every line, at its own pace, from where it
 * stopped; and the sink of lines, before files, pipes and full disks.
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
#include <time.h>
#include <unistd.h>

#include "deliver/outbox.h"
#include "deliver/sinks.h"

/* A sink of the test: takes `room` lines between polls, acknowledges when told. */
struct fake {
	struct sink sink;
	uint64_t got[64], never, rewind_to, acked;
	unsigned count, room;
	bool mute, closed;
	const char *trouble;
};

static enum put
fake_put(void *self, const struct line *line)
{
	struct fake *f = self;

	if (line->seq == f->never)
		return PUT_NEVER;
	if (f->room == 0)
		return PUT_LATER;
	f->room--;
	assert_true(f->count < 64);
	f->got[f->count++] = line->seq;
	return PUT_OK;
}

static void
fake_poll(void *self, int wait_ms, struct sink_state *out)
{
	struct fake *f = self;

	(void)wait_ms;
	if (!f->mute && f->count > 0)
		f->acked = f->got[f->count - 1];
	*out = (struct sink_state){ f->acked, f->rewind_to, f->trouble };
	f->rewind_to = 0;
}

static void
fake_close(void *self)
{
	((struct fake *)self)->closed = true;
}

static struct fake
fake_of(const char *name, unsigned room)
{
	return (struct fake){ .sink = { name, fake_put, fake_poll, fake_close, NULL }, .room = room };
}

static struct store *
filled(unsigned lines)
{
	struct store *s = store_open(NULL);
	char id[16], body[16];

	assert_non_null(s);
	for (unsigned i = 1; i <= lines; i++) {
		struct line line = { .seq = i, .id = id, .rule = "R", .case_id = "", .body = body };

		snprintf(id, sizeof(id), "id%u", i);
		line.length = (size_t)snprintf(body, sizeof(body), "{\"n\":%u}", i);
		assert_int_equal(store_put(s, &line), 0);
	}
	return s;
}

static void
test_each_at_its_pace(void **state)
{
	struct store *s = filled(10);
	struct fake a = fake_of("a", 64), b = fake_of("b", 3);
	struct sink *sinks[] = { &a.sink, &b.sink };
	struct outbox_stats stats;
	struct outbox *o;

	(void)state;
	a.sink.self = &a;
	b.sink.self = &b;
	o = outbox_new(s, sinks, 2);
	b.trouble = "oom";
	assert_false(outbox_turn(o, 5));
	assert_int_equal(a.count, 10);
	assert_int_equal(b.count, 3);
	assert_int_equal(store_cursor(s, "a"), 10);
	assert_int_equal(store_cursor(s, "b"), 3);
	outbox_stats(o, &stats);
	assert_int_equal(stats.delivered, 13);
	assert_int_equal(stats.behind, 7);
	assert_string_equal(stats.trouble, "oom");
	b.room = 64;
	b.trouble = NULL;
	assert_true(outbox_turn(o, 5));
	assert_int_equal(b.got[9], 10);
	assert_true(outbox_turn(o, 60000)); /* nothing to do: no waiting */
	outbox_free(o);
	outbox_free(NULL);
	assert_true(a.closed && b.closed);
	store_close(s);
}

/* Taken is not delivered: a new outbox offers again what was not acknowledged. */
static void
test_only_acknowledged_counts(void **state)
{
	struct store *s = filled(5);
	struct fake f = fake_of("f", 64), again = fake_of("f", 64);
	struct sink *sink = &f.sink;
	struct outbox *o;

	(void)state;
	f.sink.self = &f;
	f.mute = true;
	f.acked = 2;
	o = outbox_new(s, &sink, 1);
	assert_false(outbox_turn(o, 3));
	assert_int_equal(f.count, 5);
	assert_int_equal(store_cursor(s, "f"), 2);
	outbox_free(o);
	again.sink.self = &again;
	sink = &again.sink;
	o = outbox_new(s, &sink, 1);
	assert_true(outbox_turn(o, 3));
	assert_int_equal(again.count, 3);
	assert_int_equal(again.got[0], 3);
	outbox_free(o);
	store_close(s);
}

static void
check_never(uint64_t never)
{
	struct store *s = filled(4);
	struct fake f = fake_of("f", 64);
	struct sink *sink = &f.sink;
	struct outbox_stats stats;
	struct outbox *o;

	f.sink.self = &f;
	f.never = never;
	f.mute = true;
	o = outbox_new(s, &sink, 1);
	assert_false(outbox_turn(o, 2));
	assert_int_equal(store_cursor(s, "f"), 0); /* others are in flight yet */
	f.mute = false;
	assert_true(outbox_turn(o, 2));
	assert_int_equal(f.count, 3);
	outbox_stats(o, &stats);
	assert_int_equal(stats.refused, 1);
	assert_int_equal(stats.delivered, 3);
	assert_int_equal(store_cursor(s, "f"), 4);
	outbox_free(o);
	store_close(s);
}

static void
test_never(void **state)
{
	(void)state;
	check_never(1);
	check_never(2);
	check_never(4);
}

/* The receiver lost all after line 3, then everything. */
static void
test_rewind(void **state)
{
	struct store *s = filled(6);
	struct fake f = fake_of("f", 64);
	struct sink *sink = &f.sink;
	struct outbox *o;

	(void)state;
	f.sink.self = &f;
	o = outbox_new(s, &sink, 1);
	assert_true(outbox_turn(o, 2));
	f.count = 0;
	f.acked = 3;
	f.rewind_to = 4;
	assert_true(outbox_turn(o, 2));
	assert_int_equal(f.count, 3);
	assert_int_equal(f.got[0], 4);
	f.count = 0;
	f.acked = 0;
	f.rewind_to = 1;
	assert_true(outbox_turn(o, 2));
	assert_int_equal(f.count, 6);
	/* What the store has trimmed cannot be had: no endless search. */
	store_trim(s, 1);
	f.count = 0;
	f.acked = 0;
	f.rewind_to = 1;
	assert_true(outbox_turn(o, 2));
	assert_int_equal(f.count, 1);
	outbox_free(o);
	store_close(s);
}

static char dir[64], path[96];

static void
new_dir(void)
{
	strcpy(dir, "/tmp/farhand-lines-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/alerts.ndjson", dir);
}

static void
drop_dir(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

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
	new_dir();
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
	drop_dir();
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
	new_dir();
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
	drop_dir();
}

/* A pipe that nobody reads holds up neither the turn nor the other sink. */
static void
test_sleeping_reader(void **state)
{
	struct store *s = filled(20);
	static char big[300000];
	struct line line = { .seq = 21, .id = "big", .rule = "R", .case_id = "", .body = big };
	struct fake f = fake_of("f", 64);
	struct sink *sinks[2] = { NULL, &f.sink };
	const time_t began = time(NULL);
	struct outbox *o;
	size_t got = 0;
	int reader;

	(void)state;
	new_dir();
	f.sink.self = &f;
	assert_int_equal(mkfifo(path, 0600), 0);
	reader = open(path, O_RDONLY | O_NONBLOCK);
	sinks[0] = sink_lines_open(path);
	assert_non_null(sinks[0]);
	memset(big, 'x', sizeof(big) - 1);
	line.length = sizeof(big) - 1;
	assert_int_equal(store_put(s, &line), 0);
	o = outbox_new(s, sinks, 2);
	assert_false(outbox_turn(o, 50));
	assert_true(time(NULL) - began < 30);
	assert_int_equal(f.count, 21);
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
	drop_dir();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_at_its_pace),
		cmocka_unit_test(test_only_acknowledged_counts),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_rewind),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_disk_full),
		cmocka_unit_test(test_sleeping_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
