/*
 * gate: raise, then look what is wanted; wait: say what is wanted, then look.
 *
 * Both pairs are in one total order, so one of the two sees the other.
 */
#include "gate.h"

int
gate_open(struct gate *g)
{
	atomic_init(&g->at, 0);
	atomic_init(&g->wanted, UINT64_MAX);
	if (pthread_mutex_init(&g->mutex, NULL) != 0)
		return -1;
	if (pthread_cond_init(&g->raised, NULL) != 0) {
		pthread_mutex_destroy(&g->mutex);
		return -1;
	}
	return 0;
}

void
gate_close(struct gate *g)
{
	pthread_cond_destroy(&g->raised);
	pthread_mutex_destroy(&g->mutex);
}

void
gate_raise(struct gate *g, uint64_t to)
{
	atomic_store(&g->at, to);
	if (to < atomic_load(&g->wanted))
		return;
	pthread_mutex_lock(&g->mutex);
	atomic_store(&g->wanted, UINT64_MAX); /* who is not served yet says so again */
	pthread_mutex_unlock(&g->mutex);
	pthread_cond_broadcast(&g->raised); /* who wakes finds the mutex free */
}

uint64_t
gate_at(const struct gate *g)
{
	return atomic_load_explicit(&g->at, memory_order_acquire);
}

uint64_t
gate_wait(struct gate *g, uint64_t least)
{
	uint64_t at = gate_at(g);

	if (at >= least)
		return at;
	pthread_mutex_lock(&g->mutex);
	for (;;) {
		if (least < atomic_load(&g->wanted))
			atomic_store(&g->wanted, least);
		at = atomic_load(&g->at);
		if (at >= least)
			break;
		pthread_cond_wait(&g->raised, &g->mutex);
	}
	pthread_mutex_unlock(&g->mutex);
	return at;
}
