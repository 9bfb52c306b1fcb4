/*
 * test_editions: catalogues that follow each other: numbers stay, products live on, nobody is
 * left with a catalogue that is gone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "catalogue_made.h"
#include "classify/editions.h"

static struct made made;

static int
set_up(void **state)
{
	(void)state;
	made_open(&made);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	made_close(&made);
	return 0;
}

static struct catalogue *
next(const struct catalogue *before, const char *products)
{
	struct catalogue *c;

	made_write(&made, "c/products.yaml", products);
	c = made_follow(&made, before);
	if (c == NULL)
		fail_msg("%s", made.caught.text);
	return c;
}

#define ONE   "- { id: one, name: One, kind: rmm, attack: T1219, controlled: client }\n"
#define TWO   "- { id: two, name: Two, kind: vpn }\n"
#define THREE "- { id: three, name: Three, kind: proxy }\n"

static void
test_numbers_stay(void **state)
{
	struct catalogue *a = next(NULL, "products:\n" ONE TWO), *b, *c;
	const struct product *one = catalogue_at(a, 1), *two = catalogue_at(a, 2);

	(void)state;
	b = next(a, "products:\n" THREE "- { id: two, name: Second, kind: overlay }\n");
	catalogue_free(a);
	/* What was pointed at before is as it was. */
	assert_string_equal(one->id, "one");
	assert_string_equal(two->name, "Two");
	assert_int_equal(catalogue_count(b), 2);
	assert_int_equal(catalogue_by_id(b, "one"), 0);
	assert_ptr_equal(catalogue_at(b, 1), one);
	assert_int_equal(catalogue_controlled(b, 1), SIDE_CLIENT);
	assert_int_equal(catalogue_by_id(b, "two"), 2);
	assert_string_equal(catalogue_at(b, 2)->name, "Second");
	assert_int_equal(catalogue_at(b, 2)->kind, PRODUCT_OVERLAY);
	assert_int_equal(catalogue_by_id(b, "three"), 3);
	assert_null(catalogue_at(b, 4));

	c = next(b, "products:\n" TWO ONE);
	catalogue_free(b);
	assert_int_equal(catalogue_by_id(c, "one"), 1);
	assert_ptr_equal(catalogue_at(c, 1), one);
	assert_ptr_equal(catalogue_at(c, 2), two);
	assert_int_equal(catalogue_by_id(c, "three"), 0);
	assert_string_equal(catalogue_at(c, 3)->id, "three");
	catalogue_free(c);
}

/* Facts are the new files' alone. */
static void
test_facts_go(void **state)
{
	struct catalogue *a, *b;

	(void)state;
	a = next(NULL,
	    "products:\n- id: one\n  name: One\n  kind: rmm\n"
	    "  domains: [{ name: old.example.com, use: agent, source: x }]\n"
	    "  macs: [{ block: '30:52:53', source: x }]\n");
	b = next(a,
	    "products:\n- id: one\n  name: One\n  kind: rmm\n"
	    "  domains: [{ name: new.example.com, use: viewer, source: x }]\n");
	assert_int_equal(catalogue_by_domain(a, "old.example.com", 15).product, 1);
	assert_int_equal(catalogue_by_domain(a, "new.example.com", 15).product, 0);
	assert_int_equal(catalogue_by_domain(b, "old.example.com", 15).product, 0);
	assert_int_equal(catalogue_by_domain(b, "new.example.com", 15).product, 1);
	assert_int_equal(catalogue_facts(a), 2);
	assert_int_equal(catalogue_facts(b), 1);
	catalogue_free(b); /* in any order */
	catalogue_free(a);
}

static void
test_a_broken_one(void **state)
{
	struct catalogue *a = next(NULL, "products:\n" ONE), *b;

	(void)state;
	made_write(&made, "c/products.yaml", "products:\n" ONE TWO "- { id: three, name: T }\n");
	for (int i = 0; i < 3; i++)
		assert_null(made_follow(&made, a));
	assert_non_null(strstr(made.caught.text, "F/c/products.yaml:4: no 'kind' here"));
	assert_int_equal(catalogue_by_id(a, "two"), 0);
	b = next(a, "products:\n" ONE THREE);
	assert_int_equal(catalogue_by_id(b, "three"), 2); /* nobody knew the broken one's */
	catalogue_free(a);
	catalogue_free(b);
}

static void
put(struct editions *e, const char *products)
{
	assert_int_equal(editions_put(e, next(editions_newest(e), products)), 0);
}

static void
test_who_has_which(void **state)
{
	struct editions *e = editions_new(next(NULL, "products:\n" ONE), 2);
	const struct catalogue *first, *second;

	(void)state;
	assert_non_null(e);
	first = editions_take(e, 0);
	assert_ptr_equal(editions_take(e, 1), first);
	put(e, "products:\n" TWO);
	assert_int_equal(editions_kept(e), 2);
	assert_int_equal(catalogue_by_id(first, "one"), 1);
	second = editions_take(e, 0);
	assert_ptr_not_equal(second, first);
	assert_int_equal(catalogue_by_id(second, "two"), 2);
	assert_ptr_equal(editions_take(e, 0), second);
	put(e, "products:\n" THREE);
	assert_int_equal(editions_kept(e), 3); /* reader 1 has the first yet */
	assert_int_equal(catalogue_by_id(first, "one"), 1);
	editions_take(e, 1);
	put(e, "products:\n" ONE);
	assert_int_equal(editions_kept(e), 3); /* reader 0 the second */
	assert_int_equal(catalogue_by_id(second, "two"), 2);
	editions_take(e, 0);
	editions_take(e, 1);
	put(e, "products:\n" ONE TWO);
	assert_int_equal(editions_kept(e), 2); /* the newest, which nobody has, and theirs */
	editions_free(e);
}

enum { READERS = 3, ROUNDS = 60 };

static struct editions *shared;
static atomic_bool over;
static atomic_uint wrong;

/* Of each edition one of two domains is known, and the number of its product is always 1. */
static void *
read_on(void *arg)
{
	const unsigned reader = *(const unsigned *)arg;
	const struct catalogue *c;
	unsigned even, odd;

	while (!atomic_load(&over)) {
		c = editions_take(shared, reader);
		even = catalogue_by_domain(c, "even.example.com", 16).product;
		odd = catalogue_by_domain(c, "odd.example.com", 15).product;
		if (even + odd != 1 || strcmp(catalogue_at(c, 1)->id, "one") != 0)
			atomic_fetch_add(&wrong, 1);
	}
	return NULL;
}

static void
test_while_others_read(void **state)
{
	static const unsigned reader[READERS] = { 0, 1, 2 };
	pthread_t thread[READERS];
	char text[256];

	(void)state;
	for (int i = 0; i <= ROUNDS; i++) {
		snprintf(text, sizeof(text),
		    "products:\n- id: one\n  name: One %d\n  kind: rmm\n"
		    "  domains: [{ name: %s.example.com, use: agent, source: x }]\n",
		    i % 7, i % 2 == 0 ? "even" : "odd");
		if (i > 0) {
			put(shared, text);
			continue;
		}
		shared = editions_new(next(NULL, text), READERS);
		assert_non_null(shared);
		for (int k = 0; k < READERS; k++)
			assert_int_equal(pthread_create(&thread[k], NULL, read_on,
					     (void *)(uintptr_t)&reader[k]),
			    0);
	}
	atomic_store(&over, true);
	for (int k = 0; k < READERS; k++)
		pthread_join(thread[k], NULL);
	assert_int_equal(atomic_load(&wrong), 0);
	editions_free(shared);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_numbers_stay, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_facts_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_broken_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_who_has_which, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_while_others_read, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
