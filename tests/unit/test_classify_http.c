/*
 * test_classify_http: products that HTTP in clear names, and what proxies carry.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "classify_lab.h"

static const char banner[] = "RFB 003.008\n";

static void
say_text(struct lane *l, int from, const char *text)
{
	say(l, from, text, strlen(text));
}

static struct lane *
opened(void)
{
	struct lane *l = lane_new(PROTO_TCP, 50000, 9999);

	shake_hands(l);
	return l;
}

static void
paths_name_products(void **state)
{
	static const struct {
		const char *path, *product;
		enum sureness sure;
		bool registers;
		enum side host;
	} paths[] = {
		{ "/agent.ashx", "meshcentral", SURE_CERTAIN, true, SIDE_NONE },
		{ "/company/agent.ashx?id=1", "meshcentral", SURE_CERTAIN, true, SIDE_NONE },
		{ "/control.ashx", "meshcentral", SURE_CERTAIN, false, SIDE_SERVER },
		{ "/meshrelay.ashx", "meshcentral", SURE_CERTAIN, false, SIDE_NONE },
		{ "http://192.0.2.7/fakeurl.htm", "netsupport", SURE_CERTAIN, true, SIDE_NONE },
		{ "/remoteDesktopGateway/", "rdp", SURE_CERTAIN, false, SIDE_SERVER },
		{ "/api/stream/h264/direct", "nanokvm", SURE_CERTAIN, false, SIDE_SERVER },
		{ "/webrtc/signaling/client?id=1", "jetkvm", SURE_CERTAIN, false, SIDE_SERVER },
		{ "/share/js/kvm/main.js", "pikvm", SURE_CERTAIN, false, SIDE_SERVER },
		{ "/websockify", "novnc", SURE_GUESS, false, SIDE_SERVER },
		{ "/", "", SURE_NONE, false, SIDE_NONE },
		{ "/my-agent.ashx", "", SURE_NONE, false, SIDE_NONE },
		{ "/agent.ashx/x", "", SURE_NONE, false, SIDE_NONE },
		{ "/a/b/c/d/e/agent.ashx", "", SURE_NONE, false, SIDE_NONE },
	};
	char text[200];

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct lane *l = opened();

		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: intra.example\r\n\r\n",
		    paths[i].path);
		say_text(l, 0, text);
		assert_string_equal(product(l), paths[i].product);
		assert_int_equal(l->row->sure, paths[i].sure);
		assert_int_equal(l->row->registers, paths[i].registers);
		assert_int_equal(l->row->host, paths[i].host);
		assert_string_equal(value(l).verdict.protocol, "http");
		lane_free(l);
	}
}

static void
pages_and_names_name_products(void **state)
{
	struct lane *l = opened();

	(void)state;
	say_text(l, 0, "GET / HTTP/1.1\r\nHost: 192.0.2.20\r\n\r\n");
	say_text(l, 1, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><head>");
	assert_string_equal(product(l), "");
	say_text(l, 1, "<title>NanoKVM</title>");
	assert_string_equal(product(l), "nanokvm");
	assert_int_equal(l->row->sure, SURE_LIKELY);
	assert_int_equal(l->row->host, SIDE_SERVER);
	lane_free(l);

	l = opened();
	say_text(l, 0, "GET / HTTP/1.1\r\nHost: Relay-1.net.AnyDesk.com:80\r\n\r\n");
	assert_string_equal(product(l), "anydesk");
	lane_free(l);

	l = opened();
	say_text(l, 0, "POST /x HTTP/1.1\r\nHost: b\r\nUser-Agent: NetSupport Manager/1.3\r\n\r\n");
	assert_string_equal(product(l), "netsupport");
	assert_true(l->row->registers);
	lane_free(l);

	l = opened();
	say_text(l, 0,
	    "GET /any HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: guacamole"
	    "\r\n\r\n");
	assert_string_equal(product(l), "guacamole");
	assert_int_equal(l->row->host, SIDE_SERVER);
	assert_string_equal(value(l).verdict.protocol, "websocket");
	lane_free(l);
}

static void
a_screen_in_a_websocket(void **state)
{
	struct lane *l = opened();

	(void)state;
	say_text(l, 0,
	    "GET /websockify HTTP/1.1\r\nUpgrade: websocket\r\n"
	    "Sec-WebSocket-Protocol: binary\r\n\r\n");
	say_text(l, 1, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
	assert_int_equal(l->row->sure, SURE_GUESS);
	say_text(l, 1, "\x82\x0cRFB 003.008\n");
	assert_string_equal(product(l), "vnc");
	assert_int_equal(l->row->sure, SURE_CERTAIN);
	assert_int_equal(l->row->host, SIDE_SERVER);
	assert_string_equal(value(l).verdict.protocol, "vnc");
	lane_free(l);
}

/* A proxy is a guess; who is asked for, or what is said through it, is better. */
static void
connect_carries(void **state)
{
	struct lane *l = opened();
	uint8_t hello[512];
	size_t n;

	(void)state;
	say_text(l, 0, "CONNECT 192.0.2.7:443 HTTP/1.1\r\n\r\n");
	assert_string_equal(product(l), "http-proxy");
	assert_int_equal(l->row->sure, SURE_GUESS);
	assert_int_equal(l->row->host, SIDE_NONE);
	say_text(l, 1, "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n");
	assert_false(l->row->final);
	n = hello_write(hello, "relay-1.net.anydesk.com");
	say(l, 0, hello, 20);
	say(l, 0, hello + 20, n - 20);
	assert_string_equal(product(l), "anydesk");
	assert_string_equal(value(l).verdict.protocol, "tls");
	lane_free(l);

	l = opened();
	say_text(l, 0, "CONNECT boot.net.anydesk.com:443 HTTP/1.1\r\n\r\n");
	assert_string_equal(product(l), "anydesk");
	assert_true(l->row->registers);
	lane_free(l);
}

/* SOCKS through a CONNECT, and RDP through that; its answers one packet each, or all in one. */
static void
socks_carries(void **state)
{
	static const uint8_t greeting[] = { 5, 1, 0 };
	static const uint8_t request[] = { 5, 1, 0, 1, 192, 0, 2, 7, 13, 61 };
	static const uint8_t chosen[] = { 5, 0 }, reply[] = { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	uint8_t all[sizeof(reply) + sizeof(rdp_confirm)];

	(void)state;
	for (int together = 0; together < 2; together++) {
		struct lane *l = opened();

		say_text(l, 0, "CONNECT proxy.example:1080 HTTP/1.1\r\n\r\n");
		say_text(l, 1, "HTTP/1.1 200 OK\r\n\r\n");
		say(l, 0, greeting, sizeof(greeting));
		say(l, 1, chosen, sizeof(chosen));
		say(l, 0, request, sizeof(request));
		say(l, 0, rdp_request, sizeof(rdp_request));
		memcpy(all, reply, sizeof(reply));
		memcpy(all + sizeof(reply), rdp_confirm, sizeof(rdp_confirm));
		say(l, 1, all, together ? sizeof(all) : sizeof(reply));
		if (!together)
			say(l, 1, rdp_confirm, sizeof(rdp_confirm));
		assert_string_equal(product(l), "rdp");
		assert_int_equal(l->row->sure, SURE_CERTAIN);
		assert_int_equal(l->row->host, SIDE_SERVER);
		assert_string_equal(value(l).verdict.protocol, "rdp");
		assert_true(obs_find(told(l), OBS_RDP_GRANTED, &(struct obs){ 0 }));
		lane_free(l);
	}
}

static void
a_bare_answer_opens_nothing(void **state)
{
	struct lane *l = opened();

	(void)state;
	say_text(l, 1, "HTTP/1.1 200 OK\r\n\r\n");
	say_text(l, 1, banner);
	assert_string_equal(product(l), "");
	lane_free(l);
	l = opened();
	say_text(l, 0, "CONNECT a.example:5900 HTTP/1.1\r\n\r\n");
	say_text(l, 1, "HTTP/1.1 200 OK\r\n\r\n");
	say_text(l, 1, banner);
	assert_string_equal(product(l), "vnc");
	assert_int_equal(l->row->host, SIDE_SERVER);
	lane_free(l);
}

/* PiKVM's viewer: what its request does not tell, its second heartbeat does. */
static void
test_heartbeat(void **state)
{
	static const char beat[] = "\x82\x81\x11\x22\x33\x44\x11";
	struct lane *l = opened();

	(void)state;
	say_text(l, 0, "GET /api/ws HTTP/1.1\r\nHost: 10.0.0.7\r\nUpgrade: websocket\r\n\r\n");
	say_text(l, 1, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
	say(l, 0, beat, sizeof(beat) - 1);
	assert_string_equal(product(l), "");
	say(l, 0, beat, sizeof(beat) - 1);
	assert_string_equal(product(l), "pikvm");
	assert_int_equal(l->row->host, SIDE_SERVER);
	assert_int_equal(l->row->by, BY_DISSECTOR);
	lane_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_name_products),
		cmocka_unit_test(pages_and_names_name_products),
		cmocka_unit_test(a_screen_in_a_websocket),
		cmocka_unit_test(connect_carries),
		cmocka_unit_test(socks_carries),
		cmocka_unit_test(a_bare_answer_opens_nothing),
		cmocka_unit_test(test_heartbeat),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
