/*
 * What a row needs beside itself: facts that grow, blocks that are given back, counters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow/table.h"
#include "flow_packets.h"

enum { MANY = 10000 };

static int
setup(void **state)
{
	(void)state;
	return setup_table(MANY, 1 << 16, gone_quietly, NULL);
}

static void
test_facts(void **state)
{
	struct obs_list *facts;

	(void)state;
	see(packet_up(PROTO_UDP, 1));
	assert_null(row->facts);
	facts = flows_facts(table, row, OBS_HEAD);
	assert_non_null(facts);
	assert_ptr_equal(flows_facts(table, row, OBS_HEAD), facts);
	obs_num(facts, OBS_CLIENT, 1);
	close_all();
	see(packet_up(PROTO_UDP, 3));
	assert_null(row->facts);
	facts = flows_facts(table, row, OBS_HEAD); /* the same block, empty again */
	assert_int_equal(facts->used + facts->count + facts->lost, 0);
	assert_int_equal(stats().facts_refused, 0);
	close_all(); /* given back once */
}

/* A list moves as it grows, and is whole after; asked for too much it is as long as lists get. */
static void
test_facts_grow(void **state)
{
	uint8_t text[100];
	struct obs o;
	size_t at = 0;

	(void)state;
	see(packet_up(PROTO_UDP, 1));
	for (uint8_t i = 0; i < 12; i++) {
		memset(text, i, sizeof(text));
		obs_add(flows_facts(table, row, OBS_HEAD + sizeof(text)), OBS_SNI, i, text,
		    sizeof(text));
	}
	assert_int_equal(row->facts->count, 9); /* of 106 bytes each */
	assert_int_equal(row->facts->lost, 3);
	for (uint8_t i = 0; i < 9; i++) {
		assert_true(obs_next(row->facts, &at, &o));
		memset(text, i, sizeof(text));
		assert_int_equal(o.num, i);
		assert_memory_equal(o.text.p, text, sizeof(text));
	}
	assert_non_null(flows_facts(table, row, SIZE_MAX));
	assert_int_equal(row->facts->count, 9);
}

static unsigned
slabs_of(const struct pool *p)
{
	unsigned n = 0;

	for (void *slab = p->slabs; slab != NULL; n++)
		memcpy(&slab, slab, sizeof(slab));
	return n;
}

static unsigned
slabs(void)
{
	unsigned n = slabs_of(&table->young) + slabs_of(&table->wide);

	for (unsigned i = 0; i < FACTS_CLASSES; i++)
		n += slabs_of(&table->facts[i]);
	for (unsigned i = 0; i < HEAD_CLASSES; i++)
		n += slabs_of(&table->heads[i]);
	return n;
}

/* What flows needed is used again by those that come after. */
static void
test_memory_is_reused(void **state)
{
	struct packet p;
	unsigned most = 0;

	(void)state;
	assert_int_equal(slabs(), 2);
	for (uint32_t i = 0; i < 5 * MANY; i++) {
		p = with_payload(one_of_many(i), "hello", 5);
		see(p);
		if (p.proto == PROTO_TCP)
			flows_head_add(table, row, from, &p);
		assert_non_null(flows_facts(table, row, i % OBS_BYTES));
		if (i == MANY)
			most = slabs();
	}
	assert_true(table->head_bytes <= table->head_bytes_most);
	/* Rows' needs differ: a little more than at first may be had of a size. */
	assert_true(slabs() <= most + most / 10);
	close_all();
	assert_int_equal(table->head_bytes, 0);
}

/* Only what is decided and settled is small; nothing is left in a young block after. */
static void
test_settle(void **state)
{
	struct flow_young *young;

	(void)state;
	see(with_payload(packet_up(PROTO_UDP, 1), "x", 1));
	assert_non_null(row->young);
	young = row->young;
	young->datagrams[0] = 9;
	flows_settle(table, row);
	assert_null(row->young);
	see(with_payload(packet_up(PROTO_UDP, 2), "x", 1));
	assert_null(row->young);
	see(between(packet_up(PROTO_UDP, 3), 40001, SERVER_PORT));
	assert_ptr_equal(row->young, young);
	assert_int_equal(row->young->datagrams[0], 0);
	see(between(packet_up(PROTO_ICMP, 4), 0, 0));
	assert_null(row->young);
}

/* Counters of 48 bits go round without harm to their neighbours. */
static void
test_counters_wrap(void **state)
{
	struct packet p = with_payload(packet_up(PROTO_UDP, 1), "x", 1);

	(void)state;
	p.vlan = 4095;
	p.ip_bytes = p.payload_bytes = UINT32_MAX;
	see(p);
	row->side[SIDE_CLIENT].bytes = row->side[SIDE_CLIENT].payload_bytes = 0xffffffffffff;
	row->side[SIDE_CLIENT].mss = 1460;
	see(p);
	assert_int_equal(value()->bytes[SIDE_CLIENT], UINT32_MAX - 1);
	assert_int_equal(value()->payload_bytes[SIDE_CLIENT], UINT32_MAX - 1);
	assert_int_equal(value()->mss[SIDE_CLIENT], 1460);
	assert_int_equal(value()->vlan, 4095);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_facts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_facts_grow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_memory_is_reused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_settle, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counters_wrap, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
