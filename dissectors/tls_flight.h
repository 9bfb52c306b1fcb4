/*
 * tls_flight: the handshake messages at the start of one side of a TLS stream,
 * taken out of their records, as far as they are in clear.
 */
#ifndef DISSECTORS_TLS_FLIGHT_H
#define DISSECTORS_TLS_FLIGHT_H

#include "farhand/view.h"

#define FLIGHT_BYTES 17408 /* as much as is kept of a stream */

enum { TLS_CLIENT_HELLO = 1, TLS_SERVER_HELLO = 2, TLS_CERTIFICATE = 11 };

struct tls_flight {
	size_t n;
	bool over; /* nothing more in clear will follow, or more than we hold */
	uint8_t at[FLIGHT_BYTES];
};

struct tls_message {
	uint8_t type;
	struct view body; /* what is there of it */
	bool whole;
};

/* False, and out->n 0, if the stream does not begin with a handshake record. */
bool tls_flight_gather(struct view stream, struct tls_flight *out);

/* The next message; false if not even its header is there. */
bool tls_flight_next(struct view *flight, struct tls_message *out);

#endif
