/*
 * nebula: the overlay of that name [slackhq/nebula, header/header.go].
 *
 *   1 kind (4 bits each), subkind*1 0*2 | peer's index*4 number*8 | sealed ...
 *
 *   kind 0      handshake; the first message knows no index and is number 1, the answer 2
 *   kinds 1-5   data, "unknown index", lighthouse, test, close
 *
 * Handshakes are likely, data is believed where its numbers go on.
 */
#include "dissectors/say.h"
#include "dissectors/sealed.h"

enum {
	HEAD = 16,
	HANDSHAKE_LEAST = HEAD + 80,
	SEAL = 16,
	KIND_LAST = 5,
	SUBKIND_LAST = 1,
	SERIES = 3
};

static void
say_nebula(struct obs_list *out)
{
	say_protocol(out, "nebula");
	say_product(out, "nebula", SURE_LIKELY);
}

/* The two of a handshake: who opened it gives his index with the first, and gets it back. */
static enum probe
read_handshake(
    struct view sealed, uint32_t index, uint32_t number, enum side from, struct obs_list *out)
{
	const bool opens = index == 0 && number == 1, answers = index != 0 && number == 2;

	if ((!opens && !answers) || sealed.n < HANDSHAKE_LEAST - HEAD || !looks_sealed(sealed))
		return PROBE_NO;
	obs_num(out, OBS_CLIENT, (uint32_t)(opens ? from : side_facing(from)));
	say_nebula(out);
	return PROBE_YES;
}

static enum probe
nebula_probe(struct view head, enum side from, struct obs_list *out)
{
	const uint8_t *start = head.p;
	const uint8_t kind = view_u8(&head), subkind = view_u8(&head);
	const uint16_t reserved = view_be16(&head);
	const uint32_t index = view_be32(&head), high = view_be32(&head);
	const uint32_t number = view_be32(&head);

	if (head.bad || kind >> 4 != 1 || subkind > SUBKIND_LAST || reserved != 0 || high != 0 ||
	    (kind & 0xf) > KIND_LAST)
		return PROBE_NO;
	if ((kind & 0xf) == 0)
		return subkind == 0 ? read_handshake(head, index, number, from, out) : PROBE_NO;
	if (index < 0x10000 || number == 0 || head.n < SEAL || !looks_sealed(head))
		return PROBE_NO;
	say_nebula(out);
	/* The index alone: kinds share one count. */
	return say_series(out, SERIES, number, start + 4, 4);
}

const struct dissector dissect_nebula = { "nebula", TRANSPORT_UDP, false, { 4242 }, nebula_probe,
	{ { 0, 0x10, 0x16 }, { 1, 0, 2 }, { 2, 0, 1 }, { 3, 0, 1 } } };
