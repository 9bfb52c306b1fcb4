/*
 * tls: the hellos of Transport Layer Security, and the server's certificate
 * where it is in clear [RFC 5246, RFC 8446].
 *
 *   16 3 minor length*2 | 1 length*3 ClientHello
 *                       | 2 length*3 ServerHello | 0b length*3 Certificate
 */
#include "dissectors/tls_hello.h"

static enum probe
tls_probe(struct view head, enum side from, struct obs_list *out)
{
	return tls_read(head, from, TLS_JA4, out);
}

const struct dissector dissect_tls = { "tls", TRANSPORT_TCP, false,
	{ 443, 8443, 993, 995, 465, 853 }, tls_probe };
