/*
 * ssh_kex: what an end of SSH offers, and which end it is [RFC 4253 6, 7.1, 8].
 *
 *   "SSH-2.0-..." LF | length*4 padding*1 14 cookie*16 lists follows*1 0*4 padding
 *   list    length*4 names, with commas between: ten of them: key exchange, host keys,
 *           ciphers, digests and compressions (each to the server, to the client), languages
 *
 * The client names itself in its first list (ext-info-c, kex-strict-c-...), as does a
 * server (kex-strict-s-...); of older ones the next packet tells: 1e or 22 asks, 1f answers.
 * The suite is a digest of all lists but the host keys, which a client puts in the order
 * of whom it knows, and the languages, which nobody fills.
 */
#include "dissectors/say.h"
#include "dissectors/sha256.h"

enum {
	LINES_MOST = 1024,
	PACKET_LEAST = 60,
	PACKET_MOST = 6144,
	COOKIE_BYTES = 16,
	LISTS = 10,
	LISTS_HASHED = 8,
	HOST_KEYS = 1,
	SUITE_BYTES = 6,
	MSG_KEXINIT = 20,
	MSG_ASKS = 30,
	MSG_ANSWERS = 31,
	MSG_ASKS_GROUP = 34
};

/* Step over what comes before the packets, if it is there: YES, NO or MORE. */
static enum probe
skip_lines(struct view *v)
{
	const enum probe said = begins(*v, "SSH-", 4);
	struct view rest = *v;

	if (said != PROBE_YES)
		return said == PROBE_NO ? PROBE_YES : PROBE_MORE;
	(void)view_until(&rest, '\n');
	view_skip(&rest, 1);
	if (rest.bad)
		return v->n > LINES_MOST ? PROBE_NO : PROBE_MORE;
	*v = rest;
	return PROBE_YES;
}

/* The next packet, without its padding. */
static enum probe
take_packet(struct view *v, struct view *out)
{
	const uint32_t length = view_be32(v);
	const uint8_t padding = view_u8(v);

	if (!v->bad && (length > PACKET_MOST || length < 2u + padding))
		return PROBE_NO;
	*out = view_take(v, v->bad ? 0 : length - 1);
	if (out->bad || v->bad)
		return PROBE_MORE;
	out->n -= padding;
	return PROBE_YES;
}

static bool
has_name(struct view list, const char *start)
{
	const size_t n = strlen(start);

	for (size_t i = 0; i + n <= list.n; i++) {
		if ((i == 0 || list.p[i - 1] == ',') && memcmp(list.p + i, start, n) == 0)
			return true;
	}
	return false;
}

/* The side whose `list` of key exchanges that is, as the client; SIDE_NONE: not told. */
static enum side
client_by_names(struct view list, enum side from)
{
	if (has_name(list, "ext-info-c") || has_name(list, "kex-strict-c-"))
		return from;
	return has_name(list, "kex-strict-s-") ? side_facing(from) : SIDE_NONE;
}

/* Likewise by the packet after; MORE until its type is there. */
static enum probe
client_by_next(struct view v, enum side from, enum side *client)
{
	uint8_t type;

	view_skip(&v, 5);
	type = view_u8(&v);
	if (v.bad)
		return PROBE_MORE;
	if (type == MSG_ASKS || type == MSG_ASKS_GROUP)
		*client = from;
	else if (type == MSG_ANSWERS)
		*client = side_facing(from);
	return PROBE_YES;
}

static void
say_suite(struct obs_list *out, struct view lists[LISTS_HASHED], enum side from)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t offer[PACKET_MOST + LISTS_HASHED], sum[SHA256_BYTES];
	char text[2 * SUITE_BYTES];
	size_t n = 0;

	for (unsigned i = 0; i < LISTS_HASHED; i++) {
		if (i == HOST_KEYS)
			continue;
		if (lists[i].n > 0)
			memcpy(offer + n, lists[i].p, lists[i].n);
		n += lists[i].n;
		offer[n++] = ';';
	}
	sha256(offer, n, sum);
	for (unsigned i = 0; i < SUITE_BYTES; i++) {
		text[2 * i] = digits[sum[i] >> 4];
		text[2 * i + 1] = digits[sum[i] & 0xf];
	}
	obs_add(out, OBS_SSH_SUITE, (uint32_t)from, text, sizeof(text));
}

/* Ten lists of names and nothing behind but a flag and zeros. */
static bool
read_lists(struct view packet, struct view lists[LISTS])
{
	if (view_u8(&packet) != MSG_KEXINIT)
		return false;
	view_skip(&packet, COOKIE_BYTES);
	for (unsigned i = 0; i < LISTS; i++) {
		const uint32_t n = view_be32(&packet);

		lists[i] = view_take(&packet, n);
		if (lists[i].bad || (lists[i].n > 0 && !is_plain(lists[i])))
			return false;
	}
	return packet.n == 5 && lists[0].n > 0;
}

static enum probe
ssh_kex_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view packet, lists[LISTS];
	enum side client;
	enum probe said;

	if (head.n > 0 && head.p[0] != 'S' && head.p[0] != 0)
		return PROBE_NO;
	said = skip_lines(&head);
	if (said == PROBE_YES)
		said = take_packet(&head, &packet);
	if (said != PROBE_YES)
		return said;
	if (packet.n < PACKET_LEAST || !read_lists(packet, lists))
		return PROBE_NO;
	client = client_by_names(lists[0], from);
	if (client == SIDE_NONE && client_by_next(head, from, &client) == PROBE_MORE)
		return PROBE_MORE;
	say_protocol(out, "ssh");
	say_product(out, "ssh", SURE_CERTAIN);
	say_suite(out, lists, from);
	if (client != SIDE_NONE)
		obs_num(out, OBS_CLIENT, (uint32_t)client);
	return PROBE_YES;
}

const struct dissector dissect_ssh_kex = { "ssh_kex", TRANSPORT_TCP, false, { 22, 2222 },
	ssh_kex_probe };
