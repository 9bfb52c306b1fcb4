/*
 * dtls: the hellos of Datagram TLS [RFC 6347 4.1, 4.2; RFC 9147 5; threat.md H22].
 *
 *   16 version*2 epoch*2 number*6 length*2 | type length*3 message*2 at*3 n*3 | n bytes
 *
 *   type 1 ClientHello, 2 ServerHello, 3 HelloVerifyRequest: version*2 n cookie
 *
 * Version 0100 is OpenSSL's before the RFC, which Cisco's VPN kept [OpenSSL, DTLS1_BAD_VER].
 *
 * A hello that is whole is read here.  One in fragments is recognised by any of them;
 * what it says is read when they have been put together (hello.c).
 */
#include "dissectors/tls_hello.h"

#include "dissectors/say.h"
#include "dissectors/tls_flight.h"

enum { RECORD_HANDSHAKE = 22, HELLO_VERIFY_REQUEST = 3, HELLO_MOST = 8000 };

static bool
is_version(uint16_t version)
{
	return version == 0xfeff || version == 0xfefd || version == 0xfefc || version == 0x0100;
}

/* The first record's body; bad if it is not one of a handshake in clear. */
static struct view
take_record(struct view *v)
{
	const uint8_t type = view_u8(v);
	const uint16_t version = view_be16(v);
	const uint16_t epoch = view_be16(v);
	uint16_t length;

	view_skip(v, 6);
	length = view_be16(v);
	if (type != RECORD_HANDSHAKE || !is_version(version) || epoch != 0)
		view_spoil(v);
	return view_take(v, length);
}

static enum probe
read_verify_request(struct view v, enum side from, struct obs_list *out)
{
	const uint16_t version = view_be16(&v);
	const uint8_t cookie = view_u8(&v);

	view_skip(&v, cookie);
	if (v.bad || v.n > 0 || !is_version(version))
		return PROBE_NO;
	say_protocol(out, "dtls");
	obs_num(out, OBS_CLIENT, (uint32_t)side_facing(from));
	return PROBE_YES;
}

static enum probe
read_fragment(uint8_t type, uint32_t at, struct view v, enum side from, struct obs_list *out)
{
	const enum side client = type == TLS_CLIENT_HELLO ? from : side_facing(from);

	if (type == HELLO_VERIFY_REQUEST || v.n < 2 || (at == 0 && !is_version(view_be16(&v))))
		return PROBE_NO;
	say_protocol(out, "dtls");
	obs_num(out, OBS_CLIENT, (uint32_t)client);
	return PROBE_YES;
}

static enum probe
dtls_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view record = take_record(&head), body;
	const uint8_t type = view_u8(&record);
	const uint32_t length = view_be24(&record);
	const uint16_t message = view_be16(&record);
	const uint32_t at = view_be24(&record);
	const uint32_t n = view_be24(&record);

	body = view_take(&record, n);
	/* A client says hello once, and again with the cookie it was sent. */
	if (body.bad || message > 1 || length > HELLO_MOST || at > length || n > length - at)
		return PROBE_NO;
	if (type < TLS_CLIENT_HELLO || type > HELLO_VERIFY_REQUEST)
		return PROBE_NO;
	if (n < length)
		return read_fragment(type, at, body, from, out);
	if (type == TLS_CLIENT_HELLO)
		return tls_client_hello(body, from, JA4_DTLS, out);
	if (type == TLS_SERVER_HELLO)
		return tls_server_hello(body, from, JA4_DTLS, out);
	return read_verify_request(body, from, out);
}

const struct dissector dissect_dtls = { "dtls", TRANSPORT_UDP | TRANSPORT_MIXED, false,
	{ 443, 4433, 5684, 3478 }, dtls_probe,
	{ { 0, 0x16, 0x17 }, { 1, 1, 2 }, { 1, 0xfe, 0xff } } };
