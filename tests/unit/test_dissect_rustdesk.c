/*
 * test_dissect_rustdesk: a host's registration, and who is who on its TCP legs.
 */
#include "probe.h"

extern const struct dissector dissect_rustdesk, dissect_rustdesk_tcp, dissect_rustdesk_peer;

#define UUID "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'"

static void
host_registers(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rustdesk, SIDE_CLIENT, "32 0e 0a 0a '1234567890' 10 05", &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_text(&g, OBS_PEER_ID, 0, "1234567890");
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_true(has(&g, OBS_REGISTERS));
	/* An id its owner chose is not as telling as ten digits. */
	ask(&dissect_rustdesk, SIDE_CLIENT, "32 0b 0a 09 'My_laptop'", &g);
	assert_product(&g, "rustdesk", SURE_LIKELY);
	/* With its key: uuid and key of 32 bytes. */
	ask(&dissect_rustdesk, SIDE_CLIENT, "7a 3f 0a 09 '123456789' 12 10 77*16 1a 20 88*32", &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_true(has(&g, OBS_REGISTERS));
}

static void
server_answers_the_host(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rustdesk, SIDE_SERVER, "3a 02 08 01", &g);
	assert_product(&g, "rustdesk", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	ask(&dissect_rustdesk, SIDE_SERVER, "3a 00", &g);
	assert_product(&g, "rustdesk", SURE_GUESS);
}

static void
lan_discovery(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rustdesk, SIDE_CLIENT, "b2 01 06 0a 04 'ping'", &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_false(has(&g, OBS_HOST) || has(&g, OBS_REGISTERS));
	ask(&dissect_rustdesk, SIDE_SERVER, "b2 01 11 0a 04 'pong' 1a 09 '123456789'", &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_text(&g, OBS_PEER_ID, 0, "123456789");
	assert_int_equal(says(&dissect_rustdesk, SIDE_CLIENT, "b2 01 06 0a 04 'pang'"), PROBE_NO);
}

static void
other_datagrams_are_refused(void **state)
{
	static const char *const bad[] = {
		"32 0c 0a 09 '123456789'",          /* says more than there is */
		"32 0b 0a 09 '123456789' 00",       /* and less */
		"32 07 0a 05 '12345'",              /* an id of five */
		"32 0b 0a 09 '12345 789'",          /* a blank in it */
		"32 0b 12 09 '123456789'",          /* another field */
		"32 80 80 80 80 80 80 80 80 80 80", /* a length without end */
		"3a 01 08",
		"3a 02 08 02",
		"7a 0b 0a 09 '123456789'", /* no key */
		"00 00",
		"05 00",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_rustdesk, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
viewer_and_host_of_tcp_legs(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rustdesk_tcp, SIDE_CLIENT, "34 42 0b 0a 09 '123456789'", &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_text(&g, OBS_PEER_ID, 0, "123456789");
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_rustdesk_tcp, SIDE_CLIENT, "4c 52 11 0a 04 c0 00 02 07 12 09 '123456789'", &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	/* The viewer is told where the host waits: the screen comes from over there. */
	ask(&dissect_rustdesk_tcp, SIDE_SERVER, "a4 9a 01 26 12 24 " UUID, &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
}

static void
relay_legs_and_keys(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rustdesk_tcp, SIDE_CLIENT, "a4 92 01 26 12 24 " UUID, &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT); /* knows nobody's id */
	assert_false(has(&g, OBS_PEER_ID));
	ask(&dissect_rustdesk_tcp, SIDE_CLIENT, "d0 92 01 31 0a 09 '123456789' 12 24 " UUID, &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_text(&g, OBS_PEER_ID, 0, "123456789");
	ask(&dissect_rustdesk_tcp, SIDE_CLIENT, "64 ba 01 16 0a 09 '123456789' 12 09 '987654321'",
	    &g);
	assert_product(&g, "rustdesk", SURE_LIKELY);
	assert_false(has(&g, OBS_HOST));
	ask(&dissect_rustdesk_tcp, SIDE_SERVER, "95 01 ca 01 62 0a 60 55*96", &g);
	assert_product(&g, "rustdesk", SURE_LIKELY);
}

static void
peers_meet(void **state)
{
	struct got g;

	(void)state;
	/* The host signs its id and a key; the viewer answers with its own, sealed. */
	ask(&dissect_rustdesk_peer, SIDE_CLIENT,
	    "c5 01 1a 6f 0a 6d 99*64 0a 09 '123456789' 12 20 88*32", &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	assert_text(&g, OBS_PEER_ID, 0, "123456789");
	ask(&dissect_rustdesk_peer, SIDE_SERVER, "59 01 22 54 0a 20 55*32 12 30 66*48", &g);
	assert_product(&g, "rustdesk", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	/* Called by its address, in clear. */
	ask(&dissect_rustdesk_peer, SIDE_SERVER, "48 4a 10 0a 06 'a1b2c3' 12 06 '482913'", &g);
	assert_product(&g, "rustdesk", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
}

static void
other_peers_are_refused(void **state)
{
	static const char *const bad[] = {
		"c5 01 1a 6f 0a 6d 99*64 0a 09 '12345 789' 12 20 88*32", /* no id */
		"c1 01 1a 6e 0a 6c 99*64 0a 09 '123456789' 12 1f 88*31", /* a short key */
		"0d 01 1a 41 0a 3f 99*63",
		"59 01 22 54 0a 21 55*33 12 2f 66*47",
		"48 4a 10 0a 06 'a1 2c3' 12 06 '482913'",
		"48 4a 10 0a 0c 'a1b2c3a1b2c3' 12 00",
		"48 52 10 0a 06 'a1b2c3' 12 06 '482913'",
		"'GET / HTTP/1.1'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_rustdesk_peer, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
other_streams_are_refused(void **state)
{
	static const char *const bad[] = {
		"34 42 0b 0a 09 '12345 789'",
		"30 42 0b 0a 09 '123456789'", /* header does not fit */
		"a4 92 01 26 12 24 '6ba7b810x9dad-11d1-80b4-00c04fd430c8'",
		"a4 92 01 26 12 24 '6ba7b810-9dad-11d1-80b4-00c04fd430cg'",
		"98 ca 01 23 0a 21 55*33",
		"0c 42 01 00",
		"'GET / HTTP/1.1'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_rustdesk_tcp, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_registers),
		cmocka_unit_test(server_answers_the_host),
		cmocka_unit_test(lan_discovery),
		cmocka_unit_test(other_datagrams_are_refused),
		cmocka_unit_test(viewer_and_host_of_tcp_legs),
		cmocka_unit_test(relay_legs_and_keys),
		cmocka_unit_test(peers_meet),
		cmocka_unit_test(other_peers_are_refused),
		cmocka_unit_test(other_streams_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
