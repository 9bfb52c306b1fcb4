/*
 * nbns: NetBIOS names, which Windows hosts claim on the LAN [RFC 1002 4.2].
 *
 *   the form of DNS; names of 16 bytes, padded with spaces, the last one their use
 *   id*2 | 29 10 00 01 00 00 00 00 00 01 | name 00 20 00 01 | c0 0c 00 20 00 01 ttl*4 00 06
 *     flags*2 address*4                                       a host claims a name
 *   id*2 | 85 00 00 00 00 01 00 00 00 00 | name 00 20 00 01 ttl*4 00 06 flags*2 address*4
 *                                                             a name's holder, or a server, answers
 */
#include "dissectors/dns_name.h"
#include "dissectors/say.h"

enum {
	ANSWER = 0x8000,
	OPCODE = 0x7800,
	RCODE = 0x000f,
	RESERVED = 0x0060,
	QUERY = 0x0000,
	REGISTER = 0x2800,
	REFRESH = 0x4000,
	REFRESH_TOO = 0x4800, /* an old slip of the pen that many send [RFC 1002 4.2.1.1] */
	RELEASE = 0x3000,
	NB = 0x20,
	NBSTAT = 0x21,
	GROUP = 0x8000,
	NAME_BYTES = 15,
	WORKSTATION = 0x00,
	FILE_SERVER = 0x20,
	ADDRESS_BYTES = 6
};

/* The name in lower case, less its padding; false if it is not a machine's. */
static bool
read_machine(const struct dns_name *n, struct obs_list *out, const struct addr *a, uint32_t ttl)
{
	uint8_t text[NAME_BYTES + 1];
	size_t length = NAME_BYTES;

	for (size_t i = 0; i <= NAME_BYTES; i++)
		text[i] = lower((uint8_t)((n->at[2 * i] - 'a') << 4 | (n->at[2 * i + 1] - 'a')));
	while (length > 0 && text[length - 1] == ' ')
		length--;
	if ((text[NAME_BYTES] != WORKSTATION && text[NAME_BYTES] != FILE_SERVER) ||
	    !is_plain(view_of(text, length)))
		return false;
	obs_add(out, OBS_MDNS_NAME, 0, text, length);
	obs_addr(out, OBS_MDNS_ADDR, a, ttl);
	return true;
}

/* Who a record says has the name.  A group's name is nobody's own. */
static bool
say_holder(const struct dns_name *n, const struct dns_record *record, struct obs_list *out)
{
	struct view v = record->data.rest;
	uint16_t flags;
	struct addr a;

	if (record->type != NB || v.n < ADDRESS_BYTES)
		return false;
	flags = view_be16(&v);
	a = addr_v4(v.p);
	return (flags & GROUP) == 0 && read_machine(n, out, &a, record->ttl);
}

/* A question, whose name a claim's record repeats. */
static bool
take_question(struct dns_reader *r, struct dns_name *out)
{
	uint16_t type;

	if (!dns_take_name(r, out) || !dns_is_netbios(out))
		return false;
	type = view_be16(&r->rest);
	return view_be16(&r->rest) == DNS_IN && !r->rest.bad && (type == NB || type == NBSTAT);
}

static enum probe
read_claim(struct dns_reader *r, const struct dns_header *h, enum side from, struct obs_list *out)
{
	const unsigned opcode = h->flags & OPCODE;
	struct dns_record record;
	struct dns_name name;

	if (h->questions != 1 || h->answers != 0 || h->authorities != 0 ||
	    h->additionals != (opcode == QUERY ? 0 : 1))
		return PROBE_NO;
	if (!take_question(r, &name) || (opcode != QUERY && !dns_take_record(r, &record)))
		return PROBE_NO;
	say_protocol(out, "nbns");
	if (opcode == QUERY)
		obs_num(out, OBS_CLIENT, (uint32_t)from);
	else if (opcode != RELEASE && say_holder(&name, &record, out))
		obs_num(out, OBS_ANNOUNCER, (uint32_t)from);
	return PROBE_YES;
}

/* A server answers for others: whom the address names has the name, not who speaks. */
static enum probe
read_answer(struct dns_reader *r, const struct dns_header *h, enum side from, struct obs_list *out)
{
	struct dns_record record;

	if (h->questions != 0 || h->answers != 1 || !dns_take_record(r, &record) ||
	    !dns_is_netbios(&record.owner) || record.class != DNS_IN)
		return PROBE_NO;
	say_protocol(out, "nbns");
	obs_num(out, OBS_CLIENT, (uint32_t)side_facing(from));
	if ((h->flags & (OPCODE | RCODE)) == 0)
		(void)say_holder(&record.owner, &record, out);
	return PROBE_YES;
}

static enum probe
nbns_probe(struct view head, enum side from, struct obs_list *out)
{
	struct dns_reader r;
	const struct dns_header h = dns_open(&r, head);

	if (r.rest.bad || (h.flags & RESERVED) != 0)
		return PROBE_NO;
	switch (h.flags & OPCODE) {
	case QUERY:
	case REGISTER:
	case REFRESH:
	case REFRESH_TOO:
	case RELEASE:
		break;
	default:
		return PROBE_NO;
	}
	return (h.flags & ANSWER) != 0 ? read_answer(&r, &h, from, out)
				       : read_claim(&r, &h, from, out);
}

const struct dissector dissect_nbns = { "nbns", TRANSPORT_UDP, true, { 137 }, nbns_probe,
	{ { 2, 0, 0x50 }, { 2, 0x80, 0xd0 }, { 3, 0, 0x20 }, { 3, 0x80, 0xa0 }, { 4, 0, 1 },
	    { 5, 0, 2 } } };
