/*
 * test_dissect_vpn: WireGuard and OpenVPN, over UDP and TCP; IKE; Tailscale.
 */
#include "probe.h"

extern const struct dissector dissect_wireguard, dissect_wireguard_tcp;
extern const struct dissector dissect_openvpn, dissect_openvpn_tcp;
extern const struct dissector dissect_ike, dissect_tailscale;

/* 32 bytes that look encrypted, as text does not. */
#define SEALED                                                                                     \
	"9a 41 f0 27 c8 1d b3 6e 05 fa 72 8c 33 d9 4b a6 "                                         \
	"1f e7 58 90 2b c4 7d 06 ee 63 b8 15 ac 39 d2 84 "

#define SESSION     "6b 91 0c e2 55 d8 3f a7 "
#define PEER        "f7 7f c2 ef db e2 3f 57 "
#define REPLAY      "00 00 00 01 66 9f cf 31 "
#define CLIENT_BODY "00 00 00 00 00 "
#define SERVER_BODY "01 00 00 00 00 " SESSION "00 00 00 00 "

static void
wireguard_messages(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_wireguard, SIDE_CLIENT, "01 00 00 00 91 c3 5e 07 77*140", &g);
	assert_product(&g, "wireguard", SURE_LIKELY);
	ask(&dissect_wireguard, SIDE_SERVER, "02 00 00 00 5e 07 91 c3 91 c3 5e 07 77*80", &g);
	assert_product(&g, "wireguard", SURE_CERTAIN);
	ask(&dissect_wireguard, SIDE_SERVER, "03 00 00 00 91 c3 5e 07 77*56", &g);
	assert_product(&g, "wireguard", SURE_LIKELY);
	/* Either peer may begin anew: no side is claimed. */
	assert_false(has(&g, OBS_CLIENT));
}

static void
wireguard_neighbours(void **state)
{
	static const char *const bad[] = {
		"01 00 00 00 91 c3 5e 07 77*139", /* length */
		"01 00 00 00 91 c3 5e 07 77*141",
		"01 00 00 01 91 c3 5e 07 77*140", /* reserved */
		"01 00 00 00 05 00 00 00 77*140", /* an index that small is a number */
		"02 00 00 00 91 c3 5e 07 00 00 00 00 77*80",
		"04 00 00 00 91 c3 5e 07 09 00*7 " SEALED "77",       /* not in blocks */
		"04 00 00 00 91 c3 5e 07 77*8 " SEALED,               /* a counter out of reach */
		"04 00 00 00 05 00 00 00 09 00*7 " SEALED,            /* a number */
		"04 00 00 00 91 c3 5e 07 09 00*7 'is this a text?!'", /* not sealed */
		"c4 00 00 00 91 c3 5e 07 09 00*7 " SEALED,            /* no client's number */
		"05 00 00 00 91 c3 5e 07 77*140",
		"04 00 00 00 91 c3 5e 07 09 00*7",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_wireguard, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
wireguard_in_tcp(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_wireguard_tcp, SIDE_SERVER, "00 5c 02 00 00 00 5e 07 91 c3 91 c3 5e 07 77*80",
	    &g);
	assert_product(&g, "wireguard", SURE_CERTAIN);
	assert_int_equal(says(&dissect_wireguard_tcp, SIDE_CLIENT, "00 94 02 00 00 00"), PROBE_NO);
	assert_int_equal(says(&dissect_wireguard_tcp, SIDE_CLIENT, "00 95 01 00 00 00"), PROBE_NO);
}

static void
openvpn_in_all_wrappings(void **state)
{
	static const struct {
		enum side client;
		enum sureness sure;
		const char *bytes;
	} good[] = {
		{ SIDE_CLIENT, SURE_LIKELY, "38 " SESSION CLIENT_BODY },
		{ SIDE_SERVER, SURE_CERTAIN, "40 " PEER SERVER_BODY },
		{ SIDE_CLIENT, SURE_CERTAIN, "38 " SESSION "77*16 " REPLAY CLIENT_BODY }, /* MD5 */
		{ SIDE_CLIENT, SURE_CERTAIN, "38 " SESSION "77*20 " REPLAY CLIENT_BODY }, /* SHA1 */
		{ SIDE_CLIENT, SURE_CERTAIN,
		    "38 " SESSION "77*64 " REPLAY CLIENT_BODY }, /* SHA512 */
		{ SIDE_SERVER, SURE_CERTAIN, "40 " PEER "77*64 " REPLAY SERVER_BODY },
		{ SIDE_CLIENT, SURE_CERTAIN, "38 " SESSION REPLAY "77*32 99*5" }, /* tls-crypt */
		{ SIDE_SERVER, SURE_CERTAIN, "40 " PEER REPLAY "77*32 99*17" },
		/* tls-crypt-v2, whose wrapped key ends in its length */
		{ SIDE_CLIENT, SURE_CERTAIN, "50 " SESSION REPLAY "77*32 99*5 55*288 01 22" },
		{ SIDE_CLIENT, SURE_CERTAIN,
		    "50 " SESSION "0a 01 00 01 66 9f cf 31 77*32 99*5 55*288 01 22" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct bytes b;
		struct got g;

		/* From the client as first seen: the message turns it round where that is wrong. */
		ask(&dissect_openvpn, SIDE_CLIENT, good[i].bytes, &g);
		assert_product(&g, "openvpn", good[i].sure);
		assert_int_equal(num(&g, OBS_CLIENT), good[i].client);
		bytes_write(&b, good[i].bytes);
		for (size_t n = 0; n < b.n; n++) {
			ask_bytes(&dissect_openvpn, SIDE_CLIENT, b.at, n, &g);
			assert_int_equal(g.said, PROBE_NO);
		}
	}
	/* A server may add its wish to have the wrapped key again. */
	assert_int_equal(
	    says(&dissect_openvpn, SIDE_SERVER, "40 " PEER REPLAY "77*32 99*23"), PROBE_YES);
	assert_int_equal(
	    says(&dissect_openvpn, SIDE_SERVER, "40 " PEER REPLAY "77*32 99*22"), PROBE_NO);
}

static void
openvpn_neighbours(void **state)
{
	static const char *const bad[] = {
		"38 " SESSION CLIENT_BODY "00",
		"38 00*8 " CLIENT_BODY,         /* no session */
		"39 " SESSION CLIENT_BODY,      /* a key in use */
		"38 " SESSION "01 00 00 00 00", /* acknowledges nothing yet */
		"38 " SESSION "77*20 00 00 00 01 00 00 00 05 " CLIENT_BODY, /* 1970 */
		"38 " SESSION "77*20 77 00 00 01 66 9f cf 31 " CLIENT_BODY, /* a late number */
		"38 " SESSION "77*21 " REPLAY CLIENT_BODY,      /* no digest is that long */
		"50 " SESSION REPLAY "77*32 99*5 55*288 01 23", /* length of the key */
		"20 " SESSION REPLAY "77*32 99*5", /* control, but nothing is sealed so */
		"20 00*8 " REPLAY SEALED,
		"20 " SESSION "09 00*80",                              /* acknowledges too much */
		"20 " SESSION "01 00 00 00 07 " PEER "00 01 00 00 16", /* a number too high */
		"48 01 00 00 00 00 00 07 " SEALED,                     /* so many peers are not */
		"48 00 00 05 00 00 00 00 " SEALED,                     /* numbers begin with 1 */
		"48 00 00 05 00 00 00 07 77*32",
		"30 00 00 00 07 'what is this?   '",
		"40 00 00 05 00 00 00 07 " SEALED,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_openvpn, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
openvpn_in_tcp(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_openvpn_tcp, SIDE_CLIENT,
	    "00 2a 38 " SESSION "77*20 " REPLAY CLIENT_BODY "00 2a", &g);
	assert_product(&g, "openvpn", SURE_CERTAIN);
	ask(&dissect_openvpn_tcp, SIDE_SERVER, "00 1a 40 " PEER SERVER_BODY, &g);
	assert_product(&g, "openvpn", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_int_equal(says(&dissect_openvpn_tcp, SIDE_CLIENT, "08 00"), PROBE_NO);
	assert_int_equal(says(&dissect_openvpn_tcp, SIDE_CLIENT, "00 0e 20"), PROBE_NO);
	assert_int_equal(says(&dissect_openvpn_tcp, SIDE_CLIENT, "00 0d 38"), PROBE_NO);
}

static void
ike_of_both_versions(void **state)
{
	static const struct {
		enum side client; /* SIDE_NONE: not told */
		const char *bytes;
	} good[] = {
		{ SIDE_CLIENT, SESSION "00*8 01 10 02 00 00*4 00 00 00 20 00*4" }, /* main mode */
		{ SIDE_CLIENT, SESSION "00*8 01 10 04 00 00*4 00 00 00 1c" },      /* aggressive */
		{ SIDE_NONE, SESSION PEER "01 10 02 00 00*4 00 00 00 1c" },
		{ SIDE_NONE, SESSION "00*8 0b 10 05 00 00*4 00 00 00 1c" },        /* refused */
		{ SIDE_NONE, SESSION PEER "08 10 20 01 8b 7e 89 47 00 00 00 1c" }, /* quick */
		{ SIDE_CLIENT, SESSION "00*8 21 20 22 08 00*4 00 00 00 1c" },      /* IKEv2 */
		{ SIDE_SERVER, SESSION PEER "21 20 22 20 00*4 00 00 00 1c" },      /* its answer */
		{ SIDE_CLIENT,
		    "00*4 " SESSION PEER "2e 20 23 08 00 00 00 01 00 00 00 1c" }, /* 4500 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct got g;

		ask(&dissect_ike, SIDE_CLIENT, good[i].bytes, &g);
		assert_product(&g, "ipsec", SURE_CERTAIN);
		assert_text(&g, OBS_PROTOCOL, 0, "ike");
		assert_int_equal(has(&g, OBS_CLIENT), good[i].client != SIDE_NONE);
		if (good[i].client != SIDE_NONE)
			assert_int_equal(num(&g, OBS_CLIENT), good[i].client);
	}
}

static void
ike_neighbours(void **state)
{
	static const char *const bad[] = {
		SESSION "00*8 21 20 22 08 00*4 00 00 00 1b", /* length */
		SESSION "00*8 21 20 22 08 00*4 00 00 00 1c 00",
		"00*16 21 20 22 08 00*4 00 00 00 1c",        /* no initiator */
		SESSION "00*8 21 20 02 08 00*4 00 00 00 1c", /* exchange of the other version */
		SESSION "00*8 21 10 22 00 00*4 00 00 00 1c",
		SESSION "00*8 21 20 2d 08 00*4 00 00 00 1c", /* unknown */
		SESSION "00*8 21 30 22 08 00*4 00 00 00 1c", /* version */
		SESSION "00*8 21 20 22 09 00*4 00 00 00 1c", /* flags */
		SESSION "00*8 01 10 02 08 00*4 00 00 00 1c",
		"00*4 " SESSION "00*8 21 20 22 08 00*4 00 00 00 20", /* the marker is not counted */
		"00*4",
		"ff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_ike, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
tailscale_looks_for_its_peer(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_tailscale, SIDE_SERVER, "'TS' f0 9f 92 ac 77*74", &g);
	assert_product(&g, "tailscale", SURE_LIKELY);
	assert_text(&g, OBS_PROTOCOL, 0, "tailscale");
	assert_false(has(&g, OBS_CLIENT) || has(&g, OBS_HOST));
	/* Too short for its seal; another picture. */
	assert_int_equal(says(&dissect_tailscale, SIDE_CLIENT, "'TS' f0 9f 92 ac 77*73"), PROBE_NO);
	assert_int_equal(says(&dissect_tailscale, SIDE_CLIENT, "'TS' f0 9f 92 ad 77*74"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wireguard_messages),
		cmocka_unit_test(wireguard_neighbours),
		cmocka_unit_test(wireguard_in_tcp),
		cmocka_unit_test(openvpn_in_all_wrappings),
		cmocka_unit_test(openvpn_neighbours),
		cmocka_unit_test(openvpn_in_tcp),
		cmocka_unit_test(ike_of_both_versions),
		cmocka_unit_test(ike_neighbours),
		cmocka_unit_test(tailscale_looks_for_its_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
