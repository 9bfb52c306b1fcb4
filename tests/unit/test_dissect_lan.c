/*
 * test_dissect_lan: who a machine says it is on its LAN: LLMNR, NetBIOS names, DHCPv6, SSDP.
 */
#include "probe.h"

extern const struct dissector dissect_llmnr, dissect_nbns, dissect_dhcpv6, dissect_ssdp;

static void
llmnr_answers_with_its_own_name(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_llmnr, SIDE_SERVER,
	    "3a 7c 80 00 00 01 00 02 00 00 00 00 07 'LT-0417' 00 00 ff 00 01"
	    " c0 0c 00 01 00 01 00 00 00 1e 00 04 c0 00 02 07"
	    " c0 0c 00 1c 00 01 00 00 00 1e 00 10 fe 80 00*13 09",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "llmnr");
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_int_equal(num(&g, OBS_ANNOUNCER), SIDE_SERVER);
	assert_text(&g, OBS_MDNS_NAME, 0, "lt-0417");
	assert_int_equal(count(&g, OBS_MDNS_NAME), 1);
	assert_addr(&g, OBS_MDNS_ADDR, 0, "192.0.2.7");
	assert_addr(&g, OBS_MDNS_ADDR, 1, "fe80::9");
	ask(&dissect_llmnr, SIDE_SERVER,
	    "3a 7c 80 00 00 01 00 01 00 00 00 00 01 '7' 01 '2' 01 '0' 03 '192' 07 'in-addr' 04 "
	    "'arpa'"
	    " 00 00 0c 00 01 c0 0c 00 0c 00 01 00 00 00 1e 00 09 07 'lt-0417' 00",
	    &g);
	assert_text(&g, OBS_MDNS_NAME, 0, "lt-0417");
	assert_false(has(&g, OBS_MDNS_ADDR));
}

/* Who asks for a name has it not; and what is answered about another is not believed. */
static void
llmnr_questions_name_nobody(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_llmnr, SIDE_CLIENT,
	    "3a 7c 00 00 00 01 00 00 00 00 00 00 04 'wpad' 00 00 01 00 01", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_DNS_NAME, 0, "wpad");
	assert_false(has(&g, OBS_MDNS_NAME) || has(&g, OBS_ANNOUNCER));
	ask(&dissect_llmnr, SIDE_SERVER,
	    "3a 7c 80 00 00 01 00 01 00 00 00 00 04 'wpad' 00 00 01 00 01"
	    " 05 'other' 00 00 01 00 01 00 00 00 1e 00 04 c0 00 02 07",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_MDNS_NAME));
}

static void
llmnr_is_not_ordinary_dns(void **state)
{
	static const char *const bad[] = {
		/* Recursion wanted, and had; an answer with authority; a name of two labels. */
		"12 34 01 00 00 01 00 00 00 00 00 00 04 'wpad' 00 00 01 00 01",
		"12 34 81 80 00 01 00 00 00 00 00 00 04 'wpad' 00 00 01 00 01",
		"12 34 00 00 00 01 00 00 00 00 00 00 07 'example' 03 'org' 00 00 01 00 01",
		"12 34 00 00 00 02 00 00 00 00 00 00 04 'wpad' 00 00 01 00 01",
		"12 34 00 00 00 01 00 00 00 00 00 00 04 'wpad' 00 00 01 00 02",
		"12 34 00 00 00 01 00 00 00 00 00 00 04 'wpad' 00 00 01 00 01 00",
		"12 34 00 00 00 01 00 00 00 00 00 00 00 00 01 00 01",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_llmnr, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

/* "LT-0417" and spaces, then its use: 00 a workstation, 20 a file server, 1d a browser. */
#define NETBIOS(use)  "20 'EMFECNDADEDBDHCACACACACACACACA" use "' 00 "
#define CLAIM(opcode) "12 34 " opcode " 10 00 01 00 00 00 00 00 01 "
#define HELD(flags)   "00 20 00 01 00 04 93 e0 00 06 " flags " c0 00 02 07"

static void
nbns_claims_a_name(void **state)
{
	static const char *const other[] = {
		CLAIM("29") NETBIOS("BN") "00 20 00 01 c0 0c " HELD("00 00"),
		CLAIM("29") NETBIOS("AA") "00 20 00 01 c0 0c " HELD("80 00"),
		CLAIM("30") NETBIOS("AA") "00 20 00 01 c0 0c " HELD("00 00"),
	};
	struct got g;

	(void)state;
	ask(&dissect_nbns, SIDE_CLIENT,
	    CLAIM("29") NETBIOS("AA") "00 20 00 01 c0 0c " HELD("00 00"), &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "nbns");
	assert_text(&g, OBS_MDNS_NAME, 0, "lt-0417");
	assert_addr(&g, OBS_MDNS_ADDR, 0, "192.0.2.7");
	assert_int_equal(num(&g, OBS_ANNOUNCER), SIDE_CLIENT);
	/* A browser's name, a group's, and one that is given up. */
	for (size_t i = 0; i < 3; i++) {
		ask(&dissect_nbns, SIDE_CLIENT, other[i], &g);
		assert_int_equal(g.said, PROBE_YES);
		assert_false(has(&g, OBS_MDNS_NAME) || has(&g, OBS_ANNOUNCER));
	}
}

/* A name server speaks for others: whom the record names it is about. */
static void
nbns_answers_for_whom_it_names(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_nbns, SIDE_SERVER,
	    "12 34 85 00 00 00 00 01 00 00 00 00 " NETBIOS("CA") HELD("60 00"), &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_text(&g, OBS_MDNS_NAME, 0, "lt-0417");
	assert_addr(&g, OBS_MDNS_ADDR, 0, "192.0.2.7");
	assert_false(has(&g, OBS_ANNOUNCER));
	assert_int_equal(says(&dissect_nbns, SIDE_SERVER,
			     "12 34 85 00 00 00 00 01 00 00 00 00 07 'lt-0417' 00 " HELD("60 00")),
	    PROBE_NO);
}

#define ID "00 01 00 0e 00 01 00 01 2c 3d 4e 5f 02 00 5e 10 20 30 "

static void
dhcpv6_request_names_the_machine(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dhcpv6, SIDE_CLIENT,
	    "03 4d 3c 2b " ID "00 10 00 0e 00 00 01 37 00 08 'MSFT 5.0'"
	    " 00 27 00 0f 00 07 'LT-0417' 04 'corp' 00"
	    " 00 03 00 28 0a 00 00 01 00*8 00 05 00 18 20 01 0d b8 00*11 07 00*8",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "dhcpv6");
	assert_int_equal(num(&g, OBS_DHCP_TYPE), 3);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_text(&g, OBS_DHCP_NAME, 0, "LT-0417");
	assert_text(&g, OBS_DHCP_VENDOR, 0, "MSFT 5.0");
	assert_int_equal(count(&g, OBS_DHCP_MAC), 1);
	assert_addr(&g, OBS_DHCP_ADDR, 0, "2001:db8::7");
	assert_false(has(&g, OBS_DHCP_LEASE));
}

#define GIVEN(seconds)                                                                             \
	"07 4d 3c 2b " ID "00 02 00 0a 00 03 00 01 02 00 5e 00 53 01"                              \
	" 00 03 00 28 0a 00 00 01 00*8 00 05 00 18 20 01 0d b8 00*11 07 00 00 0e 10 " seconds

static void
dhcpv6_reply_gives_the_lease(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_dhcpv6, SIDE_SERVER, GIVEN("00 00 1c 20"), &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_DHCP_TYPE), 5);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_int_equal(num(&g, OBS_DHCP_LEASE), 7200);
	assert_addr(&g, OBS_DHCP_ADDR, 0, "2001:db8::7");
	assert_text(&g, OBS_DHCP_MAC, 0, "\x02");
	/* One that is taken back; and the same in a relay's cover, whose word on the MAC counts. */
	ask(&dissect_dhcpv6, SIDE_SERVER, GIVEN("00 00 00 00"), &g);
	assert_false(has(&g, OBS_DHCP_ADDR) || has(&g, OBS_DHCP_LEASE));
	ask(&dissect_dhcpv6, SIDE_CLIENT,
	    "0c 00*33 00 4f 00 08 00 01 06 'abcde' 00 09 00 16 01 4d 3c 2b " ID, &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_DHCP_TYPE), 1);
	assert_text(&g, OBS_DHCP_MAC, 0,
	    "\x06"
	    "abcde");
}

static void
dhcpv6_refuses_what_does_not_fit(void **state)
{
	static const char *const bad[] = {
		"01 4d 3c 2b",                                  /* nobody asks */
		"01 4d 3c 2b 00 08 00 02 00 00",                /* likewise */
		"00 4d 3c 2b " ID, "0a 4d 3c 2b " ID,           /* no type; reconfigure */
		"07 4d 3c 2b " ID,                              /* no server answers */
		"01 4d 3c 2b " ID "00 08 00 02 00",             /* torn */
		"01 4d 3c 2b 00 01 00 03 00 09 00",             /* an id of no kind */
		"0c 00*33 00 08 00 02 00 00", "0c 00*33 00 09", /* an empty cover, a torn one */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_dhcpv6, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

#define LINE(text) "'" text "' 0d 0a "

static void
ssdp_tells_what_a_device_is(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_ssdp, SIDE_CLIENT,
	    LINE("NOTIFY * HTTP/1.1") LINE("HOST: 239.255.255.250:1900")
		LINE("Location:http://192.0.2.7:8060/dial/dd.xml")
		    LINE("NT: urn:schemas-upnp-org:device:Basic:1") LINE("NTS: ssdp:alive")
			LINE("SERVER: Linux/5.10 UPnP/1.0 GL/1.2 ") "0d 0a",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "ssdp");
	assert_text(&g, OBS_UPNP_SERVER, 0, "Linux/5.10 UPnP/1.0 GL/1.2");
	assert_text(&g, OBS_UPNP_TYPE, 0, "urn:schemas-upnp-org:device:Basic:1");
	assert_text(&g, OBS_UPNP_HOST, 0, "192.0.2.7");
	assert_false(has(&g, OBS_CLIENT));
	ask(&dissect_ssdp, SIDE_SERVER,
	    LINE("HTTP/1.1 200 OK") LINE("ST: uuid:1") LINE("USN: uuid:1")
		LINE("LOCATION: http://[fe80::9]/d.xml") "0d 0a",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_text(&g, OBS_UPNP_HOST, 0, "fe80::9");
	assert_false(has(&g, OBS_UPNP_TYPE));
}

static void
ssdp_who_asks_or_leaves_is_no_device(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_ssdp, SIDE_CLIENT,
	    LINE("M-SEARCH * HTTP/1.1") LINE("MAN: \"ssdp:discover\"") LINE("ST: ssdp:all")
		LINE("USER-AGENT: Chromium/131.0 Windows") "0d 0a",
	    &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_int_equal(num(&g, OBS_CLIENT), SIDE_CLIENT);
	assert_text(&g, OBS_HTTP_AGENT, 0, "Chromium/131.0 Windows");
	assert_false(has(&g, OBS_UPNP_TYPE));
	ask(&dissect_ssdp, SIDE_CLIENT,
	    LINE("NOTIFY * HTTP/1.1") LINE("NTS: ssdp:byebye") LINE("NT: urn:x"), &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_false(has(&g, OBS_UPNP_TYPE));
}

static void
ssdp_is_not_other_http(void **state)
{
	static const char *const bad[] = {
		LINE("HTTP/1.1 200 OK") LINE("SERVER: x") "0d 0a",
		LINE("NOTIFY sip:a@example.org SIP/2.0") "0d 0a",
		LINE("NOTIFY * HTTP/1.1") LINE("NT: upnp:event") LINE("NTS: upnp:propchange"),
		LINE("M-SEARCH * HTTP/1.1") LINE("MAN: \"x\""),
		LINE("NOTIFY * HTTP/1.1") LINE("no colon") LINE("NTS: ssdp:alive"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (says(&dissect_ssdp, SIDE_CLIENT, bad[i]) != PROBE_NO)
			fail_msg("%zu: %s", i, bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(llmnr_answers_with_its_own_name),
		cmocka_unit_test(llmnr_questions_name_nobody),
		cmocka_unit_test(llmnr_is_not_ordinary_dns),
		cmocka_unit_test(nbns_claims_a_name),
		cmocka_unit_test(nbns_answers_for_whom_it_names),
		cmocka_unit_test(dhcpv6_request_names_the_machine),
		cmocka_unit_test(dhcpv6_reply_gives_the_lease),
		cmocka_unit_test(dhcpv6_refuses_what_does_not_fit),
		cmocka_unit_test(ssdp_tells_what_a_device_is),
		cmocka_unit_test(ssdp_who_asks_or_leaves_is_no_device),
		cmocka_unit_test(ssdp_is_not_other_http),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
