/*
 * The contract of a dissector: bytes in, observations out.
 *
 * `probe` is a pure function: no I/O, allocation, clock or mutable static.  It
 * is given the head of one direction of a flow, in order and without holes: for
 * TCP the first bytes of the stream, again and longer each time more arrive, for
 * UDP one datagram, again for each of the first few.  It answers
 *
 *   PROBE_NO    not mine: do not ask again for this direction (UDP: for this datagram)
 *   PROBE_MORE  could be mine, more bytes are needed; on UDP the same as NO
 *   PROBE_YES   mine; what was added to `out` counts.  Otherwise it is thrown away.
 *   PROBE_LIKE  UDP: it has the form of mine, and that alone proves nothing
 *
 * A hello that datagrams bring in pieces (QUIC's CRYPTO frames, taken out of their sealed
 * packets; fragments of DTLS) is put together first, and offered as the head of a stream to
 * those of TRANSPORT_PIECES.
 *
 * `from` is the side that sent these bytes, as far as known: where the start of
 * a flow was not seen, both are tried, and a YES decides which side is which.
 * Ports order the attempts, never decide.
 *
 * Once a dissector said YES to a datagram of a flow, only it is asked about the next, and
 * where it is TRANSPORT_MIXED all that are: a call's STUN, DTLS and media share a flow
 * [RFC 7983].
 *
 * What is LIKE (sealed data of a VPN, seen without its handshake) ends `out` with
 * OBS_SERIES: what stays the same from one such datagram to the next, a number that
 * rises, and how many must go on so, both directions counted together, until the rest
 * of `out` counts as with a YES.  It says nothing of sides.
 *
 * One that reads a proxy's handshake adds OBS_INNER: the stream it carries is then
 * offered to all, as if it began there (the answer's, where OBS_PROXY_TO was seen).
 *
 * What a datagram must have among its first bytes may be said in `leads`: it is not
 * shown to a dissector that would say NO for that.  Of a stream's first byte this is
 * found out by asking.
 *
 * A dissector with `every` set is asked about every datagram of a flow, for as
 * long as it says YES (DNS, DHCP, mDNS, RADIUS: each message counts).
 */
#ifndef FARHAND_DISSECTOR_H
#define FARHAND_DISSECTOR_H

#include "farhand/obs.h"

enum probe { PROBE_NO, PROBE_MORE, PROBE_LIKE, PROBE_YES };

enum transport {
	TRANSPORT_TCP = 1,
	TRANSPORT_UDP = 2,
	TRANSPORT_BOTH = 3,
	TRANSPORT_PIECES = 4,
	TRANSPORT_MIXED = 8 /* besides: its datagrams come among those of others so marked */
};

/* Byte `at` is in this range, or in another for that place; one without may hold anything. */
struct lead {
	uint8_t at; /* below LEAD_BYTES */
	uint16_t from, below;
};

#define LEAD_BYTES 16

struct dissector {
	const char *name;
	enum transport transport;
	bool every;
	uint16_t ports[8]; /* usual server ports, 0-ended if fewer */
	enum probe (*probe)(struct view head, enum side from, struct obs_list *out);
	struct lead
	    leads[8]; /* of datagrams that have so many bytes; ended by an empty one if fewer */
};

/* May a datagram that the dissector takes for its own have this byte there? */
static inline bool
dissector_may_lead(const struct dissector *d, uint8_t at, uint8_t byte)
{
	bool said = false;

	for (size_t i = 0; i < sizeof(d->leads) / sizeof(d->leads[0]); i++) {
		const struct lead *l = &d->leads[i];

		if (l->below == 0 || l->at != at)
			continue;
		if (byte >= l->from && byte < l->below)
			return true;
		said = true;
	}
	return !said;
}

#endif
