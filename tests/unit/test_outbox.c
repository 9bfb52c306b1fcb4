/*
 * test_outbox: every sink gets every line, at its own pace, from where it
 * stopped, and again from where its receiver lost them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver/outbox.h"
#include "store_lab.h"

/* A sink of the test: takes `room` lines between polls, acknowledges when told. */
struct fake {
	struct sink sink;
	uint64_t got[64], never, rewind_to, acked;
	unsigned count, room;
	bool mute, closed, gone;
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
	*out = (struct sink_state){ f->acked, f->rewind_to, f->trouble, f->gone };
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
	return (
	    struct fake){ .sink = { name, fake_put, fake_poll, fake_close, NULL }, .room = room };
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_at_its_pace),
		cmocka_unit_test(test_only_acknowledged_counts),
		cmocka_unit_test(test_never),
		cmocka_unit_test(test_rewind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
