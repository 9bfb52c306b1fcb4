/*
 * test_dissect_rdp: RDP's greetings over TCP and UDP, and what only looks like them.
 */
#include "probe.h"

extern const struct dissector dissect_rdp, dissect_rdp_udp, dissect_rdp_tls;

#define PLAIN_REQUEST "03 00 00 0b 06 e0 00 00 00 00 00 "
#define PLAIN_CONFIRM "03 00 00 0b 06 d0 00 00 12 34 00 "

static void
request_with_cookie_and_negotiation(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rdp, SIDE_CLIENT,
	    "03 00 00 2b 26 e0 00 00 00 00 00 'Cookie: mstshash=alice' 0d 0a 01 00 08 00 0b 00 00 "
	    "00",
	    &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_text(&g, OBS_RDP_USER, 0, "alice");
	assert_int_equal(num(&g, OBS_RDP_ASKED), 0x0b);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
}

/* The message says who is who, also where the first packet was missed. */
static void
sides_follow_the_message(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rdp, SIDE_SERVER, "03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 03 00 00 00",
	    &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	ask(&dissect_rdp, SIDE_CLIENT, "03 00 00 13 0e d0 00 00 12 34 00 02 1f 08 00 08 00 00 00",
	    &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	assert_int_equal(num(&g, OBS_RDP_GRANTED), 8);
}

static void
refusal_is_rdp_too(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rdp, SIDE_SERVER, "03 00 00 13 0e d0 00 00 12 34 00 03 00 08 00 05 00 00 00",
	    &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_false(has(&g, OBS_RDP_GRANTED));
}

static void
cookie_alone_or_routed(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rdp, SIDE_CLIENT,
	    "03 00 00 24 1f e0 00 00 00 00 00 'Cookie: mstshash=bobby' 0d 0a 00", &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_text(&g, OBS_RDP_USER, 0, "bobby");
	ask(&dissect_rdp, SIDE_CLIENT,
	    "03 00 00 31 2c e0 00 00 00 00 00 'Cookie: msts=3640205228.15629.00' 00*3 0d 0a 00",
	    &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_false(has(&g, OBS_RDP_USER));
	ask(&dissect_rdp, SIDE_CLIENT,
	    "03 00 00 3d 38 e0 00 00 00 00 00 'tsv://MS Terminal Services Plugin.1.Farm' 0d 0a"
	    " 01 00 08 00 03 00 00 00",
	    &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_RDP_ASKED), 3);
}

/* Without cookie or negotiation the next message has to prove it. */
static void
plain_greeting_needs_proof(void **state)
{
	static const char *const proof =
	    PLAIN_REQUEST "03 00 00 1c 02 f0 80 7f 65 82 01 90 00*8 'Duca' 00*4";
	struct bytes b;
	struct got g;

	(void)state;
	assert_int_equal(says(&dissect_rdp, SIDE_CLIENT, PLAIN_REQUEST), PROBE_MORE);
	assert_int_equal(says(&dissect_rdp, SIDE_SERVER, PLAIN_CONFIRM), PROBE_MORE);
	bytes_write(&b, proof);
	for (size_t n = 0; n < b.n; n++) {
		ask_bytes(&dissect_rdp, SIDE_CLIENT, b.at, n, &g);
		assert_int_equal(g.said, PROBE_MORE);
	}
	ask_bytes(&dissect_rdp, SIDE_CLIENT, b.at, b.n, &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_rdp, SIDE_SERVER,
	    PLAIN_CONFIRM "03 00 00 1c 02 f0 80 7f 66 82 01 45 00*8 'McDn' 00*4", &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	/* T.120 conferences have no such key; S7 goes on with its own 02 f0 80 32. */
	assert_int_equal(says(&dissect_rdp, SIDE_CLIENT,
			     PLAIN_REQUEST "03 00 00 10 02 f0 80 7f 65 82 01 90 00*4"),
	    PROBE_NO);
	assert_int_equal(
	    says(&dissect_rdp, SIDE_CLIENT, PLAIN_REQUEST "03 00 00 19 02 f0 80 32 01 00*16"),
	    PROBE_NO);
}

static void
what_does_not_fit_is_refused(void **state)
{
	static const char *const bad[] = {
		"02", "03 01", "03 00 00 06",                               /* too short */
		"03 00 00 13 0d e0 00 00 00 00 00 01 00 08 00 03 00 00 00", /* indicator */
		"03 00 00 13 0e e0 00 00 00 00 01 01 00 08 00 03 00 00 00", /* class */
		"03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 00 01 00 00", /* unknown protocol */
		"03 00 00 13 0e e0 00 00 00 00 00 01 00 09 00 03 00 00 00", /* length */
		"03 00 00 13 0e e0 00 00 00 00 00 02 00 08 00 03 00 00 00", /* answer in request */
		"03 00 00 13 0e d0 00 00 12 34 00 01 00 08 00 03 00 00 00", /* and the reverse */
		"03 00 00 13 0e d0 00 00 12 34 00 03 00 08 00 00 00 00 00", /* no reason */
		"03 00 00 11 0c e0 00 00 00 00 00 c1 02 01 00 c2 02",       /* S7 */
		"03 00 00 1b 16 e0 00 00 00 00 00 'Cookie: mstshash' 00",   /* no value */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_rdp, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
tls_behind_the_greeting(void **state)
{
	static const char *const hello =
	    "03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 03 00 00 00 16 03 01 00 44 01 00 00 40 03"
	    " 03 11*32 00 00 02 c0 2f 01 00 00 15 00 00 00 11 00 0f 00 00 0c 'pc7.example.'";
	struct got g;

	(void)state;
	ask(&dissect_rdp_tls, SIDE_CLIENT, hello, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_SNI, 0, "pc7.example");
	assert_true(has(&g, OBS_JA4));
	assert_false(has(&g, OBS_PRODUCT));
	assert_int_equal(says(&dissect_rdp_tls, SIDE_CLIENT, PLAIN_REQUEST), PROBE_MORE);
	assert_int_equal(
	    says(&dissect_rdp_tls, SIDE_CLIENT, PLAIN_REQUEST "03 00 00 1c 02 f0 80"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_rdp_tls, SIDE_CLIENT, "03 00 00 16 11 e1 00 00 00 01 00"), PROBE_NO);
}

static void
udp_greetings_of_both_sides(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rdp_udp, SIDE_CLIENT, "ff*4 00 40 18 01 bb ff 56 87 04 d0 04 d0 5a*16 00*1200",
	    &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_rdp_udp, SIDE_SERVER,
	    "bb ff 56 87 00 40 10 05 4d 67 79 66 04 d0 04 d0 00*1216", &g);
	assert_product(&g, "rdp", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	/* Versions 2 and 3, the latter behind a correlation id. */
	ask(&dissect_rdp_udp, SIDE_SERVER,
	    "bb ff 56 87 00 40 10 05 4d 67 79 66 04 d0 04 d0 00 01 00 02 00*1212", &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	ask(&dissect_rdp_udp, SIDE_SERVER,
	    "bb ff 56 87 00 40 18 05 4d 67 79 66 04 d0 04 d0 5a*16 00*16 00 01 01 01 00*1180", &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
}

static void
udp_neighbours_are_refused(void **state)
{
	static const char *const bad[] = {
		"ff*4 00 40 00 01 bb ff 56 87 04 d0 04 d0",         /* not padded */
		"ff*4 00 40 00 01 bb ff 56 87 00 10 04 d0 00*1216", /* MTU */
		"ff*4 00 40 00 09 bb ff 56 87 04 d0 04 d0 00*1216", /* data with it */
		"ff*4 00 40 00 05 bb ff 56 87 04 d0 04 d0 00*1216", /* acknowledges nothing */
		"11*4 00 40 00 01 bb ff 56 87 04 d0 04 d0 00*1216", /* asks, and acknowledges */
		"ff*1232",
		"00*1232",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_rdp_udp, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_with_cookie_and_negotiation),
		cmocka_unit_test(sides_follow_the_message),
		cmocka_unit_test(refusal_is_rdp_too),
		cmocka_unit_test(cookie_alone_or_routed),
		cmocka_unit_test(plain_greeting_needs_proof),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(tls_behind_the_greeting),
		cmocka_unit_test(udp_greetings_of_both_sides),
		cmocka_unit_test(udp_neighbours_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
