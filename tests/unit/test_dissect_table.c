/*
 * test_dissect_table: every dissector against everyone's greeting.
 *
 * Each greeting is recognised by those it names and by nobody else of its
 * transport; cut short, a stream's is waited for, a datagram's is refused; and
 * there is a greeting for each row of the table, so that a new dissector brings one.
 */
#include "dissectors/table.h"
#include "probe.h"

struct greeting {
	const char *who; /* names of dissectors, with spaces around */
	enum transport transport;
	enum side from;
	size_t enough; /* bytes after which the answer is YES; 0: all of them */
	const char *bytes;
};

#define RANDOM8 "6b 91 0c e2 55 d8 3f a7"

static const struct greeting greetings[] = {
	{ " tls ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "16 03 01 00 44 01 00 00 40 03 03 11*32 00 00 02 c0 2f 01 00 00 15 00 00 00 11 00 0f"
	    " 00 00 0c 'example.org.'" },
	{ " tls ", TRANSPORT_TCP, SIDE_SERVER, 0,
	    "16 03 03 00 36 02 00 00 32 03 03 22*32 00 13 01 00 00 0a 00 2b 00 02 03 04 00 33 00 "
	    "00" },
	{ " tls anydesk ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "16 03 01 00 46 01 00 00 42 03 03 11*32 00 00 02 c0 2f 01 00 00 17 00 10 00 13 00 11"
	    " 10 'anydesk/9.0.0/xx'" },
	{ " ssh ", TRANSPORT_TCP, SIDE_SERVER, 0, "'SSH-2.0-OpenSSH_9.2p1 Debian-2' 0d 0a" },
	{ " rdp ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "03 00 00 2b 26 e0 00 00 00 00 00 'Cookie: mstshash=alice' 0d 0a 01 00 08 00 0b 00 00 "
	    "00" },
	{ " rdp ", TRANSPORT_TCP, SIDE_SERVER, 0,
	    "03 00 00 13 0e d0 00 00 12 34 00 02 1f 08 00 02 00 00 00" },
	{ " rdp_udp ", TRANSPORT_UDP, SIDE_CLIENT, 1132,
	    "ff*4 00 40 00 01 5a 11 c3 07 04 d0 04 d0 00*1116" },
	{ " rfb ", TRANSPORT_TCP, SIDE_SERVER, 0, "'RFB 003.008' 0a" },
	{ " teamviewer ", TRANSPORT_TCP, SIDE_CLIENT, 5, "17 24 0a 20 00 00*8 48 00*23" },
	{ " teamviewer ", TRANSPORT_TCP, SIDE_SERVER, 24,
	    "11 30 36 00 18 00 00 00 01 00 00 00 00 00 00 00 1b 00 00 00 18 00 00 00 8c 00*23" },
	{ " teamviewer_udp ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "00*10 03 17 24 73 04 00 01 02 03 04" },
	{ " rustdesk ", TRANSPORT_UDP, SIDE_CLIENT, 0, "32 0d 0a 09 '123456789' 10 05" },
	{ " rustdesk_tcp ", TRANSPORT_TCP, SIDE_CLIENT, 0, "34 42 0b 0a 09 '123456789'" },
	{ " wireguard ", TRANSPORT_UDP, SIDE_CLIENT, 0, "01 00 00 00 91 c3 5e 07 77*140" },
	{ " wireguard_tcp ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "00 94 01 00 00 00 91 c3 5e 07 77*140" },
	{ " openvpn ", TRANSPORT_UDP, SIDE_CLIENT, 0, "38 " RANDOM8 " 00 00 00 00 00" },
	{ " openvpn_tcp ", TRANSPORT_TCP, SIDE_CLIENT, 0, "00 0e 38 " RANDOM8 " 00 00 00 00 00" },
	{ " ike ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    RANDOM8 " 00*8 21 20 22 08 00*4 00 00 00 24 00 00 00 08 55*4" },
	{ " tailscale ", TRANSPORT_UDP, SIDE_CLIENT, 80, "'TS' f0 9f 92 ac 77*86" },
	{ " stun ", TRANSPORT_BOTH, SIDE_CLIENT, 0, "00 01 00 00 21 12 a4 42 77*12" },
	{ " nomachine ", TRANSPORT_TCP, SIDE_CLIENT, 0, "'NXSH-8.10.1' 0a" },
	{ " nomachine ", TRANSPORT_TCP, SIDE_SERVER, 0, "'NXD-8.10.1' 0a" },
	{ " radmin ", TRANSPORT_TCP, SIDE_CLIENT, 0, "01 00 00 00 01 00 00 00 08 08" },
	{ " radmin ", TRANSPORT_TCP, SIDE_SERVER, 0,
	    "01 00 00 00 25 00 00 02 12 08 02 00 00 0a 00*32" },
	{ " ica ", TRANSPORT_TCP, SIDE_SERVER, 0, "7f 7f 'ICA' 00" },
	{ " ica ", TRANSPORT_TCP, SIDE_CLIENT, 0, "1a 'CGP/01'" },
	{ " spice ", TRANSPORT_TCP, SIDE_CLIENT, 16,
	    "'REDQ' 02 00 00 00 02 00 00 00 1a 00 00 00 00*26" },
	{ " x11 ", TRANSPORT_TCP, SIDE_CLIENT, 30,
	    "6c 00 0b 00 00 00 12 00 10 00 00 00 'MIT-MAGIC-COOKIE-1' 00*2 99*16" },
	{ " xdmcp ", TRANSPORT_UDP, SIDE_CLIENT, 0, "00 01 00 02 00 01 00" },
	{ " telnet ", TRANSPORT_TCP, SIDE_SERVER, 6, "ff fd 18 ff fd 20 ff fd 23 ff fd 27" },
	{ " quic ", TRANSPORT_UDP, SIDE_CLIENT, 1200,
	    "c3 00 00 00 01 08 " RANDOM8 " 00 00 44 9e 77*1190" },
	{ " dns ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "12 34 01 00 00 01 00 00 00 00 00 00 07 'example' 03 'org' 00 00 01 00 01" },
	{ " mdns ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "00 00 84 00 00 00 00 01 00 00 00 00 05 'pikvm' 05 'local' 00 00 01 80 01 00 00 00 78"
	    " 00 04 c0 00 02 07" },
	{ " dhcp ", TRANSPORT_UDP, SIDE_CLIENT, 243,
	    "01 01 06 00 4d 3c 2b 1a 00*20 02 00 5e 10 20 30 00*202 63 82 53 63 35 01 01 ff" },
	{ " dns llmnr ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "3a 7c 00 00 00 01 00 00 00 00 00 00 07 'lt-0417' 00 00 01 00 01" },
	{ " dns llmnr ", TRANSPORT_UDP, SIDE_SERVER, 25,
	    "3a 7c 80 00 00 01 00 01 00 00 00 00 07 'lt-0417' 00 00 01 00 01"
	    " c0 0c 00 01 00 01 00 00 00 1e 00 04 c0 00 02 07" },
	{ " nbns ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "12 34 01 10 00 01 00 00 00 00 00 00 20 'FHEPFCELEHFCEPFFFACACACACACACABL' 00 00 20 00 "
	    "01" },
	{ " dhcpv6 ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "01 4d 3c 2b 00 01 00 0a 00 03 00 01 02 00 5e 10 20 30" },
	{ " ssdp ", TRANSPORT_UDP, SIDE_CLIENT, 57,
	    "'NOTIFY * HTTP/1.1' 0d 0a 'NT: upnp:rootdevice' 0d 0a 'NTS: ssdp:alive' 0d 0a 0d 0a" },
	{ " radius ", TRANSPORT_UDP, SIDE_CLIENT, 0, "04 07 00 1a 55*16 28 06 00 00 00 01" },
	/* Neighbours that nobody here is to take for his own. */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "'GET / HTTP/1.1' 0d 0a 'Host: example.org' 0d 0a 0d 0a" },
	{ "", TRANSPORT_TCP, SIDE_SERVER, 0, "'220 mail.example.org ESMTP' 0d 0a" },
	{ "", TRANSPORT_TCP, SIDE_SERVER, 0, "'HTTP/1.1 200 OK' 0d 0a 0d 0a" },
	/* S7: X.224 with parameters, and nothing of RDP. */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 01 00 c2 02 01 02" },
	/* H.323 call signalling in TPKT. */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "03 00 00 0b 08 02 12 34 05 04 03" },
	/* SMB, MySQL, BitTorrent, Redis, SOCKS. */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "00 00 00 2f ff 'SMB' 72 00*40" },
	{ "", TRANSPORT_TCP, SIDE_SERVER, 0, "4a 00 00 00 0a '8.0.36' 00*63" },
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "13 'BitTorrent protocol' 00*8" },
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "'*1' 0d 0a '$4' 0d 0a 'PING' 0d 0a" },
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "05 01 00" },
	/* SSL 2 with the hello of a later version inside. */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "80 2e 01 03 01 00 15 00 00 00 10 01 00 80 00 00 2f 00 00 35 00 00 05 00 00 0a 77*17" },
	/* NTP, RTP, SNMP, DTLS, syslog, ESP in UDP and what keeps its NAT open. */
	{ "", TRANSPORT_UDP, SIDE_CLIENT, 0, "23 00 06 ec 00*36 e4 91 00 11 22 33 44 55" },
	{ "", TRANSPORT_UDP, SIDE_CLIENT, 0, "80 60 12 34 00 00 10 00 9a bc de f0 77*160" },
	{ "", TRANSPORT_UDP, SIDE_CLIENT, 0, "30 29 02 01 01 04 06 'public' a0 1c 02*28" },
	{ "", TRANSPORT_UDP, SIDE_CLIENT, 0, "16 fe fd 00*8 00 10 01 00*15" },
	{ "", TRANSPORT_UDP, SIDE_CLIENT, 0, "'<34>Oct 11 22:14:15 host su: failed'" },
	{ "", TRANSPORT_UDP, SIDE_CLIENT, 0, "c3 5e 07 91 00 00 00 01 77*80" },
	{ "", TRANSPORT_UDP, SIDE_CLIENT, 0, "ff" },
};

enum { GREETINGS = sizeof(greetings) / sizeof(greetings[0]) };

static bool
is_named(const struct greeting *g, const struct dissector *d)
{
	char word[40] = " ";

	strcat(strcat(word, d->name), " ");
	return strstr(g->who, word) != NULL;
}

static void
each_greeting_has_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < GREETINGS; i++) {
		const struct greeting *g = &greetings[i];

		for (unsigned d = 0; dissectors[d] != NULL; d++) {
			const bool yes = says(dissectors[d], g->from, g->bytes) == PROBE_YES;

			if ((dissectors[d]->transport & g->transport) == 0)
				continue;
			if (yes != is_named(g, dissectors[d]))
				fail_msg("greeting %zu: %s", i, dissectors[d]->name);
		}
	}
}

/* A stream cut short is waited for, whoever it turns out to be; a datagram is not. */
static void
no_prefix_is_mistaken(void **state)
{
	(void)state;
	for (size_t i = 0; i < GREETINGS; i++) {
		const struct greeting *g = &greetings[i];
		struct bytes b;
		size_t enough;

		bytes_write(&b, g->bytes);
		enough = g->enough > 0 ? g->enough : b.n;
		for (unsigned d = 0; dissectors[d] != NULL; d++) {
			const bool mine = is_named(g, dissectors[d]);
			const bool stream = mine && (dissectors[d]->transport & TRANSPORT_TCP) != 0;

			if ((dissectors[d]->transport & g->transport) == 0)
				continue;
			for (size_t n = 0; n < b.n; n++) {
				const bool yes = mine && n >= enough;
				struct got got;

				ask_bytes(dissectors[d], g->from, b.at, n, &got);
				if ((got.said == PROBE_YES) != yes ||
				    (stream && got.said == PROBE_NO))
					fail_msg("greeting %zu, %zu bytes: %s", i, n,
					    dissectors[d]->name);
			}
		}
	}
}

static void
each_dissector_has_a_greeting(void **state)
{
	unsigned d;

	(void)state;
	for (d = 0; dissectors[d] != NULL; d++) {
		bool found = false;

		for (size_t i = 0; i < GREETINGS; i++)
			found = found || is_named(&greetings[i], dissectors[d]);
		if (!found)
			fail_msg("no greeting for %s", dissectors[d]->name);
	}
	/* A set of them is to fit one word. */
	assert_true(d > 20 && d <= 64);
}

/* Noise with each greeting's start: whatever is said, nothing breaks. */
static void
torn_bytes_break_nothing(void **state)
{
	uint32_t noise = 1;

	(void)state;
	for (size_t i = 0; i < GREETINGS; i++) {
		struct bytes b;

		bytes_write(&b, greetings[i].bytes);
		for (unsigned round = 0; round < 200; round++) {
			struct bytes torn = b;
			struct got got;

			for (unsigned changes = 0; changes < 3; changes++) {
				noise = noise * 1664525u + 1013904223u;
				torn.at[(noise >> 8) % torn.n] = (uint8_t)(noise >> 24);
			}
			for (unsigned d = 0; dissectors[d] != NULL; d++)
				ask_bytes(dissectors[d], SIDE_CLIENT, torn.at, torn.n, &got);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_greeting_has_its_own),
		cmocka_unit_test(no_prefix_is_mistaken),
		cmocka_unit_test(each_dissector_has_a_greeting),
		cmocka_unit_test(torn_bytes_break_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
