/*
 * openvpn: over UDP, the reset that opens a session (see openvpn_reset), and a session
 * whose start was not seen, by numbers that go on:
 *
 *   48 peer*3 number*4 | seal*16 data                    data of version 2.4 and later
 *   30 number*4 | seal*16 data                           data without a peer's number
 *   20 session*8 acks [...] number*4 | TLS               control, plain
 *   20, 28 session*8 hmac*h number*4 time*4 | ...        control, acknowledgement: tls-auth
 *   20, 28 session*8 number*4 time*4 hmac*32 | sealed    tls-crypt
 *
 * The low three bits of the first byte are the key's.  Data of the older ciphers (CBC)
 * hides its number: it is not told here.
 */
#include "dissectors/openvpn_reset.h"

#include "dissectors/openvpn_data.h"
#include "dissectors/say.h"
#include "dissectors/sealed.h"

enum { CONTROL = 4, ACK = 5, DATA_V1 = 6, DATA_V2 = 9 };
enum { SESSION_BYTES = 8, ACKS_MOST = 8, NUMBER_MOST = 0xffff, SERIES = 4 };
enum { YEAR_2001 = 0x3b000000, YEAR_2038 = 0x7fffffff };

static enum probe
like(struct obs_list *out, uint32_t number, struct view same)
{
	say_protocol(out, "openvpn");
	say_product(out, "openvpn", SURE_LIKELY);
	return say_series(out, SERIES, number, same.p, same.n);
}

static bool
take_replay(struct view *v, uint32_t *number)
{
	uint32_t time;

	*number = view_be32(v);
	time = view_be32(v);
	return !v->bad && *number >= 1 && *number <= NUMBER_MOST && time >= YEAR_2001 &&
	    time <= YEAR_2038;
}

/* tls-crypt where the digest is none, else tls-auth: the first place where both can be. */
static bool
find_replay(struct view v, uint32_t *number)
{
	static const uint8_t digests[] = { 0, 16, 20, 28, 32, 48, 64 };

	for (size_t i = 0; i < sizeof(digests); i++) {
		struct view at = v;

		view_skip(&at, digests[i]);
		if (take_replay(&at, number))
			return i > 0 ? at.n >= 5 : looks_sealed(at);
	}
	return false;
}

/* No wrapping: few acknowledgements of low numbers, a low number, a record of TLS begins. */
static bool
is_plain_control(struct view v, uint32_t *number)
{
	const uint8_t acks = view_u8(&v);

	if (acks > ACKS_MOST)
		return false;
	for (uint8_t i = 0; i < acks; i++) {
		if (view_be32(&v) > NUMBER_MOST)
			return false;
	}
	view_skip(&v, acks > 0 ? SESSION_BYTES : 0);
	*number = view_be32(&v);
	return *number <= NUMBER_MOST && v.n >= 3 && v.p[0] >= 0x14 && v.p[0] <= 0x17 &&
	    v.p[1] == 3 && v.p[2] <= 4;
}

static enum probe
read_control(struct view head, uint8_t op, struct obs_list *out)
{
	const struct view session = view_take(&head, SESSION_BYTES);
	uint32_t number;

	if (session.bad || memcmp(session.p, "\0\0\0\0\0\0\0", SESSION_BYTES) == 0)
		return PROBE_NO;
	if (find_replay(head, &number) || (op == CONTROL && is_plain_control(head, &number)))
		return like(out, number, session);
	return PROBE_NO;
}

static enum probe
openvpn_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view same = view_of(head.p, 1), rest = head;
	uint32_t number;
	uint8_t op;

	if (openvpn_reset(head, from, out) == PROBE_YES)
		return PROBE_YES;
	op = view_u8(&rest) >> 3;
	switch (op) {
	case CONTROL:
	case ACK:
		return read_control(rest, op, out);
	case DATA_V2:
		same.n = OPENVPN_PEER;
		return openvpn_data(head, &number) ? like(out, number, same) : PROBE_NO;
	case DATA_V1:
		number = view_be32(&rest);
		return number > 0 && looks_sealed(rest) ? like(out, number, same) : PROBE_NO;
	default:
		return PROBE_NO;
	}
}

const struct dissector dissect_openvpn = { "openvpn", TRANSPORT_UDP, false, { 1194 }, openvpn_probe,
	{ { 0, 0x20, 0x58 } } };
