/*
 * rdp: the greeting of a Remote Desktop session [MS-RDPBCGR 2.2.1.1 to 2.2.1.4].
 *
 *   TPKT     3 0 length*2 |
 *   request  li e0 0 0 src*2 0   | [cookie CR LF] [1 flags 8 0 asked*4] [6 flags 36 0 ...]
 *   confirm  li d0 dst*2 src*2 0 | [2 flags 8 0 granted*4] or [3 flags 8 0 reason*4]
 *   data     2 f0 80 | 7f 65 MCS Connect-Initial ... "Duca", 7f 66 its response ... "McDn"
 *
 * Others open with X.224 too (S7, MMS, H.323): it is the cookie or the negotiation
 * that makes it RDP.  The oldest clients send neither; then the next message
 * decides, by the keys that only T.124 as used by RDP carries.
 */
#include "dissectors/say.h"

enum {
	TPKT = 3,
	TPKT_BYTES = 4,
	REQUEST = 0xe0,
	CONFIRM = 0xd0,
	DATA = 0xf0,
	NEG_REQUEST = 1,
	NEG_RESPONSE = 2,
	NEG_FAILURE = 3,
	NEG_BYTES = 8,
	PROTOCOLS = 0x1f, /* TLS, CredSSP, RDSTLS, CredSSP with early answer, AAD */
	REASONS = 7,
	COOKIE_MOST = 512,
	KEY_WITHIN = 512
};

/* The next TPKT's content; NO if it is none, MORE if it is not all there. */
static enum probe
take_tpkt(struct view *head, struct view *tpdu)
{
	struct view peek = *head;
	const uint8_t version = view_u8(&peek), reserved = view_u8(&peek);
	const uint16_t length = view_be16(&peek);

	if ((head->n > 0 && version != TPKT) || (head->n > 1 && reserved != 0))
		return PROBE_NO;
	if (peek.bad)
		return PROBE_MORE;
	if (length < TPKT_BYTES + 3)
		return PROBE_NO;
	*tpdu = view_take(head, length);
	if (head->bad)
		return PROBE_MORE;
	view_skip(tpdu, TPKT_BYTES);
	return PROBE_YES;
}

/*
 * Step over "Cookie: ...\r\n", or the "tsv://..." of a connection broker in its place,
 * and note whom it names; false if there is none.
 */
static bool
take_cookie(struct view *v, struct obs_list *out)
{
	static const char user[] = "Cookie: mstshash=", routing[] = "Cookie: msts=";
	static const char broker[] = "tsv://";
	struct view line;
	bool named;

	named = view_lit(v, user, sizeof(user) - 1);
	if (!named && !view_lit(v, routing, sizeof(routing) - 1) &&
	    !view_lit(v, broker, sizeof(broker) - 1))
		return false;
	line = view_until(v, '\r');
	view_skip(v, 2);
	if (v->bad || line.n > COOKIE_MOST)
		return false;
	if (named)
		obs_text(out, OBS_RDP_USER, line);
	return true;
}

static void
say_rdp(struct obs_list *out, enum side viewer)
{
	say_protocol(out, "rdp");
	say_product(out, "rdp", SURE_CERTAIN);
	say_viewer(out, viewer);
}

/* MORE: nothing but X.224 so far. */
static enum probe
read_request(struct view v, enum side from, struct obs_list *out)
{
	const bool cookie = take_cookie(&v, out), plain = v.n == 0;
	const uint8_t type = view_u8(&v);
	uint16_t length;
	uint32_t asked;

	view_skip(&v, 1);
	length = view_le16(&v);
	asked = view_le32(&v);
	if (plain && !cookie)
		return PROBE_MORE;
	if (!v.bad && type == NEG_REQUEST && length == NEG_BYTES &&
	    (asked & ~(uint32_t)PROTOCOLS) == 0)
		obs_num(out, OBS_RDP_ASKED, asked);
	else if (!cookie)
		return PROBE_NO;
	say_rdp(out, from);
	return PROBE_YES;
}

static enum probe
read_confirm(struct view v, enum side from, struct obs_list *out)
{
	const bool plain = v.n == 0;
	const uint8_t type = view_u8(&v);
	uint16_t length;
	uint32_t value;

	view_skip(&v, 1);
	length = view_le16(&v);
	value = view_le32(&v);
	if (plain)
		return PROBE_MORE;
	if (v.bad || v.n > 0 || length != NEG_BYTES)
		return PROBE_NO;
	if (type == NEG_RESPONSE && (value & ~(uint32_t)PROTOCOLS) == 0)
		obs_num(out, OBS_RDP_GRANTED, value);
	else if (type != NEG_FAILURE || value == 0 || value > REASONS)
		return PROBE_NO;
	say_rdp(out, side_facing(from));
	return PROBE_YES;
}

/* The message after a plain greeting, or the first one seen in mid-stream. */
static enum probe
read_connect(struct view head, enum side from, struct obs_list *out)
{
	struct view v;
	const enum probe said = take_tpkt(&head, &v);
	bool initial;

	if (said != PROBE_YES)
		return said;
	if (!view_lit(&v, "\x02\xf0\x80\x7f", 4) || v.n == 0 || (*v.p != 0x65 && *v.p != 0x66))
		return PROBE_NO;
	initial = *v.p == 0x65;
	if (memmem(v.p, v.n < KEY_WITHIN ? v.n : KEY_WITHIN, initial ? "Duca" : "McDn", 4) == NULL)
		return PROBE_NO;
	say_rdp(out, initial ? from : side_facing(from));
	return PROBE_YES;
}

static enum probe
rdp_probe(struct view head, enum side from, struct obs_list *out)
{
	const struct view whole = head;
	struct view v;
	enum probe said = take_tpkt(&head, &v);
	uint8_t indicator, code, class;

	if (said != PROBE_YES)
		return said;
	if (v.n > 1 && v.p[1] == DATA)
		return read_connect(whole, from, out);
	indicator = view_u8(&v);
	if (indicator != v.n)
		return PROBE_NO;
	code = view_u8(&v);
	view_skip(&v, 4); /* references */
	class = view_u8(&v);
	if (v.bad || class != 0 || (code != REQUEST && code != CONFIRM))
		return PROBE_NO;
	said = code == REQUEST ? read_request(v, from, out) : read_confirm(v, from, out);
	return said == PROBE_MORE ? read_connect(head, from, out) : said;
}

const struct dissector dissect_rdp = { "rdp", TRANSPORT_TCP, false, { 3389 }, rdp_probe };
