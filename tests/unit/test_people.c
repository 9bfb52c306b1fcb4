/*
 * people.yaml: a whole file, and every way to get it wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "people_lab.h"

static void
wrong(const char *text, const char *message)
{
	struct registry *r = open_text(text);

	if (r != NULL || strstr(caught.text, message) == NULL)
		fail_msg("of \"%s\" was said: %s", text, caught.text);
}

/* A file of persons a, b with these endpoints. */
static void
clash(const char *a, const char *b, const char *message)
{
	char text[512];

	snprintf(text, sizeof(text),
	    "persons:\n- id: a\n  endpoints: [%s]\n- id: b\n  endpoints: [%s]\n", a, b);
	wrong(text, message);
}

static void
a_whole_file(void **state)
{
	struct registry *r = open_text(sample);
	const struct person *p;

	(void)state;
	assert_string_equal(caught.text, "");
	assert_non_null(r);
	assert_int_equal(registry_persons(r), 2);
	p = registry_person(r, 0);
	assert_string_equal(p->id, "p1");
	assert_false(p->anonymous);
	assert_true(p->has_claim && p->claimed.has_point && !p->claimed.centroid);
	assert_string_equal(p->claimed.city, "Berlin");
	assert_string_equal(p->time_zone, "Europe/Berlin");
	assert_string_equal(p->household, "h");
	assert_int_equal(p->tools, 2);
	assert_string_equal(p->tool[0].product, "teamviewer");
	assert_int_equal(p->tool[0].peer.bits, 120);
	assert_true(p->tool[0].until_us == 1798675200000000);
	assert_string_equal(p->tool[1].product, "ssh"); /* everyone's comes last */
	assert_int_equal(p->tool[1].peer.bits, 0);
	assert_true(p->tool[1].until_us == INT64_MAX);
	p = registry_person(r, 1);
	assert_true(p->claimed.centroid && p->claimed.radius_km > 50);
	assert_int_equal(p->tools, 1);
	assert_null(registry_person(r, 2));
	registry_free(r);
}

static void
the_sample_passes(void **state)
{
	struct registry *r;

	(void)state;
	config_default(&config);
	r = registry_new(&config, "packaging/people.yaml", known_product, NULL);
	assert_non_null(r);
	assert_int_equal(registry_persons(r), 2);
	registry_free(r);
}

static void
mistakes_have_line_and_expectation(void **state)
{
	(void)state;
	wrong("people: []\n", "F:1: no 'persons' here");
	wrong("people: []\n", "F:1: unknown key 'people'; expected");
	wrong("persons:\n- id: a\n  endpoint: []\n",
	    "F:3: unknown key 'endpoint'; expected 'endpoints'?");
	wrong("persons:\n- endpoints: [{name: x}]\n", "F:2: no 'id' here");
	wrong(
	    "persons: [{id: a b, endpoints: [{name: x}]}]\n", "F:1: found 'a b'; expected letters");
	wrong("persons: [{id: 'user:x', endpoints: [{name: x}]}]\n", "expected letters");
	wrong("persons: [{id: a, endpoints: []}]\n", "F:1: no endpoints; expected at least one");
	wrong("persons: [a]\n", "F:1: not a mapping");
	wrong("persons:\n- {id: a, claim: {country: UK}, endpoints: [{name: x}]}\n",
	    "F:2: bad country code 'UK'; expected ISO 3166-1 alpha-2 like DE");
	wrong("persons:\n- {id: a, claim: {city: X}, endpoints: [{name: x}]}\n",
	    "F:2: no 'country' here");
	wrong("persons:\n- {id: a, claim: {country: DE, lat: 1}, endpoints: [{name: x}]}\n",
	    "F:2: only one of 'lat' and 'lon'");
	wrong(
	    "persons:\n- {id: a, claim: {country: DE, lat: 91, lon: 0}, endpoints: [{name: x}]}\n",
	    "F:2: found '91'; expected a number from -90 to 90");
	assert_null(strstr(caught.text, "only one of")); /* both are there */
	wrong(
	    "persons:\n- {id: a, claim: {country: DE, time_zone: 'a b'}, endpoints: [{name: x}]}\n",
	    "expected an IANA zone");
	wrong("persons: [{id: a, endpoints: [{}]}]\n", "F:1: 0 of the keys of an endpoint");
	wrong("persons: [{id: a, endpoints: [{name: x, mac: '00:00:5e:00:53:17'}]}]\n",
	    "F:1: 2 of the keys");
	wrong("persons: [{id: a, endpoints: [{address: 10.0.0.0/8}]}]\n", "F:1: malformed address");
	wrong("persons: [{id: a, endpoints: [{address: 0.0.0.0}]}]\n", "F:1: malformed address");
	wrong("persons: [{id: a, endpoints: [{name: ''}]}]\n", "F:1: an empty text; expected");
	wrong("persons: [{id: a, endpoints: [{account: ''}]}]\n", "F:1: an empty text; expected");
	wrong("persons: [{id: a, endpoints: [{prefix: 10.0.0.1/8}]}]\n",
	    "F:1: malformed prefix '10.0.0.1/8'");
	wrong("persons: [{id: a, endpoints: [{mac: 00:00:5e}]}]\n", "F:1: malformed MAC");
	wrong(
	    "persons: [{id: a, endpoints: [{mac: 'ff:ff:ff:ff:ff:ff'}]}]\n", "F:1: malformed MAC");
	wrong("tools: [{product: nonesuch, reason: r}]\npersons: []\n",
	    "F:1: unknown product 'nonesuch'; expected an id of the catalogue");
	wrong("tools: [{product: ssh}]\npersons: []\n", "F:1: no 'reason' here");
	wrong("tools: [{product: ssh, reason: ''}]\npersons: []\n", "F:1: an empty text");
	wrong("tools: [{product: ssh, reason: r, untill: 2026-01-01}]\npersons: []\n",
	    "expected 'until'?");
	wrong("anonymous: yes\npersons: []\n", "F:1: found 'yes'; expected true or false");
}

static void
overlaps(void **state)
{
	(void)state;
	clash("{address: 10.0.0.1}", "{address: 10.0.0.1}",
	    "F:5: the same address or prefix 'a' has on line 3; expected each");
	clash("{address: 10.0.0.1}, {address: 10.0.0.1}", "{name: x}",
	    "the same address or prefix 'a' has");
	clash("{prefix: 10.0.0.0/24}", "{address: 10.0.0.9}",
	    "F:5: an overlap with what 'a' has on line 3");
	clash("{address: 10.0.0.9}", "{prefix: 10.0.0.0/24}",
	    "F:5: an overlap with what 'a' has on line 3");
	clash("{prefix: 10.0.0.0/24}", "{prefix: 10.0.0.128/25}", "F:5: an overlap");
	clash("{prefix: 10.0.0.0/24}, {prefix: 10.0.0.0/25}", "{prefix: 10.0.0.128/25}",
	    "F:5: an overlap");
	clash("{prefix: 10.0.0.0/24}", "{prefix: 10.0.0.0/24}", "F:5: the same address or prefix");
	clash("{prefix: 10.0.0.7/32}", "{address: 10.0.0.7}", "F:5: the same address or prefix");
	clash("{mac: '00:00:5e:00:53:aa'}", "{mac: '00-00-5E-00-53-AA'}",
	    "F:5: the same MAC address 'a' has");
	clash("{name: Laptop}", "{name: lapTOP}", "F:5: the same host name 'a' has on line 3");
	clash("{account: u1}", "{account: U1}", "F:5: the same account");
	wrong("persons:\n- {id: a, endpoints: [{name: x}]}\n- {id: a, endpoints: [{name: y}]}\n",
	    "F:3: the same id 'a' has on line 2");
}

static void
too_many_tools(void **state)
{
	char text[2048] = "persons:\n- id: a\n  endpoints: [{name: x}]\n  tools:\n";

	(void)state;
	for (int i = 0; i < 16; i++)
		strcat(text, "  - {product: ssh, reason: r}\n");
	registry_free(open_text(text));
	assert_string_equal(caught.text, "");
	strcat(text, "tools: [{product: ssh, reason: r}]\n");
	wrong(text, "F:2: too many tools; expected at most 16, those of line 21 included");
	strcpy(strstr(text, "tools: [{"), "  - {product: ssh, reason: r}\n");
	wrong(text, "F:21: one tool too many");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_file),
		cmocka_unit_test(the_sample_passes),
		cmocka_unit_test(mistakes_have_line_and_expectation),
		cmocka_unit_test(overlaps),
		cmocka_unit_test(too_many_tools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
