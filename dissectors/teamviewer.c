/*
 * teamviewer: TeamViewer's own stream, to its routers or between two machines.
 *
 *   17 24 command length*2(le) | body             from the side that connects; 0a first
 *   11 30 command 0 length*4(le) number*4 answers*4 form*4 24*4(le) | body   thereafter
 *
 *   Identify, the command 0a, names its sender: id*4(le), the body shifted left by a bit
 *
 * Not published by its maker: read off captures, and so checked in all fields
 * that were constant there.  The commands are those of Pearson's public decoder.
 */
#include "dissectors/say.h"

enum {
	OLD_BYTES = 5,
	NEW_BYTES = 24,
	COMMAND_LEAST = 0x0a,
	COMMAND_MOST = 0x7f,
	IDENTIFY = 0x0a,
	IDENTIFY_BYTES = 32,
	OLD_MOST = 8192,
	NEW_MOST = 1 << 20
};

/* The id by which others call this machine; 0 in what it says before it has one. */
static void
say_id(struct obs_list *out, struct view body)
{
	uint32_t id = 0;

	if (body.n < 5)
		return;
	for (unsigned i = 0; i < 4; i++)
		id |= (uint32_t)(uint8_t)(body.p[i] << 1 | body.p[i + 1] >> 7) << (8 * i);
	if (id != 0)
		say_decimal(out, OBS_PEER_ID, id);
}

static enum probe
read_old(struct view v, struct obs_list *out)
{
	uint8_t command;
	uint16_t length;

	if (v.n < OLD_BYTES)
		return PROBE_MORE;
	view_skip(&v, 2);
	command = view_u8(&v);
	length = view_le16(&v);
	if (command < COMMAND_LEAST || command > COMMAND_MOST || length == 0 || length > OLD_MOST)
		return PROBE_NO;
	say_protocol(out, "teamviewer");
	say_product(out, "teamviewer",
	    command == IDENTIFY && length == IDENTIFY_BYTES ? SURE_CERTAIN : SURE_LIKELY);
	if (command == IDENTIFY && length == IDENTIFY_BYTES)
		say_id(out, v);
	return PROBE_YES;
}

static enum probe
read_new(struct view v, struct obs_list *out)
{
	uint8_t command, zero;
	uint32_t length, header;

	if (v.n < NEW_BYTES)
		return PROBE_MORE;
	view_skip(&v, 2);
	command = view_u8(&v);
	zero = view_u8(&v);
	length = view_le32(&v);
	view_skip(&v, 12); /* number, answers, form */
	header = view_le32(&v);
	if (command < COMMAND_LEAST || command > COMMAND_MOST || zero != 0 || length > NEW_MOST ||
	    header != NEW_BYTES)
		return PROBE_NO;
	say_protocol(out, "teamviewer");
	say_product(out, "teamviewer", SURE_CERTAIN);
	if (command == IDENTIFY && length == IDENTIFY_BYTES)
		say_id(out, v);
	return PROBE_YES;
}

static enum probe
teamviewer_probe(struct view head, enum side from, struct obs_list *out)
{
	const enum probe old = begins(head, "\x17\x24", 2), new = begins(head, "\x11\x30", 2);

	(void)from;
	if (old == PROBE_YES)
		return read_old(head, out);
	if (new == PROBE_YES)
		return read_new(head, out);
	return old == PROBE_MORE || new == PROBE_MORE ? PROBE_MORE : PROBE_NO;
}

const struct dissector dissect_teamviewer = { "teamviewer", TRANSPORT_TCP, false, { 5938, 443, 80 },
	teamviewer_probe };
