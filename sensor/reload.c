/*
 * reload: see reload.h.  The signal is waited for, not handled: nobody's work is cut short.
 */
#include "reload.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ops/log.h"
#include "thread.h"

struct reload {
	struct editions *editions;
	const char *directory, *own;
	pthread_t thread;
	atomic_bool over;
};

static void
read_again(struct reload *r)
{
	struct catalogue *c = catalogue_follow(editions_newest(r->editions), r->directory, r->own);
	unsigned products, facts;

	if (c != NULL) {
		products = catalogue_count(c);
		facts = catalogue_facts(c);
		if (editions_put(r->editions, c) == 0) {
			log_info("catalogue read again: %u products, %u facts", products, facts);
			return;
		}
		log_error("out of memory for the catalogue");
	}
	log_error("the catalogue stays as it was");
}

static void *
run(void *arg)
{
	struct reload *r = arg;
	sigset_t hup;
	int sig;

	sigemptyset(&hup);
	sigaddset(&hup, SIGHUP);
	while (sigwait(&hup, &sig) == 0 && !atomic_load(&r->over))
		read_again(r);
	return NULL;
}

struct reload *
reload_start(struct editions *e, const char *directory, const char *own)
{
	struct reload *r = calloc(1, sizeof(*r));
	sigset_t hup;
	int rc;

	if (r == NULL) {
		log_error("no memory for the reader of the catalogue");
		return NULL;
	}
	r->editions = e;
	r->directory = directory;
	r->own = own;
	/* For the reader alone; all threads to come inherit that. */
	sigemptyset(&hup);
	sigaddset(&hup, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &hup, NULL);
	rc = thread_start(&r->thread, run, r);
	if (rc == 0)
		return r;
	log_error("no thread for the reader of the catalogue: %s", strerror(rc));
	free(r);
	return NULL;
}

void
reload_stop(struct reload *r)
{
	if (r == NULL)
		return;
	atomic_store(&r->over, true);
	pthread_kill(r->thread, SIGHUP);
	pthread_join(r->thread, NULL);
	free(r);
}
