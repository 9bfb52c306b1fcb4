/*
 * GEO-01: the person's internet line is in another country than they claim.
 *
 * Address databases are good at countries on fixed lines, poor on mobile ones,
 * and say nothing of the person behind a hosting or VPN address (GEO-02), so the
 * weight goes by kind of network [research: algorithms 4.3, G3].  One sight is
 * low; what still holds an hour later is medium.
 */
#include "farhand/detector.h"

#include "detect/words.h"

#define LASTS_US HOUR_US
#define GAP_US   DAY_US /* not contradicted for so long: it begins anew */
#define AGAIN_US (12 * HOUR_US)

extern const struct detector detect_geo01;

struct geo01 {
	char country[3];
	int64_t since_us, last_us, told_us;
	uint32_t sights;
	uint8_t told; /* 1 + enum level, 0: not yet */
};

static float
weight(unsigned network)
{
	switch (network) {
	case NETWORK_FIXED:
	case NETWORK_SHARED:
		return 2.0f;
	case NETWORK_UNKNOWN:
		return 1.5f;
	case NETWORK_MOBILE:
		return 0.5f;
	default:
		return 0.0f;
	}
}

static void
tell(const struct geo01 *m, const struct sight *s, enum level level, struct findings *out)
{
	struct finding *f = finding_add(out, &detect_geo01, s);
	const struct place *p = s->egress_place, *claimed = &s->who->claimed;
	const bool lasts = s->now_us - m->since_us >= LASTS_US;
	char who[WORDS], here[WORDS], there[WORDS], addr[ADDR_TEXT], span[WORDS];
	struct signal *g;

	f->level = level;
	finding_say(
	    f->key, sizeof(f->key), "claims %s works through %s", claimed->country, p->country);
	words_place(p, there);
	words_place(claimed, here);
	finding_say(f->message, sizeof(f->message),
	    "%s claims to work from %s but works through %s, an address in %s (%s)%s%s.",
	    words_person(s->who, who), here, addr_format(&s->end->egress, addr), there,
	    p->as_name[0] != '\0' ? p->as_name : words_network(p->network), lasts ? ", for " : "",
	    lasts ? words_span(s->now_us - m->since_us, span) : "");
	g = finding_signal(f, "egress_country", weight(p->network));
	finding_say(
	    g->observed, sizeof(g->observed), "%s, through %s", there, words_network(p->network));
	finding_say(g->expected, sizeof(g->expected), "%s, as claimed", here);
	g->samples = m->sights;
	g->from_us = m->since_us;
	g->to_us = s->now_us;
	if (p->network == NETWORK_UNKNOWN)
		finding_against(f,
		    "The kind of network is unknown (no ASN database, or not listed): "
		    "a VPN or a mobile network would weigh less.");
	if (p->network == NETWORK_MOBILE)
		finding_against(f, "Mobile networks are often placed in the wrong country.");
	finding_against(f, "A trip that was not reported looks the same.");
	finding_against(f, "Databases misplace leased address ranges: compare a second one.");
}

static bool
geo01_cares(const struct sight *s)
{
	const struct place *p = s->egress_place;

	return place_known(p) && place_known(&s->who->claimed) &&
	    !place_same_country(p, &s->who->claimed) && weight(p->network) > 0.0f;
}

static void
geo01_see(void *mem, const struct sight *s, struct findings *out)
{
	struct geo01 *m = mem;
	const struct place *p = s->egress_place;
	enum level level = LEVEL_LOW;

	if (strcmp(m->country, p->country) != 0 || s->now_us - m->last_us > GAP_US) {
		memset(m, 0, sizeof(*m));
		memcpy(m->country, p->country, sizeof(m->country));
		m->since_us = s->now_us;
	}
	m->last_us = s->now_us;
	m->sights++;
	if (p->network != NETWORK_MOBILE && s->now_us - m->since_us >= LASTS_US)
		level = LEVEL_MEDIUM;
	if (m->told > (unsigned)level && s->now_us - m->told_us < AGAIN_US)
		return;
	m->told = (uint8_t)(level + 1);
	m->told_us = s->now_us;
	tell(m, s, level, out);
}

const struct detector detect_geo01 = {
	.rule = "GEO-01",
	.name = "Internet line contradicts the claimed country",
	.family = FAMILY_GEO,
	.group = GROUP_GEO,
	.subject = SUBJECT_PERSON,
	.sights = 1u << SIGHT_EGRESS,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_EDGE | 1u << VANTAGE_SITE,
	.needs = NEEDS_CLAIM | NEEDS_PLACES,
	.attack = { "T1078", "T1133" },
	.next_steps = {
	    "Check travel requests and leave for these days.",
	    "Look the address up in a second, current database.",
	    "Look for a change of internet line or machine on the first day it was seen.",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct geo01),
	.cares = geo01_cares,
	.see = geo01_see,
};
