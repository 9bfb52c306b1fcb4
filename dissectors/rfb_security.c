/*
 * rfb_security: how a VNC session is secured [RFC 6143 7.1.2; rfbproto, VeNCrypt].
 *
 *   host     banner*12 | n types*n           to choose from, since 3.7
 *   host     banner*12 | type*4              decided, before that
 *   viewer   banner*12 | type                chosen; 1 is none, 2 a password
 *   viewer   banner*12 | 13 0 2 | subtype*4  VeNCrypt: 256 and above, TLS from 257 on
 *
 * One that greets first may be the one that dialled.  So a list is known as such, by
 * its length and because nothing else follows the choice it would be.
 */
#include "dissectors/say.h"

enum {
	BANNER = 12,
	NONE = 1,
	VENCRYPT = 19,
	VENCRYPT_VERSION_BYTES = 2,
	SUBTYPE_LEAST = 256,
	SUBTYPE_MOST = 300
};

/* RFB 3.x of a version since 3.7 (*lists) or before; NO of others, whose forms are their own. */
static enum probe
take_banner(struct view *head, bool *lists)
{
	const enum probe said = begins(*head, "RFB 003.", 8);
	const uint8_t *p = head->p;
	unsigned minor;

	if (said != PROBE_YES)
		return said;
	if (head->n < BANNER)
		return PROBE_MORE;
	if (!is_digit(p[8]) || !is_digit(p[9]) || !is_digit(p[10]) || p[11] != '\n')
		return PROBE_NO;
	minor = (unsigned)(p[8] - '0') * 100 + (unsigned)(p[9] - '0') * 10 + (p[10] - '0');
	*lists = minor >= 7;
	view_skip(head, BANNER);
	return PROBE_YES;
}

static bool
is_list(struct view v)
{
	if (v.n < 2 || v.p[0] != v.n - 1 || memchr(v.p + 1, 0, v.n - 1) != NULL)
		return false;
	return v.p[0] != NONE || v.p[1] != NONE; /* or "none", and the shared flag after it */
}

static enum probe
say_security(struct obs_list *out, uint32_t type)
{
	obs_num(out, OBS_RFB_SECURITY, type);
	return PROBE_YES;
}

static enum probe
read_list(struct view v, struct obs_list *out)
{
	view_skip(&v, 1);
	for (size_t i = 0; i < v.n; i++)
		obs_num(out, OBS_RFB_OFFERED, v.p[i]);
	return PROBE_YES;
}

static enum probe
read_choice(struct view v, struct obs_list *out)
{
	const uint8_t type = view_u8(&v);
	uint32_t subtype;

	if (type == 0)
		return PROBE_NO;
	if (type != VENCRYPT)
		return say_security(out, type);
	view_skip(&v, VENCRYPT_VERSION_BYTES);
	subtype = view_be32(&v);
	if (v.bad)
		return PROBE_MORE;
	if (subtype < SUBTYPE_LEAST || subtype > SUBTYPE_MOST)
		return say_security(out, type);
	return say_security(out, subtype);
}

static enum probe
rfb_security_probe(struct view head, enum side from, struct obs_list *out)
{
	bool lists = false;
	const enum probe said = take_banner(&head, &lists);
	uint32_t type;

	if (said != PROBE_YES)
		return said;
	if (head.n == 0)
		return PROBE_MORE;
	if (lists && (is_list(head) || (from == SIDE_SERVER && head.n <= head.p[0])))
		return is_list(head) ? read_list(head, out) : PROBE_MORE;
	if (lists)
		return read_choice(head, out);
	type = view_be32(&head);
	if (head.bad)
		return PROBE_MORE;
	return type > 0 && type <= UINT8_MAX ? say_security(out, type) : PROBE_NO;
}

const struct dissector dissect_rfb_security = { "rfb_security", TRANSPORT_TCP, false,
	{ 5900, 5901, 5902, 5903, 5500 }, rfb_security_probe };
