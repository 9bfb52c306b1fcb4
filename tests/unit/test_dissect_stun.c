/*
 * test_dissect_stun: addresses in clear, masked, of both families; and broken ones.
 */
#include "probe.h"

extern const struct dissector dissect_stun;

#define ID "b7 e7 a7 01 bc 34 d6 86 fa 87 df ae "

/* RFC 5769, 2.2: 192.0.2.1, port 32853, from software "test vector". */
static void
answer_of_the_standard(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_stun, SIDE_SERVER,
	    "01 01 00 1c 21 12 a4 42 " ID "80 22 00 0b 'test vector' 20"
	    " 00 20 00 08 00 01 a1 47 e1 12 a6 43",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "stun");
	assert_text(&g, OBS_SOFTWARE, 0, "test vector");
	assert_addr(&g, OBS_STUN_MAPPED, 0, "192.0.2.1");
	assert_int_equal(num(&g, OBS_STUN_MAPPED), 32853);
	assert_false(has(&g, OBS_PRODUCT));
}

/* RFC 5769, 2.3: the same over IPv6. */
static void
longer_addresses_use_the_transaction(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_stun, SIDE_SERVER,
	    "01 01 00 18 21 12 a4 42 " ID
	    "00 20 00 14 00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9",
	    &g);
	assert_addr(&g, OBS_STUN_MAPPED, 0, "2001:db8:1234:5678:11:2233:4455:6677");
}

static void
relays_and_peers(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_stun, SIDE_SERVER,
	    "01 03 00 24 21 12 a4 42 " ID "00 16 00 08 00 01 a1 47 e1 12 a6 43"
	    " 00 12 00 08 00 01 a1 46 e1 12 a6 40 00 01 00 08 00 01 12 34 c6 33 64 07",
	    &g);
	assert_addr(&g, OBS_STUN_RELAYED, 0, "192.0.2.1");
	assert_addr(&g, OBS_STUN_PEER, 0, "192.0.2.2");
	assert_int_equal(num(&g, OBS_STUN_PEER), 32852);
	/* In clear it counts where the masked one is missing. */
	assert_addr(&g, OBS_STUN_MAPPED, 0, "198.51.100.7");
}

static void
several_in_a_stream(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_stun, SIDE_CLIENT, "00 03 00 00 21 12 a4 42 " ID "00 03 00 00 21 12", &g);
	assert_int_equal(g.said, PROBE_YES);
}

static void
what_does_not_fit_is_refused(void **state)
{
	static const char *const bad[] = {
		"40 01 00 00 21 12 a4 42 " ID,                           /* channel data */
		"00 01 00 00 21 12 a4 43 " ID,                           /* cookie */
		"00 00 00 00 21 12 a4 42 " ID,                           /* type */
		"00 01 00 03 21 12 a4 42 " ID "00*3",                    /* not in words */
		"01 01 00 08 21 12 a4 42 " ID "00 20 00 08 00 01 a1 47", /* longer than the rest */
		"01 01 00 04 21 12 a4 42 " ID "80 22 ff ff",
	};
	struct got g;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_stun, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
	/* A strange address is passed over, the message is not. */
	ask(&dissect_stun, SIDE_SERVER,
	    "01 01 00 0c 21 12 a4 42 " ID "00 20 00 08 00 03 a1 47 e1 12 a6 43", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_STUN_MAPPED));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answer_of_the_standard),
		cmocka_unit_test(longer_addresses_use_the_transaction),
		cmocka_unit_test(relays_and_peers),
		cmocka_unit_test(several_in_a_stream),
		cmocka_unit_test(what_does_not_fit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
