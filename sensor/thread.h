/*
 * thread: one that takes no signals.  They are for the thread that captures: they end its
 * waiting for input.
 */
#ifndef FARHAND_THREAD_H
#define FARHAND_THREAD_H

#include <pthread.h>

/* 0, or what pthread_create says. */
int thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

#endif
