/*
 * nomachine: the line that each side of an NX session opens with.
 *
 *   "NXSH-8.10.1\n" from the viewer, "NXD-8.10.1\n" from the host; then TLS
 */
#include "dissectors/say.h"

enum { LINE_MOST = 40 };

static bool
is_version(struct view v)
{
	for (size_t i = 0; i < v.n; i++) {
		if (!is_digit(v.p[i]) && v.p[i] != '.')
			return false;
	}
	return v.n > 0 && is_digit(v.p[0]);
}

static enum probe
nomachine_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum probe viewer = begins(head, "NXSH-", 5), host = begins(head, "NXD-", 4);
	struct view line;

	if (viewer != PROBE_YES && host != PROBE_YES)
		return viewer == PROBE_MORE || host == PROBE_MORE ? PROBE_MORE : PROBE_NO;
	view_skip(&head, viewer == PROBE_YES ? 5 : 4);
	if (head.n == 0 || memchr(head.p, '\n', head.n) == NULL)
		return head.n > LINE_MOST ? PROBE_NO : PROBE_MORE;
	line = view_until(&head, '\n');
	if (!is_version(line))
		return PROBE_NO;
	say_protocol(out, "nx");
	say_product(out, "nomachine", SURE_CERTAIN);
	say_viewer(out, viewer == PROBE_YES ? from : side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_nomachine = { "nomachine", TRANSPORT_TCP, false, { 4000 },
	nomachine_probe };
