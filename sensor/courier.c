/*
 * courier: the thread that delivers.
 *
 * While something is undelivered it turns the outbox, which waits on the sinks;
 * when all is delivered it sleeps until woken, looking up now and then so that a
 * sink notices a closed connection.  Where alerts come by the thousand it lets some
 * gather: waking and writing for each would cost more than the alert.
 */
#include "courier.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "ops/log.h"
#include "thread.h"

#define GATHER_US  2000
#define TURN_MS    50
#define SLEEP_MS   1000
#define TELL_WAITS 60 /* turns: some three seconds of waiting at the end */

struct courier {
	struct outbox *outbox;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t woken, settled; /* settled: a turn ended */
	bool work, end;                /* something was committed; told to end */
	bool hurry;                    /* no more will come */
	bool done;                     /* at the last turn every sink had everything */
	bool hopeless;                 /* who lacks something will never take it */
	uint64_t turns, delivered;
};

static struct timespec
after_ms(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

/* Everything was delivered: wait for more, and a moment for what comes with it. */
static void
idle(struct courier *c)
{
	const struct timespec until = after_ms(SLEEP_MS);

	if (!c->work)
		pthread_cond_timedwait(&c->woken, &c->lock, &until);
	if (!c->work || c->hurry)
		return;
	pthread_mutex_unlock(&c->lock);
	nanosleep(&(struct timespec){ .tv_nsec = GATHER_US * 1000 }, NULL);
	pthread_mutex_lock(&c->lock);
}

static void *
run(void *arg)
{
	struct courier *c = arg;
	struct outbox_stats stats;
	bool done = false;

	pthread_mutex_lock(&c->lock);
	while (!c->end) {
		if (done)
			idle(c);
		if (c->end)
			break;
		c->work = false;
		pthread_mutex_unlock(&c->lock);
		done = outbox_turn(c->outbox, TURN_MS);
		outbox_stats(c->outbox, &stats);
		pthread_mutex_lock(&c->lock);
		/* What was committed during the turn it may not have seen. */
		c->done = done && !c->work;
		c->hopeless = stats.hopeless;
		c->delivered = stats.delivered;
		c->turns++;
		pthread_cond_broadcast(&c->settled);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

struct courier *
courier_start(struct outbox *outbox)
{
	struct courier *c = calloc(1, sizeof(*c));
	pthread_condattr_t monotonic;
	int error;

	if (c == NULL) {
		log_error("no memory for the courier");
		return NULL;
	}
	c->outbox = outbox;
	c->work = true;
	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&c->woken, &monotonic);
	pthread_cond_init(&c->settled, &monotonic);
	pthread_condattr_destroy(&monotonic);
	error = thread_start(&c->thread, run, c);
	if (error != 0) {
		log_error("cannot start the courier thread: error %d", error);
		free(c);
		return NULL;
	}
	return c;
}

void
courier_wake(struct courier *c)
{
	pthread_mutex_lock(&c->lock);
	if (!c->work)
		pthread_cond_signal(&c->woken);
	c->work = true;
	pthread_mutex_unlock(&c->lock);
}

/* An operator whose prompt does not come back must know why. */
static void
tell_waiting(int64_t patience_ms)
{
	log_info("delivering what is left; ends when interrupted, or after %lld s without progress",
	    (long long)(patience_ms / 1000));
}

/* Wait for a whole turn that leaves nothing to do, or for patience to end. */
static void
settle(struct courier *c, int64_t patience_ms, const volatile int *stop)
{
	const uint64_t enough = c->turns + 2; /* the turn under way, and one that sees all */
	uint64_t before = c->delivered;
	int64_t left_ms = patience_ms;
	unsigned waits = 0;
	bool moved;

	c->work = true;
	c->hurry = true;
	c->done = false;
	pthread_cond_signal(&c->woken);
	do {
		struct timespec until = after_ms(TURN_MS * 2);
		int error = pthread_cond_timedwait(&c->settled, &c->lock, &until);

		moved = c->delivered != before;
		if (moved) {
			before = c->delivered;
			left_ms = patience_ms;
		} else {
			left_ms -= error == ETIMEDOUT ? TURN_MS * 2 : TURN_MS;
		}
		if (++waits == TELL_WAITS && patience_ms > TELL_WAITS * TURN_MS && !c->done)
			tell_waiting(patience_ms);
	} while (
	    !c->done && (c->turns < enough || ((moved || left_ms > 0) && !*stop && !c->hopeless)));
}

bool
courier_stop(struct courier *c, int64_t patience_ms, const volatile int *stop)
{
	bool done;

	if (c == NULL)
		return true;
	pthread_mutex_lock(&c->lock);
	settle(c, patience_ms, stop);
	done = c->done;
	c->end = true;
	pthread_cond_signal(&c->woken);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->settled);
	pthread_cond_destroy(&c->woken);
	pthread_mutex_destroy(&c->lock);
	free(c);
	return done;
}
