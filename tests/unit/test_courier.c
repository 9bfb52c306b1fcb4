/*
 * test_courier: all that is committed before the end is delivered before it, and
 * what never can be is not waited for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "courier.h"

#define LONG_MS 120000

/* A sink of the test: takes all, its first poll takes its time. */
struct fake {
	struct sink sink;
	atomic_uint put, polled;
	int slow_ms;
	bool gone, hears_signals;
};

static void
sleep_ms(int ms)
{
	nanosleep(&(struct timespec){ ms / 1000, (long)(ms % 1000) * 1000000 }, NULL);
}

static enum put
fake_put(void *self, const struct line *line)
{
	struct fake *f = self;
	sigset_t blocked;

	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	f->hears_signals =
	    sigismember(&blocked, SIGINT) != 1 || sigismember(&blocked, SIGTERM) != 1;
	if (f->gone)
		return PUT_LATER;
	f->put = (unsigned)line->seq;
	return PUT_OK;
}

static void
fake_poll(void *self, int wait_ms, struct sink_state *out)
{
	struct fake *f = self;

	(void)wait_ms;
	*out = (struct sink_state){ .acked = f->put, .gone = f->gone };
	if (f->put > 0 && f->polled++ == 0)
		sleep_ms(f->slow_ms);
}

static void
fake_close(void *self)
{
	(void)self;
}

static void
commit(struct store *s, uint64_t seq)
{
	char id[16];
	struct line line = {
		.seq = seq, .id = id, .rule = "R", .case_id = "", .body = "{}", .length = 2
	};

	snprintf(id, sizeof(id), "id%u", (unsigned)seq);
	assert_int_equal(store_put(s, &line), 0);
}

struct scene {
	struct fake fake;
	struct store *store;
	struct outbox *outbox;
	struct courier *courier;
};

static void
begin(struct scene *c)
{
	struct sink *sinks[] = { &c->fake.sink };

	c->fake.sink = (struct sink){ "fake", fake_put, fake_poll, fake_close, &c->fake };
	c->store = store_open(NULL);
	assert_non_null(c->store);
	c->outbox = outbox_new(c->store, sinks, 1);
	assert_non_null(c->outbox);
	commit(c->store, 1);
	c->courier = courier_start(c->outbox);
	assert_non_null(c->courier);
}

/* The same, with a second line that comes during the first turn. */
static void
begin_late(struct scene *c)
{
	begin(c);
	while (c->fake.polled == 0)
		sleep_ms(1);
	commit(c->store, 2);
	courier_wake(c->courier);
}

static void
end(struct scene *c)
{
	outbox_free(c->outbox);
	store_close(c->store);
}

/* The turn under way when the last line comes has not seen it, and must not count. */
static void
test_committed_during_a_turn(void **state)
{
	struct scene c = { .fake.slow_ms = 150 };
	static const volatile int patient = 0;

	(void)state;
	begin_late(&c);
	assert_true(courier_stop(c.courier, LONG_MS, &patient));
	assert_int_equal(c.fake.put, 2);
	assert_int_equal(store_cursor(c.store, "fake"), 2);
	assert_false(c.fake.hears_signals);
	end(&c);
}

/* No patience is still one whole try. */
static void
test_no_patience(void **state)
{
	struct scene c = { .fake.slow_ms = 150 };
	static const volatile int at_once = 1;

	(void)state;
	begin_late(&c);
	assert_true(courier_stop(c.courier, 0, &at_once));
	assert_int_equal(c.fake.put, 2);
	end(&c);
}

static void
test_gone_is_not_waited_for(void **state)
{
	struct scene c = { .fake.gone = true };
	static const volatile int patient = 0;
	const time_t began = time(NULL);

	(void)state;
	begin(&c);
	assert_false(courier_stop(c.courier, LONG_MS, &patient));
	assert_true(time(NULL) - began < 30);
	end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_committed_during_a_turn),
		cmocka_unit_test(test_no_patience),
		cmocka_unit_test(test_gone_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
