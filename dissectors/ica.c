/*
 * ica: Citrix, plain ICA or in its Common Gateway Protocol.
 *
 *   7f 7f "ICA" 0         both sides
 *   1a "CGP/01"           likewise
 */
#include "dissectors/say.h"

static enum probe
ica_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum probe ica = begins(head,
	    "\x7f\x7f"
	    "ICA\0",
	    6);
	const enum probe cgp = begins(head,
	    "\x1a"
	    "CGP/01",
	    7);

	(void)from;
	if (ica != PROBE_YES && cgp != PROBE_YES)
		return ica == PROBE_MORE || cgp == PROBE_MORE ? PROBE_MORE : PROBE_NO;
	say_protocol(out, "ica");
	say_product(out, "citrix", SURE_CERTAIN);
	return PROBE_YES;
}

const struct dissector dissect_ica = { "ica", TRANSPORT_TCP, false, { 1494, 2598 }, ica_probe };
