/*
 * telnet: option negotiation at the start of a Telnet stream [RFC 854, RFC 855].
 *
 *   ff | fb will, fc won't, fd do, fe don't | option
 *   ff | fa option ... ff f0
 *
 * Three bytes could be chance; two commands in a row are taken for Telnet.
 */
#include "dissectors/say.h"

enum { IAC = 0xff, WILL = 0xfb, DONT = 0xfe, OPTION_MOST = 49, ENOUGH = 2 };

static enum probe
telnet_probe(struct view head, enum side from, struct obs_list *out)
{
	(void)from;
	for (unsigned commands = 0; commands < ENOUGH; commands++) {
		struct view command = view_take(&head, head.n < 3 ? head.n : 3);

		if ((command.n > 0 && command.p[0] != IAC) ||
		    (command.n > 1 && (command.p[1] < WILL || command.p[1] > DONT)) ||
		    (command.n > 2 && command.p[2] > OPTION_MOST))
			return PROBE_NO;
		if (command.n < 3)
			return PROBE_MORE;
	}
	say_protocol(out, "telnet");
	say_product(out, "telnet", SURE_LIKELY);
	return PROBE_YES;
}

const struct dissector dissect_telnet = { "telnet", TRANSPORT_TCP, false, { 23, 2323 },
	telnet_probe };
