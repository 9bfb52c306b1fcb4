/*
 * test_dissect_screens: Xpra, Moonlight, Steam, Splashtop, Zoom, AnyDesk's LAN, rsh and rtty.
 */
#include "probe.h"

extern const struct dissector dissect_xpra, dissect_moonlight, dissect_moonlight_udp;
extern const struct dissector dissect_steam, dissect_splashtop, dissect_zoom;
extern const struct dissector dissect_anydesk_udp, dissect_rsh, dissect_rtty;

static void
xpra_by_its_first_word(void **state)
{
	struct got g;

	(void)state;
	/* rencode, bencode, LZ4. */
	ask(&dissect_xpra, SIDE_CLIENT, "'P' 10 00 00 00 00 01 00 c2 85 'hello' f7*249", &g);
	assert_product(&g, "xpra", SURE_CERTAIN);
	assert_false(has(&g, OBS_HOST));
	ask(&dissect_xpra, SIDE_CLIENT, "'P' 00 00 00 00 00 04 00 'l5:hellod'", &g);
	assert_product(&g, "xpra", SURE_CERTAIN);
	ask(&dissect_xpra, SIDE_CLIENT, "'P' 01 11 00 00 00 01 00 00 00 03 00 f1 c2 85 'hello'",
	    &g);
	assert_product(&g, "xpra", SURE_CERTAIN);
	ask(&dissect_xpra, SIDE_SERVER, "'P' 10 00 00 00 00 00 30 c5 89 'challenge'", &g);
	assert_product(&g, "xpra", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
}

/* Encrypted, or seen in mid-session: two headers, the second right behind the first packet. */
static void
xpra_by_two_headers(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_xpra, SIDE_SERVER, "'P' 12 00 00 00 00 00 10 99*16 'P' 12 01 00", &g);
	assert_int_equal(g.said, PROBE_MORE);
	ask(&dissect_xpra, SIDE_SERVER, "'P' 12 11 00 00 00 00 10 99*16 'P' 12 11 02 00 01 00 00",
	    &g);
	assert_product(&g, "xpra", SURE_LIKELY);
	assert_int_equal(
	    says(&dissect_xpra, SIDE_SERVER, "'P' 12 11 00 00 00 00 10 99*17 'P' 12"), PROBE_NO);
}

static void
xpra_refuses_what_cannot_be(void **state)
{
	static const char *const bad[] = { "'POST / HTTP'", "'PK' 03 04", "'P' 05", "'P' 20",
		"'P' 10 0b", "'P' 10 20", "'P' 10 51", "'P' 10 00 20", "'P' 10 00 00 00 00 00 00",
		"'P' 10 00 00 7f 00 00 00" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(says(&dissect_xpra, SIDE_CLIENT, bad[i]), PROBE_NO);
}

static void
moonlight_asks_in_rtsp(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_moonlight, SIDE_CLIENT,
	    "'SETUP streamid=video RTSP/1.0' 0d 0a 'CSeq: 4' 0d 0a 'X-GS-ClientVersion: 14' 0d 0a"
	    " 0d 0a",
	    &g);
	assert_product(&g, "sunshine", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_moonlight, SIDE_SERVER,
	    "'RTSP/1.0 200 OK' 0d 0a 'CSeq: 4' 0d 0a 'X-SS-Ping-Payload: 0123456789ABCDEF' 0d 0a"
	    " 0d 0a",
	    &g);
	assert_product(&g, "sunshine", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_int_equal(
	    says(&dissect_moonlight, SIDE_SERVER, "'RTSP/1.0 200 OK' 0d 0a 'CSeq: 1' 0d 0a 0d 0a"),
	    PROBE_NO);
	/* A word in the body is none in the header. */
	assert_int_equal(says(&dissect_moonlight, SIDE_CLIENT,
			     "'PLAY / RTSP/1.0' 0d 0a 0d 0a 'X-GS-ClientVersion: 14' 0d 0a 0d 0a"),
	    PROBE_NO);
	assert_int_equal(says(&dissect_moonlight, SIDE_CLIENT, "'OPTIONS ' 61*2050"), PROBE_NO);
	assert_int_equal(says(&dissect_moonlight, SIDE_CLIENT, "'OPTIMAL'"), PROBE_NO);
}

#define CHANNELS(n)                                                                                \
	"00 00 ff ff 00 00 05 78 00 01 00 00 00 00 00 " n " 00*8 00 00 13 88 00 00 00 02"          \
	" 00 00 00 02 "

static void
moonlight_controls_over_enet(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_moonlight_udp, SIDE_CLIENT,
	    "8f ff 12 34 82 ff 00 01 " CHANNELS("30") "55*4 66*4", &g);
	assert_product(&g, "sunshine", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	/* The host acknowledges and verifies at once. */
	ask(&dissect_moonlight_udp, SIDE_SERVER,
	    "80 00 12 34 01 ff 00 01 00 01 12 34 83 ff 00 01 " CHANNELS("30") "55*4", &g);
	assert_product(&g, "sunshine", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_moonlight_udp, SIDE_CLIENT,
	    "90 00 12 34 86 02 00 09 00 24 01 00 20 00 07 00 00 00 77*28", &g);
	assert_product(&g, "sunshine", SURE_LIKELY);
	assert_false(has(&g, OBS_HOST));
}

static void
enet_of_others_is_refused(void **state)
{
	static const char *const bad[] = {
		"8f ff 12 34 82 ff 00 01 " CHANNELS("04") "55*8", /* a game's channels */
		"8f ff 12 34 82 ff 00 01 " CHANNELS("30") "55*7", /* short */
		"80 00 12 34 82 ff 00 01 " CHANNELS("30") "55*8", /* connects, but has a peer */
		"8f ff 12 34 82 00 00 01 " CHANNELS("30") "55*8", /* on another channel */
		"0f ff 12 34 82 ff 00 01 " CHANNELS("30") "55*8", /* no time */
		"80 00 12 34 01 ff 00 01 00 01 12 34",
		"80 00 12 34",
		"80 00 12 34 01 ff 00",
		"80 00 12 34 86 02 00 09 00 24 01 00 21 00 07 00 00 00 77*28", /* lengths differ */
		"80 00 12 34 86 02 00 09 00 24 02 00 20 00 07 00 00 00 77*28", /* in clear */
		"80 00 12 34 86 02 00 09 00 04 01 00 00 00",
		"80 00 12 34 85 02 00 09 00 04",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(says(&dissect_moonlight_udp, SIDE_CLIENT, bad[i]), PROBE_NO);
}

static void
steam_looks_around_or_streams(void **state)
{
	struct got g;

	(void)state;
	/* "I am here" of whatever has Steam: a guess. */
	ask(&dissect_steam, SIDE_CLIENT,
	    "ff*4 21 4c 5f a0 08 00 00 00 08 91 c3 5e 10 01 18 05 02 00 00 00 08 01", &g);
	assert_product(&g, "steam-remote-play", SURE_GUESS);
	assert_true(has(&g, OBS_REGISTERS));
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	ask(&dissect_steam, SIDE_CLIENT,
	    "ff*4 21 4c 5f a0 06 00 00 00 08 91 c3 5e 10 05 02 00 00 00 08 01", &g);
	assert_product(&g, "steam-remote-play", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_steam, SIDE_SERVER,
	    "ff*4 21 4c 5f a0 06 00 00 00 08 91 c3 5e 10 06 02 00 00 00 08 01", &g);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	/* Lengths that do not fit, a kind unknown, another header. */
	assert_int_equal(says(&dissect_steam, SIDE_CLIENT,
			     "ff*4 21 4c 5f a0 06 00 00 00 08 91 c3 5e 10 05 03 00 00 00 08 01"),
	    PROBE_NO);
	assert_int_equal(says(&dissect_steam, SIDE_CLIENT,
			     "ff*4 21 4c 5f a0 06 00 00 00 08 91 c3 5e 10 7f 02 00 00 00 08 01"),
	    PROBE_NO);
	assert_int_equal(says(&dissect_steam, SIDE_CLIENT,
			     "ff*4 21 4c 5f a0 04 00 00 00 10 05 08 01 00 00 00 00"),
	    PROBE_NO);
}

static void
splashtop_greets_as_host(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_splashtop, SIDE_SERVER, "'SRS:Ready' 00", &g);
	assert_product(&g, "splashtop", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_int_equal(says(&dissect_splashtop, SIDE_SERVER, "'SRS:Ready' 0a"), PROBE_NO);
}

#define RTP      "90 71 07 19 07 00 11 d8 10 01 00 08 "
#define EXTENDED RTP "be de 00 01 50 e4 00 68 77*40"

static void
zoom_says_what_is_sent(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_zoom, SIDE_CLIENT, "05 12 34 00*4 00 0f 01 00 fb 90*15 " EXTENDED, &g);
	assert_product(&g, "zoom", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_AUDIO), SIDE_CLIENT);
	ask(&dissect_zoom, SIDE_SERVER, "05 12 34 00*4 04 10 01 00 fb 90*16 02 90*3 " EXTENDED, &g);
	assert_int_equal(num(&g, OBS_VIDEO), SIDE_SERVER);
	ask(&dissect_zoom, SIDE_CLIENT, "05 12 34 00*4 00 0d 01 00 fb 90*3 1e 90*19 " EXTENDED, &g);
	assert_product(&g, "zoom", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_SCREEN), SIDE_CLIENT);
	assert_false(has(&g, OBS_HOST));
	/* From peer to peer it is less sure, and needs the extension. */
	ask(&dissect_zoom, SIDE_CLIENT, "1e 01 00 fb 90*16 " EXTENDED, &g);
	assert_product(&g, "zoom", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_SCREEN), SIDE_CLIENT);
	assert_int_equal(
	    says(&dissect_zoom, SIDE_CLIENT, "1e 01 00 fb 90*16 80 71 07 19 77*40"), PROBE_NO);
}

static void
zoom_finds_its_peers(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_zoom, SIDE_CLIENT,
	    "1f 02 01 00 08 00 01 00 04 00 77*14 00 00 00 0b '192.0.2.226' 00 00 00 24"
	    " 'AF065D88-AA9B-4A81-804A-B1C2D3E4F506'",
	    &g);
	assert_product(&g, "zoom", SURE_CERTAIN);
	ask(&dissect_zoom, SIDE_CLIENT, "00 01 00 18 77*16 01 01 00 14 '1234567890123456789' 00",
	    &g);
	assert_product(&g, "zoom", SURE_CERTAIN);
	/* STUN of others. */
	assert_int_equal(
	    says(&dissect_zoom, SIDE_CLIENT, "00 01 00 18 21 12 a4 42 77*36"), PROBE_NO);
	assert_int_equal(says(&dissect_zoom, SIDE_CLIENT, "1f 02 01 00*20"), PROBE_NO);
	assert_int_equal(says(&dissect_zoom, SIDE_CLIENT, "05 01 00"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_zoom, SIDE_CLIENT, "05 12 34 00*4 02 0f 90*18 " EXTENDED), PROBE_NO);
	assert_int_equal(
	    says(&dissect_zoom, SIDE_CLIENT, "05 12 34 00*4 00 0f 90*18 77*40"), PROBE_NO);
}

static void
anydesk_tells_its_lan(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_anydesk_udp, SIDE_CLIENT,
	    "3e d1 01 13 5f 1a 22 00*4 02 04 00 00 00 06 'laptop' 00 00 00 05 'alice' 00*4", &g);
	assert_product(&g, "anydesk", SURE_LIKELY);
	assert_true(has(&g, OBS_REGISTERS));
	assert_text(&g, OBS_PEER_ID, 0, "324999714");
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	assert_int_equal(says(&dissect_anydesk_udp, SIDE_CLIENT,
			     "3e d1 01 13 5f 1a 22 00*4 02 04 00 00 00 ff 'laptop' 00 00 00 05"),
	    PROBE_NO);
	assert_int_equal(says(&dissect_anydesk_udp, SIDE_CLIENT, "3e d1 01"), PROBE_NO);
}

static void
rsh_is_told_by_its_texts(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_rsh, SIDE_CLIENT, "'1021' 00 'alice' 00 'root' 00 'make all' 00", &g);
	assert_product(&g, "rsh", SURE_CERTAIN);
	assert_text(&g, OBS_PROTOCOL, 0, "rsh");
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_rsh, SIDE_CLIENT, "'40213' 00 'alice' 00 'secret' 00 'id' 00", &g);
	assert_product(&g, "rsh", SURE_LIKELY);
	ask(&dissect_rsh, SIDE_CLIENT, "00 'alice' 00 'root' 00 'vt100/9600' 00", &g);
	assert_product(&g, "rsh", SURE_CERTAIN);
	assert_text(&g, OBS_PROTOCOL, 0, "rlogin");
}

static void
rsh_refuses_other_texts(void **state)
{
	static const char *const bad[] = { "'220 mail'", "'99999' 00 'a' 00 'b' 00 'c' 00",
		"'123456'", "'10a'", "'1021' 00 00", "'1021' 00 'a b' 00", "'1021' 00 61*33",
		"'1021' 00 07", "00 'alice' 00 'root' 00 'ls' 00", "00 'a' 00 'b' 00 '/1' 00",
		"00 'a' 00 'b' 00 'xterm/' 00", "00 'a' 00 'b' 00 'xterm/1x' 00",
		"'1021' 00 'a' 00 'b' 00 61*1025" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(says(&dissect_rsh, SIDE_CLIENT, bad[i]), PROBE_NO);
}

static void
rtty_offers_a_terminal(void **state)
{
	static const char *const good[] = { "00 00 11 'kvm-01' 00 'desk' 00 '0123' 00",
		"00 00 12 03 'kvm-01' 00 'desk' 00 '0123' 00", "00 00 09 'kvm-01' 00*3",
		"00 00 15 05 00 00 01 1e 01 00 06 'kvm-01' 02 00 04 'desk'" };
	static const char *const bad[] = { "00 00 03 'a' 00 00", "00 00 09 'kvm 01' 00*3",
		"00 00 08 'kvm-01' 00*2", "00 00 0c 05 00 00 01 1e 01 00 04 'kv' 07 07",
		"00 00 09 05 00 00 01 1e 04 00 01 61", "00 00 0d 05 01 00 03 'kvm' 01 00 03 'kvm'",
		"01 00 04", "00 ff ff" };
	struct got g;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ask(&dissect_rtty, SIDE_CLIENT, good[i], &g);
		assert_product(&g, "rtty", SURE_LIKELY);
		assert_text(&g, OBS_PEER_ID, 0, "kvm-01");
		assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(says(&dissect_rtty, SIDE_CLIENT, bad[i]), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xpra_by_its_first_word),
		cmocka_unit_test(xpra_by_two_headers),
		cmocka_unit_test(xpra_refuses_what_cannot_be),
		cmocka_unit_test(moonlight_asks_in_rtsp),
		cmocka_unit_test(moonlight_controls_over_enet),
		cmocka_unit_test(enet_of_others_is_refused),
		cmocka_unit_test(steam_looks_around_or_streams),
		cmocka_unit_test(splashtop_greets_as_host),
		cmocka_unit_test(zoom_says_what_is_sent),
		cmocka_unit_test(zoom_finds_its_peers),
		cmocka_unit_test(anydesk_tells_its_lan),
		cmocka_unit_test(rsh_is_told_by_its_texts),
		cmocka_unit_test(rsh_refuses_other_texts),
		cmocka_unit_test(rtty_offers_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
