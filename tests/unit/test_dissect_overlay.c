/*
 * test_dissect_overlay: ZeroTier, SoftEther, L2TP, PPTP, tinc, and VPNs that open like HTTP.
 */
#include "probe.h"

extern const struct dissector dissect_zerotier, dissect_softether, dissect_l2tp, dissect_pptp;
extern const struct dissector dissect_tinc, dissect_vpn_http;

#define NODE "6b 91 0c e2 55 "

static void
refuse_all(const struct dissector *d, const char *const *bad, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (says(d, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%s %zu: %s", d->name, i, bad[i]);
}
#define REFUSE(d, bad) refuse_all(d, bad, sizeof(bad) / sizeof(bad[0]))

#define ZT_HEAD "11*8 8b d5 12 4a 9c " NODE
#define ZT_TAIL "00 33*64 00"

static void
zerotier_greets(void **state)
{
	static const char *const bad[] = {
		ZT_HEAD "08 77*8 01 0c 01 0e 00*2 22*8 " NODE ZT_TAIL,           /* sealed */
		ZT_HEAD "00 77*8 02 0c 01 0e 00*2 22*8 " NODE ZT_TAIL,           /* another verb */
		ZT_HEAD "00 77*8 01 03 01 0e 00*2 22*8 " NODE ZT_TAIL,           /* too old */
		ZT_HEAD "00 77*8 01 0c 01 0e 00*2 22*8 6b 91 0c e2 54 " ZT_TAIL, /* another's */
		ZT_HEAD "00 77*8 01 0c 01 0e 00*2 22*8 " NODE "00 33*63",        /* short */
		"11*8 8b d5 12 4a 9c 00*5 00 77*8 01 0c 01 0e 00*2 22*8 00*5 " ZT_TAIL,
	};
	struct got g;

	(void)state;
	ask(&dissect_zerotier, SIDE_SERVER, ZT_HEAD "02 77*8 01 0d 01 0e 00*2 22*8 " NODE ZT_TAIL,
	    &g);
	assert_product(&g, "zerotier", SURE_CERTAIN);
	assert_false(has(&g, OBS_CLIENT));
	REFUSE(&dissect_zerotier, bad);
}

#define PACK_OPCODE "00 00 00 07 'opcode' 00 00 00 02 00 00 00 01 00 00 00 09 'get_token' "
#define PACK_TRAN   "00 00 00 08 'tran_id' 00 00 00 04 00 00 00 01 77*8 "
#define PACK_OK     "00 00 00 03 'ok' 00 00 00 00 00 00 00 01 00 00 00 01 "

static void
softether_asks_and_is_told(void **state)
{
	static const char *const bad[] = {
		"41",
		"'IP=192.0.2,PORT=51381'",
		"'IP=192.0.2.7,PORT='",
		"'IP=192.0.2.7,PORT=51381 '",
		"'IP=192.0.2.7'",
		"00 00 00 02 " PACK_OPCODE PACK_TRAN "00", /* a byte left */
		"00 00 00 03 " PACK_OPCODE PACK_TRAN,      /* an element short */
		"00 00 00 01 " PACK_TRAN,
		"00 00 00 02 " PACK_OPCODE PACK_OK, /* well formed, but of no such name */
		"00 00 00 02 " PACK_OK "00 00 00 08 'tran_id' 00 00 00 05 00 00 00 01 77*8",
		"00 00 00 02 " PACK_OK "ff ff ff ff 'tran_id'",
		"00 00 00 02 " PACK_TRAN "00 00 00 03 'ok' 00 00 00 01 00 00 00 01 ff*4",
	};
	struct got g;

	(void)state;
	ask(&dissect_softether, SIDE_CLIENT, "'IP=203.0.113.25,PORT=5'", &g);
	assert_product(&g, "softether", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_SERVER);
	ask(&dissect_softether, SIDE_CLIENT, "00 00 00 03 " PACK_OPCODE PACK_OK PACK_TRAN, &g);
	assert_product(&g, "softether", SURE_CERTAIN);
	assert_false(has(&g, OBS_CLIENT));
	REFUSE(&dissect_softether, bad);
}

static void
l2tp_opens(void **state)
{
	static const char *const bad[] = {
		"c8 02 00 15 00*8 80 08 00 00 00 00 00 01", /* length */
		"48 02 00 14 00*8 80 08 00 00 00 00 00 01", /* data */
		"c8 01 00 14 00*8 80 08 00 00 00 00 00 01", /* L2F */
		"c8 02 00 14 00*8 80 08 00 09 00 00 00 01", /* a vendor's */
		"c8 02 00 14 00*8 80 08 00 00 00 01 00 01", /* not the kind */
		"c8 02 00 14 00*8 80 08 00 00 00 00 00 00",
		"c8 02 00 0c 00*8", /* keeps a tunnel up: nothing to know it by */
	};
	struct got g;

	(void)state;
	ask(&dissect_l2tp, SIDE_CLIENT, "c8 03 00 14 00*8 80 08 00 00 00 00 00 02", &g);
	assert_product(&g, "l2tp", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_SERVER);
	ask(&dissect_l2tp, SIDE_CLIENT, "c8 02 00 14 00 01 00*6 80 08 00 00 00 00 00 06", &g);
	assert_product(&g, "l2tp", SURE_CERTAIN);
	assert_false(has(&g, OBS_CLIENT));
	REFUSE(&dissect_l2tp, bad);
}

static void
pptp_opens(void **state)
{
	static const char *const bad[] = {
		"00 9c 00 01 1a 2b 3c 4e",
		"00 9c 00 02 1a 2b 3c 4d 00 01",
		"01 9c 00 01 1a 2b 3c 4d 00 01",
		"00 9c 00 01 1a 2b 3c 4d 00 10",
	};
	struct got g;

	(void)state;
	ask(&dissect_pptp, SIDE_CLIENT, "00 9c 00 01 1a 2b 3c 4d 00 02 00*146", &g);
	assert_product(&g, "pptp", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_SERVER);
	ask(&dissect_pptp, SIDE_SERVER, "00 10 00 01 1a 2b 3c 4d 00 05 00*6", &g);
	assert_product(&g, "pptp", SURE_CERTAIN);
	assert_false(has(&g, OBS_CLIENT));
	REFUSE(&dissect_pptp, bad);
}

static void
tinc_opens(void **state)
{
	static const char *const bad[] = {
		"'0 berlin 16' 0a",
		"'0 berlin 17.' 0a",
		"'0 berlin 17.x' 0a",
		"'0 ber-lin 17' 0a",
		"'0  17' 0a",
		"'0 berlin 17 ' 0a",
		"'0 ' 61*90",
	};
	struct got g;

	(void)state;
	ask(&dissect_tinc, SIDE_CLIENT, "'0 berlin 17' 0a '1 94 64 0 0 A1'", &g);
	assert_product(&g, "tinc", SURE_LIKELY);
	ask(&dissect_tinc, SIDE_CLIENT, "'0 ?Qk7x 17.10' 0a", &g);
	assert_product(&g, "tinc", SURE_LIKELY);
	REFUSE(&dissect_tinc, bad);
}

static void
vpns_that_open_like_http(void **state)
{
	static const struct {
		const char *product, *bytes;
	} good[] = {
		{ "sstp",
		    "'SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1'" },
		{ "anyconnect", "'CONNECT /CSCOSSLC/tunnel HTTP/1.1' 0d 0a" },
		{ "softether", "'POST /vpnsvc/connect.cgi HTTP/1.1' 0d 0a" },
		{ "forticlient", "'GET /remote/sslvpn-tunnel HTTP/1.1' 0d 0a" },
		{ "globalprotect", "'GET /ssl-tunnel-connect.sslvpn?user=a HTTP/1.1' 0d 0a" },
		{ "tailscale",
		    "'GET /derp HTTP/1.1' 0d 0a 'Host: x' 0d 0a 'upgrade: DERP' 0d 0a 0d 0a" },
	};
	static const char *const bad[] = {
		"'GET / HTTP/1.1'",
		"'CONNECT example.org:443 HTTP/1.1'",
		"'POST /vpnsvc/other'",
		"'GET /derp HTTP/1.1' 0d 0a 'Upgrade: websocket' 0d 0a 0d 0a",
		"'GET /derp' 20*2100",
	};
	struct got g;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ask(&dissect_vpn_http, SIDE_SERVER, good[i].bytes, &g);
		assert_product(&g, good[i].product, SURE_CERTAIN);
		assert_int_equal(num(&g, OBS_CLIENT), SIDE_SERVER);
	}
	REFUSE(&dissect_vpn_http, bad);
	assert_int_equal(
	    says(&dissect_vpn_http, SIDE_CLIENT, "'GET /derp HTTP/1.1' 0d 0a 'Upgr'"), PROBE_MORE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zerotier_greets),
		cmocka_unit_test(softether_asks_and_is_told),
		cmocka_unit_test(l2tp_opens),
		cmocka_unit_test(pptp_opens),
		cmocka_unit_test(tinc_opens),
		cmocka_unit_test(vpns_that_open_like_http),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
