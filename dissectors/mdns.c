/*
 * mdns: hosts and services that announce themselves on the LAN [RFC 6762, RFC 6763].
 *
 *   the form of DNS, id 0 as a rule, no questions in an announcement
 *   _pikvm._tcp.local          PTR   pikvm._pikvm._tcp.local
 *   pikvm._pikvm._tcp.local    SRV   0 0 port  pikvm.local
 *   pikvm._pikvm._tcp.local    TXT   7 path=/  8 model=v3  ...
 *   pikvm.local                A     192.0.2.7
 *
 * Questions tell nothing, but are this protocol too.  Records with a lifetime of
 * zero say good-bye and are passed over.
 */
#include "dissectors/dns_name.h"
#include "dissectors/say.h"

enum {
	ANSWER = 0x8000,
	OPCODE = 0x7800,
	AUTHORITATIVE = 0x0400,
	RECURSION = 0x0180, /* wanted, had: the mark of ordinary DNS */
	RCODE = 0x000f,
	RECORDS_MOST = 128,
	SRV_HEAD = 6
};

/* Lengths of ".local", and of "._tcp" and "._udp" before it. */
enum { LOCAL = 6, CARRIER = 5 };

/* Names of this protocol, and reverse ones, which hosts announce as well. */
static bool
is_local(const struct dns_name *n)
{
	return dns_is_under(n, "local") || dns_is_under(n, "arpa");
}

/* "_type._tcp" of "_type._tcp.local" or "Instance._type._tcp.local". */
static void
say_service(const struct dns_name *n, struct obs_list *out)
{
	const uint8_t *at = n->at, *end, *dot;

	if (!dns_is_under(n, "_tcp.local") && !dns_is_under(n, "_udp.local"))
		return;
	/* The type is the label before, and begins with an underscore. */
	end = n->at + n->n - LOCAL - CARRIER;
	while ((dot = memchr(at, '.', (size_t)(end - at))) != NULL)
		at = dot + 1;
	if (at < end && *at == '_')
		say_once(out, OBS_MDNS_SERVICE, view_of(at, (size_t)(end - at) + CARRIER));
}

static void
say_host(const struct dns_name *n, struct obs_list *out)
{
	if (dns_is_under(n, "local") && memchr(n->at, '.', n->n - LOCAL) == NULL)
		say_once(out, OBS_MDNS_NAME, view_of(n->at, n->n - LOCAL));
}

/* The key is of either case, and the first of a name counts [RFC 6763 6.4]. */
static void
say_model(struct view texts, struct obs_list *out)
{
	static const char key[] = "model=";
	const size_t n = sizeof(key) - 1;

	while (texts.n > 0) {
		const size_t length = view_u8(&texts);
		const struct view text = view_take(&texts, length);
		size_t same = 0;

		while (same < n && same < text.n && lower(text.p[same]) == (uint8_t)key[same])
			same++;
		if (same < n)
			continue;
		if (text.n > n)
			say_once(out, OBS_MDNS_MODEL, view_of(text.p + n, text.n - n));
		return;
	}
}

static void
say_record(struct dns_record *record, struct obs_list *out)
{
	static const char catalogue[] = "_services._dns-sd._udp.local";
	struct dns_name name;
	struct addr a;

	if (record->type == DNS_PTR && dns_take_name(&record->data, &name)) {
		const size_t n = sizeof(catalogue) - 1;
		const bool lists =
		    record->owner.n == n && memcmp(record->owner.at, catalogue, n) == 0;

		say_service(lists ? &name : &record->owner, out);
	} else if (record->type == DNS_SRV) {
		view_skip(&record->data.rest, SRV_HEAD);
		say_service(&record->owner, out);
		if (dns_take_name(&record->data, &name))
			say_host(&name, out);
	} else if (record->type == DNS_TXT) {
		say_service(&record->owner, out);
		say_model(record->data.rest, out);
	} else if (dns_is_under(&record->owner, "local") && dns_address(record, &a)) {
		say_host(&record->owner, out);
		obs_addr(out, OBS_MDNS_ADDR, &a, record->ttl);
	}
}

/* Step over the questions; false if one is not of this protocol. */
static bool
skip_questions(struct dns_reader *r, unsigned count)
{
	struct dns_name name;

	for (unsigned i = 0; i < count; i++) {
		if (!dns_take_name(r, &name) || !is_local(&name))
			return false;
		view_skip(&r->rest, 4); /* type, class */
	}
	return !r->rest.bad;
}

static enum probe
mdns_probe(struct view head, enum side from, struct obs_list *out)
{
	struct dns_reader r;
	const struct dns_header h = dns_open(&r, head);
	const unsigned records = (unsigned)h.answers + h.authorities + h.additionals;
	const bool answer = (h.flags & ANSWER) != 0;
	struct dns_record record;

	if (r.rest.bad || (h.flags & (OPCODE | RECURSION | RCODE)) != 0 ||
	    h.questions > RECORDS_MOST)
		return PROBE_NO;
	if (answer ? h.answers == 0 || (h.flags & AUTHORITATIVE) == 0 : h.questions == 0)
		return PROBE_NO;
	if (!skip_questions(&r, h.questions))
		return PROBE_NO;
	say_protocol(out, "mdns");
	if (answer)
		obs_num(out, OBS_ANNOUNCER, (uint32_t)from);
	for (unsigned i = 0; i < records && i < RECORDS_MOST; i++) {
		const bool there = dns_take_record(&r, &record);

		if (i == 0 && answer && (!there || !is_local(&record.owner)))
			return PROBE_NO;
		if (!there)
			break;
		if (answer && record.ttl > 0)
			say_record(&record, out);
	}
	return PROBE_YES;
}

const struct dissector dissect_mdns = { "mdns", TRANSPORT_UDP, true, { 5353 }, mdns_probe,
	{ { 2, 0, 7 }, { 2, 0x80, 0x87 }, { 3, 0, 0x80 }, { 4, 0, 1 }, { 5, 0, 0x81 } } };
