/*
 * splashtop: the line with which a Splashtop streamer greets who connects to it
 * directly [a banner of many public scans].
 *
 *   "SRS:Ready" 0        from the machine whose screen it is
 */
#include "dissectors/say.h"

static enum probe
splashtop_probe(struct view head, enum side from, struct obs_list *out)
{
	static const char ready[] = "SRS:Ready"; /* with its 0 */
	const enum probe said = begins(head, ready, sizeof(ready));

	if (said != PROBE_YES)
		return said;
	say_protocol(out, "splashtop");
	say_product(out, "splashtop", SURE_CERTAIN);
	say_viewer(out, side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_splashtop = { "splashtop", TRANSPORT_TCP, false,
	{ 6783, 6784, 6785 }, splashtop_probe };
