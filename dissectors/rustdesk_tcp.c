/*
 * rustdesk_tcp: the first message of a RustDesk leg over TCP, to the rendezvous
 * server (21116) or the relay (21117) [rustdesk/hbb_common, rendezvous.proto].
 *
 *   length << 2 | bytes of this header - 1, little endian, 1..4 bytes | message
 *
 *   42 PunchHoleRequest   viewer asks for a host, by its id
 *   52 PunchHoleSent, 6a LocalAddr, 9a 1 RelayResponse   the host answers
 *   92 1 RequestRelay     either, to the relay, with the session's UUID
 *   ca 1 KeyExchange      either; nothing after it is in clear
 */
#include "dissectors/rustdesk.h"

enum { LENGTH_LEAST = 8, LENGTH_MOST = 4096, UUID_BYTES = 36 };

/* MORE until the message is whole. */
static enum probe
take_message(struct view *head, struct view *out)
{
	uint32_t length = 0;
	unsigned bytes;

	if (head->n == 0)
		return PROBE_MORE;
	bytes = (head->p[0] & 3u) + 1;
	for (unsigned i = 0; i < bytes; i++)
		length |= (uint32_t)view_u8(head) << (8 * i);
	length >>= 2;
	if (head->bad)
		return PROBE_MORE;
	if (length < LENGTH_LEAST || length > LENGTH_MOST)
		return PROBE_NO;
	*out = view_take(head, length);
	return out->bad ? PROBE_MORE : PROBE_YES;
}

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
		if (!pb_find(f->bytes, 2, &uuid) || !is_uuid(uuid))
			return PROBE_NO;
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

/* Nothing can be told before the message is whole, except that it cannot be one. */
static bool
is_possible(struct view rest)
{
	static const uint8_t tags[] = { 0x42, 0x52, 0x6a, 0x92, 0x9a, 0xca };

	return rest.n == 0 || memchr(tags, rest.p[0], sizeof(tags)) != NULL;
}

static enum probe
rustdesk_tcp_probe(struct view head, enum side from, struct obs_list *out)
{
	const size_t header = head.n > 0 ? (head.p[0] & 3u) + 1 : 0;
	struct view start = head, message;
	struct pb_field f;
	enum probe said;

	view_skip(&start, header);
	if (!start.bad && !is_possible(start))
		return PROBE_NO;
	said = take_message(&head, &message);
	if (said != PROBE_YES)
		return said;
	return rd_open(message, &f) ? read_message(&f, from, out) : PROBE_NO;
}

const struct dissector dissect_rustdesk_tcp = { "rustdesk_tcp", TRANSPORT_TCP, false,
	{ 21116, 21117, 21115 }, rustdesk_tcp_probe };
