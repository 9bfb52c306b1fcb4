/*
 * test_ring: records arrive whole and in order, through a ring far smaller than all of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ring.h"

enum { SIZE = 4096, RECORDS = 200000 };

static struct ring ring;

static int
setup(void **state)
{
	(void)state;
	return ring_open(&ring, SIZE);
}

static int
teardown(void **state)
{
	(void)state;
	ring_close(&ring);
	ring_close(&ring); /* twice is as good as once */
	return 0;
}

/* Lengths that meet the ring's end in every way. */
static size_t
length_of(uint64_t i)
{
	return (size_t)(i * 2654435761u >> 7) % 1000;
}

static void
fill(struct ring_record *r, uint64_t i)
{
	memset(r->body, (int)(i & 0xff), length_of(i));
}

static void
check(const struct ring_record *r, uint64_t i)
{
	assert_int_equal(r->key.major, i);
	assert_int_equal(r->key.minor, ~i);
	assert_int_equal(r->kind, i % 7);
	for (size_t k = 0; k < length_of(i); k++)
		assert_int_equal(r->body[k], i & 0xff);
}

static struct ring_key
key_of(uint64_t i)
{
	return (struct ring_key){ i, ~i };
}

/* What was written is known once flushed; a full ring refuses, and takes again what was read. */
static void
test_full(void **state)
{
	uint64_t wrote = 0, read = 0, ahead = 0;
	struct ring_record *r;

	(void)state;
	assert_null(ring_look(&ring));
	for (int round = 0; round < 500; round++) {
		while ((r = ring_try(
			    &ring, (uint32_t)(wrote % 7), key_of(wrote), length_of(wrote))) != NULL)
			fill(r, wrote++);
		assert_true(wrote > read);
		ring_flush(&ring);
		for (; (r = ring_look(&ring)) != NULL; read++) {
			check(r, read);
			assert_ptr_equal(ring_peek(&ring), r);
			for (const struct ring_record *a;
			     ahead < read + 3 && (a = ring_ahead(&ring)) != NULL;)
				check(a, ahead++);
			ring_pop(&ring);
		}
		assert_null(ring_ahead(&ring));
		assert_int_equal(ahead, wrote);
		assert_int_equal(read, wrote);
	}
}

static void
test_unflushed(void **state)
{
	(void)state;
	(void)ring_try(&ring, 1, key_of(1), 8);
	assert_null(ring_look(&ring));
	ring_flush(&ring);
	ring_flush(&ring);
	assert_non_null(ring_look(&ring));
}

static void *
write_all(void *arg)
{
	(void)arg;
	for (uint64_t i = 0; i < RECORDS; i++) {
		fill(ring_write(&ring, (uint32_t)(i % 7), key_of(i), length_of(i)), i);
		if (i % 64 == 0)
			ring_flush(&ring);
	}
	ring_flush(&ring);
	return NULL;
}

static void
test_two_threads(void **state)
{
	pthread_t writer;

	(void)state;
	assert_int_equal(pthread_create(&writer, NULL, write_all, NULL), 0);
	for (uint64_t i = 0; i < RECORDS; i++) {
		check(ring_peek(&ring), i);
		ring_pop(&ring);
	}
	pthread_join(writer, NULL);
	assert_null(ring_look(&ring));
	assert_true(ring.waits > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unflushed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_threads, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
