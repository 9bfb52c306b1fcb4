/*
 * rustdesk_peer: the first message of each side where two RustDesks talk to each
 * other, over a hole in their NATs or by address [rustdesk/hbb_common, message.proto;
 * rustdesk/rustdesk src/server.rs].
 *
 *   1a SignedId    host     0a n signature*64 | 0a n id 12 20 key*32 ...
 *   22 PublicKey   viewer   0a 20 key*32 12 30 sealed*48 ...
 *   4a Hash        host     0a n salt 12 n challenge, where neither is encrypted
 *
 * All after that is sealed.  Through a relay the same follows RequestRelay.
 */
#include "dissectors/rustdesk.h"

enum {
	SIGNED_ID = 3,
	PUBLIC_KEY = 4,
	HASH = 9,
	SIGNATURE_BYTES = 64,
	KEY_BYTES = 32,
	SEALED_BYTES = 48,
	SALT_LEAST = 6,
	SALT_MOST = 64
};

static bool
is_signed(struct view body, struct view *id)
{
	struct view text, key;

	if (!pb_find(body, 1, &text) || text.bad)
		return false;
	view_skip(&text, SIGNATURE_BYTES);
	return !text.bad && pb_find(text, 1, id) && rd_is_id(*id) && pb_find(text, 2, &key) &&
	    key.n == KEY_BYTES;
}

static bool
are_keys(struct view body)
{
	struct view key, sealed;

	return pb_find(body, 1, &key) && key.n == KEY_BYTES && pb_find(body, 2, &sealed) &&
	    sealed.n == SEALED_BYTES;
}

static bool
is_salt(struct view v)
{
	return is_plain(v) && v.n >= SALT_LEAST && v.n <= SALT_MOST;
}

static bool
is_hash(struct view body)
{
	struct view salt, challenge;

	return pb_find(body, 1, &salt) && is_salt(salt) && pb_find(body, 2, &challenge) &&
	    is_salt(challenge);
}

static enum probe
read_message(const struct pb_field *f, enum side from, struct obs_list *out)
{
	struct view id = { .bad = true };
	enum sureness sure = SURE_CERTAIN;
	enum side host = from;

	if (f->number == PUBLIC_KEY && are_keys(f->bytes))
		host = side_facing(from);
	else if (f->number == HASH && is_hash(f->bytes))
		sure = SURE_LIKELY;
	else if (f->number != SIGNED_ID || !is_signed(f->bytes, &id))
		return PROBE_NO;
	rd_say(out, sure);
	obs_num(out, OBS_HOST, (uint32_t)host);
	obs_text(out, OBS_PEER_ID, id);
	return PROBE_YES;
}

static enum probe
rustdesk_peer_probe(struct view head, enum side from, struct obs_list *out)
{
	static const uint8_t tags[] = { 0x1a, 0x22, 0x4a };
	struct view message;
	struct pb_field f;
	const enum probe said = rd_take_message(&head, view_of(tags, sizeof(tags)), &message);

	if (said != PROBE_YES)
		return said;
	return rd_open(message, &f) ? read_message(&f, from, out) : PROBE_NO;
}

const struct dissector dissect_rustdesk_peer = { "rustdesk_peer", TRANSPORT_TCP, false, { 21118 },
	rustdesk_peer_probe };
