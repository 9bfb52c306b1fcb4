/*
 * steam: Steam's Remote Play, as its machines find and ask one another
 * [SteamDatabase/Protobufs, steammessages_remoteclient_discovery.proto].
 *
 *   ff*4 21 4c 5f a0 | length*4(le) | 08 client 10 kind ... | length*4(le) | message
 *
 * That Steam runs somewhere is no remote control: it looks around as soon as it is
 * started.  It is one once a viewer asks to be shown a game or a desktop.
 */
#include "dissectors/protobuf.h"
#include "dissectors/say.h"

enum {
	MAGIC = 8,
	CLIENT = 1 << 3 | PB_VARINT,
	KIND = 2 << 3 | PB_VARINT,
	STATUS = 1,
	AUTHORIZE = 3,
	KINDS = 14
};

/* Who sends messages of a kind. */
enum role { ANYONE, VIEWER, HOST };

static const uint8_t sent_by[KINDS] = {
	[STATUS] = HOST,
	[AUTHORIZE] = VIEWER,
	[4] = HOST,    /* authorization answered */
	[5] = VIEWER,  /* streaming requested */
	[6] = HOST,    /* and answered */
	[7] = HOST,    /* proof requested */
	[8] = VIEWER,  /* and given */
	[9] = VIEWER,  /* authorization given up */
	[10] = VIEWER, /* streaming given up */
	[13] = HOST,   /* progress of streaming */
};

static bool
take_kind(struct view header, uint32_t *kind)
{
	struct pb_field rest;

	if (view_u8(&header) != CLIENT)
		return false;
	(void)pb_varint(&header);
	if (view_u8(&header) != KIND)
		return false;
	*kind = pb_varint(&header);
	while (pb_next(&header, &rest))
		;
	return !header.bad;
}

static enum probe
steam_probe(struct view head, enum side from, struct obs_list *out)
{
	struct view header;
	uint32_t kind = KINDS;
	enum role role;

	if (!view_lit(&head, "\xff\xff\xff\xff\x21\x4c\x5f\xa0", MAGIC))
		return PROBE_NO;
	header = view_take(&head, view_le32(&head));
	if (view_le32(&head) != head.n || head.bad || !take_kind(header, &kind) || kind >= KINDS)
		return PROBE_NO;
	role = (enum role)sent_by[kind];
	say_protocol(out, "steam-remote-play");
	say_product(out, "steam-remote-play", kind < AUTHORIZE ? SURE_GUESS : SURE_CERTAIN);
	if (kind == STATUS)
		obs_num(out, OBS_REGISTERS, 0);
	if (role != ANYONE)
		say_viewer(out, role == VIEWER ? from : side_facing(from));
	return PROBE_YES;
}

const struct dissector dissect_steam = { "steam", TRANSPORT_UDP, false, { 27036, 27031 },
	steam_probe, { { 0, 0xff, 0x100 }, { 4, 0x21, 0x22 } } };
