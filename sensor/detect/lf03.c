/*
 * LF-03: an IP-KVM, a box that is keyboard, mouse and screen over the network,
 * stands on the LAN.
 *
 * To the machine it drives it looks like a person at the desk, so its own traces
 * are all there is: its address block, its names, its certificate, the cloud it
 * calls.  One exact trace is enough; a Raspberry Pi's address block is not.
 * With a viewer connected it is in use.  What is excepted is noted all the same:
 * it is told when the exception ends.
 */
#include "farhand/detector.h"

#include "detect/control.h"
#include "detect/words.h"

#define FACTS    8
#define AGAIN_US DAY_US

extern const struct detector detect_lf03;

struct fact {
	const char *kind; /* static, of the desk */
	char value[64];
	bool exact;
	int64_t first_us;
};

struct lf03 {
	struct fact fact[FACTS];
	char product[24], name[32]; /* of the best fact */
	bool has_exact;
	uint64_t flow;                     /* of the viewer seen last */
	int64_t viewed_from_us, viewed_us; /* that flow's; 0: none */
	int64_t told_us;
	uint8_t told; /* 1 + enum level, 0: not yet */
};

/* An exception with far ends of its own covers the device, but no other viewers. */
static bool
is_allowed(const struct lf03 *m, const struct sight *s)
{
	for (unsigned i = 0; i < s->who->tools; i++) {
		const struct allowance *a = &s->who->tool[i];
		const bool named = strcmp(a->product, m->product) == 0;

		if (s->now_us >= a->until_us || (!named && strcmp(a->product, "*") != 0))
			continue;
		if (s->kind == SIGHT_FLOW ? prefix_has(&a->peer, &s->peer)
					  : named || a->peer.bits == 0)
			return true;
	}
	return false;
}

static bool
is_viewed(const struct lf03 *m, int64_t now_us)
{
	return m->viewed_us != 0 && now_us - m->viewed_us < AGAIN_US;
}

/* True if it is news. */
static bool
note_fact(struct lf03 *m, const struct sight *s)
{
	struct fact *free_slot = NULL;

	for (unsigned i = 0; i < FACTS; i++) {
		struct fact *a = &m->fact[i];

		if (a->kind == NULL && free_slot == NULL)
			free_slot = a;
		if (a->kind != NULL && strcmp(a->kind, s->device_fact) == 0 &&
		    strncmp(a->value, s->device_value, sizeof(a->value) - 1) == 0)
			return false;
	}
	if (free_slot == NULL)
		return false;
	free_slot->kind = s->device_fact;
	finding_say(free_slot->value, sizeof(free_slot->value), "%s", s->device_value);
	free_slot->exact = s->fact_is_exact;
	free_slot->first_us = s->now_us;
	return true;
}

static bool
note(struct lf03 *m, const struct sight *s)
{
	bool news = false;

	if (s->kind == SIGHT_DEVICE) {
		if (s->product == NULL || s->product->kind != PRODUCT_IP_KVM)
			return false;
		news = note_fact(m, s);
		if (m->product[0] == '\0' || (s->fact_is_exact && !m->has_exact)) {
			finding_say(m->product, sizeof(m->product), "%s", s->product->id);
			finding_say(m->name, sizeof(m->name), "%s", s->product->name);
		}
		m->has_exact |= s->fact_is_exact;
		return news;
	}
	if (m->product[0] == '\0' && s->product->kind != PRODUCT_IP_KVM)
		return false;
	if (m->product[0] == '\0') {
		finding_say(m->product, sizeof(m->product), "%s", s->product->id);
		finding_say(m->name, sizeof(m->name), "%s", s->product->name);
	}
	news = !is_viewed(m, s->now_us);
	m->viewed_from_us = s->flow->first_us;
	m->viewed_us = s->now_us;
	m->flow = s->flow->id;
	return news;
}

static const char *
fact_words(const char *kind)
{
	static const char *const words[][2] = {
		{ "mac_block", "its hardware address is of a block such devices have:" },
		{ "host_name", "it calls itself" },
		{ "mdns_service", "it announces the service" },
		{ "mdns_model", "its announcement names the model" },
		{ "certificate", "it shows a certificate of" },
		{ "page_title", "it serves a page with the title" },
		{ "cloud_host", "it calls the maker's cloud at" },
	};

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i][0], kind) == 0)
			return words[i][1];
	}
	return "it shows";
}

static void
add_signals(struct finding *f, const struct lf03 *m, const struct sight *s)
{
	unsigned exact = 0;
	struct signal *g;
	char value[64];

	for (unsigned i = 0; i < FACTS && m->fact[i].kind != NULL; i++) {
		const struct fact *a = &m->fact[i];

		g = finding_signal(f, a->kind, a->exact ? (exact++ == 0 ? 4.0f : 1.0f) : 0.25f);
		finding_say(value, sizeof(value), "%s", a->value);
		finding_say(g->observed, sizeof(g->observed), "%s %s", fact_words(a->kind),
		    words_printable(value));
		finding_say(g->expected, sizeof(g->expected), "%s",
		    a->exact ? "no such device beside a company machine"
			     : "a hint only: others use the same");
		g->samples = 1;
		g->from_us = a->first_us;
		g->to_us = s->now_us;
	}
	if (!is_viewed(m, s->now_us))
		return;
	g = finding_signal(f, "kvm_viewer", 2.0f);
	finding_say(
	    g->observed, sizeof(g->observed), "a remote session shows its screen to a viewer");
	finding_say(g->expected, sizeof(g->expected), "nobody connected");
	g->samples = 1;
	g->from_us = m->viewed_from_us;
	g->to_us = m->viewed_us;
	g->flow[0] = m->flow;
}

static void
tell(struct lf03 *m, const struct sight *s, enum level level, struct findings *out)
{
	struct finding *f = finding_add(out, &detect_lf03, s);
	char addr[ADDR_TEXT], far[WORDS], mac[MAC_TEXT] = "", at[WORDS];

	f->level = level;
	f->near_certain = m->has_exact && level >= LEVEL_MEDIUM;
	addr_format(&s->end->addr, addr);
	if (!mac_is_none(&s->end->mac))
		mac_format(&s->end->mac, mac);
	finding_say(f->key, sizeof(f->key), "%.24s %s", m->product, mac[0] != '\0' ? mac : addr);
	finding_say(at, sizeof(at), "%s%s%s%s", addr, mac[0] != '\0' ? " (" : "", mac,
	    mac[0] != '\0' ? ")" : "");
	if (level == LEVEL_INVENTORY)
		finding_say(f->message, sizeof(f->message),
		    "The device at %s may be a remote keyboard, video and mouse box (%s), "
		    "by a weak hint only.",
		    at, m->name);
	else if (s->kind == SIGHT_FLOW)
		finding_say(f->message, sizeof(f->message),
		    "The %s at %s, a remote keyboard, video and mouse box, is in use by someone at "
		    "%s.",
		    m->name, at, words_far(&s->peer, s->peer_place, s->peer_name, far));
	else
		finding_say(f->message, sizeof(f->message),
		    "The device at %s is a %s, a box that lets someone far away use a machine's "
		    "keyboard, mouse and screen%s.",
		    at, m->name, is_viewed(m, s->now_us) ? "; it was in use within a day" : "");
	add_signals(f, m, s);
	if (!m->has_exact)
		finding_against(f, "No trace names the product exactly.");
	finding_against(f,
	    "Home laboratories and server rooms use such boxes too; which machine it "
	    "drives is not on the wire.");
}

/* What comes just before the fact that it belongs to, and is told with it. */
static bool
is_aside(const struct sight *s)
{
	return s->kind == SIGHT_DEVICE && strcmp(s->device_fact, "mdns_model") == 0;
}

/* A screen that leaves a machine known for a KVM is someone at the far keyboard. */
static bool
lf03_cares(const struct sight *s)
{
	return s->kind == SIGHT_DEVICE || (control_of(s) == CONTROL_SESSION && s->allowed == NULL);
}

static void
lf03_see(void *mem, const struct sight *s, struct findings *out)
{
	struct lf03 *m = mem;
	enum level level;
	bool news;

	news = note(m, s);
	if (is_aside(s))
		return;
	if (m->product[0] == '\0' || is_allowed(m, s))
		return;
	if (is_viewed(m, s->now_us))
		level = m->has_exact ? LEVEL_HIGH : LEVEL_MEDIUM;
	else
		level = m->has_exact ? LEVEL_MEDIUM : LEVEL_INVENTORY;
	if (!news && m->told > (unsigned)level && s->now_us - m->told_us < AGAIN_US)
		return;
	m->told = (uint8_t)(level + 1);
	m->told_us = s->now_us;
	tell(m, s, level, out);
}

const struct detector detect_lf03 = {
	.rule = "LF-03",
	.name = "IP-KVM on the LAN",
	.family = FAMILY_LF,
	.group = GROUP_INVENTORY,
	.subject = SUBJECT_ENDPOINT,
	.sights = 1u << SIGHT_DEVICE | 1u << SIGHT_FLOW,
	.vantages = 1u << VANTAGE_SITE | 1u << VANTAGE_INSIDE,
	.needs = NEEDS_PRODUCT,
	.attack = { "T1219.003", "T1200" },
	.next_steps = {
	    "Ask whoever runs this network what the device is for and what it is plugged into.",
	    "List the company machines on the same network and who claims to use each.",
	    "Check those machines for a USB keyboard, mouse or display of the device.",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct lf03),
	.cares = lf03_cares,
	.see = lf03_see,
};
