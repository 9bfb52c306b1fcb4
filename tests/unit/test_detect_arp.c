/*
 * ARP requests in another's name (LF-04).
 */
#include "sights.h"

static void
show_masked(struct stage *t, const char *mac)
{
	t->s.kind = SIGHT_MASKED;
	t->s.vantage = VANTAGE_SITE;
	t->s.product = NULL;
	assert_true(mac_parse("2C:CF:67:00:53:01", &t->end.mac));
	assert_true(mac_parse(mac, &t->s.masked_as));
	show(t);
	t->s.now_us += SECOND_US;
}

/* "open_z", "oom", random bytes of which a group's. */
static void
orders_are_high(void **state)
{
	struct stage *t = stage_new("LF-04");

	(void)state;
	show_masked(t, "6F:70:65:6E:5F:7A");
	show_masked(t, "6F:6F:6D:00:00:00");
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_INVENTORY);
	show_masked(t, "93:11:C0:4E:00:91");
	assert_int_equal(t->heard.count, 2);
	assert_int_equal(t->heard.at[1].level, LEVEL_HIGH);
	assert_true(t->heard.at[1].llr >= 4.0f);
	assert_non_null(strstr(t->heard.at[1].message, "2C-CF-67-00-53-01"));
	assert_int_equal(signal_of(&t->heard.at[1], "arp_senders")->samples, 3);
	assert_int_equal(signal_of(&t->heard.at[1], "arp_impossible_senders")->samples, 3);
	for (int i = 0; i < 9; i++) {
		char mac[] = "6F:70:65:6E:5F:30";

		mac[16] = (char)('0' + i);
		show_masked(t, mac);
	}
	assert_int_equal(t->heard.count, 2);
	t->s.now_us += DAY_US;
	show_masked(t, "6F:70:65:6E:5F:7A");
	assert_int_equal(t->heard.at[2].level, LEVEL_INVENTORY); /* one alone, so long after */
	stage_free(t);
}

/* A repeater passes on its clients' probes: hardware addresses, each of a phone that joins. */
static void
a_repeater_is_inventory(void **state)
{
	static const char *const phones[] = { "00:00:5E:00:53:11", "DA:31:77:00:53:12",
		"3C:07:54:00:53:13", "F2:10:08:00:53:14", "00:00:5E:00:53:15" };
	struct stage *t = stage_new("LF-04");

	(void)state;
	for (int round = 0; round < 3; round++)
		for (unsigned i = 0; i < sizeof(phones) / sizeof(phones[0]); i++)
			show_masked(t, phones[i]);
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_INVENTORY);
	assert_true(speaks_of(&t->heard.at[0], "repeater"));
	stage_free(t);
}

static void
orders_hours_apart_are_inventory(void **state)
{
	static const char *const orders[] = { "6F:70:65:6E:5F:7A", "6F:6F:6D:00:00:00",
		"61:70:70:72:6F:76", "65:5F:72:65:6D:6F" };
	struct stage *t = stage_new("LF-04");

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		show_masked(t, orders[i]);
		t->s.now_us += HOUR_US;
	}
	assert_int_equal(t->heard.count, 1);
	assert_int_equal(t->heard.at[0].level, LEVEL_INVENTORY);
	stage_free(t);
}

static void
standing_in_for_a_router_or_a_container_is_silent(void **state)
{
	static const char *const virtual[] = { "02:42:AC:11:00:02", "00:00:5E:00:01:0A",
		"00:00:5E:00:02:0A", "00:00:0C:07:AC:01" };
	struct stage *t = stage_new("LF-04");

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		show_masked(t, virtual[i]);
	assert_int_equal(t->heard.count, 0);
	stage_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_are_high),
		cmocka_unit_test(a_repeater_is_inventory),
		cmocka_unit_test(orders_hours_apart_are_inventory),
		cmocka_unit_test(standing_in_for_a_router_or_a_container_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
