/*
 * test_redis: the Redis sink before a real redis-server: its three modes, who it
 * is, and every way in which a server can refuse.  In each case: order kept,
 * nothing lost, no id twice, one log line per change of state.
 */
#include "redis_lab.h"

static void
check_fields(const redisReply *fields)
{
	static const char *const names[] = { "body", "id", "severity", "rule", "case" };

	assert_int_equal(fields->elements, 10);
	for (int i = 0; i < 5; i++)
		assert_string_equal(fields->element[2 * i]->str, names[i]);
	assert_memory_equal(fields->element[1]->str, "{\"n\":1,", 7);
	assert_string_equal(fields->element[3]->str, "0000000000000001");
	assert_string_equal(fields->element[5]->str, "47");
	assert_string_equal(fields->element[7]->str, "RD-01");
	assert_string_equal(fields->element[9]->str, "C-0123456789ab");
}

static void
test_stream(void **state)
{
	struct lab l;
	redisReply *r;

	(void)state;
	lab_begin(&l, "");
	lab_put(&l, 1000);
	lab_arrive(&l, 1000);
	r = lab_ask(&l, "XRANGE %s - + COUNT 1", LAB_KEY);
	check_fields(r->element[0]->element[1]);
	freeReplyObject(r);
	/* All is there: a turn has nothing to wait for, and a fresh one nothing to send. */
	assert_true(outbox_turn(l.outbox, 60000));
	assert_int_equal(lab_log_count(&l, "level="), 0);
	lab_close(&l);
}

static void
test_list(void **state)
{
	struct lab l;
	struct config_redis c;
	redisReply *r;

	(void)state;
	lab_open(&l, "");
	c = lab_config(&l);
	strcpy(c.mode, "list");
	lab_deliver(&l, &c);
	lab_put(&l, 600);
	lab_run(&l, 0);
	r = lab_ask(&l, "LRANGE %s 0 -1", LAB_KEY);
	assert_int_equal(r->elements, 600);
	for (size_t i = 0; i < r->elements; i++)
		assert_int_equal(strtoul(r->element[i]->str + 5, NULL, 10), i + 1);
	freeReplyObject(r);
	lab_close(&l);
}

static void
test_channel(void **state)
{
	struct lab l;
	struct config_redis c;

	(void)state;
	lab_open(&l, "");
	c = lab_config(&l);
	strcpy(c.mode, "channel");
	lab_deliver(&l, &c);
	lab_do(&l, "SUBSCRIBE %s", LAB_KEY);
	lab_put(&l, 300);
	lab_run(&l, 0);
	for (unsigned i = 1; i <= 300; i++) {
		redisReply *r;

		assert_int_equal(redisGetReply(l.c, (void **)&r), REDIS_OK);
		assert_string_equal(r->element[0]->str, "message");
		assert_int_equal(strtoul(r->element[2]->str + 5, NULL, 10), i);
		freeReplyObject(r);
	}
	lab_close(&l);
}

static void
write_password(struct lab *l, struct config_redis *c, const char *password)
{
	FILE *f;

	snprintf(c->password_file, sizeof(c->password_file), "%s/password", l->dir);
	f = fopen(c->password_file, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", password);
	fclose(f);
}

/* Over TCP, in database 3, as the user that docs/redis.md recommends. */
static void
test_acl_user_over_tcp(void **state)
{
	struct lab l;
	struct config_redis c;

	(void)state;
	lab_open(&l, "");
	lab_do(&l,
	    "ACL SETUSER farhand on >wrong resetkeys ~farhand:* resetchannels &farhand:* -@all"
	    " +select +multi +exec +info +xadd +xinfo|stream +xrevrange +rpush +publish");
	c = lab_config(&l);
	snprintf(c.url, sizeof(c.url), "redis://127.0.0.1:%d/3", l.port);
	strcpy(c.user, "farhand");
	write_password(&l, &c, "secret");
	lab_deliver(&l, &c);
	lab_put(&l, 700);
	lab_run_into(&l, "auth");
	lab_do(&l, "ACL SETUSER farhand resetpass >secret");
	lab_run(&l, 0);
	lab_do(&l, "SELECT 3");
	lab_check_stream(&l, 700);
	assert_int_equal(lab_log_count(&l, "level=warn"), 1);
	assert_int_equal(lab_log_count(&l, "well again"), 1);
	assert_int_equal(lab_log_count(&l, "secret"), 0);
	lab_close(&l);
}

/* Who may not MULTI sends line by line; who may not look still delivers. */
static void
test_bare_rights(void **state)
{
	struct lab l;
	struct config_redis c;

	(void)state;
	lab_open(&l, "");
	lab_do(&l, "ACL SETUSER farhand on >secret ~* -@all +xadd");
	c = lab_config(&l);
	strcpy(c.user, "farhand");
	write_password(&l, &c, "secret");
	lab_deliver(&l, &c);
	lab_put(&l, 300);
	lab_arrive(&l, 300);
	lab_close(&l);
}

/* Deliver some, get refused, be let again. */
static void
refuse(const char *break_it, const char *mend_it, const char *trouble)
{
	struct lab l;

	lab_begin(&l, "");
	lab_put(&l, 300);
	lab_run(&l, 0);
	lab_do(&l, break_it);
	lab_put(&l, 600);
	lab_run_into(&l, trouble);
	for (int i = 0; i < 20; i++)
		outbox_turn(l.outbox, 20);
	assert_string_equal(lab_trouble(&l), trouble);
	lab_do(&l, mend_it);
	lab_arrive(&l, 900);
	assert_int_equal(lab_log_count(&l, "level=warn"), 1);
	assert_int_equal(lab_log_count(&l, "well again"), 1);
	assert_string_equal(lab_trouble(&l), "");
	lab_close(&l);
}

static void
test_oom(void **state)
{
	(void)state;
	refuse("CONFIG SET maxmemory 100kb", "CONFIG SET maxmemory 0", "oom");
}

static void
test_readonly(void **state)
{
	(void)state;
	refuse("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "readonly");
}

static void
test_noperm(void **state)
{
	(void)state;
	refuse("ACL SETUSER default -xadd", "ACL SETUSER default +@all", "noperm");
}

static void
test_noreplicas(void **state)
{
	(void)state;
	refuse("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0",
	    "noreplicas");
}

/* The key is something else when the sensor starts. */
static void
test_wrongtype_at_start(void **state)
{
	struct lab l;
	struct config_redis c;

	(void)state;
	lab_open(&l, "");
	lab_do(&l, "SET %s 1", LAB_KEY);
	c = lab_config(&l);
	lab_deliver(&l, &c);
	lab_put(&l, 10);
	lab_run_into(&l, "wrongtype");
	lab_do(&l, "DEL %s", LAB_KEY);
	lab_arrive(&l, 10);
	lab_close(&l);
}

/* A server that stops for a while keeps what it was sent: nothing may double. */
static void
test_stopped(void **state)
{
	struct lab l;

	(void)state;
	lab_begin(&l, "");
	lab_put(&l, 100);
	lab_run(&l, 0);
	kill(l.server, SIGSTOP);
	lab_put(&l, 900);
	lab_run_into(&l, "slow");
	kill(l.server, SIGCONT);
	lab_arrive(&l, 1000);
	assert_int_equal(lab_log_count(&l, "level=warn"), 1);
	assert_int_equal(lab_log_count(&l, "well again"), 1);
	lab_close(&l);
}

static void
test_paused(void **state)
{
	struct lab l;

	(void)state;
	lab_begin(&l, "");
	lab_put(&l, 500);
	lab_do(&l, "CLIENT PAUSE 700 WRITE");
	lab_arrive(&l, 500);
	lab_close(&l);
}

/* No server at all at first. */
static void
test_away_at_start(void **state)
{
	struct lab l;
	struct config_redis c;

	(void)state;
	lab_open(&l, "");
	c = lab_config(&l);
	lab_kill_server(&l);
	lab_deliver(&l, &c);
	lab_put(&l, 500);
	lab_run_into(&l, "away");
	assert_false(outbox_turn(l.outbox, 300));
	lab_start_server(&l, "");
	lab_arrive(&l, 500);
	assert_int_equal(lab_log_count(&l, "away"), 1);
	lab_close(&l);
}

static void
test_too_large_a_line(void **state)
{
	struct lab l;
	struct outbox_stats s;
	char *body = calloc(1, 2u << 20);
	struct line line = {
		.seq = 11, .id = "large", .rule = "RD-01", .case_id = "", .body = body
	};

	(void)state;
	lab_begin(&l, "");
	lab_put(&l, 10);
	memset(body, 'x', (2u << 20) - 1);
	line.length = strlen(body);
	assert_int_equal(store_put(l.store, &line), 0);
	lab_run(&l, 0);
	outbox_stats(l.outbox, &s);
	assert_int_equal(s.refused, 1);
	assert_int_equal(s.delivered, 10);
	assert_int_equal(s.behind, 0);
	assert_int_equal(lab_log_count(&l, "refuses alert large"), 1);
	lab_check_stream(&l, 10);
	free(body);
	lab_close(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_channel),
		cmocka_unit_test(test_acl_user_over_tcp),
		cmocka_unit_test(test_bare_rights),
		cmocka_unit_test(test_oom),
		cmocka_unit_test(test_readonly),
		cmocka_unit_test(test_noperm),
		cmocka_unit_test(test_noreplicas),
		cmocka_unit_test(test_wrongtype_at_start),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_paused),
		cmocka_unit_test(test_away_at_start),
		cmocka_unit_test(test_too_large_a_line),
	};

	cmocka_set_test_filter(getenv("CMOCKA_TEST_FILTER"));
	if (!lab_has_server()) {
		puts("skipped: redis-server is not installed");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
