/*
 * test_dissect_proxy: CONNECT and SOCKS: whom they are to reach, where the carried bytes begin.
 */
#include "probe.h"

extern const struct dissector dissect_http_connect, dissect_socks;

#define END  " 0d 0a "
#define LAST " 0d 0a 0d 0a "

static void
assert_asks(const struct got *g, const char *to, uint32_t port, const char *product)
{
	assert_product(g, product, SURE_GUESS);
	assert_text(g, OBS_PROXY_TO, 0, to);
	assert_int_equal(num(g, OBS_PROXY_TO), port);
}

static void
connect_names_its_target(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_http_connect, SIDE_CLIENT,
	    "'CONNECT Relay.Example.ORG:443 HTTP/1.1'" END "'Host: x'" LAST "16 03 01", &g);
	assert_asks(&g, "relay.example.org", 443, "http-proxy");
	assert_int_equal(num(&g, OBS_INNER), 51);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	ask(&dissect_http_connect, SIDE_CLIENT, "'CONNECT [2001:db8::1]:22 HTTP/1.0'" LAST, &g);
	assert_asks(&g, "2001:db8::1", 22, "http-proxy");
	assert_int_equal(
	    says(&dissect_http_connect, SIDE_CLIENT, "'CONNECT a.example HTTP/1.1'" LAST),
	    PROBE_NO);
	assert_int_equal(
	    says(&dissect_http_connect, SIDE_CLIENT, "'CONNECT a:99999 HTTP/1.1'" LAST), PROBE_NO);
	assert_int_equal(
	    says(&dissect_http_connect, SIDE_CLIENT, "'CONNECT a:1 NATS'" LAST), PROBE_NO);
	assert_int_equal(
	    says(&dissect_http_connect, SIDE_CLIENT, "'GET / HTTP/1.1'" LAST), PROBE_NO);
}

static void
a_proxy_agrees(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_http_connect, SIDE_SERVER, "'HTTP/1.0 200 Connection Established'" LAST "16",
	    &g);
	assert_product(&g, "http-proxy", SURE_GUESS);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_int_equal(num(&g, OBS_INNER), 39);
	/* It could be any answer: no product, and of use only to who saw the question. */
	ask(&dissect_http_connect, SIDE_SERVER, "'HTTP/1.1 200 OK'" LAST, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(g.list.count, 1);
	assert_int_equal(says(&dissect_http_connect, SIDE_SERVER,
			     "'HTTP/1.1 200 OK'" END "'Content-Length: 0'" LAST),
	    PROBE_NO);
	assert_int_equal(
	    says(&dissect_http_connect, SIDE_SERVER, "'HTTP/1.1 407 Authenticate'" LAST), PROBE_NO);
}

static void
socks_5_asks(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_socks, SIDE_CLIENT, "05 01 00 05 01 00 03 0b 'Example.ORG' 01 bb", &g);
	assert_asks(&g, "example.org", 443, "socks");
	assert_int_equal(num(&g, OBS_INNER), 21);
	ask(&dissect_socks, SIDE_CLIENT,
	    "05 02 00 02 01 04 'user' 04 'pass' 05 01 00 01 c0 00 02 7b 00 16 'SSH-'", &g);
	assert_asks(&g, "192.0.2.123", 22, "socks");
	assert_int_equal(num(&g, OBS_INNER), 25);
	ask(&dissect_socks, SIDE_CLIENT, "05 01 00 05 03 00 04 20 01 0d b8 00*11 01 00 35", &g);
	assert_asks(&g, "2001:0db8:0000:0000:0000:0000:0000:0001", 53, "socks");
	assert_false(has(&g, OBS_INNER)); /* datagrams go elsewhere */
	assert_int_equal(says(&dissect_socks, SIDE_CLIENT, "05 01 00"), PROBE_MORE);
	assert_int_equal(says(&dissect_socks, SIDE_CLIENT, "05 01 ff 05 01"), PROBE_NO);
	assert_int_equal(says(&dissect_socks, SIDE_CLIENT, "05 01 00 05 04 00 01 00*6"), PROBE_NO);
	assert_int_equal(says(&dissect_socks, SIDE_CLIENT, "05 01 00 05 01 00 02 00*6"), PROBE_NO);
	assert_int_equal(says(&dissect_socks, SIDE_CLIENT, "05 40 00*70"), PROBE_NO);
}

static void
socks_5_answers(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_socks, SIDE_SERVER, "05 00 05 00 00 01 00*6 'SSH-'", &g);
	assert_product(&g, "socks", SURE_GUESS);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_int_equal(num(&g, OBS_INNER), 12);
	ask(&dissect_socks, SIDE_SERVER, "05 02 01 00 05 05 00 01 00*6", &g);
	assert_product(&g, "socks", SURE_GUESS);
	assert_false(has(&g, OBS_INNER)); /* refused */
	assert_int_equal(says(&dissect_socks, SIDE_SERVER, "05 ff"), PROBE_NO);
	assert_int_equal(says(&dissect_socks, SIDE_SERVER, "05 00 05 09 00 01 00*6"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_socks, SIDE_SERVER, "05 00 0b 03 10 00 00 00"), PROBE_NO); /* DCE/RPC */
}

static void
socks_4(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_socks, SIDE_CLIENT, "04 01 01 bb c0 00 02 07 'me' 00", &g);
	assert_asks(&g, "192.0.2.7", 443, "socks");
	assert_int_equal(num(&g, OBS_INNER), 11);
	ask(&dissect_socks, SIDE_CLIENT, "04 01 00 50 00 00 00 01 00 'A.example' 00", &g);
	assert_asks(&g, "a.example", 80, "socks");
	ask(&dissect_socks, SIDE_SERVER, "00 5a 00*6", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(g.list.count, 1);
	assert_int_equal(num(&g, OBS_INNER), 8);
	assert_int_equal(says(&dissect_socks, SIDE_SERVER, "00 5b 00*6"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_socks, SIDE_SERVER, "00 5a 40 11*80"), PROBE_NO); /* OpenVPN */
	/* An answer of TDS, whose first bytes are alike. */
	assert_int_equal(says(&dissect_socks, SIDE_SERVER,
			     "04 01 00 2b 00 00 01 00 00 00 1a 00 06 01 00 20 00 01 02 00*20"),
	    PROBE_NO);
	assert_int_equal(
	    says(&dissect_socks, SIDE_CLIENT, "04 01 01 bb c0 00 02 07 'me' 00 11"), PROBE_NO);
	assert_int_equal(says(&dissect_socks, SIDE_CLIENT, "04 01 00 00 c0 00 02 07 00"), PROBE_NO);
	assert_int_equal(says(&dissect_socks, SIDE_CLIENT, "04 03 01 bb c0 00 02 07 00"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connect_names_its_target),
		cmocka_unit_test(a_proxy_agrees),
		cmocka_unit_test(socks_5_asks),
		cmocka_unit_test(socks_5_answers),
		cmocka_unit_test(socks_4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
