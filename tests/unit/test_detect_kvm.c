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
	show_fact(t, "dhcp_name", "jetkvm-1a2b3c4d", true);
	show_fact(t, "dhcp_name", "jetkvm-1a2b3c4d", true);
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
	t->s.device_fact = "dhcp_name";
	t->s.device_value = "x";
	show(t);
	assert_int_equal(t->heard.count, 0);
	memset(value, 'k', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	for (int i = 0; i < 40; i++) {
		value[i % 60] = (char)(i + 1);
		show_fact(t, "dhcp_name", value, true);
	}
	assert_in_range(t->heard.count, 1, 8);
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_weak_hint_is_inventory_an_exact_one_medium),
		cmocka_unit_test(a_viewer_makes_it_high),
		cmocka_unit_test(many_facts_and_other_devices_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
