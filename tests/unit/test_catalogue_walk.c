/*
 * test_catalogue_walk: every fact of the shipped catalogue names its product, what only looks
 * like it names nothing, and every product of the threat tables is there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "catalogue_lab.h"
#include "classify/catalogue_store.h"

#define NAME_ROOM 512

/* The last two labels: what is registered. */
static const char *
registered(const char *domain)
{
	const char *last = strrchr(domain, '.'), *at = last;

	assert_non_null(last);
	while (at > domain && at[-1] != '.')
		at--;
	return at;
}

static unsigned
domain(const char *form, const char *a, const char *b)
{
	char name[NAME_ROOM];
	const int n = a != NULL ? snprintf(name, sizeof(name), form, a, b)
				: snprintf(name, sizeof(name), form, b);

	return catalogue_by_domain(cat, name, (size_t)n).product;
}

/* A label that a pattern fits: each '*' is some digits. */
static const char *
label_of(const char *pattern, char out[NAME_ROOM])
{
	size_t n = 0;

	for (; *pattern != '\0'; pattern++)
		n += (size_t)snprintf(out + n, NAME_ROOM - n, "%s",
		    *pattern == '*' ? "42" : (char[]){ *pattern, '\0' });
	return out;
}

static void
walk_domain(const struct entry *e)
{
	const unsigned owner = e->use == NAME_WEBSITE ? 0 : e->product;
	char room[NAME_ROOM];

	if (e->label != NULL) {
		const char *label = label_of(e->label, room);

		assert_int_equal(domain("%s.%s", label, e->text), owner);
		assert_int_equal(domain("a.b.%s.%s", label, e->text), owner);
	} else {
		assert_int_equal(domain("%s", NULL, e->text), owner);
		assert_int_equal(domain("a.b-c.%s", NULL, e->text), owner);
	}
	assert_int_equal(domain("evil%s", NULL, registered(e->text)), 0);
	assert_int_equal(domain("x.evil%s", NULL, registered(e->text)), 0);
	assert_int_equal(domain("%s.evil.org", NULL, e->text), 0);
	assert_int_equal(domain("%s.evil%s", e->text, registered(e->text)), 0);
	assert_int_equal(domain("%s.evil.org", NULL, registered(e->text)), 0);
}

/* The product of a text that is compared whole, or from its start. */
static unsigned
ask(enum fact fact, const char *text, size_t n)
{
	bool exact;

	switch (fact) {
	case FACT_ID:
		return catalogue_by_id(cat, text);
	case FACT_NDPI:
		return catalogue_by_ndpi(cat, text);
	case FACT_CERTIFICATE:
		return catalogue_by_certificate(cat, text, n).product;
	case FACT_ALPN:
		return catalogue_by_alpn(cat, text, n).product;
	case FACT_JA4:
		return catalogue_by_ja4(cat, text);
	case FACT_HOST_NAME:
		return catalogue_by_host_name(cat, text, &exact);
	case FACT_SERVICE:
		return catalogue_by_service(cat, text, &exact);
	default:
		return lookup_find(&cat->lookup, fact, text, n)->product;
	}
}

static void
walk_text(const struct entry *e)
{
	char text[NAME_ROOM];
	const int n = snprintf(text, sizeof(text), "%s%s", e->text, e->prefix ? "7" : "");

	assert_int_equal(ask((enum fact)e->fact, text, (size_t)n), e->product);
	if (e->fact > FACT_SERVICE)
		return;
	snprintf(text, sizeof(text), "not-%s", e->text);
	assert_int_equal(ask((enum fact)e->fact, text, strlen(text)), 0);
}

static void
test_every_fact(void **state)
{
	unsigned seen[FACTS] = { 0 };

	(void)state;
	for (uint32_t i = 0; i < cat->lookup.entries; i++) {
		const struct entry *e = &cat->lookup.entry[i];

		seen[e->fact]++;
		if (e->fact == FACT_DOMAIN)
			walk_domain(e);
		else
			walk_text(e);
	}
	for (unsigned f = 0; f < FACTS; f++)
		assert_true(seen[f] > 0);
}

static void
test_every_block(void **state)
{
	(void)state;
	for (unsigned i = 0; i < cat->macs; i++) {
		const struct mac_block *b = &cat->mac[i];
		struct mac m = b->m;
		bool exact;

		m.b[5] |= 5;
		assert_int_equal(catalogue_by_mac(cat, &m, &exact), b->product);
		assert_int_equal(exact, b->exact);
		m.b[0] |= 2; /* given by its user: of nobody's block */
		assert_int_equal(catalogue_by_mac(cat, &m, &exact), 0);
	}
}

/* The tables of remote access and of VPNs that the catalogue was made from. */
static void
test_every_product(void **state)
{
	static const char *const ids[] = { "anydesk", "teamviewer", "rdp", "avd", "vnc", "realvnc",
		"rustdesk", "chrome-remote-desktop", "splashtop", "screenconnect", "parsec",
		"nomachine", "meshcentral", "dwservice", "hoptodesk", "supremo", "zoho-assist",
		"logmein", "goto", "beyondtrust", "remotepc", "getscreen", "guacamole", "novnc",
		"sunshine", "steam-remote-play", "xpra", "x2go", "spice", "citrix", "pcoip",
		"blast", "dev-tunnels", "vscode-ssh", "quick-assist", "jump-desktop", "todesk",
		"sunlogin", "ultraviewer", "deskin", "atera", "action1", "syncro", "ninjaone",
		"level", "fleetdeck", "pulseway", "jumpcloud-assist", "remote-it", "pitunnel",
		"rpi-connect", "radmin", "netsupport", "zoom", "ngrok", "cloudflared", "ssh",
		"astrill", "mullvad", "nordvpn", "surfshark", "protonvpn", "pia", "tunnelbear",
		"warp", "opera-vpn", "wireguard", "openvpn", "tailscale", "zerotier", "netbird",
		"nebula", "tinc", "softether", "ipsec", "socks", "shadowsocks", "v2ray", "trojan",
		"hysteria", "residential-proxy" };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const struct product *p = catalogue_at(cat, catalogue_by_id(cat, ids[i]));

		if (p == NULL)
			fail_msg("no product '%s'", ids[i]);
		assert_string_equal(p->id, ids[i]);
		/* What others ride on is no technique. */
		assert_true(p->kind == PRODUCT_CARRIER || p->attack[0] == 'T');
	}
}

/* What is only remembered, or a vendor's for more than this, is good for a guess alone. */
static void
test_unsure(void **state)
{
	(void)state;
	assert_true(catalogue_by_certificate(cat, "philandro Software GmbH", 23).weak);
	assert_false(catalogue_by_certificate(cat, "AnyNet Relay", 12).weak);
	assert_false(catalogue_by_alpn(cat, "anydesk/7.0", 11).weak);
	assert_true(catalogue_by_domain(cat, "cdn1.cloud.com", 14).weak);
	assert_true(catalogue_by_domain(cat, "team.cloudflareaccess.com", 25).weak);
	assert_int_equal(catalogue_by_domain(cat, "dns.mullvad.net", 15).product, 0);
	assert_false(catalogue_by_domain(cat, "se-got-wg-001.relays.mullvad.net", 32).weak);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_fact),
		cmocka_unit_test(test_every_block),
		cmocka_unit_test(test_every_product),
		cmocka_unit_test(test_unsure),
	};

	return cmocka_run_group_tests(tests, load_catalogue, free_catalogue);
}
