/*
 * GEO-02: the person works through a hosting or VPN address.
 *
 * Where that address is says nothing of where the person is: the claimed place
 * can no longer be checked.  Many people use a VPN for good reasons, so it is
 * low, and never more alone.
 */
#include "farhand/detector.h"

#include "detect/words.h"

#define AGAIN_US (12 * HOUR_US)

extern const struct detector detect_geo02;

struct geo02 {
	uint32_t asn;
	struct addr egress;
	int64_t first_us, told_us;
	uint32_t sights;
};

static void
tell(const struct geo02 *m, const struct sight *s, struct findings *out)
{
	struct finding *f = finding_add(out, &detect_geo02, s);
	const struct place *p = s->egress_place;
	char who[WORDS], there[WORDS], addr[ADDR_TEXT];
	struct signal *g;

	f->level = LEVEL_LOW;
	addr_format(&s->end->egress, addr);
	if (p->asn != 0)
		finding_say(f->key, sizeof(f->key), "AS%u", p->asn);
	else
		finding_say(f->key, sizeof(f->key), "egress %s", addr);
	words_person(s->who, who);
	words_place(p, there);
	finding_say(f->message, sizeof(f->message),
	    "%s works through %s, an address of %s (%s) in %s: "
	    "where the person is cannot be told from it.",
	    who, addr, words_network(p->network), p->as_name[0] != '\0' ? p->as_name : "unnamed",
	    there);
	words_capital(f->message);
	g = finding_signal(f, "anonymised_egress", 1.0f);
	finding_say(g->observed, sizeof(g->observed), "%s%s%s", words_network(p->network),
	    p->as_name[0] != '\0' ? ", " : "", p->as_name);
	finding_say(g->expected, sizeof(g->expected), "a fixed or mobile access network");
	g->samples = m->sights;
	g->from_us = m->first_us;
	g->to_us = s->now_us;
	finding_against(f, "Private VPNs and relays of phones and browsers are common and lawful.");
	finding_against(f, "A company proxy or security service leaves from hosting networks too.");
}

static bool
geo02_cares(const struct sight *s)
{
	const struct place *p = s->egress_place;

	/* A nameless machine with such an address of its own is a server. */
	return (p->network == NETWORK_HOSTING || p->network == NETWORK_VPN) &&
	    !(s->who->anonymous && s->end->egress_by == EGRESS_SELF);
}

static void
geo02_see(void *mem, const struct sight *s, struct findings *out)
{
	struct geo02 *m = mem;
	const struct place *p = s->egress_place;
	const bool same = p->asn != 0 ? p->asn == m->asn : addr_equal(&m->egress, &s->end->egress);

	if (!same) {
		memset(m, 0, sizeof(*m));
		m->asn = p->asn;
		m->egress = s->end->egress;
		m->first_us = s->now_us;
	}
	m->sights++;
	if (same && s->now_us - m->told_us < AGAIN_US)
		return;
	m->told_us = s->now_us;
	tell(m, s, out);
}

const struct detector detect_geo02 = {
	.rule = "GEO-02",
	.name = "Internet line is a hosting or VPN address",
	.family = FAMILY_GEO,
	.group = GROUP_PATH,
	.subject = SUBJECT_PERSON,
	.sights = 1u << SIGHT_EGRESS,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_EDGE | 1u << VANTAGE_SITE,
	.needs = NEEDS_NETWORKS,
	.attack = { "T1090.002", "T1078" },
	.next_steps = {
	    "Check whether company rules allow private VPNs, and whether this is the company's own "
	    "proxy: then configure its range.",
	    "Look for moments without the VPN: which country shows then?",
	    "Look for remote-control findings on the same person's machine.",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct geo02),
	.cares = geo02_cares,
	.see = geo02_see,
};
