/*
 * spice: the link message of SPICE, a virtual machine's screen
 * [spice-space.org, spice_protocol].
 *
 *   "REDQ" major*4 minor*4 size*4 | viewer: connection*4 channel id caps...
 *                                 | host:   error*4 key*162 caps...          (little endian)
 */
#include "dissectors/say.h"

enum { MAJOR = 2, SIZE_MOST = 4096, SIZE_VIEWER = 18, SIZE_HOST = 178 };

static enum probe
spice_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum probe said = begins(head, "REDQ", 4);
	uint32_t major, minor, size;

	if (said != PROBE_YES)
		return said;
	view_skip(&head, 4);
	major = view_le32(&head);
	minor = view_le32(&head);
	size = view_le32(&head);
	if (head.bad)
		return PROBE_MORE;
	if (major == 0 || major > MAJOR || minor > UINT16_MAX)
		return PROBE_NO;
	if (size < SIZE_VIEWER || size > SIZE_MOST)
		return PROBE_NO;
	say_protocol(out, "spice");
	say_product(out, "spice", SURE_CERTAIN);
	/* The key makes the host's the longer one. */
	say_viewer(out, size < SIZE_HOST ? from : side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_spice = { "spice", TRANSPORT_TCP, false, { 5900, 5930 },
	spice_probe };
