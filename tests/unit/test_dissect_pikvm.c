/*
 * test_dissect_pikvm: two heartbeats of the viewer, keys between them; not those of others.
 */
#include "probe.h"

extern const struct dissector dissect_pikvm;

#define ASK(path) "'GET " path " HTTP/1.1' 0d 0a 'Upgrade: WebSocket' 0d 0a 0d 0a "
#define BEAT      "82 81 11 22 33 44 11 "
#define MOUSE     "82 86 0a 0b 0c 0d 09 0b 0c 0d 0a 0b "
#define TEXT      "81 82 00*4 '{}' "

static void
two_heartbeats(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_pikvm, SIDE_CLIENT, ASK("/api/ws?stream=1") TEXT MOUSE BEAT MOUSE MOUSE BEAT,
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_product(&g, "pikvm", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_int_equal(says(&dissect_pikvm, SIDE_CLIENT,
			     ASK("/kvm/api/ws") BEAT "89 80 00*4 8a 80 00*4 " BEAT),
	    PROBE_YES);
}

static void
others(void **state)
{
	static const struct {
		const char *bytes;
		enum probe want;
	} cases[] = {
		{ ASK("/api/ws") BEAT MOUSE, PROBE_MORE },
		{ ASK("/api/ws") BEAT "82 81 55 66", PROBE_MORE },
		{ ASK("/api/ws") BEAT "82 fe 01 00 55 66 77 88", PROBE_MORE },
		/* A length written longer than it need be is a length. */
		{ ASK("/api/ws") "82 fe 00 01 11 22 33 44 11 " BEAT, PROBE_YES },
		{ ASK("/api/ws2") BEAT BEAT, PROBE_NO },
		{ ASK("/chat") BEAT BEAT, PROBE_NO },
		{ ASK("/chat?to=/api/ws") BEAT BEAT, PROBE_NO },
		{ "'GET /api/ws HTTP/1.1' 0d 0a 0d 0a " BEAT BEAT, PROBE_NO }, /* no upgrade */
		{ ASK("/api/ws") "82 01 00 82 01 00", PROBE_NO },              /* a server's */
		{ ASK("/api/ws") "82 81 11 22 33 44 10 82 81 11 22 33 44 10", PROBE_MORE },
		{ ASK("/api/ws") "88 80 00*4", PROBE_NO }, /* it takes its leave */
		{ BEAT BEAT, PROBE_NO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (says(&dissect_pikvm, SIDE_CLIENT, cases[i].bytes) != cases[i].want)
			fail_msg("case %zu", i);
	}
}

/* One that never beats is given up. */
static void
keys_alone(void **state)
{
	static char bytes[8192];
	size_t n = (size_t)snprintf(bytes, sizeof(bytes), "%s", ASK("/api/ws"));

	(void)state;
	for (int i = 0; i < 256; i++) {
		assert_int_equal(says(&dissect_pikvm, SIDE_CLIENT, bytes), PROBE_MORE);
		n += (size_t)snprintf(bytes + n, sizeof(bytes) - n, "82 80 00*4 ");
	}
	assert_int_equal(says(&dissect_pikvm, SIDE_CLIENT, bytes), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_heartbeats),
		cmocka_unit_test(others),
		cmocka_unit_test(keys_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
