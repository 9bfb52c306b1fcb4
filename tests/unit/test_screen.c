/*
 * test_screen: the screen answers the keys, and what looks a little like it does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "classify/screen.h"

#define MS  1000LL
#define SEC 1000000LL

/* A flow under a clock, and what was found of it so far. */
struct talk {
	struct screens *pool;
	struct flow_row row;
	enum side host;
	int64_t known_us; /* since its begin */
};

#define BEGIN_US (1000 * SEC)

static void
begin(struct talk *t, struct screens *pool)
{
	memset(t, 0, sizeof(*t));
	t->pool = pool;
	t->row.seen_us = BEGIN_US;
	t->host = SIDE_NONE;
}

static void
sends(struct talk *t, enum side from, int64_t at_us, uint32_t bytes)
{
	enum side host;

	t->row.seen_us = BEGIN_US + at_us;
	t->row.side[from].data_packets++;
	host = screen_see(t->pool, &t->row, from, bytes);
	if (host == SIDE_NONE || t->host != SIDE_NONE)
		return;
	t->host = host;
	t->known_us = at_us;
}

/* What a second of a session is like; the keys come from `viewer`. */
struct second {
	uint32_t key_bytes, more_bytes; /* of the first key, and how each next differs */
	int64_t answer_us;              /* from the first key to the screen */
	uint32_t screen_bytes;          /* of each of its three packets */
	int keys;                       /* 50 ms apart */
};

static const struct second typing = {
	.key_bytes = 47, .answer_us = 40 * MS, .screen_bytes = 1400, .keys = 5
};

static void
one_second(struct talk *t, enum side viewer, int64_t at_us, const struct second *s)
{
	int shown = 0;

	for (int64_t ms = 0; ms < 1000; ms++) {
		if (ms % 50 == 0 && ms / 50 < s->keys)
			sends(t, viewer, at_us + ms * MS,
			    s->key_bytes + (uint32_t)(ms / 50) * s->more_bytes);
		if (ms * MS >= s->answer_us && shown++ < 3)
			sends(t, side_other(viewer), at_us + ms * MS, s->screen_bytes);
	}
}

static void
session(struct talk *t, enum side viewer, int64_t from_s, int64_t to_s, const struct second *s)
{
	for (int64_t at = from_s; at < to_s; at++)
		one_second(t, viewer, at * SEC, s);
}

static enum side
host_of(struct screens *pool, const struct second *s)
{
	struct talk t;

	begin(&t, pool);
	session(&t, SIDE_CLIENT, 0, 180, s);
	screen_drop(pool, &t.row);
	return t.host;
}

/* Three windows of 30 s, 10 s apart; whoever opened the flow, whoever sent first. */
static void
test_session(void **state)
{
	struct screens *pool = screens_new(4);
	struct talk t;

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		begin(&t, pool);
		t.row.first = i & 1;
		session(&t, i & 2 ? SIDE_SERVER : SIDE_CLIENT, 0, 49, &typing);
		assert_int_equal(t.host, SIDE_NONE);
		session(&t, i & 2 ? SIDE_SERVER : SIDE_CLIENT, 49, 60, &typing);
		assert_int_equal(t.host, i & 2 ? SIDE_CLIENT : SIDE_SERVER);
		assert_in_range(t.known_us, 50 * SEC, 51 * SEC);
		screen_drop(pool, &t.row);
	}
	screens_free(pool);
}

/* One change each to a session that would be known. */
static void
test_not_alike(void **state)
{
	static const struct second others[] = {
		{ 47, 0, 40 * MS, 1400, 1 },  /* 30 keys in a window */
		{ 47, 60, 40 * MS, 1400, 5 }, /* keys of any size */
		{ 201, 0, 40 * MS, 9000, 5 }, /* keys too large */
		{ 150, 0, 40 * MS, 1400, 5 }, /* a screen too small */
		{ 47, 0, 5 * MS, 1400, 5 },   /* it answers at once */
		{ 47, 0, 300 * MS, 1400, 5 }, /* or late */
		{ 47, 0, 40 * MS, 1400, 19 }, /* never a pause: nothing to answer */
		{ 10, 0, 40 * MS, 200, 5 },   /* by small packets */
	};
	struct screens *pool = screens_new(4);

	(void)state;
	assert_int_equal(host_of(pool, &typing), SIDE_SERVER);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(host_of(pool, &others[i]), SIDE_NONE);
	screens_free(pool);
}

/* Large and small packets at even times; then three kinds of flow made of them. */
static enum side
stream(struct screens *pool, int64_t down_us, uint32_t down, int64_t up_us, uint32_t up)
{
	struct talk t;

	begin(&t, pool);
	for (int64_t at = 0; at < 180 * SEC; at += MS) {
		if (at % down_us == 0)
			sends(&t, SIDE_SERVER, at, down);
		if (at % up_us == 0)
			sends(&t, SIDE_CLIENT, at, up);
	}
	screen_drop(pool, &t.row);
	return t.host;
}

static void
test_ordinary(void **state)
{
	struct screens *pool = screens_new(4);

	(void)state;
	assert_int_equal(stream(pool, 10 * MS, 1400, 100 * MS, 60), SIDE_NONE);  /* download */
	assert_int_equal(stream(pool, 20 * MS, 1100, 20 * MS, 1000), SIDE_NONE); /* call */
	assert_int_equal(stream(pool, 10 * MS, 1400, 2000 * MS, 60), SIDE_NONE); /* film */
	assert_int_equal(stream(pool, 15000 * MS, 49, 15000 * MS, 51), SIDE_NONE);
	screens_free(pool);
}

/* What it was before does not count, however long: an agent that waits, then its session. */
static void
test_after_idle(void **state)
{
	struct screens *pool = screens_new(4);
	struct talk t;

	(void)state;
	begin(&t, pool);
	for (int64_t at = 0; at < 3600; at += 15) {
		sends(&t, SIDE_CLIENT, at * SEC, 51);
		sends(&t, SIDE_SERVER, at * SEC + 100 * MS, 49);
	}
	assert_int_equal(t.host, SIDE_NONE);
	session(&t, SIDE_SERVER, 3600, 3670, &typing);
	assert_int_equal(t.host, SIDE_CLIENT);
	screen_drop(pool, &t.row);

	begin(&t, pool); /* a silence forgets all: three windows are wanted again */
	session(&t, SIDE_SERVER, 0, 49, &typing);
	session(&t, SIDE_SERVER, 400, 449, &typing);
	assert_int_equal(t.host, SIDE_NONE);
	session(&t, SIDE_SERVER, 449, 452, &typing);
	assert_int_equal(t.host, SIDE_CLIENT);
	screens_free(pool);
}

/* As long as one window of twelve says the contrary, nothing is known. */
static void
test_contrary(void **state)
{
	struct screens *pool = screens_new(4);
	struct talk t;

	(void)state;
	begin(&t, pool);
	session(&t, SIDE_CLIENT, 0, 31, &typing);
	assert_int_equal(t.host, SIDE_NONE);
	session(&t, SIDE_SERVER, 31, 300, &typing);
	assert_int_equal(t.host, SIDE_CLIENT);
	assert_true(t.known_us >= 140 * SEC);
	screens_free(pool);
}

/* Sides may be found to be the other way round while it listens. */
static void
test_swap(void **state)
{
	struct screens *pool = screens_new(4);
	struct talk t;

	(void)state;
	begin(&t, pool);
	session(&t, SIDE_CLIENT, 0, 25, &typing);
	flows_swap(&t.row, OPENED_BY_BYTES);
	session(&t, SIDE_SERVER, 25, 60, &typing);
	assert_int_equal(t.host, SIDE_CLIENT);
	assert_in_range(t.known_us, 50 * SEC, 51 * SEC);
	screens_free(pool);
}

/* A segment sent again tells nothing: the table did not count it. */
static void
test_again(void **state)
{
	struct screens *pool = screens_new(4);
	struct talk t;

	(void)state;
	begin(&t, pool);
	sends(&t, SIDE_CLIENT, 0, 47);
	for (int i = 1; i < 60 * 20; i++) {
		t.row.seen_us = BEGIN_US + i * 50 * MS;
		assert_int_equal(screen_see(pool, &t.row, SIDE_CLIENT, 47), SIDE_NONE);
		if (i % 20 == 1)
			sends(&t, SIDE_SERVER, i * 50 * MS, 1400);
	}
	assert_int_equal(t.host, SIDE_NONE);
	screens_free(pool);
}

static void
test_room(void **state)
{
	struct screens *pool = screens_new(2);
	struct talk t[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		begin(&t[i], pool);
		session(&t[i], SIDE_CLIENT, 0, 60, &typing);
	}
	assert_int_equal(t[1].host, SIDE_SERVER);
	assert_int_equal(t[2].host, SIDE_NONE);
	assert_int_equal(t[2].row.screen, 0);
	assert_int_equal(screens_refused(pool), 60 * 8);
	screen_drop(pool, &t[0].row);
	screen_drop(pool, &t[0].row); /* no-op */
	session(&t[2], SIDE_CLIENT, 60, 120, &typing);
	assert_int_equal(t[2].host, SIDE_SERVER);
	assert_int_equal(screens_refused(pool), 60 * 8);
	screens_free(pool);
	screens_free(NULL);
}

/* Clocks may jump anywhere ahead. */
static void
test_wild_times(void **state)
{
	static const int64_t times[] = { INT64_MIN, INT64_MIN + 1, -SEC, 0, 0, INT64_MAX / 2,
		INT64_MAX - 1, INT64_MAX };
	struct screens *pool = screens_new(1);
	struct talk t;

	(void)state;
	begin(&t, pool);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		for (int s = 0; s < 2; s++) {
			t.row.seen_us = times[i];
			t.row.side[s].data_packets++;
			assert_int_equal(
			    screen_see(pool, &t.row, (enum side)s, UINT32_MAX), SIDE_NONE);
		}
	}
	screens_free(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_not_alike),
		cmocka_unit_test(test_ordinary),
		cmocka_unit_test(test_after_idle),
		cmocka_unit_test(test_contrary),
		cmocka_unit_test(test_swap),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_wild_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
