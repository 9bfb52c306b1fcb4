/*
 * llmnr: names on the link, asked of everyone and told by who has them [RFC 4795].
 *
 *   the form of DNS, one question, which the answer repeats
 *   id*2 | flags*2 | 00 01 answers*2 ...      flags: qr*1 opcode*4 c tc t 0000 rcode*4
 *
 * Where DNS has "recursion wanted" and "recursion had" there are other bits here, which are
 * rarely set.  So DNS without them, of one label, is this too: the port has to say who is
 * asked first.
 */
#include "dissectors/dns_name.h"
#include "dissectors/say.h"

enum { ANSWER = 0x8000, TENTATIVE = 0x0100, ELSE = 0x7aff, RECORDS_MOST = 16 };

/* Only its own name is a host's to answer for, forward or reverse. */
static void
say_record(const struct dns_name *asked, const struct dns_record *record, struct obs_list *out)
{
	struct dns_reader data = record->data;
	struct dns_name name;
	struct addr a;

	if (!dns_same(&record->owner, asked) || record->ttl == 0)
		return;
	if (dns_address(record, &a)) {
		say_once(out, OBS_MDNS_NAME, view_of(asked->at, asked->n));
		obs_addr(out, OBS_MDNS_ADDR, &a, record->ttl);
	} else if (record->type == DNS_PTR && dns_take_name(&data, &name) && name.n > 0) {
		say_once(out, OBS_MDNS_NAME, view_of(name.at, name.n));
	}
}

/* A name of one label, or a reverse one. */
static bool
is_of_link(const struct dns_name *n)
{
	return n->n > 0 && !dns_is_netbios(n) &&
	    (memchr(n->at, '.', n->n) == NULL || dns_is_under(n, "in-addr.arpa") ||
		dns_is_under(n, "ip6.arpa"));
}

static enum probe
llmnr_probe(struct view head, enum side from, struct obs_list *out)
{
	struct dns_reader r;
	const struct dns_header h = dns_open(&r, head);
	const bool answer = (h.flags & ANSWER) != 0;
	struct dns_record record;
	struct dns_name asked;
	uint16_t type, class;

	if (r.rest.bad || (h.flags & ELSE) != 0 || h.questions != 1 || h.answers > RECORDS_MOST)
		return PROBE_NO;
	if (!answer && ((h.flags & TENTATIVE) != 0 || h.answers != 0 || h.authorities != 0))
		return PROBE_NO;
	if (!dns_take_name(&r, &asked) || !is_of_link(&asked))
		return PROBE_NO;
	type = view_be16(&r.rest);
	class = view_be16(&r.rest);
	if (r.rest.bad || type == 0 || class != DNS_IN ||
	    (!answer && h.additionals == 0 && r.rest.n > 0))
		return PROBE_NO;
	say_protocol(out, "llmnr");
	obs_num(out, OBS_CLIENT, (uint32_t)(answer ? side_facing(from) : from));
	obs_add(out, OBS_DNS_NAME, 0, asked.at, asked.n);
	if (answer)
		obs_num(out, OBS_ANNOUNCER, (uint32_t)from);
	for (unsigned i = 0; answer && i < h.answers && dns_take_record(&r, &record); i++)
		say_record(&asked, &record, out);
	return PROBE_YES;
}

const struct dissector dissect_llmnr = { "llmnr", TRANSPORT_UDP, true, { 5355 }, llmnr_probe,
	{ { 2, 0, 6 }, { 2, 0x80, 0x86 }, { 3, 0, 1 }, { 4, 0, 1 }, { 5, 1, 2 } } };
