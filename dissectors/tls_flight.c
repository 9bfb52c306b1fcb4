/*
 * tls_flight: from records to messages [RFC 8446 5.1, 4].
 *
 *   record    type 3 minor length*2 | fragment
 *   message   type length*3 | body
 *
 * A record may hold several messages, a message may run over several records.
 */
#include "dissectors/tls_flight.h"

enum { RECORD_HANDSHAKE = 22, FRAGMENT_MOST = 16384 };

bool
tls_flight_gather(struct view stream, struct tls_flight *out)
{
	bool first = true;

	out->n = 0;
	out->over = false;
	while (stream.n >= 5 && !out->over) {
		const uint8_t type = view_u8(&stream), major = view_u8(&stream);
		const uint8_t minor = view_u8(&stream);
		const uint16_t length = view_be16(&stream);
		const bool sound = type == RECORD_HANDSHAKE && major == 3 && minor <= 4 &&
		    length > 0 && length <= FRAGMENT_MOST;
		size_t n = length < stream.n ? length : stream.n;

		if (first && !sound)
			return false;
		first = false;
		out->over = !sound || n > sizeof(out->at) - out->n;
		if (out->over)
			break;
		if (n > 0)
			memcpy(out->at + out->n, stream.p, n);
		out->n += n;
		view_skip(&stream, n);
	}
	return !first;
}

bool
tls_flight_next(struct view *flight, struct tls_message *out)
{
	size_t length;

	if (flight->n < 4)
		return false;
	out->type = view_u8(flight);
	length = view_be24(flight);
	out->whole = length <= flight->n;
	out->body = view_take(flight, out->whole ? length : flight->n);
	return true;
}
