/*
 * test_dissect_tls: hellos and certificates, whole, in pieces, and hostile.
 */
#include "probe_tls.h"

extern const struct dissector dissect_tls;

#define SNI  "00 00 00 10 00 0e 00 00 0b 'Example.ORG' "
#define ALPN "00 10 00 0e 00 0c 02 'h2' 08 'http/1.1' "

static const struct x509 kvm = { "Test Root", "kvm.example.org", "Example Ltd",
	{ "kvm.example.org", "*.Example.net", NULL } };

static void
client_hello_names_its_server(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;

	(void)state;
	put_client_hello(&b, "13 01 c0 2f", SNI ALPN "00 2b 00 05 04 03 04 03 03");
	wrap_record(&b, 0);
	ask_bytes(&dissect_tls, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "tls");
	assert_text(&g, OBS_SNI, 0, "example.org");
	assert_text(&g, OBS_ALPN, 0, "h2");
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_false(has(&g, OBS_TLS_VERSION));
	/* What the message says goes before who was thought to be the client. */
	ask_bytes(&dissect_tls, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_SERVER);
}

/* The same message cut into records at every place reads the same. */
static void
client_hello_over_records(void **state)
{
	struct bytes plain = { .n = 0 };
	struct got whole, g;

	(void)state;
	put_client_hello(&plain, "13 01 c0 2f", SNI ALPN);
	{
		struct bytes b = plain;

		wrap_record(&b, 0);
		ask_bytes(&dissect_tls, SIDE_CLIENT, b.at, b.n, &whole);
	}
	for (size_t cut = 1; cut < plain.n; cut++) {
		struct bytes b = plain, rest = { .n = plain.n - cut };

		memcpy(rest.at, plain.at + cut, rest.n);
		b.n = cut;
		wrap_record(&b, 0);
		wrap_record(&rest, 0);
		memcpy(b.at + b.n, rest.at, rest.n);
		b.n += rest.n;
		ask_bytes(&dissect_tls, SIDE_CLIENT, b.at, b.n, &g);
		assert_int_equal(g.said, PROBE_YES);
		assert_int_equal(g.list.used, whole.list.used);
		assert_memory_equal(g.list.at, whole.list.at, whole.list.used);
		ask_bytes(&dissect_tls, SIDE_CLIENT, b.at, b.n - 1, &g);
		assert_int_equal(g.said, PROBE_MORE);
	}
}

/*
 * A browser of 2025: GREASE wherever it may stand, a post-quantum key share that
 * fills a segment, ECH.  The fingerprint was computed apart from this code.
 */
static void
modern_hello(void **state)
{
	static const char extensions[] =
	    "1a 1a 00 00 " SNI "00 17 00 00 ff 01 00 01 00 "
	    "00 0a 00 08 00 06 4a 4a 11 ec 00 1d 00 0b 00 02 01 00 00 23 00 00 " ALPN
	    "00 05 00 05 01 00*4 00 0d 00 08 00 06 04 03 08 04 04 01 00 12 00 00 "
	    "00 33 04 ef 04 ed 4a 4a 00 01 00 11 ec 04 c0 55*1216 00 1d 00 20 66*32 "
	    "00 2d 00 02 01 01 00 2b 00 07 06 7a 7a 03 04 03 03 00 1b 00 03 02 00 02 "
	    "44 cd 00 05 00 03 02 'h2' fe 0d 00 20 00 00 01 00 01 77*27 2a 2a 00 01 00";
	struct bytes b = { .n = 0 };
	struct got g;

	(void)state;
	put_client_hello(&b, "3a 3a 13 01 13 02 13 03 c0 2b c0 2f", extensions);
	wrap_record(&b, 0);
	assert_true(b.n > 1460);
	for (size_t n = 0; n < b.n; n++) {
		ask_bytes(&dissect_tls, SIDE_CLIENT, b.at, n, &g);
		assert_int_equal(g.said, PROBE_MORE);
	}
	ask_bytes(&dissect_tls, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_SNI, 0, "example.org");
	assert_text(&g, OBS_JA4, 0, "t13d0516h2_e133e205ac38_a467fa225fdd");
}

/* As long as a record can be, padded, in records of a thousand bytes. */
static void
longest_hello(void **state)
{
	struct bytes plain = { .n = 0 }, b = { .n = 0 };
	struct got g;

	(void)state;
	put_client_hello(&plain, "13 01", SNI "00 15 3f b2 00*16306 00 2b 00 03 02 03 04");
	assert_int_equal(plain.n, 16384);
	for (size_t at = 0; at < plain.n; at += 1024) {
		const size_t from = b.n;

		insert(&b, b.n, plain.at + at, 1024);
		wrap_record(&b, from);
		ask_bytes(&dissect_tls, SIDE_CLIENT, b.at, b.n, &g);
		assert_int_equal(g.said, at + 1024 < plain.n ? PROBE_MORE : PROBE_YES);
	}
	assert_text(&g, OBS_SNI, 0, "example.org");
	assert_true(has(&g, OBS_JA4));
}

/* A server that asks for another key says so in a ServerHello; the client's second is not needed.
 */
static void
hello_retry_request(void **state)
{
	static const char special[] = "cf 21 ad 74 e5 9a 61 11 be 1d 8c 02 1e 65 b8 91"
				      " c2 a2 11 16 7a bb 8c 5e 07 9e 09 e2 c8 a8 33 9c";
	struct bytes b = { .n = 0 };
	struct got g;

	(void)state;
	bytes_append(&b, "03 03 ");
	bytes_append(&b, special);
	bytes_append(&b, "00 13 01 00 00 0c 00 2b 00 02 03 04 00 33 00 02 11 ec");
	wrap_message(&b, 0, 2);
	wrap_record(&b, 0);
	bytes_append(&b, "14 03 03 00 01 01");
	ask_bytes(&dissect_tls, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_TLS_VERSION), 0x0304);
}

static void
server_of_tls13_says_its_version(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;

	(void)state;
	put_server_hello(&b, "00 2b 00 02 03 04");
	wrap_record(&b, 0);
	ask_bytes(&dissect_tls, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_TLS_VERSION), 0x0304);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_false(has(&g, OBS_CERT_SUBJECT));
}

static void
server_of_tls12_shows_its_certificate(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;
	size_t first_record;

	(void)state;
	put_server_hello(&b, "ff 01 00 01 00");
	wrap_record(&b, 0);
	first_record = b.n;
	put_certificate_message(&b, &kvm);
	wrap_record(&b, first_record);
	for (size_t n = 0; n < b.n; n++) {
		ask_bytes(&dissect_tls, SIDE_SERVER, b.at, n, &g);
		assert_int_equal(g.said, PROBE_MORE);
	}
	ask_bytes(&dissect_tls, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_TLS_VERSION), 0x0303);
	assert_text(&g, OBS_CERT_SUBJECT, 0, "kvm.example.org");
	assert_text(&g, OBS_CERT_ORG, 0, "Example Ltd");
	assert_text(&g, OBS_CERT_ISSUER, 0, "Test Root");
	assert_text(&g, OBS_CERT_NAME, 0, "kvm.example.org");
	assert_text(&g, OBS_CERT_NAME, 1, "*.example.net");
	assert_int_equal(count(&g, OBS_CERT_NAME), 2);
}

/* Resumption: no certificate comes, the change of cipher does. */
static void
server_without_certificate_is_not_waited_for(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;

	(void)state;
	put_server_hello(&b, "ff 01 00 01 00");
	wrap_record(&b, 0);
	bytes_append(&b, "14 03 03 00 01 01");
	ask_bytes(&dissect_tls, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_TLS_VERSION), 0x0303);
}

/* The first certificate is enough, however long the chain goes on. */
static void
long_chain_is_not_waited_for(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;
	size_t message;

	(void)state;
	put_server_hello(&b, "ff 01 00 01 00");
	message = b.n;
	put_certificate(&b, &kvm);
	wrap_length(&b, message, 3);
	bytes_append(&b, "00 20 00 77*3000");
	wrap_length(&b, message, 3);
	wrap_message(&b, message, 11);
	b.at[message + 2] = 0x20; /* says it is longer than what is there */
	wrap_record(&b, 0);
	ask_bytes(&dissect_tls, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_CERT_SUBJECT, 0, "kvm.example.org");
}

static void
old_string_type_is_read(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;
	size_t message;

	(void)state;
	put_server_hello(&b, "ff 01 00 01 00");
	message = b.n;
	bytes_append(&b,
	    "a0 03 02 01 02 02 01 01 30 02 06 00 30 11 31 0f 30 0d 06 03 55 04 03"
	    " 1e 06 00 6b 00 76 00 6d 30 00 30 11 31 0f 30 0d 06 03 55 04 03"
	    " 1e 06 00 6b 26 03 00 6d 30 00");
	wrap_der(&b, message, 0x30);
	wrap_der(&b, message, 0x30);
	wrap_length(&b, message, 3);
	wrap_length(&b, message, 3);
	wrap_message(&b, message, 11);
	wrap_record(&b, 0);
	ask_bytes(&dissect_tls, SIDE_SERVER, b.at, b.n, &g);
	assert_text(&g, OBS_CERT_ISSUER, 0, "kvm");
	assert_text(&g, OBS_CERT_SUBJECT, 0, "k?m");
}

/* A certificate of nonsense spoils nothing but itself, wherever it breaks. */
static void
broken_certificates(void **state)
{
	struct bytes good = { .n = 0 };
	size_t message;

	(void)state;
	put_server_hello(&good, "ff 01 00 01 00");
	message = good.n;
	put_certificate_message(&good, &kvm);
	for (size_t at = message + 10; at < good.n; at++) {
		for (unsigned value = 0; value < 256; value += 51) {
			struct bytes b = good;
			struct got g;

			b.at[at] = (uint8_t)value;
			wrap_record(&b, 0);
			ask_bytes(&dissect_tls, SIDE_SERVER, b.at, b.n, &g);
			assert_int_equal(g.said, PROBE_YES);
			assert_int_equal(num(&g, OBS_TLS_VERSION), 0x0303);
		}
	}
}

static void
many_names_are_bounded(void **state)
{
	struct x509 x = { "Root", "a.example", NULL, { NULL } };
	struct bytes b = { .n = 0 };
	struct got g;

	(void)state;
	for (unsigned i = 0; i < 39; i++)
		x.names[i] = "one-of-very-many-names.example.org";
	put_server_hello(&b, "ff 01 00 01 00");
	put_certificate_message(&b, &x);
	wrap_record(&b, 0);
	ask_bytes(&dissect_tls, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_in_range(count(&g, OBS_CERT_NAME), 10, 20);
	assert_text(&g, OBS_CERT_SUBJECT, 0, "a.example");
	assert_int_equal(g.list.lost, 0);
}

static void
what_does_not_fit_is_refused(void **state)
{
	static const char *const bad[] = {
		"16 03 05 00 10 01",                      /* version */
		"16 03 01 00 00 01",                      /* empty record */
		"16 03 01 48 00 01",                      /* longer than a record may be */
		"15 03 01 00 02 02 28",                   /* an alert */
		"16 03 01 00 04 00 00 00 00",             /* HelloRequest */
		"16 03 01 00 08 01 00 00 04 03 03 11 11", /* too short inside */
		/* a session id of 33 bytes; an odd number of cipher bytes; none; no compression */
		"16 03 01 00 4c 01 00 00 48 03 03 11*32 21 22*33 00 02 c0 2f 01 00",
		"16 03 01 00 2e 01 00 00 2a 03 03 11*32 00 00 03 c0 2f 00 01 00",
		"16 03 01 00 2b 01 00 00 27 03 03 11*32 00 00 00 01 00",
		"16 03 01 00 2c 01 00 00 28 03 03 11*32 00 00 02 c0 2f 00",
		/* an extension longer than all of them; bytes after them */
		"16 03 01 00 33 01 00 00 2f 03 03 11*32 00 00 02 c0 2f 01 00 00 04 00 00 00 09",
		"16 03 01 00 30 01 00 00 2c 03 03 11*32 00 00 02 c0 2f 01 00 00 00 77",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_tls, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

/* No extensions at all was usual once. */
static void
old_hello_without_extensions(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_tls, SIDE_CLIENT,
	    "16 03 01 00 2d 01 00 00 29 03 01 11*32 00 00 02 00 2f 01 00", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_SNI));
	assert_text(&g, OBS_JA4, 0, "t10i010000_ba72b8082249_000000000000");
}

static void
names_that_cannot_be_are_left_out(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;

	(void)state;
	put_client_hello(&b, "c0 2f", "00 00 00 0a 00 08 00 00 05 'ab' 0a 'cd'");
	wrap_record(&b, 0);
	ask_bytes(&dissect_tls, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_SNI));
	assert_true(has(&g, OBS_JA4));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(client_hello_names_its_server),
		cmocka_unit_test(client_hello_over_records),
		cmocka_unit_test(modern_hello),
		cmocka_unit_test(longest_hello),
		cmocka_unit_test(hello_retry_request),
		cmocka_unit_test(server_of_tls13_says_its_version),
		cmocka_unit_test(server_of_tls12_shows_its_certificate),
		cmocka_unit_test(server_without_certificate_is_not_waited_for),
		cmocka_unit_test(long_chain_is_not_waited_for),
		cmocka_unit_test(old_string_type_is_read),
		cmocka_unit_test(broken_certificates),
		cmocka_unit_test(many_names_are_bounded),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(old_hello_without_extensions),
		cmocka_unit_test(names_that_cannot_be_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
