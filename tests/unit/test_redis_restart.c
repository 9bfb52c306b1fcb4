/*
 * test_redis_restart: Redis dies and comes back, as it was, older, or empty; or
 * the connection breaks between a batch and its answer; or the sensor itself
 * stops short.  In each case every line is in the stream once, in order.
 */
#include "redis_lab.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/un.h>

/* The stream holds `n` entries, whosever they are. */
static void
check_length(struct lab *l, long long n)
{
	redisReply *r = lab_ask(l, "XLEN %s", LAB_KEY);

	assert_int_equal(r->integer, n);
	freeReplyObject(r);
}

/* Deliver `lines`, killing the server each time another `every` have arrived. */
static void
kill_and_restart(const char *options, unsigned lines, unsigned every)
{
	unsigned kills = 0;
	struct lab l;

	lab_begin(&l, options);
	lab_put(&l, lines);
	for (unsigned at = every; at < lines; at += every) {
		lab_run(&l, lab_delivered(&l) + every);
		lab_kill_server(&l);
		lab_run_into(&l, "away");
		outbox_turn(l.outbox, 50);
		lab_start_server(&l, options);
		kills++;
	}
	lab_arrive(&l, lines);
	assert_int_equal(lab_log_count(&l, ": away"), kills);
	assert_int_equal(lab_log_count(&l, "well again"), kills);
	lab_close(&l);
}

static void
test_killed_with_appendonly(void **state)
{
	(void)state;
	kill_and_restart("--appendonly yes --appendfsync always", 10000, 2500);
}

/* It comes back empty: what it had taken is sent again. */
static void
test_killed_without_appendonly(void **state)
{
	(void)state;
	kill_and_restart("--appendonly no", 10000, 4000);
}

/* It comes back from a snapshot: the older lines are there, the newer are not. */
static void
test_back_from_a_snapshot(void **state)
{
	struct lab l;

	(void)state;
	lab_begin(&l, "");
	lab_put(&l, 3000);
	lab_run(&l, 1000);
	lab_do(&l, "SAVE");
	lab_run(&l, 2500);
	lab_kill_server(&l);
	lab_start_server(&l, "");
	lab_arrive(&l, 3000);
	assert_int_equal(lab_log_count(&l, "the server lost"), 1);
	lab_close(&l);
}

/* Lost while nothing is under way: noticed without anything to send. */
static void
test_lost_while_idle(void **state)
{
	struct lab l;

	(void)state;
	lab_begin(&l, "");
	lab_put(&l, 500);
	lab_run(&l, 0);
	lab_kill_server(&l);
	lab_start_server(&l, "");
	for (int i = 0; i < 500 && lab_log_count(&l, "the server lost") == 0; i++) {
		outbox_turn(l.outbox, 10);
		lab_sleep_ms(10);
	}
	lab_arrive(&l, 500);
	lab_close(&l);
}

/* Another sensor writes first after the loss, so that the stream's newest id is newer than ours. */
static void
test_lost_and_others_write(void **state)
{
	struct lab l;

	(void)state;
	lab_begin(&l, "");
	lab_put(&l, 500);
	lab_run(&l, 0);
	lab_kill_server(&l);
	lab_start_server(&l, "");
	lab_do(&l, "XADD %s * id other", LAB_KEY);
	lab_put(&l, 100);
	lab_run_into(&l, "away");
	lab_run(&l, 0);
	lab_do(&l, "XTRIM %s MAXLEN 600", LAB_KEY);
	lab_check_stream(&l, 600);
	lab_close(&l);
}

/* Another sensor writes first after a restart that lost nothing: nothing is sent twice. */
static void
test_kept_and_others_write(void **state)
{
	static const char options[] = "--appendonly yes --appendfsync always";
	struct lab l;

	(void)state;
	lab_begin(&l, options);
	lab_put(&l, 500);
	lab_run(&l, 0);
	lab_kill_server(&l);
	lab_start_server(&l, options);
	lab_do(&l, "XADD %s * id other", LAB_KEY);
	lab_put(&l, 100);
	lab_run_into(&l, "away");
	lab_run(&l, 0);
	check_length(&l, 601);
	lab_close(&l);
}

/* A consumer that deletes what it has read looks like no loss, even over a restart. */
static void
test_consumer_deletes(void **state)
{
	struct lab l;

	(void)state;
	lab_begin(&l, "--appendonly yes --appendfsync always");
	lab_put(&l, 200);
	lab_run(&l, 0);
	lab_do(&l, "XTRIM %s MAXLEN 0", LAB_KEY);
	lab_kill_server(&l);
	lab_start_server(&l, "--appendonly yes --appendfsync always");
	lab_put(&l, 1);
	lab_run_into(&l, "away");
	lab_run(&l, 0);
	check_length(&l, 1);
	lab_close(&l);
}

/* While a large data set is read, the server answers -LOADING. */
static void
test_loading(void **state)
{
	static const char slow[] =
	    "--key-load-delay 1000 --loading-process-events-interval-bytes 1024";
	struct config_redis c;
	struct lab l;

	(void)state;
	lab_open(&l, "");
	c = lab_config(&l);
	lab_do(&l, "EVAL %s 0", "for i = 1, 2000 do redis.call('SET', 'k' .. i, i) end");
	lab_deliver(&l, &c);
	lab_put(&l, 300);
	lab_run(&l, 0);
	lab_do(&l, "SAVE");
	lab_kill_server(&l);
	lab_start_server(&l, slow);
	lab_put(&l, 300);
	lab_run_into(&l, "loading");
	lab_arrive(&l, 600);
	assert_int_equal(lab_log_count(&l, "loading"), 1);
	lab_close(&l);
}

/*
 * A proxy that, when told so by *cut, takes a batch to the server but not the
 * answer back, and hangs up: was the batch carried out or not?
 */
static void
proxy_one(int client, const char *server, volatile int *cut)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	struct pollfd p[2] = { { client, POLLIN, 0 },
		{ socket(AF_UNIX, SOCK_STREAM, 0), POLLIN, 0 } };
	static char bytes[65536];

	strncpy(a.sun_path, server, sizeof(a.sun_path) - 1);
	if (connect(p[1].fd, (struct sockaddr *)&a, sizeof(a)) != 0)
		_exit(1);
	while (poll(p, 2, -1) > 0) {
		for (int i = 0; i < 2; i++) {
			const ssize_t n =
			    p[i].revents != 0 ? read(p[i].fd, bytes, sizeof(bytes)) : 0;

			if (p[i].revents == 0)
				continue;
			/* EXEC's answer begins with an array; the greeting's do too, but are not
			 * cut. */
			if (i == 1 && *cut && n > 0 &&
			    memmem(bytes, (size_t)n, "QUEUED", 6) != NULL) {
				lab_sleep_ms(100);
				*cut = 0;
				_exit(0);
			}
			if (n <= 0 || write(p[1 - i].fd, bytes, (size_t)n) != n)
				_exit(0);
		}
	}
	_exit(0);
}

static pid_t
proxy_start(const char *path, const char *server, volatile int *cut)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t pid;

	strncpy(a.sun_path, path, sizeof(a.sun_path) - 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 8), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGCHLD, SIG_IGN);
		for (;;) {
			const int client = accept(fd, NULL, NULL);

			if (fork() == 0)
				proxy_one(client, server, cut);
			close(client);
		}
	}
	close(fd);
	return pid;
}

static void
test_answer_lost(void **state)
{
	volatile int *cut =
	    mmap(NULL, sizeof(*cut), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct config_redis c;
	struct lab l;
	char path[100];
	pid_t proxy;

	(void)state;
	lab_open(&l, "");
	snprintf(path, sizeof(path), "%s/proxy.sock", l.dir);
	proxy = proxy_start(path, l.socket, cut);
	c = lab_config(&l);
	snprintf(c.url, sizeof(c.url), "unix:%s", path);
	lab_deliver(&l, &c);
	for (unsigned i = 1; i <= 3; i++) {
		*cut = 1;
		lab_put(&l, 200);
		lab_run(&l, 0);
		assert_int_equal(*cut, 0);
		lab_check_stream(&l, 200 * i);
	}
	kill(proxy, SIGKILL);
	waitpid(proxy, NULL, 0);
	munmap((void *)cut, sizeof(*cut));
	lab_close(&l);
}

/* The sensor dies after Redis took lines, before the store knew: the next run looks first. */
static void
test_sensor_restarts(void **state)
{
	struct config_redis c;
	struct lab l;
	char sink[512];

	(void)state;
	c = lab_begin(&l, "");
	lab_put(&l, 600);
	lab_run(&l, 0);
	outbox_free(l.outbox);
	snprintf(sink, sizeof(sink), "redis %s stream %s", c.url, c.key);
	assert_int_equal(store_cursor(l.store, sink), 600);
	store_set_cursor(l.store, sink, 450);
	lab_put(&l, 50);
	lab_deliver(&l, &c);
	lab_arrive(&l, 650);
	lab_close(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_with_appendonly),
		cmocka_unit_test(test_killed_without_appendonly),
		cmocka_unit_test(test_back_from_a_snapshot),
		cmocka_unit_test(test_lost_while_idle),
		cmocka_unit_test(test_lost_and_others_write),
		cmocka_unit_test(test_kept_and_others_write),
		cmocka_unit_test(test_consumer_deletes),
		cmocka_unit_test(test_loading),
		cmocka_unit_test(test_answer_lost),
		cmocka_unit_test(test_sensor_restarts),
	};

	cmocka_set_test_filter(getenv("CMOCKA_TEST_FILTER"));
	if (!lab_has_server()) {
		puts("skipped: redis-server is not installed");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
