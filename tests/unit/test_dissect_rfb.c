/*
 * test_dissect_rfb: VNC's banner in any version, bare and in a WebSocket.
 */
#include "probe.h"

extern const struct dissector dissect_rfb, dissect_rfb_security;

#define UPGRADED  "'HTTP/1.1 101 Switching Protocols' 0d 0a 'Upgrade: WebSocket' 0d 0a 0d 0a "
#define UPGRADING "'GET /websockify HTTP/1.1' 0d 0a 'Upgrade: websocket' 0d 0a 0d 0a "

static void
any_version_from_any_side(void **state)
{
	static const char *const versions[] = { "003.008", "003.889", "004.001", "005.000",
		"000.000", "009.123", "103.006" };

	(void)state;
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		char text[32];
		struct got g;

		snprintf(text, sizeof(text), "'RFB %s' 0a", versions[i]);
		ask(&dissect_rfb, SIDE_CLIENT, text, &g);
		assert_product(&g, "vnc", SURE_CERTAIN);
		assert_text(&g, OBS_RFB_VERSION, 0, versions[i]);
		/* Both sides write the same line: roles are for others to tell. */
		assert_false(has(&g, OBS_HOST) || has(&g, OBS_CLIENT));
	}
}

static void
inside_a_websocket(void **state)
{
	struct bytes b;
	struct got g;

	(void)state;
	bytes_write(&b, UPGRADED "82 0c 'RFB 003.008' 0a");
	for (size_t n = 0; n < b.n; n++) {
		ask_bytes(&dissect_rfb, SIDE_SERVER, b.at, n, &g);
		assert_int_equal(g.said, PROBE_MORE);
	}
	ask_bytes(&dissect_rfb, SIDE_SERVER, b.at, b.n, &g);
	assert_product(&g, "vnc", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	/* Where the capture began after it was agreed upon. */
	ask(&dissect_rfb, SIDE_CLIENT, "82 0c 'RFB 005.000' 0a", &g);
	assert_product(&g, "vnc", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	/* The browser's side is masked, here with 01 00 00 00. */
	ask(&dissect_rfb, SIDE_CLIENT, UPGRADING "82 8c 01 00 00 00 'SFB 103./08' 0a", &g);
	assert_int_equal(g.said, PROBE_NO);
	ask(&dissect_rfb, SIDE_CLIENT, UPGRADING "82 8c 01 00 00 00 'SFB 103.108' 0a", &g);
	assert_product(&g, "vnc", SURE_CERTAIN);
	assert_text(&g, OBS_RFB_VERSION, 0, "003.008");
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
}

static void
other_websockets_and_pages(void **state)
{
	(void)state;
	assert_int_equal(says(&dissect_rfb, SIDE_SERVER, UPGRADED "81 05 'hello'"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_rfb, SIDE_SERVER, UPGRADED "82 0c 'RFB 003-008' 0a"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_rfb, SIDE_CLIENT, "'GET / HTTP/1.1' 0d 0a 'Host: a.example' 0d 0a 0d 0a"),
	    PROBE_NO);
	assert_int_equal(says(&dissect_rfb, SIDE_CLIENT, "'GET /' 61*6200"), PROBE_NO);
	assert_int_equal(says(&dissect_rfb, SIDE_SERVER, "'RFB 003.008' 0d"), PROBE_NO);
	assert_int_equal(says(&dissect_rfb, SIDE_SERVER, "'RFB 3.8'"), PROBE_NO);
}

#define BANNER "'RFB 003.008' 0a "

static void
security_offered_and_chosen(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rfb_security, SIDE_SERVER, BANNER "03 02 13 10", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(count(&g, OBS_RFB_OFFERED), 3);
	assert_int_equal(num(&g, OBS_RFB_OFFERED), 2);
	assert_int_equal(says(&dissect_rfb_security, SIDE_SERVER, BANNER "03 02 13"), PROBE_MORE);
	ask(&dissect_rfb_security, SIDE_CLIENT, BANNER "02 77*16", &g);
	assert_int_equal(num(&g, OBS_RFB_SECURITY), 2);
	/* No password, and the screen shared. */
	ask(&dissect_rfb_security, SIDE_CLIENT, BANNER "01 01", &g);
	assert_int_equal(num(&g, OBS_RFB_SECURITY), 1);
	assert_false(has(&g, OBS_RFB_OFFERED));
	/* A host that dials its viewer. */
	ask(&dissect_rfb_security, SIDE_CLIENT, BANNER "01 02", &g);
	assert_int_equal(num(&g, OBS_RFB_OFFERED), 2);
	assert_false(has(&g, OBS_RFB_SECURITY));
	/* Before 3.7 the host decides. */
	ask(&dissect_rfb_security, SIDE_SERVER, "'RFB 003.003' 0a 00 00 00 02 77*16", &g);
	assert_int_equal(num(&g, OBS_RFB_SECURITY), 2);
	assert_false(has(&g, OBS_PRODUCT));
}

static void
vencrypt_says_what_is_inside(void **state)
{
	struct got g;

	(void)state;
	assert_int_equal(
	    says(&dissect_rfb_security, SIDE_CLIENT, BANNER "13 00 02 00 00"), PROBE_MORE);
	ask(&dissect_rfb_security, SIDE_CLIENT, BANNER "13 00 02 00 00 01 04", &g);
	assert_int_equal(num(&g, OBS_RFB_SECURITY), 260);
	ask(&dissect_rfb_security, SIDE_CLIENT, BANNER "13 00 01 77*16", &g);
	assert_int_equal(num(&g, OBS_RFB_SECURITY), 19);
}

static void
security_of_other_versions_is_their_own(void **state)
{
	(void)state;
	assert_int_equal(
	    says(&dissect_rfb_security, SIDE_SERVER, "'RFB 005.000' 0a 01 02"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_rfb_security, SIDE_SERVER, "'RFB 003.0x8' 0a 01 02"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_rfb_security, SIDE_SERVER, "'RFB 003.003' 0a 00*4"), PROBE_NO);
	assert_int_equal(says(&dissect_rfb_security, SIDE_CLIENT, BANNER "00"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_version_from_any_side),
		cmocka_unit_test(inside_a_websocket),
		cmocka_unit_test(other_websockets_and_pages),
		cmocka_unit_test(security_offered_and_chosen),
		cmocka_unit_test(vencrypt_says_what_is_inside),
		cmocka_unit_test(security_of_other_versions_is_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
