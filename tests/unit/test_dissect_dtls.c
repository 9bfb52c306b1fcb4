/*
 * test_dissect_dtls: hellos over datagrams, whole and in fragments.
 */
#include "probe_tls.h"

extern const struct dissector dissect_dtls, dissect_hello;

static const char extensions[] = "00 00 00 10 00 0e 00 00 0b 'example.com'"
				 "00 10 00 09 00 07 06 'webrtc'"
				 "00 0d 00 06 00 04 04 03 08 04";

/* A ClientHello of DTLS as a TLS-like message, without the three fields of fragments. */
static void
put_hello(struct bytes *b, const char *more)
{
	const size_t from = b->n;
	size_t part;

	bytes_append(b, "fe fd 11*32 00");
	bytes_append(b, "02 c0 c1"); /* cookie */
	bytes_append(b, "00 04 c0 2b 0a 0a 01 00");
	part = b->n;
	bytes_append(b, extensions);
	bytes_append(b, more);
	wrap_length(b, part, 2);
	wrap_message(b, from, 1);
}

/* Bytes [at, at+n) of a message's body as a record of its own. */
static void
put_fragment(struct bytes *b, const struct bytes *message, uint32_t at, uint32_t n)
{
	const size_t from = b->n;
	const uint8_t place[] = { 0, 0, 0, (uint8_t)(at >> 8), (uint8_t)at, 0, (uint8_t)(n >> 8),
		(uint8_t)n };

	insert(b, b->n, message->at, 4);
	insert(b, b->n, (const uint8_t *)"\0\1", 2);
	insert(b, b->n, place + 2, 6);
	insert(b, b->n, message->at + 4 + at, n);
	wrap_length(b, from, 2);
	insert(b, from, (const uint8_t *)"\x16\xfe\xfd\0\0\0\0\0\0\0\1", 11);
}

static void
hello_names_its_server(void **state)
{
	struct bytes hello = { .n = 0 }, b = { .n = 0 };
	struct got g;

	(void)state;
	put_hello(&hello, "");
	put_fragment(&b, &hello, 0, (uint32_t)hello.n - 4);
	ask_bytes(&dissect_dtls, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "dtls");
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_text(&g, OBS_SNI, 0, "example.com");
	assert_text(&g, OBS_ALPN, 0, "webrtc");
	/* By sha256sum of "c02b", and of "000d_0403,0804". */
	assert_text(&g, OBS_JA4, 0, "dd2d0103wc_648b5c445417_ef95ca21a004");
	assert_false(has(&g, OBS_PRODUCT));
	for (size_t n = 0; n < b.n; n++) {
		ask_bytes(&dissect_dtls, SIDE_CLIENT, b.at, n, &g);
		assert_int_equal(g.said, PROBE_NO);
	}
}

static void
versions_count_down(void **state)
{
	struct bytes hello = { .n = 0 };
	struct got g;

	(void)state;
	put_hello(&hello, "00 2b 00 07 06 fe fd fe fc 7a 7a");
	ask_bytes(&dissect_hello, SIDE_CLIENT, hello.at, hello.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "dtls");
	assert_text(&g, OBS_JA4, 0, "dd3d0104wc_648b5c445417_ef5f37ab036a");
	assert_true(has(&g, OBS_SNI));
}

static void
fragments_are_known_as_such(void **state)
{
	struct bytes hello = { .n = 0 }, b = { .n = 0 };
	struct got g;

	(void)state;
	put_hello(&hello, "");
	put_fragment(&b, &hello, 0, 50);
	ask_bytes(&dissect_dtls, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "dtls");
	assert_false(has(&g, OBS_SNI) || has(&g, OBS_JA4));
	b.n = 0;
	put_fragment(&b, &hello, 50, 20);
	ask_bytes(&dissect_dtls, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
}

static void
server_says_its_version(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dtls, SIDE_SERVER,
	    "16 fe fd 00 00 00*6 00 34 02 00 00 28 00 01 00 00 00 00 00 28 fe fd 22*32 00 c0 2b 00"
	    "00 00",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_TLS_VERSION), 0xfefd);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	ask(&dissect_dtls, SIDE_SERVER,
	    "16 fe ff 00 00 00*6 00 13 03 00 00 07 00 00 00 00 00 00 00 07 fe ff 04 01 02 03 04",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_false(has(&g, OBS_TLS_VERSION));
}

/* As before the RFC; JA4 knows no such version. */
static void
old_version(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dtls, SIDE_CLIENT,
	    "16 01 00 00 00 00*6 00 36 01 00 00 2a 00 00 00 00 00 00 00 2a"
	    "01 00 22*32 00 00 00 02 00 39 01 00",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "dtls");
	assert_text(&g, OBS_JA4, 0, "d00i010000_2cfe23c976cf_000000000000");
}

static void
what_does_not_fit_is_refused(void **state)
{
	static const char *const bad[] = {
		/* later epoch; not a handshake; unknown version; too long a hello */
		"16 fe fd 00 01 00*6 00 13 03 00 00 07 00 00 00 00 00 00 00 07 fe ff 04 01*4",
		"17 fe fd 00 00 00*6 00 13 03 00 00 07 00 00 00 00 00 00 00 07 fe ff 04 01*4",
		"16 fe fb 00 00 00*6 00 13 03 00 00 07 00 00 00 00 00 00 00 07 fe ff 04 01*4",
		"16 fe fd 00 00 00*6 00 14 01 00 80 00 00 00 00 00 00 00 00 08 fe fd 11*6",
		/* a fragment beyond its message; of nothing; a third message */
		"16 fe fd 00 00 00*6 00 14 01 00 00 40 00 00 00 00 39 00 00 08 fe fd 11*6",
		"16 fe fd 00 00 00*6 00 0c 01 00 00 40 00 00 00 00 00 00 00 00",
		"16 fe fd 00 00 00*6 00 14 01 00 00 40 00 02 00 00 00 00 00 08 fe fd 11*6",
		/* key exchange; a verify request whose cookie is cut */
		"16 fe fd 00 00 00*6 00 13 10 00 00 07 00 00 00 00 00 00 00 07 fe ff 04 01*4",
		"16 fe fd 00 00 00*6 00 13 03 00 00 07 00 00 00 00 00 00 00 07 fe ff 05 01*4",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_dtls, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

static void
joined_hello_is_waited_for(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;

	(void)state;
	put_client_hello(&b, "13 01", extensions);
	for (size_t n = 0; n < b.n; n++) {
		ask_bytes(&dissect_hello, SIDE_CLIENT, b.at, n, &g);
		assert_int_equal(g.said, PROBE_MORE);
	}
	ask_bytes(&dissect_hello, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "quic");
	assert_text(&g, OBS_SNI, 0, "example.com");
	/* Longer than can be kept; no hello; empty. */
	assert_int_equal(says(&dissect_hello, SIDE_CLIENT, "01 00 20 00 03 03"), PROBE_NO);
	assert_int_equal(says(&dissect_hello, SIDE_CLIENT, "0b 00 00 10"), PROBE_NO);
	assert_int_equal(says(&dissect_hello, SIDE_CLIENT, "01 00 00 00"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hello_names_its_server),
		cmocka_unit_test(versions_count_down),
		cmocka_unit_test(fragments_are_known_as_such),
		cmocka_unit_test(server_says_its_version),
		cmocka_unit_test(old_version),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(joined_hello_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
