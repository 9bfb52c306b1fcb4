/*
 * gate: a number that only grows, and threads that wait for it to.
 *
 * To raise it costs no system call unless someone waits for no more than that.
 */
#ifndef FARHAND_GATE_H
#define FARHAND_GATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

struct gate {
	_Atomic uint64_t at;
	_Atomic uint64_t wanted; /* the least that anyone waits for */
	pthread_mutex_t mutex;
	pthread_cond_t raised;
};

int gate_open(struct gate *g); /* 0, or -1: no memory */
void gate_close(struct gate *g);

/* What was written before is seen by who saw the gate so far. */
void gate_raise(struct gate *g, uint64_t to);
uint64_t gate_at(const struct gate *g);
/* Wait until it is at least `least`; returns where it is. */
uint64_t gate_wait(struct gate *g, uint64_t least);

#endif
