/*
 * test_dissect_teamviewer: both forms over TCP, and UDP.
 */
#include "probe.h"

extern const struct dissector dissect_teamviewer, dissect_teamviewer_udp;

static void
streams(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_teamviewer, SIDE_CLIENT, "17 24 0a 20 00", &g);
	assert_product(&g, "teamviewer", SURE_CERTAIN);
	ask(&dissect_teamviewer, SIDE_CLIENT, "17 24 28 18 00 80", &g);
	assert_product(&g, "teamviewer", SURE_LIKELY);
	ask(&dissect_teamviewer, SIDE_SERVER,
	    "11 30 3c 00 7b 00 00 00 02 00*7 1b 00 00 00 18 00 00 00", &g);
	assert_product(&g, "teamviewer", SURE_CERTAIN);
	assert_false(has(&g, OBS_HOST));
}

/* 34 4e ed d5, shifted. */
static void
identify_names_the_machine(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_teamviewer, SIDE_CLIENT, "17 24 0a 20 00 6a f6 a7 1a 00*28", &g);
	assert_text(&g, OBS_PEER_ID, 0, "877587925");
	ask(&dissect_teamviewer, SIDE_CLIENT,
	    "11 30 0a 00 20 00 00 00 03 00*7 1b 00 00 00 18 00 00 00 6a f6 a7 1a 00*28", &g);
	assert_text(&g, OBS_PEER_ID, 0, "877587925");
	ask(&dissect_teamviewer, SIDE_CLIENT, "17 24 0a 20 00 00*32", &g);
	assert_false(has(&g, OBS_PEER_ID));
	ask(&dissect_teamviewer, SIDE_CLIENT, "17 24 3c 20 00 6a f6 a7 1a 00*28", &g);
	assert_false(has(&g, OBS_PEER_ID));
}

static void
chance_is_refused(void **state)
{
	static const char *const bad[] = { "17 25", "11 31", "17 24 0a 00 00", "17 24 ff 20 00",
		"17 24 0a ff ff", "11 30 36 01 18 00*19", "11 30 36 00 18 00*15 17 00 00 00",
		"17 03 03 00 20" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_teamviewer, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
datagrams_must_fit(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_teamviewer_udp, SIDE_CLIENT,
	    "01 00*3 01 00*3 44 26 0b 17 24 70 04 00 01 02 03 04", &g);
	assert_product(&g, "teamviewer", SURE_CERTAIN);
	assert_int_equal(says(&dissect_teamviewer_udp, SIDE_CLIENT,
			     "01 00*3 01 00*3 44 26 0b 17 24 70 05 00 01 02 03 04"),
	    PROBE_NO);
	assert_int_equal(
	    says(&dissect_teamviewer_udp, SIDE_CLIENT, "00*11 17 24 70 00 00"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams),
		cmocka_unit_test(identify_names_the_machine),
		cmocka_unit_test(chance_is_refused),
		cmocka_unit_test(datagrams_must_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
