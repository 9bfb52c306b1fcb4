/*
 * test_publish: alerts into the store, in order, also when it fails for a while.
 */
#include "ecs_lab.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "publish.h"
#include "store_lab.h"

static void
tell(struct publish *p, struct lab *l, unsigned n)
{
	snprintf(l->alert.id, sizeof(l->alert.id), "%016x", n);
	publish_alert(p, &l->alert);
}

struct shown {
	struct lab *lab;
	unsigned count;
};

static bool
show(void *arg, const struct line *line)
{
	struct shown *shown = arg;
	char *want;

	snprintf(shown->lab->alert.id, sizeof(shown->lab->alert.id), "%016x", ++shown->count);
	want = lab_alert(&shown->lab->alert);
	assert_int_equal(line->seq, shown->count);
	assert_string_equal(line->id, shown->lab->alert.id);
	assert_string_equal(line->rule, "RD-01");
	assert_string_equal(line->case_id, "C-0123456789ab");
	assert_int_equal(line->severity, 73);
	assert_int_equal(line->length, strlen(want));
	assert_string_equal(line->body, want);
	free(want);
	return true;
}

/* More than the clerk lets wait, each twice; all arrive, in order. */
static void
publish_many(struct store *s)
{
	const struct publish_options o = {
		.run = &lab_run, .store = s, .waiting_most = 10000, .patient = true, .keep = 10000
	};
	struct publish *p = publish_new(&o);
	struct publish_stats stats;
	struct lab l;
	struct shown shown = { .lab = &l };

	lab_fill(&l);
	for (unsigned i = 1; i <= 1500; i++) {
		tell(p, &l, i);
		tell(p, &l, (i + 1) / 2);
	}
	publish_finish(p);
	publish_stats(p, &stats);
	assert_int_equal(stats.waiting, 0);
	assert_int_equal(stats.lost, 0);
	assert_int_equal(stats.alerts, 1500);
	assert_int_equal(stats.repeats, 1500);
	assert_int_equal(store_after(s, 0, 2000, show, &shown), 1500);
	publish_free(p);
	store_close(s);
}

static void
test_alerts(void **state)
{
	(void)state;
	publish_many(store_open(NULL));
}

static void
test_alerts_on_disk(void **state)
{
	(void)state;
	publish_many(store_open(path));
}

/* Nobody settles: an alert is committed soon all the same. */
static void
test_by_itself(void **state)
{
	struct store *s = store_open(path);
	const struct publish_options o = { .run = &lab_run, .store = s, .waiting_most = 3 };
	struct publish *p = publish_new(&o);
	struct lab l;

	(void)state;
	lab_fill(&l);
	tell(p, &l, 1);
	for (unsigned i = 0; store_last_seq(s) == 0 && i < 10000; i++)
		usleep(1000);
	assert_int_equal(store_last_seq(s), 1);
	publish_free(p);
	store_close(s);
}

/* Five alerts while the disk is full, of which three may wait: the newest arrive. */
static void
test_full_store(void **state)
{
	struct rlimit before, tight;
	struct store *s = store_open(path);
	const struct publish_options o = { .run = &lab_run, .store = s, .waiting_most = 3 };
	struct publish *p = publish_new(&o);
	struct publish_stats stats;
	struct lab l;
	struct shown shown = { .lab = &l };

	(void)state;
	lab_fill(&l);
	tell(p, &l, 1);
	publish_settle(p);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = before;
	tight.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	for (unsigned i = 8; i <= 9; i++)
		tell(p, &l, i);
	for (unsigned i = 2; i <= 4; i++)
		tell(p, &l, i);
	publish_settle(p);
	publish_stats(p, &stats);
	assert_int_equal(stats.alerts, 1);
	assert_int_equal(stats.waiting, 3);
	assert_int_equal(stats.lost, 2);
	tell(p, &l, 5); /* behind those that wait, the oldest of which gives way */
	publish_settle(p);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	publish_settle(p);
	publish_stats(p, &stats);
	assert_int_equal(stats.alerts, 4);
	assert_int_equal(stats.waiting, 0);
	assert_int_equal(stats.lost, 3);
	publish_free(p);
	store_close(s);
	s = store_open(path);
	assert_int_equal(store_after(s, 0, 1, show, &shown), 1);
	assert_int_equal(store_last_seq(s), 4);
	store_close(s);
}

/* Flow records that could not be written are told of at the end. */
static void
test_flows_fail(void **state)
{
	struct publish_options o = { .run = &lab_run, .flows = "/dev/full" };
	struct publish_stats s;
	struct lab l;

	(void)state;
	lab_fill(&l);
	for (int thread = 0; thread < 2; thread++) {
		struct publish *p;

		o.flows_thread = thread != 0;
		p = publish_new(&o);
		assert_non_null(p);
		publish_flow(p, &l.record);
		publish_stats(p, &s);
		assert_false(s.flows_failed);
		publish_finish(p);
		publish_stats(p, &s);
		assert_true(s.flows_failed);
		publish_free(p);
	}
	o.flows = "/nowhere/at/all";
	assert_null(publish_new(&o));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alerts),
		cmocka_unit_test_setup_teardown(test_alerts_on_disk, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_by_itself, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(test_full_store, make_dir, drop_dir),
		cmocka_unit_test(test_flows_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
