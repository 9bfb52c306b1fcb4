/*
 * tls_hello: what the two sides of a TLS handshake say in clear.
 */
#ifndef DISSECTORS_TLS_HELLO_H
#define DISSECTORS_TLS_HELLO_H

#include "farhand/dissector.h"

/*
 * Read the first flight of either side.  The client's is its ClientHello; with
 * `certificate` set, also the certificate it may show later.  The server's is
 * its ServerHello and, up to TLS 1.2, the certificate after it.
 */
enum probe tls_read(struct view head, enum side from, bool certificate, struct obs_list *out);

#endif
