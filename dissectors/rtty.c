/*
 * rtty: a device offering its terminal to an rtty server, such as that of GL.iNet's
 * KVM cloud, on TCP 5912 or any [zhaojh329/rtty, src/rtty.c, all versions].
 *
 *   0 length*2 | [version] id 0 description 0 token 0      up to version 3
 *   0 length*2 | version | attributes: kind length*2 value thereafter
 *
 *   attributes   0 heartbeat, 1 id, 2 description, 3 token, 4 group
 *
 * The one that dials is the one that is controlled.  In TLS nothing of it is seen.
 */
#include "dissectors/say.h"

enum { REGISTER = 0, VERSION_MOST = 15, LENGTH_MOST = 1024, ID_MOST = 63, KINDS = 5, ID = 1 };

static bool
is_id(struct view v)
{
	for (size_t i = 0; i < v.n; i++) {
		const uint8_t c = lower(v.p[i]);

		if (!is_digit(c) && (c < 'a' || c > 'z') && c != '_' && c != '-' && c != ':')
			return false;
	}
	return !v.bad && v.n > 0 && v.n <= ID_MOST;
}

static bool
is_text(struct view v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < ' ')
			return false;
	}
	return !v.bad;
}

/* Three texts, which fill the message. */
static bool
read_texts(struct view v, struct view *id)
{
	for (unsigned i = 0; i < 3; i++) {
		struct view text = view_until(&v, 0);

		view_skip(&v, 1);
		if (!is_text(text))
			return false;
		if (i == 0)
			*id = text;
	}
	return v.n == 0 && is_id(*id);
}

static bool
read_attributes(struct view v, struct view *id)
{
	unsigned seen = 0;

	while (v.n > 0) {
		const uint8_t kind = view_u8(&v);
		struct view value = view_take(&v, view_be16(&v));

		if (value.bad || kind >= KINDS || (seen & 1u << kind) != 0)
			return false;
		if (kind == ID)
			*id = value;
		else if (kind != 0 && !is_text(value))
			return false;
		seen |= 1u << kind;
	}
	return (seen & 1u << ID) != 0 && is_id(*id);
}

static enum probe
rtty_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum probe said = begins(head, "\0", 1);
	struct view body, id = { .bad = true };
	uint16_t length;
	bool versioned;

	if (said != PROBE_YES)
		return said;
	view_skip(&head, 1);
	length = view_be16(&head);
	if (head.bad)
		return PROBE_MORE;
	if (length > LENGTH_MOST || length < 4)
		return PROBE_NO;
	body = view_take(&head, length);
	if (body.bad)
		return PROBE_MORE;
	versioned = body.p[0] > 0 && body.p[0] <= VERSION_MOST;
	if (versioned)
		view_skip(&body, 1);
	if (!read_texts(body, &id) && (!versioned || !read_attributes(body, &id)))
		return PROBE_NO;
	say_protocol(out, "rtty");
	say_product(out, "rtty", SURE_LIKELY);
	obs_num(out, OBS_CLIENT, (uint32_t)from);
	obs_num(out, OBS_HOST, (uint32_t)from);
	obs_num(out, OBS_REGISTERS, 0);
	obs_text(out, OBS_PEER_ID, id);
	return PROBE_YES;
}

const struct dissector dissect_rtty = { "rtty", TRANSPORT_TCP, false, { 5912 }, rtty_probe };
