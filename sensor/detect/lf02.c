/*
 * LF-02: one far end controls the machines of several persons.
 *
 * An operator who works several identities drives their machines from one
 * place.  So does a help desk, which is configured, or on the same network.
 * Behind a vendor's public relay strangers meet, so fan-in there means nothing
 * [research: algorithms 1.7].  Only sessions count: a scanner shakes hands with
 * everyone.
 */
#include "farhand/detector.h"

#include "detect/control.h"
#include "detect/crowd.h"
#include "detect/words.h"

#define MEMORY_US DAY_US
#define AGAIN_US  (6 * HOUR_US)

extern const struct detector detect_lf02;

struct lf02 {
	struct crowd crowd;
	int64_t told_us;
	uint8_t told; /* 1 + enum level, 0: not yet */
	uint8_t told_persons;
};

static enum level
level_of(const struct sight *s, unsigned persons)
{
	if (s->sanctioned_peer || s->peer_end != NULL || control_by_vendor_relay(s))
		return LEVEL_INVENTORY;
	return persons >= 3 && !control_may_be_relayed(s) ? LEVEL_HIGH : LEVEL_MEDIUM;
}

static float
weight(const struct sight *s, unsigned persons)
{
	static const float by_count[3] = { 1.5f, 3.0f, 4.5f };
	const float w = by_count[persons > 4 ? 2 : persons - 2];

	if (level_of(s, persons) == LEVEL_INVENTORY)
		return 0.0f;
	return control_may_be_relayed(s) ? w / 2 : w;
}

static uint16_t
everyone(const struct crowd *c)
{
	unsigned mask = 0;

	for (unsigned i = 0; i < CROWD_MOST; i++)
		mask |= c->at[i].id[0] != '\0' ? 1u << i : 0;
	return (uint16_t)mask;
}

static void
add_against(struct finding *f, const struct sight *s)
{
	if (control_by_vendor_relay(s))
		finding_against(f,
		    "The far end is by its name the vendor's relay, where strangers "
		    "meet: that several machines use it means nothing.");
	else if (control_may_be_relayed(s))
		finding_against(f,
		    "The machines dialled out: the far end may be a public relay "
		    "that strangers share.");
	if (s->sanctioned_peer)
		finding_against(f, "The far end is a configured help desk or office.");
	else if (s->peer_end != NULL)
		finding_against(
		    f, "The far end is inside the monitored network, as a help desk is.");
	finding_against(f, "A help desk or service provider not yet configured looks the same.");
}

static void
tell(
    struct lf02 *m, const struct sight *s, unsigned persons, enum level level, struct findings *out)
{
	struct finding *f = finding_add(out, &detect_lf02, s);
	const uint16_t mask = everyone(&m->crowd);
	char far[WORDS], count[WORDS], names[WORDS], addr[ADDR_TEXT];
	struct signal *g;

	f->level = level;
	finding_say(f->key, sizeof(f->key), "controller %s", addr_format(&s->peer, addr));
	crowd_say(&m->crowd, mask, names, sizeof(names));
	words_far(&s->peer, s->peer_place, s->peer_name, far);
	words_count(persons, count);
	finding_say(f->message, sizeof(f->message),
	    s->who->anonymous
		? "One far end, %s, controlled %s machines within a day: %s."
		: "One far end, %s, controlled the machines of %s persons within a day: %s.",
	    far, count, names);
	g = finding_signal(f, "persons_controlled", weight(s, persons));
	finding_say(g->observed, sizeof(g->observed), "%u persons' machines, last with %s", persons,
	    s->product->name);
	finding_say(g->expected, sizeof(g->expected), "one person's, but for a help desk");
	g->samples = persons;
	g->from_us = crowd_since(&m->crowd, mask);
	g->to_us = s->now_us;
	add_against(f, s);
	crowd_put(&m->crowd, mask, f);
}

static bool
lf02_cares(const struct sight *s)
{
	return control_of(s) == CONTROL_SESSION && s->allowed == NULL;
}

static void
lf02_see(void *mem, const struct sight *s, struct findings *out)
{
	struct lf02 *m = mem;
	unsigned self, persons;
	enum level level;

	self = crowd_see(&m->crowd, s->who, s->now_us, MEMORY_US, MEMORY_US);
	if (s->flow->first_us < m->crowd.at[self].first_us)
		m->crowd.at[self].first_us = s->flow->first_us;
	m->crowd.at[self].flow = s->flow->id;
	persons = (unsigned)__builtin_popcount(everyone(&m->crowd));
	if (persons < 2)
		return;
	level = level_of(s, persons);
	if (m->told > (unsigned)level && (m->told_persons >= persons || level == LEVEL_INVENTORY) &&
	    s->now_us - m->told_us < AGAIN_US)
		return;
	m->told = (uint8_t)(level + 1);
	m->told_persons = (uint8_t)persons;
	m->told_us = s->now_us;
	tell(m, s, persons, level, out);
}

const struct detector detect_lf02 = {
	.rule = "LF-02",
	.name = "One controller for several endpoints",
	.family = FAMILY_LF,
	.group = GROUP_OPERATOR,
	.subject = SUBJECT_PEER,
	.sights = 1u << SIGHT_FLOW,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_SITE,
	.needs = NEEDS_PRODUCT,
	.attack = { "T1219", "T1090.002", "T1078" },
	.next_steps = {
	    "Find out whose address the far end is; if it is a help desk, configure it as one.",
	    "Line the sessions up in time: one operator rarely uses two machines in one second.",
	    "Look for a shared internet line and shared working hours of these persons.",
	    "Do not contact the persons before HR and legal agree on how.",
	},
	.memory = sizeof(struct lf02),
	.cares = lf02_cares,
	.see = lf02_see,
};
