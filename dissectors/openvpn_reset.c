/*
 * openvpn_reset: P_CONTROL_HARD_RESET_CLIENT_V2 (38), _SERVER_V2 (40), _CLIENT_V3 (50)
 * [openvpn.net, network protocol; draft-openvpn-wire-protocol].
 *
 *   op session*8 | body                                       neither
 *   op session*8 hmac*h number*4 time*4 | body                tls-auth, h of the digest
 *   op session*8 number*4 time*4 hmac*32 | sealed body [key]  tls-crypt [-v2]
 *
 *   body   acks [peer's number*4 each, peer's session*8] own number*4
 *
 * The client acknowledges nothing yet, the server the client's number 0: so all
 * lengths are fixed, and the plain numbers are small.
 */
#include "dissectors/openvpn_reset.h"

#include "dissectors/say.h"

enum {
	CLIENT_V2 = 0x38,
	SERVER_V2 = 0x40,
	CLIENT_V3 = 0x50,
	SESSION_BYTES = 8,
	REPLAY_BYTES = 8, /* number, time */
	CRYPT_HMAC = 32,
	CLIENT_BODY = 5,
	SERVER_BODY = 17,
	WISH = 6,   /* what a server adds to a newer client: type*2 length*2 flags*2 */
	TRIES = 64, /* a reset is sent again with the next number */
	YEAR_2001 = 0x3b000000,
	YEAR_2038 = 0x7fffffff
};

/*
 * Number and time that protect from replays.  Newer clients with tls-crypt-v2 put
 * flags into the number's upper half: 0a and 0f in its first byte were seen.
 */
static bool
take_replay(struct view *v)
{
	const uint32_t number = view_be32(v), time = view_be32(v);
	const bool flags = number >> 24 == 0x0a || number >> 24 == 0x0f;
	const uint32_t count = flags ? number & 0xffff : number;

	return !v->bad && count >= 1 && count <= TRIES && time >= YEAR_2001 && time <= YEAR_2038;
}

static bool
is_body(struct view v, bool client)
{
	const uint8_t acks = view_u8(&v);
	uint32_t acked, number;

	if (client) {
		number = view_be32(&v);
		return !v.bad && v.n == 0 && acks == 0 && number == 0;
	}
	acked = view_be32(&v);
	view_skip(&v, SESSION_BYTES);
	number = view_be32(&v);
	return !v.bad && v.n == 0 && acks == 1 && acked == 0 && number == 0;
}

static bool
is_tls_auth(struct view v, bool client)
{
	static const uint8_t digests[] = { 16, 20, 28, 32, 48, 64 };
	const size_t rest = REPLAY_BYTES + (client ? CLIENT_BODY : SERVER_BODY);

	if (v.n <= rest || memchr(digests, (int)(v.n - rest), sizeof(digests)) == NULL)
		return false;
	view_skip(&v, v.n - rest);
	return take_replay(&v) && is_body(v, client);
}

static bool
is_tls_crypt(struct view v, uint8_t op)
{
	const size_t body = op == SERVER_V2 ? SERVER_BODY : CLIENT_BODY;
	size_t key;

	if (!take_replay(&v))
		return false;
	view_skip(&v, CRYPT_HMAC + body);
	if (v.bad || op != CLIENT_V3)
		return !v.bad && (v.n == 0 || (op == SERVER_V2 && v.n == WISH));
	/* The wrapped key ends in its own length. */
	key = v.n;
	view_skip(&v, key >= 2 ? key - 2 : 0);
	return key > CRYPT_HMAC && view_be16(&v) == key;
}

enum probe
openvpn_reset(struct view message, enum side from, struct obs_list *out)
{
	const uint8_t op = view_u8(&message);
	const bool client = op != SERVER_V2;
	struct view session = view_take(&message, SESSION_BYTES);
	enum sureness sure;

	if (message.bad || (op != CLIENT_V2 && op != SERVER_V2 && op != CLIENT_V3))
		return PROBE_NO;
	if (view_lit(&session, "\0\0\0\0\0\0\0\0", SESSION_BYTES))
		return PROBE_NO;
	if (op != CLIENT_V3 && is_body(message, client))
		sure = client ? SURE_LIKELY : SURE_CERTAIN;
	else if (op != CLIENT_V3 && is_tls_auth(message, client))
		sure = SURE_CERTAIN;
	else if (is_tls_crypt(message, op))
		sure = SURE_CERTAIN;
	else
		return PROBE_NO;
	say_protocol(out, "openvpn");
	say_product(out, "openvpn", sure);
	obs_num(out, OBS_CLIENT, (uint32_t)(client ? from : side_facing(from)));
	return PROBE_YES;
}
