/*
 * rustdesk_tcp: the first message of a RustDesk leg over TCP, to the rendezvous
 * server (21116) or the relay (21117) [rustdesk/hbb_common, rendezvous.proto].
 *
 *   length << 2 | bytes of this header - 1, little endian, 1..4 bytes | message
 *
 *   42 PunchHoleRequest   viewer asks for a host, by its id
 *   52 PunchHoleSent, 6a LocalAddr, 9a 1 RelayResponse   the host answers
 *   92 1 RequestRelay     either, to the relay, with the session's UUID; the viewer's has the id
 *                         of the host, the host's has none
 *   ba 1 OnlineRequest    a viewer's address book
 *   ca 1 KeyExchange      either; nothing after it is in clear
 */
#include "dissectors/rustdesk.h"

enum { UUID_BYTES = 36 };

static bool
is_uuid(struct view v)
{
	for (size_t i = 0; i < v.n; i++) {
		const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		const uint8_t c = lower(v.p[i]);

		if (dash ? c != '-' : !is_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return !v.bad && v.n == UUID_BYTES;
}

/* 32 bytes of key, alone or signed (64 more) or sealed (16 more). */
static bool
is_keys(struct view body)
{
	struct pb_field f;
	unsigned keys = 0;

	while (pb_next(&body, &f)) {
		const size_t n = f.bytes.n;

		if (f.number != 1 || f.wire != PB_BYTES || (n != 32 && n != 48 && n != 96))
			return false;
		keys++;
	}
	return !body.bad && keys >= 1 && keys <= 2;
}

/* Messages that name a host; `number` says which field. */
static bool
has_id(struct view body, uint32_t number, struct view *id)
{
	return pb_find(body, number, id) && rd_is_id(*id);
}

/* Who asks for a host by its id is the viewer. */
static bool
read_relay(struct view body, enum side from, struct view *id, enum side *host)
{
	struct view uuid;

	if (!pb_find(body, 2, &uuid) || !is_uuid(uuid))
		return false;
	id->bad = !has_id(body, 1, id);
	*host = id->bad ? from : side_facing(from);
	return true;
}

static enum probe
read_message(const struct pb_field *f, enum side from, struct obs_list *out)
{
	struct view id = { .bad = true }, uuid;
	enum side host = SIDE_NONE;
	enum sureness sure = SURE_CERTAIN;

	switch (f->number) {
	case RD_PUNCH_HOLE_REQUEST:
		if (!has_id(f->bytes, 1, &id))
			return PROBE_NO;
		host = side_facing(from);
		break;
	case RD_PUNCH_HOLE_SENT:
		if (!has_id(f->bytes, 2, &id))
			return PROBE_NO;
		host = from;
		break;
	case RD_LOCAL_ADDR:
		if (!has_id(f->bytes, 4, &id))
			return PROBE_NO;
		host = from;
		break;
	case RD_RELAY_ANSWER: /* from the host; or, passed on, to the viewer */
		if (!pb_find(f->bytes, 2, &uuid) || !is_uuid(uuid))
			return PROBE_NO;
		host = from;
		break;
	case RD_REQUEST_RELAY:
		if (!read_relay(f->bytes, from, &id, &host))
			return PROBE_NO;
		break;
	case RD_ONLINE_REQUEST: /* of an address book: who of these is there? */
		if (!has_id(f->bytes, 1, &id) || !pb_find(f->bytes, 2, &uuid) || uuid.bad)
			return PROBE_NO;
		sure = SURE_LIKELY;
		break;
	case RD_KEY_EXCHANGE:
		if (!is_keys(f->bytes))
			return PROBE_NO;
		sure = SURE_LIKELY;
		break;
	default:
		return PROBE_NO;
	}
	rd_say(out, sure);
	if (host != SIDE_NONE)
		obs_num(out, OBS_HOST, (uint32_t)host);
	obs_text(out, OBS_PEER_ID, id);
	return PROBE_YES;
}

static enum probe
rustdesk_tcp_probe(struct view head, enum side from, struct obs_list *out)
{
	static const uint8_t tags[] = { 0x42, 0x52, 0x6a, 0x92, 0x9a, 0xba, 0xca };
	struct view message;
	struct pb_field f;
	const enum probe said = rd_take_message(&head, view_of(tags, sizeof(tags)), &message);

	if (said != PROBE_YES)
		return said;
	return rd_open(message, &f) ? read_message(&f, from, out) : PROBE_NO;
}

const struct dissector dissect_rustdesk_tcp = { "rustdesk_tcp", TRANSPORT_TCP, false,
	{ 21116, 21117, 21115 }, rustdesk_tcp_probe };
