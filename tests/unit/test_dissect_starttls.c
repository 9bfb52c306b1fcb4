/*
 * test_dissect_starttls: TLS after a word in clear.
 */
#include "probe_tls.h"

extern const struct dissector dissect_starttls;

#define HELLO                                                                                      \
	" 16 03 01 00 44 01 00 00 40 03 03 11*32 00 00 02 c0 2f 01 00 00 15 00 00 00 11 00 0f"     \
	" 00 00 0c 'example.org.'"
#define MYSQL "20 00 00 01 85 ae 3f 20 00 00 00 01 21 "

static void
ways_to_tls(void **state)
{
	static const struct {
		const char *who, *bytes;
	} ways[] = {
		{ "smtp", "'EHLO pc7.example.org' 0d 0a 'STARTTLS' 0d 0a" HELLO },
		{ "smtp", "'ehlo pc7' 0a 'NOOP' 0a 'starttls' 0a" HELLO },
		{ "imap", "'a1 CAPABILITY' 0d 0a 'a2 STARTTLS' 0d 0a" HELLO },
		{ "pop3", "'CAPA' 0d 0a 'STLS' 0d 0a" HELLO },
		{ "nntp", "'CAPABILITIES' 0d 0a 'STARTTLS' 0d 0a" HELLO },
		{ "ftp", "'AUTH TLS' 0d 0a" HELLO },
		{ "ftp", "'FEAT' 0d 0a 'auth ssl' 0d 0a" HELLO },
		{ "tls", "'PROXY TCP4 192.0.2.7 192.0.2.9 52176 443' 0d 0a" HELLO },
		{ "postgresql", "00 00 00 08 04 d2 16 2f" HELLO },
		{ "mysql", MYSQL "00*23" HELLO },
	};
	struct bytes b;
	struct got g;

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		bytes_write(&b, ways[i].bytes);
		for (size_t n = 0; n < b.n; n++) {
			ask_bytes(&dissect_starttls, SIDE_CLIENT, b.at, n, &g);
			assert_int_equal(g.said, PROBE_MORE);
		}
		ask_bytes(&dissect_starttls, SIDE_CLIENT, b.at, b.n, &g);
		assert_int_equal(g.said, PROBE_YES);
		assert_text(&g, OBS_PROTOCOL, 0, ways[i].who);
		assert_text(&g, OBS_SNI, 0, "example.org");
		assert_true(has(&g, OBS_JA4));
		assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	}
}

static void
all_else_is_refused(void **state)
{
	static const char *const bad[] = {
		/* nobody's first line; no turn; a turn to something else; no text */
		"'GET / HTTP/1.1' 0d 0a",
		"'EHLO pc7' 0d 0a" HELLO,
		"'AUTH TLS' 0d 0a 80 2e 01 03",
		"'EHLO pc7' 0d 0a 'DATA' 00",
		"'EHLO pc7' 0d 'DATA'",
		"'SSH-2.0-OpenSSH_9.2p1' 0d 0a",
		/* turned back; a server's hello; a line too long; too many of them */
		"'AUTH TLS' 0d 0a 'USER alice' 0d 0a" HELLO,
		"'AUTH TLS' 0d 0a 16 03 03 00 36 02",
		"'EHLO ' 61*520",
		"'EHLO pc7' 0d 0a 'NOOP' 0a 'NOOP' 0a 'NOOP' 0a 'NOOP' 0a 'NOOP' 0a 'NOOP' 0a"
		"'NOOP' 0a 'NOOP' 0a 'NOOP' 0a 'NOOP' 0a 'NOOP' 0a 'NOOP' 0a 'NOOP' 0a 'NOOP' 0a"
		"'NOOP' 0a 'NOOP' 0a 'STARTTLS' 0a" HELLO,
		/* PostgreSQL's and MySQL's without TLS */
		"00 00 00 08 04 d2 16 2e",
		"00 00 00 08 04 d2 16 2f 'Q'",
		"20 00 00 01 85 a6 3f 20 00 00 00 01 21 00*23" HELLO,
		MYSQL "00*22 01" HELLO,
		/* TLS at once is not ours */
		HELLO,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_starttls, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
	assert_int_equal(says(&dissect_starttls, SIDE_SERVER, "'AUTH TLS' 0d 0a"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways_to_tls),
		cmocka_unit_test(all_else_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
