/*
 * test_dissect_desktop: SSH, NX, Radmin, SPICE, X11, XDMCP, Telnet: who is shown what.
 */
#include "probe.h"

extern const struct dissector dissect_ssh, dissect_nomachine, dissect_radmin, dissect_ica;
extern const struct dissector dissect_spice, dissect_x11, dissect_xdmcp, dissect_telnet,
    dissect_quic, dissect_nomachine_udp;

static void
ssh_names_its_software(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_ssh, SIDE_CLIENT, "'SSH-2.0-PuTTY_Release_0.80' 0d 0a", &g);
	assert_product(&g, "ssh", SURE_CERTAIN);
	assert_text(&g, OBS_SSH_SOFTWARE, 0, "PuTTY_Release_0.80");
	assert_false(has(&g, OBS_CLIENT));
	ask(&dissect_ssh, SIDE_SERVER, "'SSH-1.99-Cisco-1.25' 0a", &g);
	assert_text(&g, OBS_SSH_SOFTWARE, 0, "Cisco-1.25");
	assert_int_equal(says(&dissect_ssh, SIDE_CLIENT, "'SSH-2.0-' 61*300"), PROBE_NO);
	assert_int_equal(says(&dissect_ssh, SIDE_CLIENT, "'SSH-2.0-' 61*230"), PROBE_MORE);
	assert_int_equal(says(&dissect_ssh, SIDE_CLIENT, "'SSH-2.0-' 0d 0a"), PROBE_NO);
	assert_int_equal(says(&dissect_ssh, SIDE_CLIENT, "'SSH-2.0-a' 01 'b' 0d 0a"), PROBE_NO);
	assert_int_equal(says(&dissect_ssh, SIDE_CLIENT, "'SSH-agent' 0a"), PROBE_NO);
}

static void
nomachine_tells_viewer_from_host(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_nomachine, SIDE_CLIENT, "'NXSH-8.10.1' 0a 16 03 01", &g);
	assert_product(&g, "nomachine", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_nomachine, SIDE_CLIENT, "'NXD-8.10.1' 0a", &g);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	assert_int_equal(says(&dissect_nomachine, SIDE_CLIENT, "'NXD-eight' 0a"), PROBE_NO);
	assert_int_equal(says(&dissect_nomachine, SIDE_CLIENT, "'NXSH-' 31*60"), PROBE_NO);
}

static void
radmin_checks_its_sum(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_radmin, SIDE_SERVER, "01 00 00 00 25 00 00 02 12 08 02 00 00 0a 00*32", &g);
	assert_product(&g, "radmin", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_int_equal(
	    says(&dissect_radmin, SIDE_CLIENT, "01 00 00 00 01 00 00 00 09 08"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_radmin, SIDE_CLIENT, "01 00 00 00 01 00 00 00 09 09"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_radmin, SIDE_SERVER, "01 00 00 00 25 00 00 02 13 08 02 00 00 0a 00*32"),
	    PROBE_NO);
}

static void
citrix_has_two_openings(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_ica, SIDE_SERVER, "7f 7f 'ICA' 00 7f 7f", &g);
	assert_product(&g, "citrix", SURE_CERTAIN);
	assert_int_equal(says(&dissect_ica, SIDE_SERVER, "07 07 'ICA' 00"), PROBE_NO);
	assert_int_equal(says(&dissect_ica, SIDE_SERVER, "7f 'ELF'"), PROBE_NO);
}

static void
spice_tells_sides_by_size(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_spice, SIDE_CLIENT, "'REDQ' 02 00 00 00 02 00 00 00 1a 00 00 00", &g);
	assert_product(&g, "spice", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_spice, SIDE_SERVER, "'REDQ' 02 00 00 00 02 00 00 00 ba 00 00 00", &g);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_int_equal(
	    says(&dissect_spice, SIDE_CLIENT, "'REDQ' 09 00 00 00 00*4 1a 00 00 00"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_spice, SIDE_CLIENT, "'REDQ' 02 00 00 00 00*4 ff*4"), PROBE_NO);
}

/* The program's windows leave for the server's screen. */
static void
x11_client_is_the_host(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_x11, SIDE_CLIENT, "42 00 00 0b 00 00 00 12 00 10 00 00 'MIT-MAGIC-COOKIE-1'",
	    &g);
	assert_product(&g, "x11", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	ask(&dissect_x11, SIDE_CLIENT, "6c 00 0b 00*9", &g);
	assert_product(&g, "x11", SURE_LIKELY);
	assert_int_equal(says(&dissect_x11, SIDE_CLIENT, "6c 00 0b 00*9 01"), PROBE_NO);
	assert_int_equal(says(&dissect_x11, SIDE_CLIENT, "6c 00 0c 00*9"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_x11, SIDE_CLIENT, "6c 00 0b 00 00 00 05 00 00 00 00 00 'hello'"),
	    PROBE_NO);
}

#define SETUP "00 b0 e7 00 00 00 40 05 ff ff 1f 00 00 01 00 00 "

/* Its server answers with what it is. */
static void
x11_by_its_server_alone(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_x11, SIDE_SERVER,
	    "01 00 0b 00 00 00 2a 05 " SETUP "14 00 ff ff 01 07 00 00 20 20 08 ff 00*4"
	    " 'The X.Org Foundation' 00*64",
	    &g);
	assert_product(&g, "x11", SURE_CERTAIN);
	assert_int_equal(num(&g, OBS_HOST), SIDE_CLIENT);
	assert_int_equal(
	    says(&dissect_x11, SIDE_SERVER, "01 00 0b 00 00 00 2a 05 " SETUP), PROBE_MORE);
	/* Too few words, a key below 8, no screen, a vendor that is none. */
	assert_int_equal(says(&dissect_x11, SIDE_SERVER,
			     "01 00 0b 00 00 00 1a 00 " SETUP
			     "14 00 ff ff 01 07 00 00 20 20 08 ff 00*4 'The X.Org Foundation'"),
	    PROBE_NO);
	assert_int_equal(says(&dissect_x11, SIDE_SERVER,
			     "01 00 0b 00 00 00 2a 05 " SETUP
			     "14 00 ff ff 01 07 00 00 20 20 07 ff 00*4 'The X.Org Foundation'"),
	    PROBE_NO);
	assert_int_equal(says(&dissect_x11, SIDE_SERVER,
			     "01 00 0b 00 00 00 2a 05 " SETUP
			     "14 00 ff ff 00 07 00 00 20 20 08 ff 00*4 'The X.Org Foundation'"),
	    PROBE_NO);
	assert_int_equal(says(&dissect_x11, SIDE_SERVER,
			     "01 00 00 0b 00 00 05 2a " SETUP
			     "00 04 ff ff 01 07 00 00 20 20 08 ff 00*4 01 02 03 04"),
	    PROBE_NO);
}

static void
nomachine_sends_pictures_over_udp(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_nomachine_udp, SIDE_SERVER, "01 00 01 00 0a 00 07 00 00 00", &g);
	assert_product(&g, "nomachine", SURE_LIKELY);
	assert_int_equal(
	    says(&dissect_nomachine_udp, SIDE_SERVER, "01 00 01 00 0b 00 07 00 00 00"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_nomachine_udp, SIDE_SERVER, "01 00 01 00 0a 00 07 00 00 01"), PROBE_NO);
	assert_int_equal(says(&dissect_nomachine_udp, SIDE_SERVER, "01 00 01 00 06 00"), PROBE_NO);
}

static void
xdmcp_fills_its_datagram(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_xdmcp, SIDE_CLIENT, "00 01 00 02 00 08 01 00 05 'XDM-1'", &g);
	assert_product(&g, "xdmcp", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	ask(&dissect_xdmcp, SIDE_SERVER, "00 01 00 05 00 0d 00 00 00 03 'box' 00 04 'idle'", &g);
	assert_product(&g, "xdmcp", SURE_LIKELY);
	assert_int_equal(num(&g, OBS_HOST), SIDE_SERVER);
	assert_int_equal(
	    says(&dissect_xdmcp, SIDE_CLIENT, "00 01 00 02 00 08 02 00 05 'XDM-1'"), PROBE_NO);
	assert_int_equal(says(&dissect_xdmcp, SIDE_CLIENT, "00 01 00 02 00 02 00 00"), PROBE_NO);
	assert_int_equal(says(&dissect_xdmcp, SIDE_CLIENT, "00 02 00 02 00 01 00"), PROBE_NO);
}

static void
telnet_takes_two_commands(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_telnet, SIDE_SERVER, "ff fd 25 ff fb 01 'login: '", &g);
	assert_product(&g, "telnet", SURE_LIKELY);
	assert_int_equal(says(&dissect_telnet, SIDE_SERVER, "ff fd 25"), PROBE_MORE);
	assert_int_equal(says(&dissect_telnet, SIDE_SERVER, "ff fd 25 'x'"), PROBE_NO);
	assert_int_equal(says(&dissect_telnet, SIDE_SERVER, "ff d8 ff e0"), PROBE_NO); /* JPEG */
	assert_int_equal(says(&dissect_telnet, SIDE_SERVER, "ff fb 90"), PROBE_NO);    /* MP3 */
}

static void
quic_by_its_long_header(void **state)
{
	struct got g;

	(void)state;
	ask(&dissect_quic, SIDE_CLIENT, "c3 6b 33 43 cf 08 01*8 00 00 44 9e 77*1190", &g);
	assert_int_equal(g.said, PROBE_YES);
	assert_text(&g, OBS_PROTOCOL, 0, "quic");
	assert_false(has(&g, OBS_PRODUCT));
	assert_int_equal(
	    says(&dissect_quic, SIDE_CLIENT, "c3 00 00 00 02 08 01*8 00 77*1200"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_quic, SIDE_CLIENT, "c3 00 00 00 01 15 01*21 00 77*1200"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_quic, SIDE_CLIENT, "43 00 00 00 01 08 01*8 00 77*1200"), PROBE_NO);
	assert_int_equal(
	    says(&dissect_quic, SIDE_CLIENT, "c3 00 00 00 01 08 01*8 00 77*100"), PROBE_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ssh_names_its_software),
		cmocka_unit_test(nomachine_tells_viewer_from_host),
		cmocka_unit_test(radmin_checks_its_sum),
		cmocka_unit_test(citrix_has_two_openings),
		cmocka_unit_test(spice_tells_sides_by_size),
		cmocka_unit_test(x11_client_is_the_host),
		cmocka_unit_test(x11_by_its_server_alone),
		cmocka_unit_test(nomachine_sends_pictures_over_udp),
		cmocka_unit_test(xdmcp_fills_its_datagram),
		cmocka_unit_test(telnet_takes_two_commands),
		cmocka_unit_test(quic_by_its_long_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
