/*
 * test_dissect_http: requests, responses and pages, and what Guacamole says.
 */
#include "probe.h"

extern const struct dissector dissect_http, dissect_guacd;

#define END  " 0d 0a "
#define LAST " 0d 0a 0d 0a "

static void
a_request_tells_what_it_wants(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_http, SIDE_CLIENT,
	    "'GET /Path/x?secret=1 HTTP/1.1'" END "'HOST:  Example.ORG:8080 '" END
	    "'User-Agent: curl/8.1'" END "'Accept: */*'" LAST,
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "http");
	assert_text(&g, OBS_HTTP_PATH, 0, "/Path/x");
	assert_text(&g, OBS_HTTP_HOST, 0, "example.org");
	assert_text(&g, OBS_HTTP_AGENT, 0, "curl/8.1");
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_false(has(&g, OBS_PRODUCT));
	/* As asked of a proxy; the user in it is nobody's business. */
	ask(&dissect_http, SIDE_CLIENT,
	    "'POST http://192.0.2.7/fakeurl.htm HTTP/1.1' 0a 'Host: b' 0a 0a 'CMD=POLL'", &g);
	assert_text(&g, OBS_HTTP_PATH, 0, "/fakeurl.htm");
	assert_text(&g, OBS_HTTP_HOST, 0, "192.0.2.7");
	ask(&dissect_http, SIDE_CLIENT, "'GET http://me@a.example?q HTTP/1.1'" LAST, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_HTTP_HOST) || has(&g, OBS_HTTP_PATH));
	ask(&dissect_http, SIDE_CLIENT, "'GET / HTTP/1.1'" END "'Host: [2001:db8::1]:80'" LAST, &g);
	assert_text(&g, OBS_HTTP_HOST, 0, "2001:db8::1");
}

static void
a_websocket_names_its_protocols(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_http, SIDE_CLIENT,
	    "'GET /x HTTP/1.1'" END "'Upgrade: WebSocket'" END
	    "'Sec-WebSocket-Protocol: guacamole,  v2'" LAST,
	    &g);
	assert_text(&g, OBS_PROTOCOL, 0, "websocket");
	assert_text(&g, OBS_WS_PROTOCOL, 0, "guacamole");
	assert_text(&g, OBS_WS_PROTOCOL, 1, "v2");
	ask(&dissect_http, SIDE_SERVER,
	    "'HTTP/1.1 101 Switching Protocols'" END "'upgrade: websocket'" END
	    "'sec-websocket-protocol: binary'" LAST "82 0c",
	    &g);
	assert_text(&g, OBS_PROTOCOL, 0, "websocket");
	assert_text(&g, OBS_WS_PROTOCOL, 0, "binary");
	/* What browsers cannot send elsewhere: a token is no name. */
	ask(&dissect_http, SIDE_CLIENT,
	    "'GET /x HTTP/1.1'" END "'Sec-WebSocket-Protocol: v1, bearer.' 61*200" LAST, &g);
	assert_int_equal(count(&g, OBS_WS_PROTOCOL), 1);
}

static void
a_gateway_is_told_by_its_end_point(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_http, SIDE_CLIENT,
	    "'RPC_IN_DATA /rpc/rpcproxy.dll?localhost:3388 HTTP/1.1'" LAST, &g);
	assert_product(&g, "rdp", SURE_CERTAIN);
	ask(&dissect_http, SIDE_CLIENT, "'RPC_IN_DATA /rpc/rpcproxy.dll?mail:6001 HTTP/1.1'" LAST,
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_PRODUCT));
	ask(&dissect_http, SIDE_CLIENT, "'RDG_OUT_DATA /remoteDesktopGateway/ HTTP/1.1'" LAST, &g);
	assert_text(&g, OBS_HTTP_PATH, 0, "/remoteDesktopGateway/");
}

#define PAGE                                                                                       \
	"'HTTP/1.1 200 OK'" END "'Server: nginx'" END "'Content-Type: text/html; charset=utf-8'"

static void
a_page_has_a_title(void **state)
{
	struct got g;
	struct bytes b;

	(void)state;
	bytes_write(&b,
	    PAGE LAST "'<html><!--' 23*1500 '--><TITLE id=a>' 0a '  PiKVM' 09 0a 'Login '"
		      "'</title>'");
	for (size_t n = 0; n < b.n - 1; n++) {
		ask_bytes(&dissect_http, SIDE_SERVER, b.at, n, &g);
		assert_int_equal(g.said, PROBE_MORE);
	}
	ask_bytes(&dissect_http, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_HTTP_TITLE, 0, "PiKVM Login");
	assert_text(&g, OBS_HTTP_SERVER, 0, "nginx");
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
}

/* No title will come: by the page, by its length, or as it has gone on for too long. */
static void
a_title_is_not_waited_for_in_vain(void **state)
{
	static const char *const pages[] = { PAGE LAST "'<html><body>'",
		PAGE END "'Content-Length: 4'" LAST "'none'",
		PAGE END "'Content-Length: many'" LAST "'x'", PAGE LAST "20*3100",
		PAGE END "'Content-Encoding: gzip'" LAST,
		"'HTTP/1.1 404 Not Found'" END "'Content-Type: image/png'" LAST,
		"'HTTP/1.0 304'" END "'Server: x'" LAST };
	struct got g;

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		ask(&dissect_http, SIDE_SERVER, pages[i], &g);
		assert_int_equal(g.said, PROBE_YES);
		assert_false(has(&g, OBS_HTTP_TITLE));
	}
	ask(&dissect_http, SIDE_SERVER, PAGE LAST "'<title>' 61*3100", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_HTTP_TITLE));
	assert_int_equal(says(&dissect_http, SIDE_SERVER, PAGE LAST "'<title>a'"), PROBE_MORE);
}

/* A header of cookies has no end within reach: what came of it counts. */
static void
a_long_header_is_read_as_far_as_it_is_there(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_http, SIDE_CLIENT,
	    "'GET /a HTTP/1.1'" END "'Host: b.example'" END "'Cookie: ' 61*6200", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_HTTP_HOST, 0, "b.example");
	assert_int_equal(says(&dissect_http, SIDE_CLIENT, "'GET /' 61*7000"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_http, SIDE_CLIENT, "'GET / HTTP/1.1' 0a 61 0a*1"), PROBE_MORE);
}

static void
neighbours_are_not_http(void **state)
{
	static const char *const others[] = { "'GET key' 0d 0a",
		"'OPTIONS rtsp://a/ RTSP/1.0'" LAST, "'OPTIONS sip:a@b.example SIP/2.0'" LAST,
		"'HTTP/2.0 200 OK'" LAST, "'PRI * HTTP/2.0'" LAST,
		"'CONNECT a.example:443 HTTP/1.1'" LAST, "'HTTP/1.1 OK'" LAST, "'GETTY'",
		"'ICY 200 OK'" LAST };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(says(&dissect_http, SIDE_CLIENT, others[i]), PROBE_NO);
}

static void
guacd_is_asked_by_its_gateway(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_guacd, SIDE_CLIENT, "'6.select,3.rdp;'", &g);
	assert_product(&g, "guacamole", SURE_CERTAIN);
	assert_text(&g, OBS_CARRIES, 0, "rdp");
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	ask(&dissect_guacd, SIDE_CLIENT, "'6.select,5.$a1b2;'", &g);
	assert_product(&g, "guacamole", SURE_CERTAIN);
	assert_false(has(&g, OBS_CARRIES));
	ask(&dissect_guacd, SIDE_SERVER, "'4.args,13.VERSION_1_5_0,8.hostname,4.port;'", &g);
	assert_product(&g, "guacamole", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_int_equal(says(&dissect_guacd, SIDE_SERVER, "'4.args,8.hostname'"), PROBE_MORE);
	assert_int_equal(says(&dissect_guacd, SIDE_SERVER, "'4.args,8.hostname,'"), PROBE_YES);
	assert_int_equal(says(&dissect_guacd, SIDE_SERVER, "'4.args,3.foo,'"), PROBE_NO);
	assert_int_equal(says(&dissect_guacd, SIDE_CLIENT, "'6.select,3.rdp,'"), PROBE_NO);
	assert_int_equal(says(&dissect_guacd, SIDE_CLIENT, "'6.select,333.r'"), PROBE_NO);
	assert_int_equal(says(&dissect_guacd, SIDE_CLIENT, "'6.select,x'"), PROBE_NO);
}

static void
guacamole_in_a_websocket(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_guacd, SIDE_SERVER, "81 0f '0.,10.a1b2c3d4e5;'", &g);
	assert_product(&g, "guacamole", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	/* "3.nop;" under the mask 01 00 00 00. */
	ask(&dissect_guacd, SIDE_CLIENT, "81 86 01 00 00 00 '2.noq;'", &g);
	assert_product(&g, "guacamole", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_guacd, SIDE_SERVER,
	    "'HTTP/1.1 101 x'" END "'Upgrade: websocket'" LAST "81 7e 00 c8 '4.sync,' 31*60", &g);
	assert_product(&g, "guacamole", SURE_LIKELY);
	assert_int_equal(says(&dissect_guacd, SIDE_SERVER, "81 0f '0.,1'"), PROBE_YES);
	assert_int_equal(says(&dissect_guacd, SIDE_SERVER, "81 0f '4.syn'"), PROBE_MORE);
	assert_int_equal(says(&dissect_guacd, SIDE_SERVER, "81 06 '3.nap;'"), PROBE_NO);
	assert_int_equal(says(&dissect_guacd, SIDE_SERVER, "81 02 '{}'"), PROBE_NO);
	assert_int_equal(says(&dissect_guacd, SIDE_SERVER, "81 05 '3.142'"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_tells_what_it_wants),
		cmocka_unit_test(a_websocket_names_its_protocols),
		cmocka_unit_test(a_gateway_is_told_by_its_end_point),
		cmocka_unit_test(a_page_has_a_title),
		cmocka_unit_test(a_title_is_not_waited_for_in_vain),
		cmocka_unit_test(a_long_header_is_read_as_far_as_it_is_there),
		cmocka_unit_test(neighbours_are_not_http),
		cmocka_unit_test(guacd_is_asked_by_its_gateway),
		cmocka_unit_test(guacamole_in_a_websocket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
