/*
 * vpn_http: VPNs that open like HTTP.  All do so inside TLS; they are read here where
 * something on the way, a load balancer or an inspecting proxy, took the TLS off.
 *
 *   SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/    [MS-SSTP 3.2.4.1]
 *   CONNECT /CSCOSSLC/tunnel                 AnyConnect [draft-mavrogiannopoulos-openconnect 2.1]
 *   POST /vpnsvc/connect.cgi                 SoftEther, a watermark of GIF follows [its Protocol.c]
 *   GET /remote/sslvpn-tunnel                FortiGate [openconnect, fortinet.c]
 *   GET /ssl-tunnel-connect.sslvpn?          GlobalProtect [openconnect, gpst.c]
 *   GET /derp, Upgrade: DERP                 Tailscale's relay [tailscale, derp/derphttp]
 */
#include "dissectors/say.h"

enum { HEADERS_MOST = 2048 };

static const struct opening {
	const char *line, *product;
} openings[] = {
	{ "SSTP_DUPLEX_POST /sra_{", "sstp" },
	{ "CONNECT /CSCOSSLC/tunnel", "anyconnect" },
	{ "POST /vpnsvc/connect.cgi", "softether" },
	{ "POST /vpnsvc/vpn.cgi", "softether" },
	{ "GET /remote/sslvpn-tunnel", "forticlient" },
	{ "GET /ssl-tunnel-connect.sslvpn?", "globalprotect" },
};

/* A header line of that text, in any case. */
static bool
is_header(struct view line, const char *want)
{
	const size_t n = strlen(want);

	if (line.n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (lower(line.p[i]) != (uint8_t)want[i])
			return false;
	}
	return line.n == n || line.p[n] == '\r';
}

/* DERP is asked for by a header: YES, NO, or MORE until the headers are all there. */
static enum probe
asks_derp(struct view head)
{
	const enum probe said = begins(head, "GET /derp", 9);

	if (said != PROBE_YES)
		return said;
	while (head.n > 0) {
		const struct view line = view_until(&head, '\n');

		if (line.bad)
			break;
		view_skip(&head, 1);
		if (is_header(line, "upgrade: derp"))
			return PROBE_YES;
		if (line.n <= 1)
			return PROBE_NO;
	}
	return PROBE_MORE;
}

static enum probe
say(struct obs_list *out, const char *product, enum side from)
{
	say_protocol(out, "http");
	say_product(out, product, SURE_CERTAIN);
	obs_num(out, OBS_CLIENT, (uint32_t)from);
	return PROBE_YES;
}

static enum probe
vpn_http_probe(struct view head, enum side from, struct obs_list *out)
{
	enum probe best = asks_derp(head);

	if (best == PROBE_YES)
		return say(out, "tailscale", from);
	for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
		const enum probe said = begins(head, openings[i].line, strlen(openings[i].line));

		if (said == PROBE_YES)
			return say(out, openings[i].product, from);
		if (said == PROBE_MORE)
			best = PROBE_MORE;
	}
	return head.n > HEADERS_MOST ? PROBE_NO : best;
}

const struct dissector dissect_vpn_http = { "vpn_http", TRANSPORT_TCP, false, { 80, 443, 992 },
	vpn_http_probe };
