/*
 * test_dissect_dns: questions, chains of names, and hostile compression.
 */
#include "probe.h"

extern const struct dissector dissect_dns;

#define ASKED    "12 34 01 00 00 01 00 00 00 00 00 00 "
#define QUESTION "03 'WWW' 07 'example' 03 'org' 00 00 01 00 01 "

static void
question(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dns, SIDE_CLIENT, ASKED QUESTION, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_DNS_NAME, 0, "www.example.org");
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_false(has(&g, OBS_DNS_ADDR));
	/* With EDNS. */
	ask(&dissect_dns, SIDE_CLIENT,
	    "12 34 01 00 00 01 00 00 00 00 00 01 " QUESTION "00 00 29 10 00 00 00 00 00 00 00", &g);
	assert_int_equal(g.said, PROBE_YES);
}

static void
addresses_of_both_families(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dns, SIDE_SERVER,
	    "12 34 81 80 00 01 00 02 00 00 00 00 " QUESTION
	    "c0 0c 00 01 00 01 00 00 01 2c 00 04 c0 00 02 07"
	    " c0 0c 00 1c 00 01 00 00 00 3c 00 10 20 01 0d b8 00*11 09",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_addr(&g, OBS_DNS_ADDR, 0, "192.0.2.7");
	assert_int_equal(num(&g, OBS_DNS_ADDR), 300);
	assert_addr(&g, OBS_DNS_ADDR, 1, "2001:db8::9");
}

/* www -> a.example.org -> b.example.org, in any order; a stranger's address does not count. */
static void
chain_of_names(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dns, SIDE_SERVER,
	    "12 34 81 80 00 01 00 04 00 00 00 00 " QUESTION
	    "01 'a' c0 10 00 05 00 01 00 00 00 3c 00 04 01 'b' c0 10"
	    " c0 0c 00 05 00 01 00 00 00 3c 00 02 c0 21"
	    " 01 'b' c0 10 00 01 00 01 00 00 00 3c 00 04 c0 00 02 08"
	    " 01 'x' c0 10 00 01 00 01 00 00 00 3c 00 04 c6 33 64 01",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_DNS_NAME, 0, "www.example.org");
	assert_int_equal(count(&g, OBS_DNS_ADDR), 1);
	assert_addr(&g, OBS_DNS_ADDR, 0, "192.0.2.8");
}

static void
name_that_leads_to_itself(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dns, SIDE_SERVER,
	    "12 34 81 80 00 01 00 02 00 00 00 00 " QUESTION
	    "c0 0c 00 05 00 01 00 00 00 3c 00 02 c0 0c"
	    " c0 0c 00 01 00 01 00 00 00 3c 00 04 c0 00 02 07",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_addr(&g, OBS_DNS_ADDR, 0, "192.0.2.7");
}

static void
failures_name_no_address(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dns, SIDE_SERVER, "12 34 81 83 00 01 00 00 00 00 00 00 " QUESTION, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_DNS_NAME, 0, "www.example.org");
	assert_false(has(&g, OBS_DNS_ADDR));
}

/* Cut off by the snapshot length: what is there still counts. */
static void
torn_answers(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dns, SIDE_SERVER,
	    "12 34 81 80 00 01 00 02 00 00 00 00 " QUESTION
	    "c0 0c 00 01 00 01 00 00 01 2c 00 04 c0 00 02 07 c0 0c 00 01 00",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(count(&g, OBS_DNS_ADDR), 1);
}

static void
hostile_names(void **state)
{
	static const char *const bad[] = {
		ASKED "c0 0c 00 01 00 01",        /* leads to itself */
		ASKED "01 'a' c0 0c 00 01 00 01", /* to its own start */
		ASKED "c0 0e c0 0c 00 01 00 01",  /* ahead, and back */
		ASKED "c0 00 00 01 00 01",        /* into the header */
		ASKED "ff ff 00 01 00 01",
		ASKED "40 'a' 00 00 01 00 01", /* a reserved label type */
		ASKED "3f 61*63 3f 61*63 3f 61*63 3f 61*63 00 00 01 00 01", /* 255 characters */
		ASKED "03 'ww'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_dns, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

/* Thousands of pointers, each one step further back, must end soon. */
static void
deep_compression(void **state)
{
	struct bytes b;
	struct got g;

	(void)state;
	bytes_write(&b, "12 34 81 80 00 01 00 ff 00 00 00 00 01 'a' 00 00 01 00 01");
	for (unsigned i = 0; i < 4000; i++) {
		const unsigned to = i == 0 ? 12 : 19 + 2 * (i - 1);

		bytes_add(&b, (uint8_t)(0xc0 | to >> 8), 1);
		bytes_add(&b, (uint8_t)to, 1);
	}
	ask_bytes(&dissect_dns, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(count(&g, OBS_DNS_ADDR), 0);
}

/* As many in one row, each name of the answer sent down all of them: refused at once. */
static void
long_way_down(void **state)
{
	static const struct {
		unsigned jumps;
		bool read;
	} cases[] = { { 1, true }, { 30, true }, { 40, false }, { 5000, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const unsigned n = cases[i].jumps, first = 19 + 11;
		const unsigned last = n == 1 ? 12 : first + 2 * (n - 2);
		struct bytes b;
		struct got g;

		bytes_write(&b,
		    "12 34 81 80 00 01 00 02 00 00 00 00 01 'a' 00 00 01 00 01"
		    " 00 00 10 00 01 00*4");
		bytes_add(&b, (uint8_t)(2 * (n - 1) >> 8), 1);
		bytes_add(&b, (uint8_t)(2 * (n - 1)), 1);
		for (unsigned k = 1; k < n; k++) {
			const unsigned to = k == 1 ? 12 : first + 2 * (k - 2);

			bytes_add(&b, (uint8_t)(0xc0 | to >> 8), 1);
			bytes_add(&b, (uint8_t)to, 1);
		}
		bytes_add(&b, (uint8_t)(0xc0 | last >> 8), 1);
		bytes_add(&b, (uint8_t)last, 1);
		bytes_append(&b, "00 01 00 01 00 00 00 3c 00 04 c0 00 02 07");
		ask_bytes(&dissect_dns, SIDE_SERVER, b.at, b.n, &g);
		assert_int_equal(g.said, PROBE_YES);
		assert_int_equal(count(&g, OBS_DNS_ADDR), cases[i].read);
	}
}

/* A chain is followed whole, in the order servers send it and against it. */
static void
long_chain_of_names(void **state)
{
	for (unsigned backward = 0; backward < 2; backward++) {
		const unsigned hops = backward ? 4 : 20;
		struct bytes b;
		struct got g;

		(void)state;
		bytes_write(&b, "12 34 81 80 00 01 00 00 00 00 00 00 01 'a' 00 00 01 00 01 ");
		b.at[7] = (uint8_t)(hops + 1);
		for (unsigned i = 0; i < hops; i++) {
			const uint8_t from = (uint8_t)('a' + (backward ? hops - 1 - i : i));

			bytes_add(&b, 1, 1);
			bytes_add(&b, from, 1);
			bytes_append(&b, "00 00 05 00 01 00 00 00 3c 00 03 01");
			bytes_add(&b, (uint8_t)(from + 1), 1);
			bytes_add(&b, 0, 1);
		}
		bytes_add(&b, 1, 1);
		bytes_add(&b, (uint8_t)('a' + hops), 1);
		bytes_append(&b, "00 00 01 00 01 00 00 00 3c 00 04 c0 00 02 07");
		ask_bytes(&dissect_dns, SIDE_SERVER, b.at, b.n, &g);
		assert_int_equal(g.said, PROBE_YES);
		assert_addr(&g, OBS_DNS_ADDR, 0, "192.0.2.7");
	}
}

static void
full_list_counts_what_it_loses(void **state)
{
	struct bytes b;
	struct got g;

	(void)state;
	bytes_write(&b, "12 34 81 80 00 01 00 50 00 00 00 00 " QUESTION);
	for (unsigned i = 0; i < 80; i++)
		bytes_append(&b, "c0 0c 00 01 00 01 00 00 01 2c 00 04 c0 00 02 07 ");
	ask_bytes(&dissect_dns, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(count(&g, OBS_DNS_ADDR) + g.list.lost, 80);
	assert_true(g.list.lost > 0);
}

static void
others_in_the_same_form(void **state)
{
	static const char *const bad[] = {
		"12 34 29 00 00 01 00 00 00 00 00 00 " QUESTION, /* an update */
		"12 34 01 00 00 02 00 00 00 00 00 00 " QUESTION QUESTION,
		"12 34 01 40 00 01 00 00 00 00 00 00 " QUESTION,              /* reserved bit */
		"12 34 01 00 00 01 00 01 00 00 00 00 " QUESTION,              /* an answer asked */
		ASKED QUESTION "00",                                          /* left over */
		ASKED "01 'a' 00 00 01 00 03",                                /* class */
		ASKED "20 'CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' 00 00 21 00 01", /* NetBIOS */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_dns, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
odd_bytes_in_names_are_shown_as_such(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dns, SIDE_CLIENT, ASKED "05 'a' 00 2e 20 ff 03 'org' 00 00 01 00 01", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_DNS_NAME, 0, "a????.org");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(question),
		cmocka_unit_test(addresses_of_both_families),
		cmocka_unit_test(chain_of_names),
		cmocka_unit_test(name_that_leads_to_itself),
		cmocka_unit_test(failures_name_no_address),
		cmocka_unit_test(torn_answers),
		cmocka_unit_test(hostile_names),
		cmocka_unit_test(deep_compression),
		cmocka_unit_test(long_way_down),
		cmocka_unit_test(long_chain_of_names),
		cmocka_unit_test(full_list_counts_what_it_loses),
		cmocka_unit_test(others_in_the_same_form),
		cmocka_unit_test(odd_bytes_in_names_are_shown_as_such),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
