/*
 * xdmcp: X Display Manager Control Protocol: a display asks a host for a session.
 *
 *   version*2 = 1 | opcode*2 | length*2, of what follows
 *   Query    n ( length*2 name )...            from the display, the viewer
 *   Willing  three times length*2 text         from the host
 */
#include "dissectors/say.h"

enum { VERSION = 1, QUERY = 2, WILLING = 5 };

/* `count` strings, and nothing after them? */
static bool
is_strings(struct view v, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const size_t length = view_be16(&v);

		view_skip(&v, length);
	}
	return !v.bad && v.n == 0;
}

static enum probe
xdmcp_probe(struct view head, enum side from, struct obs_list *out)
{
	const uint16_t version = view_be16(&head), opcode = view_be16(&head);
	const uint16_t length = view_be16(&head);
	const bool query = opcode == QUERY;
	unsigned count = 3;

	if (head.bad || version != VERSION || length != head.n || (!query && opcode != WILLING))
		return PROBE_NO;
	if (query)
		count = view_u8(&head);
	if (!is_strings(head, count))
		return PROBE_NO;
	say_protocol(out, "xdmcp");
	say_product(out, "xdmcp", SURE_LIKELY);
	say_viewer(out, query ? from : side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_xdmcp = { "xdmcp", TRANSPORT_UDP, false, { 177 }, xdmcp_probe,
	{ { 0, 0, 1 }, { 1, 1, 2 }, { 2, 0, 1 }, { 3, 2, 6 } } };
