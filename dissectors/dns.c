/*
 * dns: what was asked, and the addresses it resolved to [RFC 1035 4.1].
 *
 *   id*2 | flags*2 | questions*2 answers*2 authorities*2 additionals*2 | question | records...
 *   question   name type*2 class*2
 *   record     name type*2 class*2 ttl*4 length*2 data
 *
 * Addresses count only where the chain of CNAMEs from the question leads to them.
 */
#include "dissectors/dns_name.h"
#include "dissectors/say.h"

enum {
	ANSWER = 0x8000,
	OPCODE = 0x7800,
	RESERVED = 0x0040,
	RCODE = 0x000f,
	RECORDS_MOST = 128,
	PASSES_MOST = 4 /* servers answer in the order of the chain, as a rule: one is enough */
};

struct question {
	struct dns_name name;
	uint16_t type, class;
};

static bool
take_question(struct dns_reader *r, struct question *out)
{
	if (!dns_take_name(r, &out->name))
		return false;
	out->type = view_be16(&r->rest);
	out->class = view_be16(&r->rest);
	return !r->rest.bad && out->type != 0 && out->class == DNS_IN &&
	    !dns_is_netbios(&out->name);
}

/*
 * Read the answers: say the addresses of `name`, or follow its CNAMEs as far as one reading
 * leads.  True if there were any: then the answers are to be read anew.
 */
static bool
read_answers(struct dns_reader answers, unsigned count, bool follow, struct dns_name *name,
    struct obs_list *out)
{
	struct dns_record record;
	struct dns_name next;
	struct addr a;
	bool followed = false;

	for (unsigned i = 0; i < count && dns_take_record(&answers, &record); i++) {
		if (!dns_same(&record.owner, name))
			continue;
		if (record.type == DNS_CNAME && follow) {
			follow = dns_take_name(&record.data, &next);
			if (follow)
				*name = next;
			followed = followed || follow;
		} else if (!followed && record.class == DNS_IN && dns_address(&record, &a)) {
			obs_addr(out, OBS_DNS_ADDR, &a, record.ttl);
		}
	}
	return followed;
}

/* As a rule the last name's addresses come after the chain, and what has no chain is read once. */
static void
say_addresses(
    struct dns_reader answers, unsigned count, struct dns_name *name, struct obs_list *out)
{
	const uint16_t used = out->used, said = out->count, lost = out->lost;

	for (unsigned passes = 0; read_answers(answers, count, passes < PASSES_MOST, name, out);
	     passes++) {
		out->used = used;
		out->count = said;
		out->lost = lost;
	}
}

static enum probe
dns_probe(struct view head, enum side from, struct obs_list *out)
{
	struct dns_reader r;
	const struct dns_header h = dns_open(&r, head);
	const bool answer = (h.flags & ANSWER) != 0;
	struct question q;
	unsigned count;

	if (r.rest.bad || (h.flags & (OPCODE | RESERVED)) != 0 || h.questions != 1)
		return PROBE_NO;
	if (!take_question(&r, &q))
		return PROBE_NO;
	/* A query asks: it has no answer, and only EDNS or a signature after it. */
	if (!answer &&
	    (h.answers > 0 || h.authorities > 0 || h.additionals > 2 ||
		(h.additionals == 0 && r.rest.n > 0)))
		return PROBE_NO;
	say_protocol(out, "dns");
	obs_num(out, OBS_CLIENT, (uint32_t)(answer ? side_facing(from) : from));
	if (q.name.n > 0)
		obs_add(out, OBS_DNS_NAME, 0, q.name.at, q.name.n);
	count = h.answers < RECORDS_MOST ? h.answers : RECORDS_MOST;
	if (answer && (h.flags & RCODE) == 0)
		say_addresses(r, count, &q.name, out);
	return PROBE_YES;
}

const struct dissector dissect_dns = { "dns", TRANSPORT_UDP, true, { 53 }, dns_probe,
	{ { 2, 0, 8 }, { 2, 0x80, 0x88 }, { 3, 0, 0x40 }, { 3, 0x80, 0xc0 }, { 4, 0, 1 },
	    { 5, 1, 2 } } };
