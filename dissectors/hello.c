/*
 * hello: the hello of a QUIC or DTLS client, or DTLS server, that came in pieces.
 *
 *   type length*3 body                     [RFC 9001 4.1.3; RFC 6347 4.2.2]
 *
 * Which of the two it was tells the version in the body: 03 03, or fe and more.
 */
#include "dissectors/tls_hello.h"

#include "dissectors/say.h"
#include "dissectors/tls_flight.h"

enum { HELLO_MOST = 8000 /* longer than any client's, less than is kept of a stream */ };

static enum probe
hello_probe(struct view head, enum side from, struct obs_list *out)
{
	const uint8_t type = view_u8(&head);
	struct view body;
	enum ja4_over over;
	uint32_t length;

	if (head.bad)
		return PROBE_MORE;
	length = view_be24(&head);
	if (type != TLS_CLIENT_HELLO && type != TLS_SERVER_HELLO)
		return PROBE_NO;
	if (length > HELLO_MOST)
		return PROBE_NO;
	body = view_take(&head, length);
	if (body.bad)
		return PROBE_MORE;
	over = length > 0 && body.p[0] == 3 ? JA4_QUIC : JA4_DTLS;
	if (type == TLS_CLIENT_HELLO)
		return tls_client_hello(body, from, over, out);
	return tls_server_hello(body, from, over, out);
}

const struct dissector dissect_hello = { "hello", TRANSPORT_PIECES, false, { 0 }, hello_probe };
