/*
 * farhand.yaml: the defaults, a whole file, and every way to get it wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "caught.h"
#include "ops/config.h"

static struct config config;
static struct caught caught;

/* config_read of a file with this text, which messages call "F". */
static int
read_text(const char *text)
{
	char path[] = "/tmp/farhand-test-XXXXXX";
	int rc;

	caught_write(path, text);
	config_default(&config);
	caught_begin(&caught);
	rc = config_read(path, &config);
	caught_end(&caught);
	caught_shorten(&caught, path);
	unlink(path);
	return rc;
}

static void
wrong(const char *text, const char *message)
{
	assert_int_equal(read_text(text), -1);
	if (strstr(caught.text, message) == NULL)
		fail_msg("of \"%s\" was said: %s", text, caught.text);
}

static void
defaults(void **state)
{
	struct addr a;

	(void)state;
	config_default(&config);
	assert_true(config.sensor[0] != '\0');
	assert_int_equal(config.homes, 4);
	assert_true(addr_parse("172.31.255.255", &a) && prefix_has(&config.home[1], &a));
	assert_true(addr_parse("fd00::1", &a) && prefix_has(&config.home[3], &a));
	assert_false(config.redis.on);
	assert_string_equal(config.redis.mode, "stream");
	assert_string_equal(config.redis.key, "farhand:alerts");
	assert_int_equal(config.case_close_us, 14 * 86400 * 1000000LL);
	assert_true(config.limits.endpoints > 0 && config.limits.ring_bytes > 0);
}

static const char whole[] =
    "sensor: s1\n"
    "state_dir: state\n"
    "people: /etc/p.yaml\n"
    "replay_vantage: site\n"
    "interfaces:\n"
    "  - {name: a0, vantage: inside}\n"
    "  - {name: b0, vantage: edge, bpf: not port 22}\n"
    "home_networks: [10.1.0.0/16, 'fd12::/16']\n"
    "ranges:\n"
    "  - {net: 192.0.2.0/24, kind: office, name: HQ, reason: ours}\n"
    "  - {net: 192.0.2.7, kind: helpdesk, name: HD, reason: r, until: 2026-01-01}\n"
    "  - {net: '2001:db8::/32', kind: coworking, name: Loft}\n"
    "geo: [a.mmdb, /b.mmdb]\n"
    "redis: {url: 'unix:/run/r.sock', user: u, password_file: pw, mode: list, key: k, "
    "maxlen: 5}\n"
    "alerts_file: '-'\n"
    "lanes: 4\ncapture: endpoints\n"
    "limits: {flows: 100, dpi_states: 50, ring: 2MiB, snaplen: 1500, outbox_alerts: 3}\n"
    "cases: {close_after: 7d}\n";

static void
a_whole_file(void **state)
{
	(void)state;
	assert_int_equal(read_text(whole), 0);
	assert_string_equal(caught.text, "");
	assert_string_equal(config.sensor, "s1");
	assert_string_equal(config.state_dir, "/tmp/state");
	assert_string_equal(config.people, "/etc/p.yaml");
	assert_int_equal(config.replay_vantage, VANTAGE_SITE);
	assert_int_equal(config.interfaces, 2);
	assert_string_equal(config.interface[1].bpf, "not port 22");
	assert_int_equal(config.interface[1].vantage, VANTAGE_EDGE);
	assert_int_equal(config.homes, 2);
	assert_string_equal(config.alert_file, "-");
	assert_int_equal(config.limits.flows, 100);
	assert_int_equal(config.limits.dpi_states, 50);
	assert_int_equal(config.lanes, 4);
	assert_true(config.capture_endpoints);
	assert_int_equal(config.limits.ring_bytes, 2 << 20);
	assert_int_equal(config.case_close_us, 7 * 86400 * 1000000LL);
}

static void
ranges_geo_and_redis_of_it(void **state)
{
	(void)state;
	assert_int_equal(read_text(whole), 0);
	assert_int_equal(config.ranges, 3);
	assert_int_equal(config.range[0].network, NETWORK_OFFICE);
	assert_true(config.range[0].sanctioned && config.range[0].until_us == INT64_MAX);
	assert_int_equal(config.range[1].network, NETWORK_UNKNOWN);
	assert_true(config.range[1].sanctioned && config.range[1].until_us == 1767225600000000);
	assert_int_equal(config.range[1].net.bits, 128);
	assert_int_equal(config.range[2].network, NETWORK_SHARED);
	assert_false(config.range[2].sanctioned);
	assert_int_equal(config.geo_files, 2);
	assert_string_equal(config.geo[0], "/tmp/a.mmdb");
	assert_string_equal(config.geo[1], "/b.mmdb");
	assert_true(config.redis.on);
	assert_string_equal(config.redis.password_file, "/tmp/pw");
	assert_int_equal(config.redis.maxlen, 5);
}

static void
mistakes_have_line_and_expectation(void **state)
{
	(void)state;
	wrong("a: 1\nhome_network: []\n", "F:1: unknown key 'a'; expected one of: sensor, ");
	wrong("a: 1\nhome_network: []\n",
	    "F:2: unknown key 'home_network'; expected 'home_networks'?");
	wrong("home_networks:\n  - 10.0.0.1/8\n",
	    "F:2: malformed prefix '10.0.0.1/8'; expected like");
	wrong("home_networks: [10.0.0.0/33]\n", "F:1: malformed prefix");
	wrong("home_networks: 10.0.0.0/8\n", "F:1: not a list");
	wrong("replay_vantage: outside\n", "F:1: found 'outside'; expected inside, edge or site");
	wrong("interfaces:\n  - {vantage: site}\n", "F:2: no 'name' here");
	wrong("interfaces: [{name: a, vantage: site}, {name: a, vantage: site}]\n",
	    "interface 'a' again");
	wrong("interfaces: [eth0]\n", "F:1: not a mapping");
	wrong("interfaces: [{name: '', vantage: site}]\n", "F:1: an empty text; expected");
	wrong("sensor: ''\n", "F:1: an empty text");
	wrong("redis: {url: 'unix:/r', key: ''}\n", "F:1: an empty text");
	wrong("ranges: [{net: 10.0.0.0/8, kind: vpn, name: ''}]\n", "F:1: an empty text");
	wrong("ranges: [{net: 10.0.0.0/8, kind: office, name: x}]\n", "F:1: no 'reason' here");
	wrong("ranges: [{net: 10.0.0.0/8, kind: bar, name: x}]\n",
	    "F:1: found 'bar'; expected office,");
	wrong("ranges: [{}]\n", "F:1: no 'net' here");
	wrong("ranges:\n  -\n", "F:2: no 'net' here");
	wrong("ranges:\n  - {net: 10.0.0.0/8, kind: vpn, name: x}\n  - {net: 10.0.0.0/8, kind: "
	      "vpn, name: y}\n",
	    "F:3: the same range as on line 2");
	wrong("ranges: [{net: 10.0.0.0/8, kind: vpn, name: x, until: soon}]\n",
	    "F:1: found 'soon'; expected a day");
	wrong("redis: {key: k}\n", "F:1: no 'url' here");
	wrong("redis:\n", "F:1: no 'url' here");
	wrong("redis: {url: 'http://x'}\n", "F:1: found 'http://x'; expected redis://");
	wrong("limits: {flows: 1}\n", "F:1: found '1'; expected a whole number from 16");
	wrong("lanes: 3\n", "F:1: expected 1, 2, 4 or 8 lanes");
	wrong("lanes: 16\n", "F:1: found '16'; expected a whole number from 1");
	wrong("capture: some\n", "F:1: ");
	wrong("limits: {ring: 9GiB}\n", "F:1: expected a ring from 1MiB");
	wrong("cases: {close_after: 5s}\n", "F:1: cases would close within the hour");
	wrong("geo: ['']\n", "F:1: an empty path");
	wrong("geo: [a, b, c, d, e]\n", "F:1: 5 databases; expected at most 4");
}

/* One mistake is told once. */
static void
nothing_is_said_of_names_that_are_missing(void **state)
{
	(void)state;
	wrong("interfaces: [{vantage: site}, {vantage: site}]\n", "no 'name' here");
	assert_null(strstr(caught.text, "again"));
}

static void
too_many_of_a_kind(void **state)
{
	char text[16384] = "home_networks: [";

	(void)state;
	for (int i = 0; i < 300; i++)
		sprintf(text + strlen(text), "%s10.%d.%d.0/24", i ? "," : "", i / 256, i % 256);
	strcat(text, "]\n");
	wrong(text, "F:1: 300 home networks; expected at most 256");
	strcpy(text, "interfaces: [");
	for (int i = 0; i < 9; i++)
		sprintf(text + strlen(text), "%s{name: a%d, vantage: site}", i ? "," : "", i);
	strcat(text, "]\n");
	wrong(text, "F:1: 9 interfaces; expected at most 8");
}

static void
a_wrong_file_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(read_text("sensor: new\nbad: 1\n"), -1);
	assert_string_not_equal(config.sensor, "new");
	assert_int_equal(config_read("tests/nowhere.yaml", &config), -1);
}

static void
empty_sections_are_the_defaults(void **state)
{
	(void)state;
	assert_int_equal(read_text("limits:\ncases:\nranges:\ngeo:\nhome_networks:\n"), 0);
	assert_int_equal(config.homes, 4);
	assert_int_equal(read_text("home_networks: []\n"), 0);
	assert_int_equal(config.homes, 0);
	assert_int_equal(read_text(""), 0);
	assert_int_equal(config.homes, 4);
}

static void
the_sample_passes(void **state)
{
	(void)state;
	config_default(&config);
	assert_int_equal(config_read("packaging/farhand.yaml", &config), 0);
	assert_string_equal(config.people, "packaging/people.yaml");
	assert_int_equal(config.ranges, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(a_whole_file),
		cmocka_unit_test(ranges_geo_and_redis_of_it),
		cmocka_unit_test(mistakes_have_line_and_expectation),
		cmocka_unit_test(nothing_is_said_of_names_that_are_missing),
		cmocka_unit_test(too_many_of_a_kind),
		cmocka_unit_test(a_wrong_file_changes_nothing),
		cmocka_unit_test(empty_sections_are_the_defaults),
		cmocka_unit_test(the_sample_passes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
