/*
 * test_dissect_tor: Tor's link by the names it makes up, and not by names of others.
 */
#include <stdio.h>

#include "probe_tls.h"

extern const struct dissector dissect_tor;

static enum probe
says_to(const struct x509 *x, struct got *g)
{
	struct bytes b = { .n = 0 };

	put_server_hello(&b, "ff 01 00 01 00");
	put_certificate_message(&b, x);
	wrap_record(&b, 0);
	ask_bytes(&dissect_tor, SIDE_SERVER, b.at, b.n, g);
	return g->said;
}

static void
by_certificate(void **state)
{
	static const struct x509 good[] = {
		{ "www.xkgk7fdx362yyyxib.com", "www.g6ghvisevf3ibuu5.net", NULL, { NULL } },
		{ "www.fcsyvnlem2xv5p.net", "www.gg562izcxdvqdk.net", NULL, { NULL } },
	};
	static const struct x509 bad[] = {
		{ "www.xkgk7fdx362yyyxib.com", "www.g6ghvisevf3ibuu5.net", "Somebody", { NULL } },
		{ "www.xkgk7fdx362yyyxib.com", "www.g6ghvisevf3ibuu5.net", NULL,
		    { "www.example.net", NULL } },
		{ "www.g6ghvisevf3ibuu5.net", "www.g6ghvisevf3ibuu5.net", NULL, { NULL } },
		{ "www.xkgk7fdx362yyyxib.com", "www.g6ghvisevf3ibuu5.org", NULL, { NULL } },
		{ "www.example.com", "www.examples.net", NULL, { NULL } },
		{ "www.xkgk7fdx362yyyxib.com", "www.g6ghvis8vf3ibuu5.net", NULL, { NULL } },
		{ "Test Root", "www.g6ghvisevf3ibuu5.net", NULL, { NULL } },
	};
	struct got g;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		(void)says_to(&good[i], &g);
		assert_product(&g, "tor", SURE_LIKELY);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says_to(&bad[i], &g) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i].subject);
}

static enum probe
greets(const char *name, const char *more, struct got *g)
{
	struct bytes b = { .n = 0 }, ext = { .n = 0 };
	char text[256] = "";

	bytes_append(&ext, name);
	snprintf(text, sizeof(text), "00 00 00 %02x 00 %02x 00 00 %02x %s %s", (unsigned)ext.n + 5,
	    (unsigned)ext.n + 3, (unsigned)ext.n, name, more);
	put_client_hello(&b, "13 01", text);
	wrap_record(&b, 0);
	ask_bytes(&dissect_tor, SIDE_CLIENT, b.at, b.n, g);
	return g->said;
}

static void
by_hello(void **state)
{
	struct got g;

	(void)state;
	assert_int_equal(greets("'www.ct7ctrgb6cr7x2qa.com'", "", &g), PROBE_YES);
	assert_product(&g, "tor", SURE_GUESS);
	assert_int_equal(
	    greets("'www.ct7ctrgb6cr7x2qa.com'", "00 10 00 05 00 03 02 'h2'", &g), PROBE_NO);
	assert_int_equal(greets("'www.ct7ctrgb6cr.com'", "", &g), PROBE_NO);
	assert_int_equal(greets("'www.ct7ctrgb6cr7x2qa.net'", "", &g), PROBE_NO);
	assert_int_equal(greets("'ct7ctrgb6cr7x2qa.com'", "", &g), PROBE_NO);
	assert_int_equal(greets("'www.internationalbank24.com'", "", &g), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_certificate),
		cmocka_unit_test(by_hello),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
