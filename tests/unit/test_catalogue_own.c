/*
 * test_catalogue_own: the operator's own files are read without a rebuild, and every mistake
 * in one is told with its file and line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "catalogue_made.h"

static const char base[] = "products:\n"
			   "- id: tool\n  name: Tool\n  kind: rmm\n"
			   "  domains: [{ name: a.example.com, use: agent, source: x }]\n"
			   "  certificates: [{ name: Tool CA, source: x }]\n"
			   "  macs: [{ block: '30:52:53', source: x }]\n";

static struct made made;

static int
set_up(void **state)
{
	(void)state;
	made_open(&made);
	made_write(&made, "c/products.yaml", base);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	made_close(&made);
	return 0;
}

static unsigned
domain(const struct catalogue *c, const char *name)
{
	return catalogue_by_domain(c, name, strlen(name)).product;
}

static void
test_both_folders(void **state)
{
	struct catalogue *c;

	(void)state;
	made_write(&made, "c.d/10-first.yaml",
	    "products:\n- id: first\n  name: First\n  kind: vpn\n"
	    "  domains: [{ name: first.example.org, use: either, source: x }]\n");
	made_write(&made, "own/20-second.yaml",
	    "products:\n- id: first\n  alpn: [{ name: 'first/*', source: x }]\n"
	    "- id: second\n  name: Second\n  kind: ip-kvm\n"
	    "  host_names: [{ name: 'second-*', source: x }]\n"
	    "  macs: [{ block: '04:C9:8B:1', source: x }]\n"
	    "networks: [{ asn: 7, kind: vpn, name: x, source: x }]\n");
	made_write(&made, "own/README", "products: [not read");
	made_write(&made, "own/.hidden.yaml", "products: [not read");
	c = made_follow(&made, NULL);
	assert_string_equal(made.caught.text, "");
	assert_non_null(c);
	assert_int_equal(catalogue_count(c), 3);
	assert_int_equal(catalogue_facts(c), 7);
	assert_int_equal(domain(c, "a.example.com"), catalogue_by_id(c, "tool"));
	assert_int_equal(domain(c, "x.first.example.org"), catalogue_by_id(c, "first"));
	assert_int_equal(catalogue_by_alpn(c, "first/1", 7).product, catalogue_by_id(c, "first"));
	assert_int_equal(catalogue_network(c, 7), NETWORK_VPN);
	catalogue_free(c);
}

/* One directory by two names is read once; one that is not there is none. */
static void
test_same_folder(void **state)
{
	char directory[128], own[128];
	struct catalogue *c;

	(void)state;
	made_write(&made, "c.d/a.yaml", "products:\n- id: a1\n  name: A\n  kind: vpn\n");
	snprintf(directory, sizeof(directory), "%s/c/", made.folder);
	snprintf(own, sizeof(own), "%s/own/../c.d/", made.folder);
	c = catalogue_follow(NULL, directory, own);
	assert_non_null(c);
	assert_int_equal(catalogue_count(c), 2);
	catalogue_free(c);
	c = catalogue_follow(NULL, directory, "/nonexistent/catalog.d");
	assert_non_null(c);
	catalogue_free(c);
}

static void
wrong(const char *text, const char *message)
{
	struct catalogue *c;

	made_write(&made, "own/own.yaml", text);
	c = made_follow(&made, NULL);
	if (c != NULL || strstr(made.caught.text, message) == NULL)
		fail_msg("of \"%s\" was said: %s", text, made.caught.text);
}

#define OWN "products:\n- id: own\n  name: Own\n  kind: vpn\n"

static void
test_mistakes_have_file_and_line(void **state)
{
	(void)state;
	wrong(OWN "  colour: red\n", "F/own/own.yaml:5: unknown key 'colour'");
	wrong("product: []\n", "F/own/own.yaml:1: unknown key 'product'; expected 'products'?");
	wrong(OWN "  domains:\n  - { name: o.example.com, use: agent, sources: x }\n",
	    "F/own/own.yaml:6: unknown key 'sources'; expected 'source'?");
	wrong(OWN "  domains:\n  - { name: o.example.com, use: agent }\n",
	    "F/own/own.yaml:6: no 'source' here");
	wrong(OWN "  domains:\n  - { name: o.example.com, use: robot, source: x }\n",
	    "F/own/own.yaml:6: found 'robot'; expected agent, viewer");
	wrong(OWN "- id: own\n  name: Own\n  kind: vpn\n",
	    "F/own/own.yaml:5: product 'own' again; expected each id once");
	wrong("products:\n- id: tool\n  kind: vpn\n",
	    "F/own/own.yaml:3: 'kind' of product 'tool', which exists; expected only facts to add");
	wrong(OWN "  macs:\n  - { block: '30:52', source: x }\n",
	    "F/own/own.yaml:6: MAC block '30:52'; expected 6, 7 or 9 hex digits");
	wrong(OWN "  macs:\n  - { block: '3A:52:53', source: x }\n", "F/own/own.yaml:6: MAC block");
	wrong(OWN "  macs:\n  - { block: '30:52:53', source: x }\n",
	    "F/own/own.yaml:6: MAC block '30:52:53' again, a fact of product 'tool'");
	wrong(OWN "  domains:\n  - { name: a.example.com, use: either, source: x }\n",
	    "F/own/own.yaml:6: 'a.example.com' again, a fact of product 'tool'");
	wrong(OWN "  certificates:\n  - { name: Tool CA, source: x }\n",
	    "F/own/own.yaml:6: 'Tool CA' again, a fact of product 'tool'");
	wrong(OWN "  domains:\n  - { name: B.example.com, use: either, source: x }\n",
	    "F/own/own.yaml:6: 'B.example.com' is no domain; expected a-z");
	wrong(OWN "  domains:\n  - { name: '*.com', use: either, source: x }\n",
	    "F/own/own.yaml:6: '*.com' is too wide");
	wrong(OWN "  domains:\n  - { name: o.example.com, use: either, sure: no, source: x }\n",
	    "F/own/own.yaml:6:");
	wrong(OWN "  attack: 1219\n", "F/own/own.yaml:5: '1219' is no technique");
	wrong("networks:\n- { asn: 7, kind: vpn, name: x, source: x }\n"
	      "- { asn: 7, kind: fixed, name: x, source: x }\n",
	    "F/own/own.yaml:3: network 7 again");
	wrong("products: [", "F/own/own.yaml:");
}

/* All mistakes of all files are told at once. */
static void
test_all_are_told(void **state)
{
	(void)state;
	made_write(&made, "c.d/a.yaml", "products:\n- id: a1\n  name: A\n");
	made_write(&made, "own/a.yaml", "networks:\n- { asn: 0, kind: vpn, name: x, source: x }\n");
	made_write(&made, "own/b.yml", "");
	assert_null(made_follow(&made, NULL));
	assert_non_null(strstr(made.caught.text, "F/c.d/a.yaml:2: no 'kind' here"));
	assert_non_null(strstr(made.caught.text, "F/own/a.yaml:2:"));
	assert_non_null(
	    strstr(made.caught.text, "F/own/b.yml: not read; expected a name that ends in .yaml"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_both_folders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_same_folder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    test_mistakes_have_file_and_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_all_are_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
