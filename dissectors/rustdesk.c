/*
 * rustdesk: a RustDesk host announcing itself over UDP, to its rendezvous server
 * (21116, every 15 s) or to its LAN (21119) [rustdesk/hbb_common, rendezvous.proto].
 *
 *   32 n | 0a n id [10 serial]             I am here
 *   3a 0, 3a 2 8 1                         the server: good; and: send your key
 *   7a n | 0a n id 12 n uuid 1a n key      my key
 *   b2 1 n | 0a 4 "ping" 12 n mac ...      who is here?  "pong": I am
 */
#include "dissectors/rustdesk.h"

static enum probe
say_registers(struct obs_list *out, enum side host, enum sureness sure, struct view id)
{
	rd_say(out, sure);
	obs_num(out, OBS_CLIENT, (uint32_t)host);
	obs_num(out, OBS_HOST, (uint32_t)host);
	obs_num(out, OBS_REGISTERS, 0);
	obs_text(out, OBS_PEER_ID, id);
	return PROBE_YES;
}

static enum probe
read_register(struct view body, enum side from, struct obs_list *out)
{
	struct view id;

	if (!pb_find(body, 1, &id) || !rd_is_id(id) || body.p[0] != 0x0a)
		return PROBE_NO;
	return say_registers(out, from, rd_is_number(id) ? SURE_CERTAIN : SURE_LIKELY, id);
}

static enum probe
read_key(struct view body, enum side from, struct obs_list *out)
{
	struct view id, uuid, key;

	if (!pb_find(body, 1, &id) || !rd_is_id(id))
		return PROBE_NO;
	if (!pb_find(body, 2, &uuid) || uuid.bad || !pb_find(body, 3, &key) || key.bad)
		return PROBE_NO;
	return say_registers(out, from, SURE_CERTAIN, id);
}

static enum probe
read_discovery(struct view body, enum side from, struct obs_list *out)
{
	struct view what, id;

	if (!pb_find(body, 1, &what) || !pb_find(body, 3, &id))
		return PROBE_NO;
	if (view_lit(&what, "pong", 4) && what.n == 0)
		return say_registers(out, from, SURE_CERTAIN, id);
	if (!view_lit(&what, "ping", 4) || what.n > 0)
		return PROBE_NO;
	rd_say(out, SURE_CERTAIN);
	obs_text(out, OBS_PEER_ID, id);
	return PROBE_YES;
}

/* Two bytes could be anyone's. */
static enum probe
read_answer(struct view body, enum side from, struct obs_list *out)
{
	static const struct view none = { .bad = true };
	const bool asks_key = body.n == 2 && memcmp(body.p, "\x08\x01", 2) == 0;

	if (body.n > 0 && !asks_key)
		return PROBE_NO;
	return say_registers(out, side_facing(from), asks_key ? SURE_LIKELY : SURE_GUESS, none);
}

static enum probe
rustdesk_probe(struct view head, enum side from, struct obs_list *out)
{
	struct pb_field f;

	if (!rd_open(head, &f))
		return PROBE_NO;
	switch (f.number) {
	case RD_REGISTER_PEER:
		return read_register(f.bytes, from, out);
	case RD_REGISTER_PEER_ANSWER:
		return read_answer(f.bytes, from, out);
	case RD_REGISTER_KEY:
		return read_key(f.bytes, from, out);
	case RD_PEER_DISCOVERY:
		return read_discovery(f.bytes, from, out);
	default:
		return PROBE_NO;
	}
}

const struct dissector dissect_rustdesk = { "rustdesk", TRANSPORT_UDP, false, { 21116, 21119 },
	rustdesk_probe,
	{ { 0, 0x32, 0x33 }, { 0, 0x3a, 0x3b }, { 0, 0x7a, 0x7b }, { 0, 0xb2, 0xb3 },
	    { 0, 0xba, 0xbb }, { 0, 0xfa, 0xfb } } };
