/*
 * test_dissect_vpn_data: what VPNs send once they stand, seen without its handshake; Nebula.
 */
#include "probe.h"

extern const struct dissector dissect_wireguard, dissect_wireguard_tcp;
extern const struct dissector dissect_openvpn, dissect_openvpn_tcp, dissect_esp, dissect_nebula;

/* 32 bytes that look encrypted, as text does not. */
#define SEALED                                                                                     \
	"9a 41 f0 27 c8 1d b3 6e 05 fa 72 8c 33 d9 4b a6 "                                         \
	"1f e7 58 90 2b c4 7d 06 ee 63 b8 15 ac 39 d2 84 "

#define SESSION "6b 91 0c e2 55 d8 3f a7 "
#define PEER    "f7 7f c2 ef db e2 3f 57 "

/* A datagram that is like one: of what series it is. */
static void
assert_series(const struct dissector *d, const char *text, const char *product, uint32_t number,
    const char *same)
{
	struct bytes want;
	struct obs o = { .kind = OBS_NONE };
	struct got g;

	ask(d, SIDE_CLIENT, text, &g);
	assert_int_equal(g.said, PROBE_LIKE);
	assert_text(&g, OBS_PRODUCT, 0, product);
	assert_int_equal(num(&g, OBS_PRODUCT), SURE_LIKELY);
	assert_false(has(&g, OBS_CLIENT) || has(&g, OBS_HOST));
	assert_true(obs_find(&g.list, OBS_SERIES, &o));
	assert_int_equal(o.num, number);
	bytes_write(&want, same);
	assert_int_equal(o.text.n, 1 + want.n);
	assert_true(o.text.p[0] > 1);
	assert_memory_equal(o.text.p + 1, want.at, want.n);
}

static void
data_is_like_that_of_a_vpn(void **state)
{
	const struct dissector *wg = &dissect_wireguard, *ovpn = &dissect_openvpn;

	(void)state;
	assert_series(wg, "04 00 00 00 91 c3 5e 07 09 01 00*6 " SEALED, "wireguard", 0x109,
	    "04 00 00 00 91 c3 5e 07");
	assert_series(wg,
	    "04 00 00 00 91 c3 5e 07 00*8 9a 41 f0 27 c8 1d b3 6e 05 fa 72 8c 33 d9 "
	    "4b a6",
	    "wireguard", 0, "04 00 00 00 91 c3 5e 07"); /* keeps alive */
	assert_series(
	    wg, "04 a1 b2 c3 91 c3 5e 07 09 00*7 " SEALED, "warp", 9, "04 a1 b2 c3 91 c3 5e 07");
	assert_series(
	    wg, "c4 a1 b2 c3 91 c3 5e 07 09 00*7 " SEALED, "warp", 9, "c4 a1 b2 c3 91 c3 5e 07");
	assert_series(ovpn, "4a 00 00 05 00 00 c1 d1 " SEALED, "openvpn", 0xc1d1, "4a 00 00 05");
	assert_series(ovpn, "48 ff ff ff 00 00 c1 d1 " SEALED, "openvpn", 0xc1d1, "48 ff ff ff");
	assert_series(ovpn, "30 00 00 c1 d1 " SEALED, "openvpn", 0xc1d1, "30");
	assert_series(ovpn, "21 " SESSION "00 00 00 04 66 9f cf 31 " SEALED, "openvpn", 4, SESSION);
	assert_series(ovpn, "28 " SESSION "77*20 00 00 00 04 66 9f cf 31 01 00 00 00 02 " PEER,
	    "openvpn", 4, SESSION);
	assert_series(ovpn, "20 " SESSION "01 00 00 00 01 " PEER "00 00 00 03 16 03 01", "openvpn",
	    3, SESSION);
	assert_series(&dissect_esp, "c3 5e 07 91 00 00 00 2a " SEALED, "ipsec", 42, "c3 5e 07 91");
	assert_series(&dissect_nebula, "11 00 00 00 c3 5e 07 91 00*7 2a " SEALED, "nebula", 42,
	    "c3 5e 07 91");
}

static void
data_in_tcp_goes_on(void **state)
{
#define WG(counter)  "00 30 04 00 00 00 91 c3 5e 07 " counter " 00*7 " SEALED
#define OVPN(number) "00 28 48 00 00 05 00 00 00 " number " " SEALED
	const struct dissector *wg = &dissect_wireguard_tcp, *ovpn = &dissect_openvpn_tcp;
	struct got g;

	(void)state;
	ask(wg, SIDE_CLIENT,
	    WG("fe") WG("ff") "00 30 04 00 00 00 91 c3 5e 07 00 01 00*6 " SEALED
			      "00 30 04 00 00 00 91 c3 5e 07 01 01 00*6 " SEALED,
	    &g);
	assert_product(&g, "wireguard", SURE_LIKELY);
	assert_int_equal(says(wg, SIDE_CLIENT, WG("01") WG("02") WG("03")), PROBE_MORE);
	assert_int_equal(says(wg, SIDE_CLIENT, WG("01") WG("02") WG("04")), PROBE_NO);
	assert_int_equal(says(wg, SIDE_CLIENT, WG("01") "00 30 03"), PROBE_NO);
	ask(ovpn, SIDE_SERVER, OVPN("01") OVPN("02") OVPN("03") OVPN("04") OVPN("05"), &g);
	assert_product(&g, "openvpn", SURE_LIKELY);
	assert_int_equal(says(ovpn, SIDE_CLIENT, OVPN("01") OVPN("02") OVPN("03")), PROBE_MORE);
	assert_int_equal(says(ovpn, SIDE_CLIENT, OVPN("01") OVPN("03")), PROBE_NO);
	assert_int_equal(says(ovpn, SIDE_CLIENT, OVPN("01") "00 28 40 00"), PROBE_MORE);
	assert_int_equal(says(ovpn, SIDE_CLIENT, OVPN("01") "00 28 40" SEALED "77*8"), PROBE_NO);
}

static void
esp_and_nebula_neighbours(void **state)
{
	static const char *const esp[] = {
		"00 00 00 ff 00 00 00 2a " SEALED,      /* reserved */
		"c3 5e 07 91 00 00 00 00 " SEALED,      /* numbers begin with 1 */
		"c3 5e 07 91 00 00 00 2a " SEALED "55", /* not in fours */
		"c3 5e 07 91 00 00 00 2a 77*32",
		"04 00 00 00 00 00 00 2a " SEALED, /* WireGuard's */
		"48 00 00 05 00 00 00 2a " SEALED, /* OpenVPN's */
		"ff",
	};
	static const char *const nebula[] = {
		"11 00 00 00 00*8 00*7 2a " SEALED,
		"16 00 00 00 c3 5e 07 91 00*7 2a " SEALED,
		"21 00 00 00 c3 5e 07 91 00*7 2a " SEALED,
		"11 00 00 01 c3 5e 07 91 00*7 2a " SEALED,
		"11 00 00 00 c3 5e 07 91 01 00*6 2a " SEALED,
		"10 00 00 00 c3 5e 07 91 00*7 01 " SEALED "55*60", /* the first knows no peer */
		"10 00 00 00 00*4 00*7 02 " SEALED "55*60",
		"10 00 00 00 00*4 00*7 01 " SEALED,
	};
	struct got g;

	(void)state;
	for (size_t i = 0; i < sizeof(esp) / sizeof(esp[0]); i++)
		if (says(&dissect_esp, SIDE_CLIENT, esp[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, esp[i]);
	for (size_t i = 0; i < sizeof(nebula) / sizeof(nebula[0]); i++)
		if (says(&dissect_nebula, SIDE_CLIENT, nebula[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, nebula[i]);
	ask(&dissect_nebula, SIDE_CLIENT, "10 00 00 00 c3 5e 07 91 00*7 02 " SEALED "55*60", &g);
	assert_product(&g, "nebula", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_SERVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_is_like_that_of_a_vpn),
		cmocka_unit_test(data_in_tcp_goes_on),
		cmocka_unit_test(esp_and_nebula_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
