/*
 * test_dissect_fully_encrypted: what looks encrypted from its first byte, and each exemption of the
 * rule.
 */
#include "probe.h"

extern const struct dissector dissect_fully_encrypted;

#define SEALED "9a 41 f0 27 c8 1d b3 6e 05 fa 72 8c 33 d9 4b a6 1f e7 58 90 2b c4 7d 06 ee 63 b8 15"

static void
half_of_the_bits(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_fully_encrypted, SIDE_CLIENT, SEALED, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_FULLY_ENCRYPTED), 396);
	assert_int_equal(g.list.count, 1); /* it names nothing */
	assert_int_equal(says(&dissect_fully_encrypted, SIDE_SERVER, SEALED), PROBE_NO);
}

static void
exemptions(void **state)
{
	static const struct {
		const char *bytes;
		enum probe want;
	} cases[] = {
		{ "9a 41 f0 27 c8 1d b3 6e 05 fa 72 8c 33 d9 4b", PROBE_MORE },
		{ "0f*20", PROBE_YES },      /* 4 bits a byte */
		{ "07*16", PROBE_NO },       /* 3 */
		{ "1f*16", PROBE_NO },       /* 5 */
		{ "0f*12 07*8", PROBE_YES }, /* 3.6 */
		{ "0f*8 07*12", PROBE_NO },  /* 3.4: as few are exempt */
		{ "1f*12 0f*8", PROBE_NO },  /* 4.6: as many too */
		{ "1f*11 0f*9", PROBE_YES },
		{ "'GET /a' 9a c1 f0 87 c8 9d b3 ee 85 fa", PROBE_NO }, /* text in front */
		{ "'GET /' 9a c1 f0 87 c8 9d b3 ee 85 fa d2", PROBE_YES },
		{ "16 03 01 " SEALED, PROBE_NO }, /* TLS */
		{ "16 03 0a " SEALED, PROBE_YES },
		{ "9a c1 '3333333333333333333' 9a c1 f0 87 c8 9d b3 ee 85 fa 8f 8f 8f 8f 8f 8f 8f",
		    PROBE_YES }, /* 19 of text in a row, and less than half */
		{ "9a c1 '333333333333333333333' 9a c1 f0 87 c8 9d b3 ee 85 fa 8f 8f 8f 8f 8f 8f "
		  "8f 8f",
		    PROBE_NO },
		{ "9a '3333333333333333' 9a c1 f0 87 c8 9d b3", PROBE_NO }, /* more than half */
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (says(&dissect_fully_encrypted, SIDE_CLIENT, cases[i].bytes) != cases[i].want)
			fail_msg("case %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_of_the_bits),
		cmocka_unit_test(exemptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
