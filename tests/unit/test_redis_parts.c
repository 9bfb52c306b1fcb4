/*
 * test_redis_parts: what of the Redis sink needs no server: addresses, the
 * meaning of error replies, the trail of stream ids, and bad options.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deliver/sink_redis_reply.h"
#include "deliver/sink_redis_trail.h"
#include "deliver/sink_redis_url.h"
#include "deliver/sinks.h"

static void
test_addresses(void **state)
{
	struct redis_address a;

	(void)state;
	assert_null(redis_address_parse("redis://10.0.0.5:6380/2", &a));
	assert_string_equal(a.host, "10.0.0.5");
	assert_int_equal(a.port, 6380);
	assert_int_equal(a.db, 2);
	assert_string_equal(a.path, "");
	assert_null(redis_address_parse("redis://redis.example", &a));
	assert_int_equal(a.port, 6379);
	assert_int_equal(a.db, 0);
	assert_null(redis_address_parse("redis://[2001:db8::5]:7000/", &a));
	assert_string_equal(a.host, "2001:db8::5");
	assert_int_equal(a.port, 7000);
	assert_null(redis_address_parse("unix:/run/redis.sock?db=3", &a));
	assert_string_equal(a.path, "/run/redis.sock");
	assert_int_equal(a.db, 3);
	assert_null(redis_address_parse("unix:///run/redis.sock", &a));
	assert_string_equal(a.path, "/run/redis.sock");
}

static void
test_bad_addresses(void **state)
{
	static const char *const bad[] = { "", "redis:", "redis://", "redis:///0", "redis://:6379",
		"redis://h:", "redis://h:0", "redis://h:65536", "redis://h:6379x", "redis://h:-1",
		"redis://h/x", "redis://h/-1", "redis://h/99999999999999999999", "redis://[::1",
		"redis://[::1]x", "redis://[]", "redis://user:secret@h", "rediss://h", "http://h",
		"unix:", "unix:relative", "unix:/a?x=1", "unix:/a?db=", "unix:/a?db=1x",
		"unix:?db=1" };
	char url[300] = "unix:/";
	struct redis_address a;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (redis_address_parse(bad[i], &a) == NULL)
			fail_msg("taken: %s", bad[i]);
	}
	memset(url + 6, 'x', 250);
	assert_non_null(redis_address_parse(url, &a));
	memcpy(url, "redis://", 8);
	assert_non_null(redis_address_parse(url, &a));
}

static void
test_replies(void **state)
{
	static const struct {
		const char *text;
		enum fault_class class;
		const char *trouble;
	} cases[] = {
		{ "LOADING Redis is loading the dataset in memory", FAULT_TRANSIENT, "loading" },
		{ "MASTERDOWN Link with MASTER is down", FAULT_TRANSIENT, "masterdown" },
		{ "CLUSTERDOWN Hash slot not served", FAULT_TRANSIENT, "clusterdown" },
		{ "ERR max number of clients reached", FAULT_TRANSIENT, "maxclients" },
		{ "OOM command not allowed when used memory > 'maxmemory'.", FAULT_FULL, "oom" },
		{ "MISCONF Redis is configured to save RDB snapshots", FAULT_FULL, "misconf" },
		{ "READONLY You can't write against a read only replica.", FAULT_NODE, "readonly" },
		{ "MOVED 3999 127.0.0.1:6381", FAULT_NODE, "moved" },
		{ "NOAUTH Authentication required.", FAULT_SETUP, "auth" },
		{ "WRONGPASS invalid username-password pair", FAULT_SETUP, "auth" },
		{ "NOPERM this user has no permissions", FAULT_SETUP, "noperm" },
		{ "WRONGTYPE Operation against a key", FAULT_SETUP, "wrongtype" },
		{ "ERR unknown command 'XADD'", FAULT_SETUP, "unsupported" },
		{ "BUSYGROUP Consumer Group name already exists", FAULT_SETUP, "error" },
		{ "OOM", FAULT_FULL, "oom" },
		{ "OOMPH", FAULT_SETUP, "error" },
		{ "", FAULT_SETUP, "error" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fault f = fault_of(cases[i].text);

		assert_int_equal(f.class, cases[i].class);
		assert_string_equal(f.trouble, cases[i].trouble);
	}
}

static void
test_stream_ids(void **state)
{
	struct stream_id a = { 7, 7 }, b;

	(void)state;
	assert_true(stream_id_parse("1526919030474-55", &a));
	assert_true(a.ms == 1526919030474 && a.n == 55);
	assert_true(stream_id_parse("18446744073709551615-0", &b));
	assert_true(stream_id_cmp(a, b) < 0 && stream_id_cmp(b, a) > 0 && stream_id_cmp(a, a) == 0);
	assert_false(stream_id_parse("", &a));
	assert_false(stream_id_parse("-1-2", &a));
	assert_false(stream_id_parse("12", &a));
	assert_false(stream_id_parse("12-3x", &a));
	assert_true(a.n == 55);
}

static void
test_trail(void **state)
{
	struct trail *t = calloc(1, sizeof(*t));

	(void)state;
	assert_null(trail_last(t));
	assert_int_equal(trail_cut(t, (struct stream_id){ 0, 0 }), 0);
	for (uint64_t i = 10; i < 20; i++)
		trail_add(t, i, (struct stream_id){ i * 100, 0 });
	assert_int_equal(trail_cut(t, (struct stream_id){ 1900, 0 }), 0);
	assert_int_equal(trail_cut(t, (struct stream_id){ 1750, 3 }), 18);
	assert_int_equal(trail_last(t)->seq, 17);
	assert_int_equal(trail_cut(t, (struct stream_id){ 0, 0 }), 10);
	assert_null(trail_last(t));
	/* Past its size it forgets the oldest; lost from there on means lost from the first. */
	for (uint64_t i = 10; i < 10 + TRAIL_STEPS + 5; i++)
		trail_add(t, i, (struct stream_id){ i, 0 });
	assert_int_equal(trail_cut(t, (struct stream_id){ TRAIL_STEPS, 0 }), TRAIL_STEPS + 1);
	assert_int_equal(trail_cut(t, (struct stream_id){ 12, 0 }), 10);
	free(t);
}

static void
test_bad_options(void **state)
{
	const struct config_redis good = {
		.on = true, .url = "unix:/nowhere", .mode = "stream", .key = "k"
	};
	struct config_redis c = good;
	struct sink *sink = sink_redis_open(&c);

	(void)state;
	assert_non_null(sink);
	sink->close(sink->self);
	strcpy(c.url, "tcp://h");
	assert_null(sink_redis_open(&c));
	c = good;
	strcpy(c.mode, "queue");
	assert_null(sink_redis_open(&c));
	c = good;
	c.key[0] = '\0';
	assert_null(sink_redis_open(&c));
	c = good;
	strcpy(c.user, "someone");
	assert_null(sink_redis_open(&c));
	strcpy(c.password_file, "/nowhere/at/all");
	assert_null(sink_redis_open(&c));
	strcpy(c.password_file, "/dev/null");
	assert_null(sink_redis_open(&c));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_bad_addresses),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_stream_ids),
		cmocka_unit_test(test_trail),
		cmocka_unit_test(test_bad_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
