/*
 * The vocabulary that computes: views cannot be overrun, prefixes are what they say,
 * hashes of neighbouring addresses spread, observations are read back as written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "farhand/obs.h"

static void
a_view_past_its_end_is_bad_for_good(void **state)
{
	const uint8_t bytes[] = { 1, 2, 3 };
	struct view v = view_of(bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(view_be16(&v), 0x0102);
	assert_int_equal(view_be16(&v), 0);
	assert_true(v.bad);
	assert_int_equal(view_u8(&v), 0);
	assert_true(v.bad);
}

static void
views_read_both_orders(void **state)
{
	const uint8_t bytes[] = { 0xf1, 2, 3, 0xf4, 5, 6, 7, 0xf8, 0xf9, 10, 11, 12, 13 };
	struct view v = view_of(bytes, sizeof(bytes)), line;

	(void)state;
	assert_int_equal(view_be32(&v), 0xf10203f4);
	assert_int_equal(view_le32(&v), 0xf8070605);
	assert_int_equal(view_le16(&v), 0x0af9);
	assert_false(view_lit(&v, "\x0b\x0d", 2));
	assert_true(view_lit(&v, "\x0b", 1));
	line = view_until(&v, 13);
	assert_int_equal(line.n, 1);
	assert_false(v.bad);
	view_until(&v, 99);
	assert_true(v.bad);
}

static void
prefixes_are_exact(void **state)
{
	static const char *const wrong[] = { "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8",
		"x", "10.0.0.0/8x", "10.0.0.0/-1", "2001:db8::1/32", "2001:db8::/129", "" };
	struct prefix p, untouched = { .bits = 77 };
	struct addr in, out;

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		p = untouched;
		assert_false(prefix_parse(wrong[i], &p));
		assert_int_equal(p.bits, 77);
	}
	assert_true(prefix_parse("172.16.0.0/12", &p));
	assert_true(addr_parse("172.31.255.255", &in) && addr_parse("172.32.0.0", &out));
	assert_true(prefix_has(&p, &in));
	assert_false(prefix_has(&p, &out));
	assert_true(prefix_parse("2001:db8::/33", &p));
	assert_true(addr_parse("2001:db8:7fff::1", &in) && addr_parse("2001:db8:8000::1", &out));
	assert_true(prefix_has(&p, &in));
	assert_false(prefix_has(&p, &out));
	/* A mapped prefix is IPv6 with its own length, not IPv4. */
	assert_true(prefix_parse("::ffff:0:0/96", &p));
	assert_int_equal(p.bits, 96);
}

/* Hosts of one network differ in the last bits only: they must not share a chain. */
static void
neighbours_hash_apart(void **state)
{
	static uint8_t filled[65536];
	unsigned buckets = 0;

	(void)state;
	for (uint32_t i = 0; i < 65536; i++) {
		const uint8_t four[4] = { 10, 20, (uint8_t)(i >> 8), (uint8_t)i };
		const struct addr a = addr_v4(four);

		filled[addr_hash(&a) & 0xffff] = 1;
	}
	for (uint32_t i = 0; i < 65536; i++)
		buckets += filled[i];
	/* A random function fills 63 %. */
	assert_in_range(buckets, 65536 * 55 / 100, 65536);
}

static void
macs_and_addresses_read_back(void **state)
{
	struct mac m;
	struct addr a;
	char text[ADDR_TEXT];

	(void)state;
	assert_true(mac_parse("30:52:53:00:00:0a", &m));
	assert_string_equal(mac_format(&m, text), "30-52-53-00-00-0A");
	assert_false(mac_parse("30:52:53:00:00", &m));
	assert_false(mac_parse("30:52:53:00:00:0a:0b", &m));
	assert_true(addr_parse("192.0.2.1", &a));
	assert_true(addr_is_v4(&a));
	assert_string_equal(addr_format(&a, text), "192.0.2.1");
	assert_true(addr_parse("2001:db8::1", &a));
	assert_string_equal(addr_format(&a, text), "2001:db8::1");
}

static void
observations_are_kept_in_order_and_bounded(void **state)
{
	static struct obs_list l;
	char text[300];
	struct obs o;
	size_t at = 0;

	(void)state;
	obs_num(&l, OBS_CLIENT, SIDE_SERVER);
	obs_text(&l, OBS_SNI, view_of("host.example", 12));
	assert_true(obs_next(&l, &at, &o));
	assert_int_equal(o.kind, OBS_CLIENT);
	assert_int_equal(o.num, SIDE_SERVER);
	assert_true(obs_copy_text(&l, OBS_SNI, text, sizeof(text)));
	assert_string_equal(text, "host.example");
	assert_true(obs_copy_text(&l, OBS_SNI, text, 5));
	assert_string_equal(text, "host");
	assert_false(obs_copy_text(&l, OBS_ALPN, text, sizeof(text)));
	/* The tail of a name decides what it belongs to: that is what is kept of a long one. */
	memset(text, 'a', sizeof(text));
	memcpy(text + 296, ".org", 4);
	obs_text(&l, OBS_ALPN, view_of(text, 300));
	assert_true(obs_find(&l, OBS_ALPN, &o));
	assert_int_equal(o.text.n, OBS_TEXT);
	assert_memory_equal(o.text.p + OBS_TEXT - 4, ".org", 4);
	for (int i = 0; i < 10; i++)
		obs_text(&l, OBS_CERT_NAME, view_of(text, 300));
	assert_true(l.used <= OBS_BYTES);
	assert_int_equal(l.count + l.lost, 13);
	assert_true(l.lost > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_view_past_its_end_is_bad_for_good),
		cmocka_unit_test(views_read_both_orders),
		cmocka_unit_test(prefixes_are_exact),
		cmocka_unit_test(neighbours_hash_apart),
		cmocka_unit_test(macs_and_addresses_read_back),
		cmocka_unit_test(observations_are_kept_in_order_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
