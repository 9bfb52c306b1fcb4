/*
 * LF-01: several persons work through one internet line.
 *
 * A laptop farm cannot avoid it: its machines leave through one address.  So do
 * couples, flatmates and everyone behind a carrier's shared address, hence the
 * weights by kind of network [research: algorithms 1.7].  Persons are counted,
 * not hosts: an unnamed host behind a home router is furniture, but an account
 * of the VPN gateway is a person.  They count once they were there within one
 * shift of each other, and those of one household count as one.
 */
#include "farhand/detector.h"

#include "detect/crowd.h"
#include "detect/words.h"

#define MEMORY_US  (14 * DAY_US)
#define OVERLAP_US (8 * HOUR_US) /* a shift; lines of dynamic address change hands once a day */
#define AGAIN_US   (12 * HOUR_US)

extern const struct detector detect_lf01;

struct lf01 {
	struct crowd crowd;
	int64_t told_us;
	uint32_t sights;
	uint8_t told;       /* 1 + enum level, 0: not yet */
	uint8_t told_units; /* how many then */
};

/* What is to be judged. */
struct tenants {
	uint16_t mask;    /* this person and who shares the line with it */
	unsigned persons; /* of the mask */
	unsigned units;   /* persons, a household counted once */
	bool differ;      /* they claim different places */
};

static bool
lf01_cares(const struct sight *s)
{
	return s->end->egress_by != EGRESS_NONE &&
	    (!s->who->anonymous || strncmp(s->who->id, "user:", 5) == 0);
}

/* Nats for two, three, and four or more. */
static float
weight(unsigned network, unsigned units)
{
	static const float fixed[3] = { 1.5f, 4.0f, 6.0f }, unknown[3] = { 1.0f, 3.0f, 4.5f },
			   shared[3] = { 0.0f, 0.5f, 1.0f };
	const unsigned k = units > 4 ? 2 : units - 2;

	if (units < 2 || network == NETWORK_OFFICE || network == NETWORK_SHARED)
		return 0.0f;
	if (network == NETWORK_FIXED)
		return fixed[k];
	return network == NETWORK_UNKNOWN ? unknown[k] : shared[k];
}

static enum level
level_of(unsigned network, const struct tenants *t)
{
	if (weight(network, t->units) <= 0.0f)
		return LEVEL_INVENTORY;
	if (t->units == 2 || (network != NETWORK_FIXED && network != NETWORK_UNKNOWN))
		return LEVEL_LOW;
	return t->differ ? LEVEL_HIGH : LEVEL_MEDIUM;
}

/* The site's own line has no network kind of its own: it is someone's access. */
static unsigned
network_of(const struct sight *s)
{
	const unsigned network = s->egress_place->network;

	return s->end->egress_by == EGRESS_SITE && network == NETWORK_UNKNOWN ? NETWORK_FIXED
									      : network;
}

static bool
is_shared_place(const struct sight *s)
{
	return s->egress_place->network == NETWORK_OFFICE ||
	    s->egress_place->network == NETWORK_SHARED;
}

static void
say_line(const struct sight *s, char out[WORDS])
{
	if (s->end->egress_by == EGRESS_SITE)
		finding_say(out, WORDS, "the internet line of the watched site");
	else
		words_far(&s->end->egress, s->egress_place, s->egress_place->as_name, out);
}

static void
say_message(struct finding *f, const struct sight *s, const struct lf01 *m, const struct tenants *t)
{
	char line[WORDS], count[WORDS], names[WORDS];

	say_line(s, line);
	words_count(t->persons, count);
	crowd_say(&m->crowd, t->mask, names, sizeof(names));
	if (t->units == 1)
		finding_say(f->message, sizeof(f->message),
		    "%s persons of one known household work through %s: %s.", count, line, names);
	else if (is_shared_place(s))
		finding_say(f->message, sizeof(f->message),
		    "%s persons work through %s, a place many share: %s.", count, line, names);
	else
		finding_say(f->message, sizeof(f->message),
		    "%s persons work through one internet line, %s: %s%s.", count, line, names,
		    t->differ ? ", who claim different places" : "");
	words_capital(f->message);
}

static void
add_signals(struct finding *f, const struct sight *s, const struct lf01 *m, const struct tenants *t)
{
	struct signal *g;

	g = finding_signal(f, "persons_behind_egress", weight(network_of(s), t->units));
	finding_say(g->observed, sizeof(g->observed), "%u persons in %u household%s, through %s",
	    t->persons, t->units, t->units == 1 ? "" : "s", words_network(network_of(s)));
	finding_say(g->expected, sizeof(g->expected), "one person, or one household, a line");
	g->samples = m->sights;
	g->from_us = crowd_since(&m->crowd, t->mask);
	g->to_us = s->now_us;
	if (!t->differ || f->level == LEVEL_INVENTORY)
		return;
	g = finding_signal(f, "claims_differ", 0.5f);
	crowd_say_claims(&m->crowd, t->mask, g->observed, sizeof(g->observed));
	finding_say(g->expected, sizeof(g->expected), "persons behind one line claim one place");
	g->samples = t->persons;
	g->from_us = crowd_since(&m->crowd, t->mask);
	g->to_us = s->now_us;
}

static void
add_against(struct finding *f, const struct sight *s, const struct tenants *t)
{
	if (s->egress_place->network == NETWORK_UNKNOWN && s->end->egress_by != EGRESS_SITE)
		finding_against(f,
		    "The kind of network is unknown (no ASN database, or not listed): "
		    "carriers share addresses among strangers.");
	if (is_shared_place(s))
		finding_against(f, "The place is configured as one where many work.");
	else if (t->units == 2)
		finding_against(
		    f, "Couples and flatmates share a line: compare their home addresses.");
	else if (t->units > 2)
		finding_against(f, "A shared house, a coworking space or a hotel looks the same.");
	if (s->end->egress_by == EGRESS_LEASE)
		finding_against(f, "The line is known by the VPN gateway's accounting, not seen.");
}

static void
lf01_see(void *mem, const struct sight *s, struct findings *out)
{
	struct lf01 *m = mem;
	struct tenants t;
	struct finding *f;
	char addr[ADDR_TEXT];
	enum level level;
	unsigned self;

	m->sights++;
	self = crowd_see(&m->crowd, s->who, s->now_us, MEMORY_US, OVERLAP_US);
	t.mask = crowd_around(&m->crowd, self);
	t.persons = (unsigned)__builtin_popcount(t.mask);
	t.units = crowd_households(&m->crowd, t.mask);
	t.differ = crowd_claims_differ(&m->crowd, t.mask);
	if (t.persons < 2)
		return;
	level = level_of(network_of(s), &t);
	if (m->told > (unsigned)level && (m->told_units >= t.units || level == LEVEL_INVENTORY) &&
	    s->now_us - m->told_us < AGAIN_US)
		return;
	m->told = (uint8_t)(level + 1);
	m->told_units = (uint8_t)t.units;
	m->told_us = s->now_us;

	f = finding_add(out, &detect_lf01, s);
	f->level = level;
	finding_say(f->key, sizeof(f->key), "egress %s", addr_format(&s->end->egress, addr));
	say_message(f, s, m, &t);
	add_signals(f, s, m, &t);
	add_against(f, s, &t);
	crowd_put(&m->crowd, t.mask, f);
}

const struct detector detect_lf01 = {
	.rule = "LF-01",
	.name = "Several persons behind one internet line",
	.family = FAMILY_LF,
	.group = GROUP_EGRESS,
	.subject = SUBJECT_EGRESS,
	.sights = 1u << SIGHT_EGRESS,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_EDGE | 1u << VANTAGE_SITE,
	.attack = { "T1078", "T1090" },
	.next_steps = {
	    "Compare the persons' home and shipping addresses with HR's records.",
	    "If they live together, give them one household in the people file; if the line is "
	    "an office or a shared venue, configure it as such.",
	    "Look for remote-control findings on the same persons' machines.",
	    "Do not contact the persons before HR and legal agree on how.",
	},
	.memory = sizeof(struct lf01),
	.cares = lf01_cares,
	.see = lf01_see,
};
