/*
 * What a row needs beside itself: facts that grow, blocks that are given back, counters.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

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
	assert_null(flows_told(table, row));
	facts = flows_facts(table, row, OBS_HEAD);
	assert_non_null(facts);
	assert_ptr_equal(flows_facts(table, row, OBS_HEAD), facts);
	obs_num(facts, OBS_CLIENT, 1);
	close_all();
	see(packet_up(PROTO_UDP, 3));
	assert_null(flows_told(table, row));
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
	assert_int_equal(flows_told(table, row)->count, 9); /* of 106 bytes each */
	assert_int_equal(flows_told(table, row)->lost, 3);
	for (uint8_t i = 0; i < 9; i++) {
		assert_true(obs_next(flows_told(table, row), &at, &o));
		memset(text, i, sizeof(text));
		assert_int_equal(o.num, i);
		assert_memory_equal(o.text.p, text, sizeof(text));
	}
	assert_non_null(flows_facts(table, row, SIZE_MAX));
	assert_int_equal(flows_told(table, row)->count, 9);
}

/* What the n-th flow tells: its own server's name, the rest as others. */
static void
write_facts(struct obs_list *out, unsigned n, uint32_t version)
{
	char name[32];

	out->used = out->count = out->lost = 0;
	snprintf(name, sizeof(name), "h%u.example.com", n);
	obs_add(out, OBS_PROTOCOL, 0, "tls", 3);
	obs_add(out, OBS_SNI, 0, name, strlen(name));
	obs_add(out, OBS_JA4, 0, "t13d1516h2_8daaf6152771_e5627efa2ab1", 36);
	obs_num(out, OBS_TLS_VERSION, version);
	out->lost = 2;
}

/* A new row that told so and is decided. */
static void
see_decided(unsigned n, uint32_t version)
{
	struct obs_list said;
	struct obs_list *facts;

	see(between(packet_up(PROTO_UDP, 1), (uint16_t)(1024 + n), SERVER_PORT));
	write_facts(&said, n, version);
	facts = flows_facts(table, row, said.used);
	obs_append(facts, &said);
	flows_settle(table, row);
}

static void
assert_told(struct flow_row *of, unsigned n, uint32_t version)
{
	const struct obs_list *got = flows_told(table, of);
	struct obs_list want;

	write_facts(&want, n, version);
	assert_memory_equal(got, &want, offsetof(struct obs_list, at) + want.used);
}

static unsigned
shapes(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i <= SHAPES; i++)
		n += table->shape[i] != NULL;
	return n;
}

/* Decided flows that tell alike but for a name share all else; each still tells its own. */
static void
test_facts_shared(void **state)
{
	struct flow_row *rows[4];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		see_decided(i, 0x0303 + i / 3);
		rows[i] = row;
	}
	assert_int_equal(shapes(), 2);
	for (unsigned i = 0; i < 4; i++)
		assert_told(rows[i], i, 0x0303 + i / 3);
	flows_close(table, rows[0]);
	assert_told(rows[1], 1, 0x0303);
	flows_close(table, rows[3]);
	assert_int_equal(shapes(), 1);
	flows_close(table, rows[1]);
	assert_told(rows[2], 2, 0x0303);
	close_all();
	assert_int_equal(shapes(), 0);
}

/* What is told after all is told of that flow only. */
static void
test_facts_go_on(void **state)
{
	struct flow_row *first;
	struct obs o;

	(void)state;
	see_decided(1, 0x0304);
	first = row;
	see_decided(2, 0x0304);
	obs_num(flows_facts(table, row, OBS_HEAD), OBS_CLIENT, SIDE_CLIENT);
	assert_int_equal(flows_told(table, row)->count, 5);
	assert_true(obs_find(flows_told(table, row), OBS_CLIENT, &o));
	assert_true(obs_find(flows_told(table, row), OBS_SNI, &o));
	assert_memory_equal(o.text.p, "h2.", 3);
	assert_told(first, 1, 0x0304);
	flows_settle(table, row);
	assert_int_equal(flows_told(table, row)->count, 5);
	close_all();
	assert_int_equal(shapes(), 0);
}

/* More shapes than there is room for: what finds none is kept as it came. */
static void
test_facts_unlike(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2 * SHAPES; i++) {
		see_decided(i, i);
		assert_told(row, i, i);
	}
	assert_true(shapes() > SHAPES / 2 && shapes() <= SHAPES);
	assert_told(row, 2 * SHAPES - 1, 2 * SHAPES - 1);
	close_all();
	assert_int_equal(shapes(), 0);
	assert_int_equal(stats().facts_refused, 0);
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
		cmocka_unit_test_setup_teardown(test_facts_shared, setup, teardown),
		cmocka_unit_test_setup_teardown(test_facts_go_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_facts_unlike, setup, teardown),
		cmocka_unit_test_setup_teardown(test_memory_is_reused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_settle, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counters_wrap, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
