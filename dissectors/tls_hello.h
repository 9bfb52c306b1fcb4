/*
 * tls_hello: what the two sides of a TLS handshake say in clear.
 */
#ifndef DISSECTORS_TLS_HELLO_H
#define DISSECTORS_TLS_HELLO_H

#include "dissectors/ja4.h"
#include "farhand/dissector.h"

/* What to read besides SNI, ALPN and the common names of a server's certificate. */
enum tls_more {
	TLS_NAMES_ONLY,
	TLS_JA4,              /* JA4, and all names of the certificate */
	TLS_CERTIFICATE_LATER /* common names of the one a client may show a flight later */
};

/*
 * Read the first flight of either side.  The client's is its ClientHello and what
 * `more` says.  The server's is its ServerHello and, up to TLS 1.2, the certificate
 * after it.
 */
enum probe tls_read(struct view head, enum side from, enum tls_more more, struct obs_list *out);

/* The messages themselves, without their headers, by what carried them; the client's with JA4. */
enum probe tls_client_hello(
    struct view body, enum side from, enum ja4_over over, struct obs_list *out);
enum probe tls_server_hello(
    struct view body, enum side from, enum ja4_over over, struct obs_list *out);

#endif
