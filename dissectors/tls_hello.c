/*
 * tls_hello: ClientHello, ServerHello and Certificate.
 *
 *   ClientHello  version*2 random*32 n session [n cookie] n*2 ciphers n compressions
 *                [n*2 extensions]                                 the cookie in DTLS only
 *   ServerHello  version*2 random*32 n session cipher*2 compression [n*2 extensions]
 *   extension    type*2 n*2 body
 *   Certificate  n*3 ( n*3 certificate )...     [RFC 5246 7.4; RFC 8446 4.1; RFC 6347 4.2]
 *
 * Who speaks is told by the message, not by who is thought to be the client.
 */
#include "dissectors/tls_hello.h"

#include "dissectors/certificate.h"
#include "dissectors/say.h"
#include "dissectors/tls_flight.h"

enum {
	EXT_SNI = 0,
	EXT_ALGORITHMS = 13,
	EXT_ALPN = 16,
	EXT_VERSIONS = 43,
	TLS_1_3 = 0x0304,
	DTLS_BEFORE = 0x0100, /* the RFC */
	RANDOM_BYTES = 32,
	SESSION_MOST = 32,
	PATIENCE_BYTES = 7168 /* a certificate that has not come by then is not waited for */
};

static struct view
take_short(struct view *v)
{
	const size_t n = view_u8(v);

	return view_take(v, n);
}

static struct view
take_long(struct view *v)
{
	const size_t n = view_be16(v);

	return view_take(v, n);
}

static void
read_codes(struct view v, struct ja4_codes *out)
{
	while (v.n >= 2)
		ja4_note(out, view_be16(&v));
}

static void
read_sni(struct view v, struct obs_list *out)
{
	struct view names = take_long(&v), name;

	if (view_u8(&names) != 0) /* host_name, the only type there is */
		return;
	name = take_long(&names);
	if (!names.bad)
		say_host_name(out, OBS_SNI, name);
}

/* Is one version later than the other?  Those of DTLS count down. */
static bool
is_later(uint16_t a, uint16_t b, enum ja4_over over)
{
	if (b == 0)
		return true;
	return over == JA4_DTLS ? a < b : a > b;
}

static void
read_versions(struct view v, struct ja4_hello *hello)
{
	struct view list = take_short(&v);

	for (hello->version = 0; list.n >= 2;) {
		const uint16_t version = view_be16(&list);

		if (!ja4_is_grease(version) && is_later(version, hello->version, hello->over))
			hello->version = version;
	}
}

static void
read_extension(uint16_t type, struct view v, struct ja4_hello *hello, struct obs_list *out)
{
	struct view list;

	switch (type) {
	case EXT_SNI:
		hello->sni = true;
		read_sni(v, out);
		break;
	case EXT_ALGORITHMS:
		list = take_long(&v);
		read_codes(list, &hello->algorithms);
		break;
	case EXT_ALPN:
		list = take_long(&v);
		hello->alpn = take_short(&list);
		if (hello->alpn.n > 0)
			obs_text(out, OBS_ALPN, hello->alpn);
		break;
	case EXT_VERSIONS:
		read_versions(v, hello);
		break;
	default:
		break;
	}
}

/* Version, random and session of either hello; false if they are not these. */
static bool
read_opening(struct view *v, enum ja4_over over, uint16_t *version)
{
	struct view session;

	*version = view_be16(v);
	view_skip(v, RANDOM_BYTES);
	session = take_short(v);
	if (over == JA4_DTLS && *version != DTLS_BEFORE && *version >> 8 != 0xfe)
		return false;
	if (over != JA4_DTLS && *version >> 8 != 3)
		return false;
	return !v->bad && session.n <= SESSION_MOST;
}

static const char *
protocol_over(enum ja4_over over)
{
	switch (over) {
	case JA4_QUIC:
		return "quic";
	case JA4_DTLS:
		return "dtls";
	default:
		return "tls";
	}
}

static enum probe
read_client_hello(
    struct view v, enum side from, enum ja4_over over, bool ja4_wanted, struct obs_list *out)
{
	struct ja4_hello hello;
	struct view ciphers, compressions, extensions;
	char ja4[JA4_TEXT];

	ja4_clear(&hello, over);
	if (!read_opening(&v, over, &hello.version))
		return PROBE_NO;
	if (over == JA4_DTLS)
		take_short(&v); /* the cookie */
	ciphers = take_long(&v);
	compressions = take_short(&v);
	if (v.bad || ciphers.n == 0 || ciphers.n % 2 != 0 || compressions.n == 0)
		return PROBE_NO;
	if (ja4_wanted)
		read_codes(ciphers, &hello.ciphers);
	extensions = v.n > 0 ? take_long(&v) : view_of(v.p, 0);
	if (v.bad || v.n > 0)
		return PROBE_NO;
	say_protocol(out, protocol_over(over));
	obs_num(out, OBS_CLIENT, (uint32_t)from);
	while (extensions.n > 0) {
		const uint16_t type = view_be16(&extensions);
		const struct view body = take_long(&extensions);

		if (extensions.bad)
			return PROBE_NO;
		if (ja4_wanted)
			ja4_note(&hello.extensions, type);
		if (ja4_wanted || type == EXT_SNI || type == EXT_ALPN)
			read_extension(type, body, &hello, out);
	}
	if (ja4_wanted && ja4_write(&hello, ja4))
		obs_add(out, OBS_JA4, 0, ja4, sizeof(ja4));
	return PROBE_YES;
}

enum probe
tls_client_hello(struct view body, enum side from, enum ja4_over over, struct obs_list *out)
{
	return read_client_hello(body, from, over, true, out);
}

static enum probe
read_server_hello(
    struct view v, enum side from, enum ja4_over over, struct obs_list *out, uint16_t *version)
{
	struct view extensions;

	if (!read_opening(&v, over, version))
		return PROBE_NO;
	view_skip(&v, 3); /* cipher; compression */
	extensions = v.n > 0 ? take_long(&v) : view_of(v.p, 0);
	if (v.bad || v.n > 0)
		return PROBE_NO;
	while (extensions.n > 0) {
		const uint16_t type = view_be16(&extensions);
		struct view body = take_long(&extensions);

		if (extensions.bad)
			return PROBE_NO;
		if (type == EXT_VERSIONS)
			*version = view_be16(&body);
	}
	say_protocol(out, protocol_over(over));
	obs_num(out, OBS_CLIENT, (uint32_t)side_facing(from));
	obs_num(out, OBS_TLS_VERSION, *version);
	return PROBE_YES;
}

enum probe
tls_server_hello(struct view body, enum side from, enum ja4_over over, struct obs_list *out)
{
	uint16_t version;

	return read_server_hello(body, from, over, out, &version);
}

/* Look for the certificate in the messages that follow a hello. */
static enum probe
read_certificate(struct view rest, const struct tls_flight *flight, size_t seen, enum tls_more more,
    struct obs_list *out)
{
	const enum certificate_part part =
	    more == TLS_JA4 ? CERTIFICATE_ALL : CERTIFICATE_COMMON_NAMES;
	struct tls_message m;
	struct view first;

	if (!tls_flight_next(&rest, &m))
		return flight->over || seen > PATIENCE_BYTES ? PROBE_YES : PROBE_MORE;
	if (m.type != TLS_CERTIFICATE)
		return PROBE_YES;
	view_skip(&m.body, 3); /* length of all */
	first = view_take(&m.body, view_be24(&m.body));
	if (!m.body.bad)
		certificate_read(first, part, out);
	else if (!m.whole && !flight->over && seen <= PATIENCE_BYTES)
		return PROBE_MORE;
	return PROBE_YES;
}

enum probe
tls_read(struct view head, enum side from, enum tls_more more, struct obs_list *out)
{
	struct tls_flight flight;
	struct tls_message hello;
	struct view rest;
	uint16_t version;
	enum probe said = begins(head, "\x16\x03", 2);

	if (said != PROBE_YES || head.n < 5)
		return said == PROBE_NO ? PROBE_NO : PROBE_MORE;
	if (!tls_flight_gather(head, &flight))
		return PROBE_NO;
	rest = view_of(flight.at, flight.n);
	if (flight.n > 0 && flight.at[0] != TLS_CLIENT_HELLO && flight.at[0] != TLS_SERVER_HELLO)
		return PROBE_NO;
	if (!tls_flight_next(&rest, &hello) || !hello.whole)
		return flight.over ? PROBE_NO : PROBE_MORE;
	if (hello.type == TLS_CLIENT_HELLO) {
		said = read_client_hello(hello.body, from, JA4_TCP, more == TLS_JA4, out);
		if (said != PROBE_YES || more != TLS_CERTIFICATE_LATER)
			return said;
		return read_certificate(rest, &flight, head.n, more, out);
	}
	said = read_server_hello(hello.body, from, JA4_TCP, out, &version);
	if (said == PROBE_NO || version >= TLS_1_3)
		return said;
	return read_certificate(rest, &flight, head.n, more, out);
}
