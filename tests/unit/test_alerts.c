/*
 * Alerts: severity, risk, confidence, keys and ids.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "judge/alerts.h"

static const struct detector rule = { .rule = "RD-01" };

static void
severity_is_the_worse_of_level_and_band(void **state)
{
	(void)state;
	assert_int_equal(alerts_severity(LEVEL_INVENTORY, BAND_NOTE), 1);
	assert_int_equal(alerts_severity(LEVEL_LOW, BAND_REVIEW), 21);
	assert_int_equal(alerts_severity(LEVEL_MEDIUM, BAND_NOTE), 47);
	assert_int_equal(alerts_severity(LEVEL_HIGH, BAND_NOTE), 73);
	assert_int_equal(alerts_severity(LEVEL_LOW, BAND_ALERT), 73);
	assert_int_equal(alerts_severity(LEVEL_HIGH, BAND_URGENT), 99);
}

static void
risk_and_confidence_stay_in_range(void **state)
{
	struct finding f = { .by = &rule };

	(void)state;
	assert_int_equal(alerts_risk(47, 0.1), 47);
	assert_int_equal(alerts_risk(47, 0.996), 100);
	for (int llr = -100; llr <= 100; llr++) {
		f.llr = (float)llr;
		f.against = (uint8_t)((llr + 100) % (FINDING_AGAINST + 1));
		assert_in_range(alerts_confidence(&f), 0, 99);
	}
	f.llr = 3.0f;
	f.against = 0;
	assert_int_equal(alerts_confidence(&f), 95);
	f.against = 2;
	assert_int_equal(alerts_confidence(&f), 85);
	f.near_certain = true;
	assert_int_equal(alerts_confidence(&f), 95);
}

static void
the_digest_is_sha_256(void **state)
{
	/* FIPS 180-2, appendix B.1 */
	static const uint8_t abc[4] = { 0xba, 0x78, 0x16, 0xbf };
	uint8_t out[DIGEST];

	(void)state;
	alerts_digest("abc", out);
	assert_memory_equal(out, abc, sizeof(abc));
}

static void
ids_differ_by_key_day_and_count_only(void **state)
{
	char a[ALERT_ID], b[ALERT_ID];

	(void)state;
	alerts_id("RD-01|u11|vnc", 20000, 1, a);
	alerts_id("RD-01|u11|vnc", 20000, 1, b);
	assert_int_equal(strspn(a, "0123456789abcdef"), 16);
	assert_int_equal(strlen(a), 16);
	assert_string_equal(a, b);
	alerts_id("RD-01|u11|vnc", 20000, 2, b);
	assert_string_not_equal(a, b);
	alerts_id("RD-01|u11|vnc", 20001, 1, b);
	assert_string_not_equal(a, b);
	alerts_id("RD-01|u12|vnc", 20000, 1, b);
	assert_string_not_equal(a, b);
}

static void
keys_name_the_person_unless_there_are_several(void **state)
{
	const struct person who = { .id = "u11" };
	struct finding f = { .by = &rule, .who = &who, .persons = 1 };
	char key[sizeof(((struct alert *)0)->key)];

	(void)state;
	memset(f.key, 'k', sizeof(f.key) - 1);
	alerts_key(&f, key);
	assert_int_equal(strncmp(key, "RD-01|u11|kkk", 13), 0);
	assert_int_equal(strlen(key), 10 + sizeof(f.key) - 1);
	f.persons = 3;
	alerts_key(&f, key);
	assert_int_equal(strncmp(key, "RD-01|*|kkk", 11), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(severity_is_the_worse_of_level_and_band),
		cmocka_unit_test(risk_and_confidence_stay_in_range),
		cmocka_unit_test(the_digest_is_sha_256),
		cmocka_unit_test(ids_differ_by_key_day_and_count_only),
		cmocka_unit_test(keys_name_the_person_unless_there_are_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
