/*
 * anydesk_udp: AnyDesk telling its LAN that it is there, to 239.255.102.18 or a
 * broadcast, on 50001 to 50003 [the public notes on CVE-2020-13160, AnyDesk 5.5].
 *
 *   3e d1 1 | id*4 0*4 | 2 system | n*4 host name | n*4 user | 0*4 | n*4 ... | 0 | n*4 ...
 *
 * The host name is the machine's own; the id is the one to call it by.
 */
#include "dissectors/say.h"

enum { NAME_MOST = 255, ID_LEAST = 100000000 };

static enum probe
anydesk_udp_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view name, user;
	uint32_t id, zero;
	uint8_t two;

	if (!view_lit(&head, "\x3e\xd1\x01", 3))
		return PROBE_NO;
	id = view_be32(&head);
	zero = view_be32(&head);
	two = view_u8(&head);
	view_skip(&head, 1);
	name = view_take(&head, view_be32(&head));
	user = view_take(&head, view_be32(&head));
	if (head.bad || zero != 0 || two != 2 || name.n == 0 || name.n > NAME_MOST ||
	    user.n > NAME_MOST)
		return PROBE_NO;
	say_protocol(out, "anydesk");
	say_product(out, "anydesk", SURE_LIKELY);
	obs_num(out, OBS_CLIENT, (uint32_t)from);
	obs_num(out, OBS_HOST, (uint32_t)from);
	obs_num(out, OBS_REGISTERS, 0);
	if (id >= ID_LEAST)
		say_decimal(out, OBS_PEER_ID, id);
	return PROBE_YES;
}

const struct dissector dissect_anydesk_udp = { "anydesk_udp", TRANSPORT_UDP, false,
	{ 50001, 50002, 50003 }, anydesk_udp_probe, { { 0, 0x3e, 0x3f }, { 1, 0xd1, 0xd2 } } };
