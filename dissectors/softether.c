/*
 * softether: how a SoftEther server keeps in touch with the service that opens NATs for
 * it, and asks where other servers are [SoftEtherVPN sources, Mayaqua/Network.c, Pack.c].
 *
 *   server  41                             where do you see me?  one letter: nobody's
 *   answer  "IP=192.0.2.7,PORT=51381"
 *   both    count*4 | elements             a "pack" of named values
 *
 *   element   length*4 name*(length-1) | type*4 values*4 | value ...
 *   value     0: number*4  1, 2, 3: length*4 bytes  4: number*8
 *
 * A pack must be read to its last byte and hold a name that only this service uses.
 */
#include "dissectors/say.h"

enum { ELEMENTS_MOST = 64, NAME_MOST = 63, VALUES_MOST = 32 };
enum { PACK_INT, PACK_DATA, PACK_STRING, PACK_WIDE_STRING, PACK_INT64 };

static bool
skip_digits(struct view *v, size_t most)
{
	size_t n = 0;

	while (n < v->n && n < most && is_digit(v->p[n]))
		n++;
	view_skip(v, n);
	return n > 0;
}

static bool
is_answer(struct view v)
{
	if (!view_lit(&v, "IP=", 3))
		return false;
	for (unsigned i = 0; i < 4; i++) {
		if ((i > 0 && !view_lit(&v, ".", 1)) || !skip_digits(&v, 3))
			return false;
	}
	return view_lit(&v, ",PORT=", 6) && skip_digits(&v, 5) && v.n == 0;
}

static bool
is_telling(struct view name)
{
	static const char *const words[] = { "tran_id", "machine_key", "isret", "my_ip",
		"nat_traversal_version", "svc_name" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (name.n == strlen(words[i]) && memcmp(name.p, words[i], name.n) == 0)
			return true;
	}
	return false;
}

static bool
skip_value(struct view *v, uint32_t type)
{
	switch (type) {
	case PACK_INT:
		view_skip(v, 4);
		return !v->bad;
	case PACK_INT64:
		view_skip(v, 8);
		return !v->bad;
	case PACK_DATA:
	case PACK_STRING:
	case PACK_WIDE_STRING:
		view_skip(v, view_be32(v));
		return !v->bad;
	default:
		return false;
	}
}

/* Step over one element; *telling is set if its name is the service's own. */
static bool
skip_element(struct view *v, bool *telling)
{
	const uint32_t length = view_be32(v);
	uint32_t type, values;
	struct view name;

	if (length < 2 || length > NAME_MOST + 1)
		return false;
	name = view_take(v, length - 1);
	type = view_be32(v);
	values = view_be32(v);
	if (!is_plain(name) || v->bad || values > VALUES_MOST)
		return false;
	*telling = *telling || is_telling(name);
	for (uint32_t i = 0; i < values; i++) {
		if (!skip_value(v, type))
			return false;
	}
	return true;
}

static bool
is_pack(struct view v)
{
	const uint32_t elements = view_be32(&v);
	bool telling = false;

	if (v.bad || elements < 2 || elements > ELEMENTS_MOST)
		return false;
	for (uint32_t i = 0; i < elements; i++) {
		if (!skip_element(&v, &telling))
			return false;
	}
	return telling && v.n == 0;
}

static enum probe
softether_probe(struct view head, enum side from, struct obs_list *out)
{
	const bool answer = is_answer(head);

	if (!answer && !is_pack(head))
		return PROBE_NO;
	say_protocol(out, "softether");
	say_product(out, "softether", SURE_CERTAIN);
	if (answer)
		obs_num(out, OBS_CLIENT, (uint32_t)side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_softether = { "softether", TRANSPORT_UDP, false, { 5004 },
	softether_probe,
	{ { 0, 0x49, 0x4a }, { 0, 0, 1 }, { 1, 0x50, 0x51 }, { 1, 0, 1 }, { 2, 0x3d, 0x3e },
	    { 2, 0, 1 } } };
