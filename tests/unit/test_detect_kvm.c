/*
 * IP-KVMs on the LAN (LF-03).
 */
#include "sights.h"

static void
show_fact(struct stage *t, const char *fact, const char *value, bool exact)
{
	t->s.kind = SIGHT_DEVICE;
	t->s.vantage = VANTAGE_SITE;
	t->s.product = &jetkvm;
	t->s.device_fact = fact;
	t->s.device_value = value;
	t->s.fact_is_exact = exact;
	show(t);
}

static void
a_weak_hint_is_inventory_an_exact_one_medium(void **state)
{
	struct stage *t = stage_new("LF-03");

	(void)state;
	show_fact(t, "mac_block", "DC-A6-32-00-00-01", false);
	show_fact(t, "mac_block", "DC-A6-32-00-00-01", false);
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_INVENTORY);
	assert_false(t->heard.at[0].near_certain);
	show_fact(t, "host_name", "jetkvm-1a2b3c4d", true);
	show_fact(t, "host_name", "jetkvm-1a2b3c4d", true);
	assert_int_equal(t->heard.count, 2);
	assert_int_equal(t->heard.at[1].level, LEVEL_MEDIUM);
	assert_true(t->heard.at[1].near_certain);
	assert_true(t->heard.at[1].llr >= 4.0f);
	stage_free(t);
}

static void
a_viewer_makes_it_high(void **state)
{
	struct stage *t = stage_new("LF-03");

	(void)state;
	show_fact(t, "mdns_service", "_jetkvm._tcp", true);
	stage_session(t, &jetkvm, "198.51.100.130");
	show(t);
	t->s.now_us += MINUTE_US;
	stage_session(t, &jetkvm, "198.51.100.130");
	show(t);
	assert_int_equal(t->heard.count, 2);
	assert_int_equal(t->heard.at[1].level, LEVEL_HIGH);
	assert_int_equal(signal_of(&t->heard.at[1], "kvm_viewer")->flow[0], 7);
	stage_free(t);
}

static void
many_facts_and_other_devices_are_bounded(void **state)
{
	struct stage *t = stage_new("LF-03");
	char value[300];

	(void)state;
	t->s.kind = SIGHT_DEVICE;
	t->s.product = &anydesk;
	t->s.device_fact = "host_name";
	t->s.device_value = "x";
	show(t);
	assert_int_equal(t->heard.count, 0);
	memset(value, 'k', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	for (int i = 0; i < 40; i++) {
		value[i % 60] = (char)(i + 1);
		show_fact(t, "host_name", value, true);
	}
	assert_in_range(t->heard.count, 1, 8);
	stage_free(t);
}

static void
a_model_is_told_with_its_service(void **state)
{
	struct stage *t = stage_new("LF-03");

	(void)state;
	for (int again = 0; again < 2; again++) {
		show_fact(t, "mdns_model", "v3", false);
		assert_int_equal(t->heard.count, again);
		show_fact(t, "mdns_service", "_pikvm._tcp", true);
		assert_int_equal(t->heard.count, 1);
	}
	assert_int_equal(t->heard.at[0].level, LEVEL_MEDIUM);
	assert_non_null(signal_of(&t->heard.at[0], "mdns_service"));
	assert_non_null(strstr(signal_of(&t->heard.at[0], "mdns_model")->observed, "v3"));
	stage_free(t);
}

static void
except_jetkvm(struct stage *t, int64_t until_us, const char *peers)
{
	struct allowance *a = &t->who.tool[0];

	t->who.tools = 1;
	snprintf(a->product, sizeof(a->product), "jetkvm");
	assert_true(prefix_parse(peers, &a->peer));
	a->until_us = until_us;
}

static void
an_exception_ends(void **state)
{
	struct stage *t = stage_new("LF-03");

	(void)state;
	except_jetkvm(t, START_US + 2 * DAY_US, "::/0");
	for (int day = 0; day < 4; day++) {
		t->s.now_us = START_US + day * DAY_US;
		show_fact(t, "mac_block", "30-52-53-00-00-01", true);
		assert_int_equal(t->heard.count, day < 2 ? 0 : day - 1);
	}
	assert_int_equal(t->heard.at[0].level, LEVEL_MEDIUM);
	assert_int_equal(t->heard.at[0].signal[0].from_us, START_US);
	stage_free(t);
}

static void
an_exception_for_some_viewers_is_not_for_others(void **state)
{
	struct stage *t = stage_new("LF-03");

	(void)state;
	except_jetkvm(t, INT64_MAX, "192.0.2.0/24");
	show_fact(t, "mac_block", "30-52-53-00-00-01", true);
	stage_session(t, &vnc, "192.0.2.10");
	show(t);
	assert_int_equal(t->heard.count, 0);
	stage_session(t, &vnc, "198.51.100.130");
	show(t);
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_HIGH);
	assert_non_null(strstr(t->heard.at[0].message, "198.51.100.130"));
	stage_free(t);
}

static void
a_viewer_of_last_week_is_not_in_use(void **state)
{
	struct stage *t = stage_new("LF-03");

	(void)state;
	show_fact(t, "mac_block", "30-52-53-00-00-01", true);
	stage_session(t, &vnc, "198.51.100.130");
	show(t);
	assert_int_equal(t->heard.at[1].level, LEVEL_HIGH);
	t->s.now_us += 7 * DAY_US;
	show_fact(t, "mac_block", "30-52-53-00-00-01", true);
	assert_int_equal(t->heard.count, 3);
	assert_int_equal(t->heard.at[2].level, LEVEL_MEDIUM);
	assert_null(signal_of(&t->heard.at[2], "kvm_viewer"));
	stage_free(t);
}

/* What else the device does at that moment, as when the input ends, is nobody's view of it. */
static void
only_a_session_is_a_viewer(void **state)
{
	struct stage *t = stage_new("LF-03");

	(void)state;
	except_jetkvm(t, INT64_MAX, "192.0.2.0/24");
	show_fact(t, "mac_block", "30-52-53-00-00-01", true);
	stage_session(t, &vnc, "192.0.2.10");
	show(t);
	stage_session(t, NULL, "198.51.100.130");
	show(t);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_weak_hint_is_inventory_an_exact_one_medium),
		cmocka_unit_test(a_viewer_makes_it_high),
		cmocka_unit_test(a_model_is_told_with_its_service),
		cmocka_unit_test(an_exception_ends),
		cmocka_unit_test(an_exception_for_some_viewers_is_not_for_others),
		cmocka_unit_test(only_a_session_is_a_viewer),
		cmocka_unit_test(a_viewer_of_last_week_is_not_in_use),
		cmocka_unit_test(many_facts_and_other_devices_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
