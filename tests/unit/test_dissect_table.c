/*
 * test_dissect_table: every dissector against everyone's greeting.
 *
 * Each greeting is recognised by those it names and by nobody else of its
 * transport (by its form only, where it may be LIKE one's); cut short, a stream's is waited for, a
 * datagram's is refused; and there is a greeting for each row of the table, so that a new dissector
 * brings one.
 */
#include "dissectors/table.h"
#include "probe.h"

extern const struct dissector dissect_fully_encrypted;

struct greeting {
	const char *who; /* names of dissectors, with spaces around; @: says so at the last byte */
	enum transport transport;
	enum side from;
	size_t enough; /* bytes after which the answer is YES; 0: all of them */
	const char *bytes;
};

#define RANDOM8 "6b 91 0c e2 55 d8 3f a7"

/* 28 bytes that look encrypted. */
#define SEALED                                                                                     \
	"9a 41 f0 27 c8 1d b3 6e 05 fa 72 8c 33 d9 4b a6 1f e7 58 90 2b c4 7d 06 ee 63 b8 15 "

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
	{ " ssh_kex ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "00 00 00 6e 04 14 11*16 00 00 00 1c 'curve25519-sha256,ext-info-c' 00 00 00 0b"
	    " 'ssh-ed25519' 00 00 00 01 'a' 00 00 00 01 'a' 00 00 00 01 'b' 00 00 00 01 'b' 00*21"
	    " 77*4" },
	{ " tls tor ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "16 03 01 00 50 01 00 00 4c 03 03 11*32 00 00 02 c0 2f 01 00 00 21 00 00 00 1d 00 1b "
	    "00 00"
	    " 18 'www.ct7ctrgb6cr7x2qa.com'" },
	{ " rdp ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "03 00 00 2b 26 e0 00 00 00 00 00 'Cookie: mstshash=alice' 0d 0a 01 00 08 00 0b 00 00 "
	    "00" },
	{ " rdp ", TRANSPORT_TCP, SIDE_SERVER, 0,
	    "03 00 00 13 0e d0 00 00 12 34 00 02 1f 08 00 02 00 00 00" },
	{ " rdp_udp ", TRANSPORT_UDP, SIDE_CLIENT, 1132,
	    "ff*4 00 40 00 01 5a 11 c3 07 04 d0 04 d0 00*1116" },
	{ " rfb ", TRANSPORT_TCP, SIDE_SERVER, 0, "'RFB 003.008' 0a" },
	{ " rfb rfb_security@ ", TRANSPORT_TCP, SIDE_SERVER, 12, "'RFB 003.008' 0a 02 02 13" },
	{ " rfb rfb_security@ ", TRANSPORT_TCP, SIDE_CLIENT, 12,
	    "'RFB 003.008' 0a 13 00 02 00 00 01 05" },
	{ " rdp rdp_tls@ ", TRANSPORT_TCP, SIDE_CLIENT, 19,
	    "03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 03 00 00 00 16 03 01 00 44 01 00 00 40 03"
	    " 03 11*32 00 00 02 c0 2f 01 00 00 15 00 00 00 11 00 0f 00 00 0c 'pc7.example.'" },
	{ " starttls ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "'EHLO pc7' 0d 0a 'STARTTLS' 0d 0a 16 03 01 00 44 01 00 00 40 03"
	    " 03 11*32 00 00 02 c0 2f 01 00 00 15 00 00 00 11 00 0f 00 00 0c 'pc7.example.'" },
	{ " teamviewer ", TRANSPORT_TCP, SIDE_CLIENT, 5, "17 24 0a 20 00 00*8 48 00*23" },
	{ " teamviewer ", TRANSPORT_TCP, SIDE_SERVER, 24,
	    "11 30 36 00 18 00 00 00 01 00 00 00 00 00 00 00 1b 00 00 00 18 00 00 00 8c 00*23" },
	{ " teamviewer_udp ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "00*10 03 17 24 73 04 00 01 02 03 04" },
	{ " rustdesk ", TRANSPORT_UDP, SIDE_CLIENT, 0, "32 0d 0a 09 '123456789' 10 05" },
	{ " rustdesk_tcp ", TRANSPORT_TCP, SIDE_CLIENT, 0, "34 42 0b 0a 09 '123456789'" },
	{ " rustdesk_peer ", TRANSPORT_TCP, SIDE_SERVER, 0,
	    "c5 01 1a 6f 0a 6d 99*64 0a 09 '123456789' 12 20 88*32" },
	{ " wireguard ", TRANSPORT_UDP, SIDE_CLIENT, 0, "01 00 00 00 91 c3 5e 07 77*140" },
	{ " wireguard_tcp ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "00 94 01 00 00 00 91 c3 5e 07 77*140" },
	{ " openvpn ", TRANSPORT_UDP, SIDE_CLIENT, 0, "38 " RANDOM8 " 00 00 00 00 00" },
	{ " openvpn_tcp ", TRANSPORT_TCP, SIDE_CLIENT, 0, "00 0e 38 " RANDOM8 " 00 00 00 00 00" },
	{ " ike ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    RANDOM8 " 00*8 21 20 22 08 00*4 00 00 00 24 00 00 00 08 55*4" },
	{ " tailscale ", TRANSPORT_UDP, SIDE_CLIENT, 80, "'TS' f0 9f 92 ac 77*86" },
	{ " zerotier ", TRANSPORT_UDP, SIDE_CLIENT, 111,
	    "11*8 8b d5 12 4a 9c 6b 91 0c e2 55 00 77*8 01 0c 01 0e 00 00 00 00 01 91 22*4 6b 91 "
	    "0c"
	    " e2 55 00 33*64 00 04" },
	{ " softether ", TRANSPORT_UDP, SIDE_SERVER, 19, "'IP=192.0.2.7,PORT=51381'" },
	{ " softether ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "00 00 00 02 00 00 00 07 'opcode' 00 00 00 02 00 00 00 01 00 00 00 09 'get_token'"
	    " 00 00 00 08 'tran_id' 00 00 00 04 00 00 00 01 77*8" },
	{ " l2tp ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "c8 02 00 14 00*4 00*4 80 08 00 00 00 00 00 01" },
	{ " pptp ", TRANSPORT_TCP, SIDE_CLIENT, 10, "00 9c 00 01 1a 2b 3c 4d 00 01 00*146" },
	{ " tinc ", TRANSPORT_TCP, SIDE_SERVER, 0, "'0 berlin_2 17.7' 0a" },
	{ " vpn_http ", TRANSPORT_TCP, SIDE_CLIENT, 23,
	    "'SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1' 0d 0a" },
	{ " nebula ", TRANSPORT_UDP, SIDE_CLIENT, 96, "10 00 00 00 00*4 00*7 01 " SEALED "55*64" },
	{ " esp ", TRANSPORT_UDP, SIDE_CLIENT, 0, "c3 5e 07 91 00 00 00 01 " SEALED },
	{ " stun ", TRANSPORT_BOTH, SIDE_CLIENT, 0, "00 01 00 00 21 12 a4 42 77*12" },
	{ " nomachine ", TRANSPORT_TCP, SIDE_CLIENT, 0, "'NXSH-8.10.1' 0a" },
	{ " nomachine ", TRANSPORT_TCP, SIDE_SERVER, 0, "'NXD-8.10.1' 0a" },
	{ " nomachine_udp ", TRANSPORT_UDP, SIDE_SERVER, 0, "01 00 01 00 10 00 07 00 00 00 77*6" },
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
	{ " dtls ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "16 fe fd 00*8 00 38 01 00 00 2c 00 00 00 00 00 00 00 2c"
	    " fe fd 11*32 00 00 00 02 c0 2b 01 00 00 00" },
	{ " hello ", TRANSPORT_PIECES, SIDE_CLIENT, 0,
	    "01 00 00 2f 03 03 11*32 00 00 02 13 01 01 00 00 04 00 2b 00 00" },
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
	{ " rsh ", TRANSPORT_TCP, SIDE_CLIENT, 0, "'1021' 00 'alice' 00 'root' 00 'ls -l' 00" },
	{ " rsh ", TRANSPORT_TCP, SIDE_CLIENT, 0, "00 'alice' 00 'root' 00 'xterm/38400' 00" },
	{ " rtty ", TRANSPORT_TCP, SIDE_CLIENT, 0, "00 00 12 03 'kvm-01' 00 'desk' 00 '0123' 00" },
	{ " xpra ", TRANSPORT_TCP, SIDE_CLIENT, 15,
	    "'P' 10 00 00 00 00 01 00 c2 85 'hello' f7*249" },
	{ " splashtop ", TRANSPORT_TCP, SIDE_SERVER, 0, "'SRS:Ready' 00" },
	{ " steam ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "ff*4 21 4c 5f a0 06 00 00 00 08 91 c3 5e 10 05 04 00 00 00 08 01 10 02" },
	{ " moonlight ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "'OPTIONS rtsp://192.0.2.7:48010 RTSP/1.0' 0d 0a 'CSeq: 1' 0d 0a"
	    " 'X-GS-ClientVersion: 14' 0d 0a 'Host: 192.0.2.7' 0d 0a 0d 0a" },
	{ " moonlight_udp ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "8f ff 12 34 82 ff 00 01 00 00 ff ff 00 00 05 78 00 01 00 00 00 00 00 30 00*8"
	    " 00 00 13 88 00 00 00 02 00 00 00 02 " RANDOM8 },
	{ " zoom ", TRANSPORT_UDP, SIDE_CLIENT, 39,
	    "05 12 34 00*4 00 0f 01 00 fb 90 16 11 04 03 00 00 49 09 b6 4c 00 01 00 48 90 71 07 19"
	    " 07 00 11 d8 10 01 00 08 02 be de 00 01 50 e4 00 68 77*40" },
	{ " anydesk_udp ", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "3e d1 01 13 5f 1a 22 00*4 02 04 00 00 00 06 'laptop' 00 00 00 05 'alice'" },
	{ " http ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "'GET / HTTP/1.1' 0d 0a 'Host: example.org' 0d 0a 0d 0a" },
	{ " http http_connect ", TRANSPORT_TCP, SIDE_SERVER, 0, "'HTTP/1.1 200 OK' 0d 0a 0d 0a" },
	{ " http ", TRANSPORT_TCP, SIDE_SERVER, 0,
	    "'HTTP/1.1 200 OK' 0d 0a 'Content-Length: 0' 0d 0a 0d 0a" },
	{ " http_connect ", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "'CONNECT example.org:443 HTTP/1.1' 0d 0a 0d 0a" },
	{ " socks ", TRANSPORT_TCP, SIDE_CLIENT, 0, "05 01 00 05 01 00 03 05 'a.org' 01 bb" },
	{ " socks ", TRANSPORT_TCP, SIDE_SERVER, 0, "05 00 05 00 00 01 00*6" },
	{ " socks ", TRANSPORT_TCP, SIDE_CLIENT, 0, "04 01 01 bb c0 00 02 07 'me' 00" },
	{ " socks ", TRANSPORT_TCP, SIDE_SERVER, 0, "00 5a 00*6" },
	{ " guacd ", TRANSPORT_TCP, SIDE_CLIENT, 0, "'6.select,3.rdp;'" },
	{ " guacd ", TRANSPORT_TCP, SIDE_SERVER, 22, "'4.args,11.VERSION_1_1,8.hostname;'" },
	{ " rfb ", TRANSPORT_TCP, SIDE_SERVER, 0, "82 0c 'RFB 003.008' 0a" },
	/* Neighbours that nobody here is to take for his own. */
	{ "", TRANSPORT_TCP, SIDE_SERVER, 0, "'220 mail.example.org ESMTP' 0d 0a" },
	/* S7: X.224 with parameters, and nothing of RDP. */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 01 00 c2 02 01 02" },
	/* H.323 call signalling in TPKT. */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "03 00 00 0b 08 02 12 34 05 04 03" },
	/* SMB, MySQL, BitTorrent, Redis. */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "00 00 00 2f ff 'SMB' 72 00*40" },
	{ "", TRANSPORT_TCP, SIDE_SERVER, 0, "4a 00 00 00 0a '8.0.36' 00*63" },
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "13 'BitTorrent protocol' 00*8" },
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "'*1' 0d 0a '$4' 0d 0a 'PING' 0d 0a" },
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
	/* RTSP of a camera, ENet of a game, a Steam server's answer, RTP bare, TLS as seen in UDP.
	 */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "'OPTIONS rtsp://192.0.2.7/ch1 RTSP/1.0' 0d 0a 'CSeq: 1' 0d 0a 0d 0a" },
	{ "", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "8f ff 12 34 82 ff 00 01 00 00 ff ff 00 00 05 78 00 01 00 00 00 00 00 02 00*8"
	    " 00 00 13 88 00 00 00 02 00 00 00 02 " RANDOM8 },
	{ "", TRANSPORT_UDP, SIDE_SERVER, 0, "ff*4 49 11 'a server' 00 'de_dust2' 00 00*9" },
	{ "", TRANSPORT_UDP, SIDE_CLIENT, 0,
	    "90 e2 12 34 00 00 10 00 9a bc de f0 be de 00 01 77*160" },
	{ " http pikvm@ ", TRANSPORT_TCP, SIDE_CLIENT, 44,
	    "'GET /api/ws HTTP/1.1' 0d 0a 'Upgrade: websocket' 0d 0a 0d 0a 82 81 11 22 33 44 11"
	    " 82 81 55 66 77 88 55" },
	{ " fully_encrypted ", TRANSPORT_TCP, SIDE_CLIENT, 16, SEALED },
	/* HTTP/2, SMTP's and FTP's answers, PostgreSQL, LDAP, SMB 2. */
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "'PRI * HTTP/2.0' 0d 0a 0d 0a 'SM' 0d 0a 0d 0a" },
	{ "", TRANSPORT_TCP, SIDE_SERVER, 0, "00 00 12 04 00 00 00 00 00 00 03 00 00 00 64 00*12" },
	{ " http ", TRANSPORT_TCP, SIDE_CLIENT, 0, "'POST /run HTTP/1.1' 0d 0a 0d 0a" },
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0,
	    "00 00 00 29 00 03 00 00 'user' 00 'alice' 00 'database' 00 'books' 00 00*2" },
	{ "", TRANSPORT_TCP, SIDE_CLIENT, 0, "00 00 00 44 fe 'SMB' 40 00*63" },
};

enum { GREETINGS = sizeof(greetings) / sizeof(greetings[0]) };

/* Does `who` have the name, with `mark` behind it? */
static bool
has_name(const struct greeting *g, const struct dissector *d, const char *mark)
{
	char word[40] = " ";

	strcat(strcat(strcat(word, d->name), mark), " ");
	return strstr(g->who, word) != NULL;
}

static bool
is_later(const struct greeting *g, const struct dissector *d)
{
	return has_name(g, d, "@");
}

static bool
is_named(const struct greeting *g, const struct dissector *d)
{
	return has_name(g, d, "") || is_later(g, d);
}

/* Does it take the bytes for its own, a stranger's only if sure, one's own if LIKE too? */
static bool
takes(enum probe said, bool mine)
{
	return said == PROBE_YES || (mine && said == PROBE_LIKE);
}

static void
each_greeting_has_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < GREETINGS; i++) {
		const struct greeting *g = &greetings[i];

		for (unsigned d = 0; dissectors[d] != NULL; d++) {
			const bool mine = is_named(g, dissectors[d]);
			const bool yes = takes(says(dissectors[d], g->from, g->bytes), mine);

			if ((dissectors[d]->transport & g->transport) == 0)
				continue;
			if (yes != mine)
				fail_msg("greeting %zu: %s", i, dissectors[d]->name);
		}
	}
}

/* All that may stand at a place of a greeting. */
static void
check_place(const struct dissector *d, struct bytes *b, uint8_t at)
{
	const uint8_t own = b->at[at];
	struct got got;

	assert_true(dissector_may_lead(d, at, own));
	for (unsigned byte = 0; byte < 256; byte++) {
		b->at[at] = (uint8_t)byte;
		for (int from = SIDE_CLIENT; from <= SIDE_SERVER; from++) {
			ask_bytes(d, (enum side)from, b->at, b->n, &got);
			if (got.said >= PROBE_LIKE && !dissector_may_lead(d, at, (uint8_t)byte))
				fail_msg("%s: byte %u may be %02x", d->name, at, byte);
		}
	}
	b->at[at] = own;
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
			const bool stream = mine &&
			    (dissectors[d]->transport & (TRANSPORT_TCP | TRANSPORT_PIECES)) != 0;

			if ((dissectors[d]->transport & g->transport) == 0)
				continue;
			/* Others' sealed bytes are sealed: it says so, and no name. */
			if (!mine && dissectors[d] == &dissect_fully_encrypted)
				continue;
			for (size_t n = 0; n < b.n; n++) {
				const bool yes = mine && n >= enough && !is_later(g, dissectors[d]);
				struct got got;

				ask_bytes(dissectors[d], g->from, b.at, n, &got);
				if (takes(got.said, mine) != yes ||
				    (stream && got.said == PROBE_NO))
					fail_msg("greeting %zu, %zu bytes: %s", i, n,
					    dissectors[d]->name);
			}
		}
	}
}

/* What is said in `leads` may be relied on: no other byte there is taken. */
static void
each_lead_is_true(void **state)
{
	(void)state;
	for (size_t i = 0; i < GREETINGS; i++) {
		struct bytes b;

		bytes_write(&b, greetings[i].bytes);
		for (unsigned d = 0; dissectors[d] != NULL; d++) {
			const bool datagrams = (dissectors[d]->transport & TRANSPORT_UDP) != 0;

			if (!datagrams || !is_named(&greetings[i], dissectors[d]) ||
			    greetings[i].transport == TRANSPORT_TCP)
				continue;
			for (uint8_t at = 0; at < LEAD_BYTES && at < b.n; at++)
				check_place(dissectors[d], &b, at);
		}
	}
}

static void
each_dissector_has_a_greeting(void **state)
{
	unsigned streams = 0, datagrams = 0;

	(void)state;
	for (unsigned d = 0; dissectors[d] != NULL; d++) {
		const unsigned transport = dissectors[d]->transport;
		bool found = false;

		streams += (transport & TRANSPORT_TCP) != 0;
		datagrams += (transport & (TRANSPORT_UDP | TRANSPORT_PIECES)) != 0;

		for (size_t i = 0; i < GREETINGS; i++)
			found = found || is_named(&greetings[i], dissectors[d]);
		if (!found)
			fail_msg("no greeting for %s", dissectors[d]->name);
	}
	/* A set of them is to fit one word. */
	assert_true(streams > 20 && streams <= 64);
	assert_true(datagrams > 20 && datagrams <= 64);
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
		cmocka_unit_test(each_lead_is_true),
		cmocka_unit_test(each_dissector_has_a_greeting),
		cmocka_unit_test(torn_bytes_break_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
