/*
 * test_dissect_anydesk: AnyDesk by its certificates, and not by anything less.
 */
#include "probe_tls.h"

extern const struct dissector dissect_anydesk;

static const struct x509 relay = { "AnyNet Root CA", "AnyNet Relay", "philandro Software GmbH",
	{ NULL } };
static const struct x509 client = { "AnyDesk Client", "AnyDesk Client", NULL, { NULL } };
static const struct x509 other = { "Test Root", "anydesk.example.org", "AnyDesk Client", { NULL } };

static void
put_server(struct bytes *b, const struct x509 *x)
{
	b->n = 0;
	put_server_hello(b, "ff 01 00 01 00");
	put_certificate_message(b, x);
	wrap_record(b, 0);
}

static void
relay_and_direct_certificates(void **state)
{
	struct bytes b;
	struct got g;

	(void)state;
	put_server(&b, &relay);
	ask_bytes(&dissect_anydesk, SIDE_SERVER, b.at, b.n, &g);
	assert_product(&g, "anydesk", SURE_CERTAIN);
	/* The facts of TLS itself are the tls dissector's to say. */
	assert_false(has(&g, OBS_CERT_SUBJECT) || has(&g, OBS_JA4));
	put_server(&b, &client);
	ask_bytes(&dissect_anydesk, SIDE_SERVER, b.at, b.n, &g);
	assert_product(&g, "anydesk", SURE_CERTAIN);
	for (size_t n = 0; n < b.n; n++) {
		ask_bytes(&dissect_anydesk, SIDE_SERVER, b.at, n, &g);
		assert_int_equal(g.said, PROBE_MORE);
	}
}

static void
another_certificate_is_refused(void **state)
{
	struct bytes b;
	struct got g;

	(void)state;
	put_server(&b, &other);
	ask_bytes(&dissect_anydesk, SIDE_SERVER, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_NO);
}

/* The client's own certificate comes after its hello, in clear up to TLS 1.2. */
static void
client_certificate_is_waited_for(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;
	size_t second;

	(void)state;
	put_client_hello(&b, "c0 2f", "00 17 00 00");
	wrap_record(&b, 0);
	second = b.n;
	ask_bytes(&dissect_anydesk, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_MORE);
	put_certificate_message(&b, &client);
	wrap_record(&b, second);
	ask_bytes(&dissect_anydesk, SIDE_CLIENT, b.at, b.n, &g);
	assert_product(&g, "anydesk", SURE_CERTAIN);
	b.n = second;
	put_certificate_message(&b, &other);
	wrap_record(&b, second);
	ask_bytes(&dissect_anydesk, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_NO);
	b.n = second;
	bytes_append(&b, "14 03 03 00 01 01");
	ask_bytes(&dissect_anydesk, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_NO);
}

static void
hello_with_a_server_name_is_not_waited_for(void **state)
{
	struct bytes b = { .n = 0 };
	struct got g;

	(void)state;
	put_client_hello(&b, "c0 2f", "00 00 00 10 00 0e 00 00 0b 'example.org'");
	wrap_record(&b, 0);
	ask_bytes(&dissect_anydesk, SIDE_CLIENT, b.at, b.n, &g);
	assert_int_equal(g.said, PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relay_and_direct_certificates),
		cmocka_unit_test(another_certificate_is_refused),
		cmocka_unit_test(client_certificate_is_waited_for),
		cmocka_unit_test(hello_with_a_server_name_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
