/*
 * The bounded tables of people: who is used longest ago, which network is around an address.
 * Each against the plainest program that says the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "people/ages.h"
#include "people/nets.h"
#include "people/table.h"

#define ROWS 40

static uint32_t chance = 1;

static uint32_t
below(uint32_t n)
{
	chance = chance * 1664525u + 1013904223u;
	return (chance >> 8) % n;
}

/* The one used longest ago of a model; ROWS: none was used. */
static uint32_t
oldest_of(const uint32_t used[ROWS])
{
	uint32_t oldest = ROWS;

	for (uint32_t i = 0; i < ROWS; i++)
		if (used[i] != 0 && (oldest == ROWS || used[i] < used[oldest]))
			oldest = i;
	return oldest;
}

static void
assert_same_order(const struct ages *a, const uint32_t used[ROWS])
{
	uint32_t place = AGES_NONE, last = UINT32_MAX, rows = 0;

	for (;;) {
		const uint32_t row = ages_before(a, &place);

		if (row == AGES_NONE)
			break;
		assert_true(used[row] != 0 && used[row] < last);
		last = used[row];
		rows++;
	}
	for (uint32_t i = 0; i < ROWS; i++)
		rows -= used[i] != 0;
	assert_int_equal(rows, 0);
}

static void
the_oldest_is_taken(void **state)
{
	struct ages *a = ages_new(ROWS);
	uint32_t used[ROWS] = { 0 };

	(void)state;
	assert_int_equal(ages_take(a), AGES_NONE);
	for (uint32_t now = 1; now < 20000; now++) {
		const uint32_t row = below(ROWS);

		if (below(8) != 0) {
			ages_use(a, row);
			used[row] = now;
		} else {
			const uint32_t oldest = oldest_of(used);

			assert_int_equal(ages_take(a), oldest == ROWS ? AGES_NONE : oldest);
			if (oldest != ROWS)
				used[oldest] = 0;
		}
		if (now % 100 == 0)
			assert_same_order(a, used);
	}
	ages_free(a);
	ages_free(NULL);
}

static void
the_next_in_turn_are_known(void **state)
{
	struct ages *a = ages_new(ROWS);

	(void)state;
	for (uint32_t row = 0; row < 10; row++) {
		ages_use(a, row);
		ages_use(a, 0); /* it is the last, and leaves stale uses between the others */
	}
	assert_int_equal(ages_next(a, 0), AGES_NONE); /* nothing was taken yet */
	assert_int_equal(ages_take(a), 1);
	for (uint32_t skip = 0; skip < 6; skip++)
		assert_int_equal(ages_next(a, skip), 2 + skip);
	ages_use(a, 2);
	assert_int_equal(ages_take(a), 3);
	for (uint32_t row = 4; row < 10; row++)
		assert_int_equal(ages_take(a), row);
	assert_int_equal(ages_take(a), 0);
	assert_int_equal(ages_take(a), 2);
	assert_int_equal(ages_take(a), AGES_NONE);
	assert_int_equal(ages_next(a, 0), AGES_NONE);
	ages_free(a);
}

static void
one_row_alone(void **state)
{
	struct ages *a = ages_new(1);

	(void)state;
	for (int i = 0; i < 20; i++) {
		ages_use(a, 0);
		ages_use(a, 0);
		assert_int_equal(ages_take(a), 0);
		assert_int_equal(ages_take(a), AGES_NONE);
	}
	ages_free(a);
}

static struct addr
key_of(uint32_t n)
{
	const uint8_t four[4] = { 10, 0, (uint8_t)(n >> 8), (uint8_t)n };

	return addr_v4(four);
}

static void
a_full_table_gives_up_its_oldest(void **state)
{
	struct table *t = table_new(ROWS);
	uint32_t used[ROWS] = { 0 }, key[ROWS];

	(void)state;
	for (uint32_t now = 1; now < 20000; now++) {
		const uint32_t n = below(2 * ROWS);
		const struct addr a = key_of(n);
		const uint32_t before = table_find(t, &a), oldest = oldest_of(used);
		bool fresh;
		const uint32_t slot = table_use(t, &a, &fresh);

		assert_in_range(slot, 0, ROWS - 1);
		assert_int_equal(fresh, before == TABLE_NONE);
		if (!fresh)
			assert_true(slot == before && key[slot] == n &&
			    table_machine(t, slot).id == n + 1);
		else
			assert_true(used[slot] == 0 || slot == oldest);
		if (fresh)
			assert_int_equal(table_machine(t, slot).id, 0);
		table_bind(t, slot, (struct machine_ref){ slot, n + 1 });
		used[slot] = now;
		key[slot] = n;
	}
	table_free(t);
	table_free(NULL);
}

/* A network near 10.0.0.0 or 2001:db8::, wide or narrow. */
static struct prefix
some_prefix(void)
{
	struct prefix p = { .net = key_of(below(1024)) };

	p.bits = (uint8_t)(96 + below(33));
	if (below(3) == 0) {
		assert_true(addr_parse("2001:db8::", &p.net));
		for (int i = 6; i < 16; i++)
			p.net.b[i] = (uint8_t)below(3);
		p.bits = (uint8_t)below(129);
	}
	p.net = addr_masked(&p.net, p.bits);
	return p;
}

/* The narrowest around an address, the earlier of equal ones; n: none. */
static uint32_t
narrowest(const struct net *list, uint32_t n, const struct addr *a)
{
	uint32_t best = n;

	for (uint32_t i = 0; i < n; i++)
		if (prefix_has(&list[i].net, a) &&
		    (best == n || list[i].net.bits > list[best].net.bits))
			best = i;
	return best;
}

static void
the_narrowest_network_is_found(void **state)
{
	struct net list[64];

	(void)state;
	for (uint32_t round = 0; round < 300; round++) {
		const uint32_t n = below(64);
		struct nets *nets;

		for (uint32_t i = 0; i < n; i++)
			list[i] = (struct net){ some_prefix(), i };
		nets = nets_new(list, n);
		for (int i = 0; i < 100; i++) {
			const struct addr a = some_prefix().net;
			const uint32_t best = narrowest(list, n, &a);
			uint32_t at = nets_find(nets, &a), around = 0;

			assert_true((at == NETS_NONE) == (best == n));
			if (at != NETS_NONE)
				assert_int_equal(nets_value(nets, at), best);
			for (; at != NETS_NONE; at = nets_around(nets, at))
				around++;
			for (uint32_t k = 0; k < n; k++)
				around -= prefix_has(&list[k].net, &a);
			assert_int_equal(around, 0);
		}
		nets_free(nets);
	}
	nets_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_is_taken),
		cmocka_unit_test(the_next_in_turn_are_known),
		cmocka_unit_test(one_row_alone),
		cmocka_unit_test(a_full_table_gives_up_its_oldest),
		cmocka_unit_test(the_narrowest_network_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
