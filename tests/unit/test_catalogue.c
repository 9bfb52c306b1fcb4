/*
 * test_catalogue: the shipped catalogue, and what a reader must refuse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "catalogue_lab.h"

static char dir[64];

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* A directory of one catalogue, its file of networks empty. */
static struct catalogue *
load(const char *products, const char *more)
{
	struct catalogue *c;
	char path[128], command[256];

	strcpy(dir, "/tmp/farhand-catalogue-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/c", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/c.d", dir);
	mkdir(path, 0700);
	write_file("c/products.yaml", products);
	write_file("c/networks.yaml", "networks: []\n");
	if (more != NULL)
		write_file("c.d/own.yaml", more);
	write_file("c.d/notes.txt", "not: [yaml");
	snprintf(path, sizeof(path), "%s/c", dir);
	c = catalogue_load(path);
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	assert_int_equal(system(command), 0);
	return c;
}

/* A catalogue of one product with these further lines. */
static struct catalogue *
load_with(const char *facts)
{
	char text[2048];

	snprintf(text, sizeof(text), "products:\n  - id: tool\n    name: Tool\n    kind: rmm\n%s",
	    facts);
	return load(text, NULL);
}

static void
assert_refused(const char *facts)
{
	struct catalogue *c = load_with(facts);

	if (c != NULL) {
		catalogue_free(c);
		fail_msg("taken: %s", facts);
	}
}

static const char *
id_of(const struct catalogue *c, unsigned product)
{
	return product != 0 ? catalogue_at(c, product)->id : "";
}

static const char *
domain(const char *name)
{
	return id_of(cat, catalogue_by_domain(cat, name, strlen(name)).product);
}

static void
test_required_products(void **state)
{
	static const char *const ids[] = { "rdp", "vnc", "ssh", "anydesk", "teamviewer", "rustdesk",
		"wireguard", "openvpn", "ipsec", "spice", "nomachine", "radmin", "citrix", "x11",
		"telnet", "xdmcp", "pikvm", "jetkvm", "tinypilot", "glkvm", "nanokvm",
		"chrome-remote-desktop", "splashtop", "screenconnect", "parsec", "meshcentral",
		"dwservice", "zoho-assist", "logmein", "goto", "beyondtrust", "remotepc",
		"getscreen", "supremo", "hoptodesk", "realvnc", "tailscale", "zerotier", "netbird",
		"softether", "dev-tunnels", "quick-assist", "jump-desktop", "todesk", "sunlogin",
		"ultraviewer", "atera", "action1", "astrill", "mullvad", "nordvpn" };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_string_equal(id_of(cat, catalogue_by_id(cat, ids[i])), ids[i]);
	assert_int_equal(catalogue_by_id(cat, "rd"), 0);
	assert_int_equal(catalogue_by_id(cat, ""), 0);
	assert_null(catalogue_at(cat, 0));
	assert_null(catalogue_at(cat, catalogue_count(cat) + 1));
	assert_non_null(catalogue_at(cat, catalogue_count(cat)));
	assert_int_equal(catalogue_at(cat, catalogue_by_id(cat, "jetkvm"))->kind, PRODUCT_IP_KVM);
	assert_int_equal(catalogue_controlled(cat, catalogue_by_id(cat, "rdp")), SIDE_SERVER);
	assert_int_equal(catalogue_controlled(cat, catalogue_by_id(cat, "anydesk")), SIDE_NONE);
	assert_int_equal(catalogue_controlled(cat, 0), SIDE_NONE);
}

static void
test_domains(void **state)
{
	struct name_match m;

	(void)state;
	assert_string_equal(domain("relay-3185a847.net.anydesk.com"), "anydesk");
	assert_string_equal(domain("net.anydesk.com"), "anydesk");
	assert_string_equal(domain("router7.teamviewer.com"), "teamviewer");
	assert_string_equal(domain("de-fra-anx-r012.teamviewer.com"), "teamviewer");
	assert_string_equal(domain("a.b.c.d.e.f.net.anydesk.com"), "anydesk");
	assert_string_equal(domain("instance-abc123-relay.screenconnect.com"), "screenconnect");

	/* label boundaries */
	assert_string_equal(domain("evilnet.anydesk.com"), "");
	assert_string_equal(domain("net.anydesk.com.evil.example"), "");
	assert_string_equal(domain("xrouter7.teamviewer.com"), "");
	assert_string_equal(domain("teamviewer.com"), "");

	/* web sites are not agents */
	assert_string_equal(domain("anydesk.com"), "");
	assert_string_equal(domain("www.anydesk.com"), "");
	assert_string_equal(domain("download.anydesk.com"), "");
	assert_string_equal(domain("www.teamviewer.com"), "");
	assert_string_equal(domain("www.remotepc.com"), "");
	assert_string_equal(domain("cdn.www.remotepc.com"), "");
	assert_string_equal(domain("remotepc.com"), "");
	assert_string_equal(domain("download.remotepc.com"), "");
	assert_string_equal(domain("docs.action1.com"), "");
	assert_string_equal(domain("download.zerotier.com"), "");
	assert_string_equal(domain("relay1.remotepc.com"), "remotepc");

	/* the longest fact tells the use */
	m = catalogue_by_domain(cat, "boot.net.anydesk.com", 20);
	assert_int_equal(m.use, NAME_AGENT);
	m = catalogue_by_domain(cat, "boot-7.net.anydesk.com", 22);
	assert_int_equal(m.use, NAME_AGENT);
	m = catalogue_by_domain(cat, "relay-7.net.anydesk.com", 23);
	assert_int_equal(m.use, NAME_EITHER);
	assert_false(m.weak);
	m = catalogue_by_domain(cat, "remotedesktop.google.com", 24);
	assert_int_equal(m.use, NAME_VIEWER);
	m = catalogue_by_domain(cat, "astrill.com", 11);
	assert_true(m.weak);
	/* what the viewer's browser calls as well is not the device's alone; a download is no agent
	 */
	m = catalogue_by_domain(cat, "api.jetkvm.com", 14);
	assert_int_equal(m.use, NAME_EITHER);
	m = catalogue_by_domain(cat, "builds.parsec.app", 17);
	assert_true(m.weak);

	/* odd names */
	assert_string_equal(domain(""), "");
	assert_string_equal(domain("."), "");
	assert_string_equal(domain("..."), "");
	assert_string_equal(domain("com"), "");
	assert_string_equal(domain(".teamviewer.com"), "");
	assert_string_equal(domain("..net.anydesk.com"), "anydesk");
	m = catalogue_by_domain(cat, "boot-\0\0\0.net.anydesk.com", 24);
	assert_int_equal(m.use, NAME_AGENT);
	m = catalogue_by_domain(cat, "a-anx-r\0\0.teamviewer.com", 24);
	assert_string_equal(id_of(cat, m.product), "teamviewer");
	m = catalogue_by_domain(cat, "instance-a-relay\0.screenconnect.com", 35);
	assert_int_equal(m.use, NAME_EITHER);
}

static const char *
page(enum obs_kind kind, const char *text, bool *weak)
{
	const struct name_match m = catalogue_by_page(cat, kind, text, strlen(text));

	*weak = m.weak;
	return id_of(cat, m.product);
}

static void
test_pages(void **state)
{
	bool weak;

	(void)state;
	assert_string_equal(page(OBS_HTTP_PATH, "/agent.ashx", &weak), "meshcentral");
	assert_string_equal(page(OBS_HTTP_PATH, "/x/y/agent.ashx", &weak), "meshcentral");
	assert_string_equal(page(OBS_HTTP_PATH, "/api/astrowarp/list", &weak), "glkvm");
	assert_false(weak);
	assert_string_equal(page(OBS_HTTP_PATH, "/api/media/ws", &weak), "pikvm");
	assert_true(weak);
	assert_string_equal(page(OBS_HTTP_PATH, "/agent.asp", &weak), "");
	assert_string_equal(page(OBS_HTTP_PATH, "", &weak), "");
	assert_string_equal(page(OBS_HTTP_TITLE, "PiKVM Login", &weak), "pikvm");
	assert_string_equal(page(OBS_HTTP_TITLE, "PiKVM Login page", &weak), "");
	assert_string_equal(page(OBS_HTTP_TITLE, "/agent.ashx", &weak), "");
	assert_string_equal(
	    page(OBS_WS_PROTOCOL, "tunnel-relay-host-v2-dev", &weak), "dev-tunnels");
	assert_string_equal(page(OBS_HTTP_AGENT, "NetSupport Manager/1.3", &weak), "netsupport");
	assert_string_equal(page(OBS_HTTP_SERVER, "NetSupport Gateway/1.6", &weak), "netsupport");
	assert_string_equal(page(OBS_SNI, "guacamole", &weak), "");
}

static unsigned
by_mac(const char *text, bool *exact)
{
	struct mac m;

	assert_true(mac_parse(text, &m));
	return catalogue_by_mac(cat, &m, exact);
}

static void
test_devices(void **state)
{
	bool exact;

	(void)state;
	assert_string_equal(id_of(cat, by_mac("30:52:53:01:02:03", &exact)), "jetkvm");
	assert_true(exact);
	assert_string_equal(id_of(cat, by_mac("dc:a6:32:01:02:03", &exact)), "pikvm");
	assert_false(exact);
	assert_string_equal(id_of(cat, by_mac("04:c9:8b:1f:ff:ff", &exact)), "tinypilot");
	assert_true(exact);
	assert_int_equal(by_mac("04:c9:8b:2f:ff:ff", &exact), 0);
	assert_false(exact);
	assert_string_equal(id_of(cat, by_mac("8c:1f:64:34:a0:00", &exact)), "pikvm");
	assert_int_equal(by_mac("8c:1f:64:34:b0:00", &exact), 0);

	assert_string_equal(
	    id_of(cat, catalogue_by_host_name(cat, "JetKVM-1a2b3c", &exact)), "jetkvm");
	assert_true(exact);
	assert_string_equal(id_of(cat, catalogue_by_host_name(cat, "kvm-12ab", &exact)), "nanokvm");
	assert_false(exact);
	assert_int_equal(catalogue_by_host_name(cat, "my-pikvm", &exact), 0);
	assert_int_equal(catalogue_by_host_name(cat, "", &exact), 0);
	assert_string_equal(id_of(cat, catalogue_by_service(cat, "_pikvm._tcp", &exact)), "pikvm");
	assert_int_equal(catalogue_by_service(cat, "_http._tcp", &exact), 0);
	assert_true(catalogue_certificate_is_device(cat, catalogue_by_id(cat, "pikvm")));
	assert_false(catalogue_certificate_is_device(cat, catalogue_by_id(cat, "anydesk")));
	assert_false(catalogue_certificate_is_device(cat, 0));
}

static void
test_other_names(void **state)
{
	(void)state;
	assert_string_equal(id_of(cat, catalogue_by_ndpi(cat, "AnyDesk")), "anydesk");
	assert_int_equal(catalogue_by_ndpi(cat, "anydesk"), 0);
	assert_int_equal(catalogue_by_ndpi(cat, "TLS.AnyDesk"), 0);
	assert_int_equal(catalogue_by_ndpi(cat, ""), 0);
	assert_string_equal(
	    id_of(cat, catalogue_by_certificate(cat, "MeshCentralRoot-12ab34", 22).product),
	    "meshcentral");
	assert_int_equal(catalogue_by_certificate(cat, "MeshCentralRoot", 15).product, 0);
	assert_string_equal(
	    id_of(cat, catalogue_by_alpn(cat, "anydesk/6.2.0/linux", 19).product), "anydesk");
	assert_int_equal(catalogue_by_alpn(cat, "h2", 2).product, 0);
	assert_string_equal(
	    id_of(cat, catalogue_by_ja4(cat, "t12i640500_9197985d2161_a1e935682795")), "anydesk");
	assert_int_equal(catalogue_by_ja4(cat, "t13d1516h2_8daaf6152771_02713d6af862"), 0);
	assert_int_equal(catalogue_network(cat, 16509), NETWORK_HOSTING);
	assert_int_equal(catalogue_network(cat, 14593), NETWORK_SATELLITE);
	assert_int_equal(catalogue_network(cat, 0), NETWORK_UNKNOWN);
	assert_int_equal(catalogue_network(cat, 4294967295u), NETWORK_UNKNOWN);
}

static void
test_mistakes(void **state)
{
	(void)state;
	assert_refused("    colour: red\n");
	assert_refused("    attack: 1219\n");
	assert_refused("    controlled: both\n");
	assert_refused("    domains: [{ name: a.example.com, use: agent }]\n");
	assert_refused("    domains: [{ name: a.example.com, source: x }]\n");
	assert_refused("    domains: [{ name: a.example.com, use: agent, source: '' }]\n");
	assert_refused("    domains: [{ name: A.example.com, use: agent, source: x }]\n");
	assert_refused("    domains: [{ name: com, use: agent, source: x }]\n");
	assert_refused("    domains: [{ name: '*.com', use: agent, source: x }]\n");
	assert_refused("    domains: [{ name: a.*.example.com, use: agent, source: x }]\n");
	assert_refused("    domains: [{ name: a..example.com, use: agent, source: x }]\n");
	assert_refused("    domains: [{ name: a.example.com., use: agent, source: x }]\n");
	assert_refused("    domains: [{ name: a.example.com, use: agent, source: x },"
		       " { name: a.example.com, use: either, source: x }]\n");
	assert_refused("    macs: [{ block: '30:52', source: x }]\n");
	assert_refused("    macs: [{ block: '30:52:5', source: x }]\n");
	assert_refused("    macs: [{ block: '305253', source: x }]\n");
	assert_refused("    macs: [{ block: '30:52:53:', source: x }]\n");
	assert_refused("    macs: [{ block: '30:52:53:01:02:03', source: x }]\n");
	assert_refused("    macs: [{ block: '3A:35:41', source: x }]\n");
	assert_refused("    macs: [{ block: '30:52:5g', source: x }]\n");
	assert_refused("    ja4: [{ name: t13d1516h2, source: x }]\n");
	assert_refused("    host_names: [{ name: 'Kvm', source: x }]\n");
	assert_refused("    host_names: [{ name: 'k*', source: x }]\n");
	assert_refused("    certificates: [{ name: 'a*b', source: x }]\n");
	assert_refused("    paths: [{ name: agent.ashx, use: agent, source: x }]\n");
	assert_refused("    paths: [{ name: '/a?b', use: agent, source: x }]\n");
	assert_refused("    paths: [{ name: /agent.ashx, source: x }]\n");
	assert_refused("    titles: [{ name: 'a*b', use: viewer, source: x }]\n");
	assert_refused("    domains: oops\n");
	assert_refused("    domains: [oops]\n");
	assert_refused("  - id: tool\n    name: Again\n    kind: rmm\n");
	assert_refused("  - id: Tool\n    name: Capital\n    kind: rmm\n");
	assert_refused("  - id: other\n    name: Odd\n    kind: hammer\n");
	assert_refused("  - id: other\n    kind: rmm\n");
	assert_refused("networks: [{ asn: 0, kind: vpn, name: x, source: x }]\n");
	assert_refused("networks: [{ asn: 5, kind: office, name: x, source: x }]\n");
	assert_refused("networks: [{ asn: 5, kind: vpn, name: x, source: x },"
		       " { asn: 5, kind: vpn, name: x, source: x }]\n");
	assert_null(catalogue_load("/nonexistent/farhand"));
}

static void
test_own_files(void **state)
{
	static const char base[] = "products:\n  - id: tool\n    name: Tool\n    kind: rmm\n"
				   "    domains: [{ name: a.example.com, use: agent, source: x }]\n"
				   "networks: [{ asn: 5, kind: vpn, name: x, source: x }]\n";
	struct catalogue *c = load(base,
	    "products:\n  - id: tool\n    domains: [{ name: b.example.com, use: either, source: x "
	    "}]\n"
	    "  - id: own\n    name: Own\n    kind: vpn\n"
	    "networks: [{ asn: 5, kind: mobile, name: x, source: x }]\n");

	(void)state;
	assert_non_null(c);
	assert_int_equal(catalogue_count(c), 2);
	assert_int_equal(catalogue_by_domain(c, "x.b.example.com", 15).product, 1);
	assert_int_equal(catalogue_by_id(c, "own"), 2);
	assert_int_equal(catalogue_network(c, 5), NETWORK_MOBILE);
	catalogue_free(c);
	assert_null(load(base, "products:\n  - id: tool\n    kind: vpn\n"));
	assert_null(load(base,
	    "products:\n  - id: own\n    name: Own\n    kind: vpn\n"
	    "    domains: [{ name: a.example.com, use: agent, source: x }]\n"));
	assert_null(load(base, "not yaml: ["));
	c = load(base, "");
	assert_non_null(c);
	catalogue_free(c);
}

/* Many names: the table grows, and what was there stays found. */
static void
test_many(void **state)
{
	enum { MANY = 5000 };
	char *text = malloc(MANY * 80 + 200), name[64], *at = text;
	struct catalogue *c;

	(void)state;
	assert_non_null(text);
	at += sprintf(at, "products:\n  - id: tool\n    name: Tool\n    kind: rmm\n    domains:\n");
	for (int i = 0; i < MANY; i++)
		at += sprintf(at, "      - { name: n%d.example.com, use: agent, source: x }\n", i);
	c = load(text, NULL);
	free(text);
	assert_non_null(c);
	for (int i = 0; i < MANY; i++) {
		const int n = sprintf(name, "x.n%d.example.com", i);

		assert_int_equal(catalogue_by_domain(c, name, (size_t)n).product, 1);
	}
	assert_int_equal(catalogue_by_domain(c, "n5000.example.com", 17).product, 0);
	catalogue_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_required_products),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_own_files),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
