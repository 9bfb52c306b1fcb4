/*
 * radmin: the first message of each side of Radmin 3.
 *
 *   01 | length*4 | sum*4 | body, whose words of four bytes, little endian, make the sum
 *   viewer  01 00 00 00 01 00 00 00 08 | 08
 *   host    01 00 00 00 25 00 00 02 12 | 08 02 00 00 0a ...
 *
 * Read off captures; the sum makes it sure.
 */
#include "dissectors/say.h"

enum { VIEWER_BYTES = 1, HOST_BYTES = 0x25, GREETING = 8 };

static uint32_t
sum_of(struct view v)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < v.n; i++)
		sum += (uint32_t)v.p[i] << (8 * (i % 4));
	return sum;
}

static enum probe
radmin_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum probe asks = begins(head, "\1\0\0\0\1", 5);
	const enum probe answers = begins(head, "\1\0\0\0\x25", 5);
	struct view body;
	uint32_t sum;

	if (asks != PROBE_YES && answers != PROBE_YES)
		return asks == PROBE_MORE || answers == PROBE_MORE ? PROBE_MORE : PROBE_NO;
	view_skip(&head, 5);
	sum = view_be32(&head);
	body = view_take(&head, asks == PROBE_YES ? VIEWER_BYTES : HOST_BYTES);
	if (body.bad)
		return PROBE_MORE;
	if (body.p[0] != GREETING || sum_of(body) != sum)
		return PROBE_NO;
	say_protocol(out, "radmin");
	say_product(out, "radmin", SURE_CERTAIN);
	say_viewer(out, asks == PROBE_YES ? from : side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_radmin = { "radmin", TRANSPORT_TCP, false, { 4899 }, radmin_probe };
