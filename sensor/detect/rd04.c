/*
 * RD-04: a tunnel, or a proxy, lies under the endpoint's traffic.
 *
 * What goes on inside cannot be seen, and most tunnels are ordinary: this is context for
 * what else is found of the person, evidence in a case that something else opened.  By far end
 *
 *   a flow is enough    OpenVPN, WireGuard, by their bytes or in spite of them
 *   three, and three of ten TLS connections    a second handshake inside
 *   five, and nine of ten                      TLS answers later than TCP
 *
 * and of the machine itself the MTU of its link, where it had another before, and a number of
 * hops that changes.  What the company allows, or runs itself, is not told.
 */
#include "farhand/detector.h"

#include "detect/path.h"
#include "detect/words.h"

#define PAIRS     8
#define AGAIN_US  HOUR_US
#define FORGET_US DAY_US

enum { INSIDE_LEAST = 3, INSIDE_OF_TEN = 3, LATE_LEAST = 5, LATE_OF_TEN = 9, LINK_LEAST = 3 };

#define LATE_SIGNS (1u << PATH_OWN_LATE | 1u << PATH_FAR_LATE | 1u << PATH_HAND_LATE)

#define HOPS_WEIGHT 0.3f
#define TOLD_LEAST  0.7f /* nats: what is less is not told by itself */

extern const struct detector detect_rd04;

/* A far end, and what flows with it showed. */
struct pair {
	struct addr peer;
	int64_t first_us, seen_us, told_us;
	uint32_t told; /* signs */
	bool shown;    /* any */
	uint16_t tls;  /* connections that ended */
	uint16_t times[PATH_SIGNS];
	uint64_t flow[PATH_SIGNS]; /* the last that showed it */
};

struct rd04 {
	struct pair pair[PAIRS];
	uint64_t hops;                        /* a bit each */
	uint16_t mtu, mtu_times, plain_times; /* a tunnel's; flows with it, and with none such */
	int64_t mtu_us, told_us;              /* first seen; the link by itself was told */
};

/* What showed nothing goes first. */
static int64_t
worth(const struct pair *p)
{
	return p->shown ? p->seen_us : p->seen_us - FORGET_US;
}

static struct pair *
find_pair(struct rd04 *m, const struct sight *s)
{
	struct pair *oldest = &m->pair[0];

	for (unsigned i = 0; i < PAIRS; i++) {
		struct pair *p = &m->pair[i];

		if (p->seen_us != 0 && addr_equal(&p->peer, &s->peer) &&
		    s->now_us - p->seen_us < FORGET_US)
			return p;
		if (worth(p) < worth(oldest))
			oldest = p;
	}
	*oldest = (struct pair){ .peer = s->peer, .first_us = s->flow->first_us };
	return oldest;
}

static void
count(uint16_t *n)
{
	*n = (uint16_t)(*n + (*n < UINT16_MAX));
}

static bool
is_late(unsigned sign)
{
	return (LATE_SIGNS >> sign & 1) != 0;
}

static bool
is_of_many(unsigned sign)
{
	return sign == PATH_INSIDE || is_late(sign);
}

/* Signs that only many flows make count each flow once: when it ends. */
static void
note_flow(struct pair *p, const struct sight *s)
{
	const bool over = s->phase == EVENT_FLOW_CLOSE;
	const uint32_t signs = path_signs(s);

	p->seen_us = s->now_us;
	if (over && path_is_tls(s))
		count(&p->tls);
	for (unsigned i = 0; i < PATH_SIGNS; i++) {
		if ((signs >> i & 1) == 0 || (is_of_many(i) ? !over : p->flow[i] == s->flow->id))
			continue;
		p->shown = true;
		count(&p->times[i]);
		p->flow[i] = s->flow->id;
	}
}

/* Which signs the far end's flows bear out. */
static uint32_t
signs_of(const struct pair *p)
{
	uint32_t out = 0;

	for (unsigned i = 0; i < PATH_SIGNS; i++) {
		unsigned least = 1, of_ten = 0;

		if (is_of_many(i)) {
			least = i == PATH_INSIDE ? INSIDE_LEAST : LATE_LEAST;
			of_ten = i == PATH_INSIDE ? INSIDE_OF_TEN : LATE_OF_TEN;
		}
		if (p->times[i] >= least && p->times[i] * 10u >= p->tls * of_ten)
			out |= 1u << i;
	}
	return out;
}

/* Those that are late have one cause: only the first counts, which is the heaviest. */
static float
weight_among(uint32_t signs, unsigned sign)
{
	const uint32_t before = signs & ((1u << sign) - 1);

	return is_late(sign) && (before & LATE_SIGNS) != 0 ? 0 : path_weight((enum path_sign)sign);
}

static float
weight_of(uint32_t signs)
{
	float sum = 0;

	for (unsigned i = 0; i < PATH_SIGNS; i++)
		sum += (signs >> i & 1) != 0 ? weight_among(signs, i) : 0;
	return sum;
}

static void
add_signs(struct finding *f, const struct pair *p, uint32_t signs)
{
	struct signal *g;

	for (unsigned i = 0; i < PATH_SIGNS; i++) {
		if ((signs >> i & 1) == 0)
			continue;
		g = finding_signal(f, "tunnel_shown", weight_among(signs, i));
		if (is_of_many(i))
			finding_say(g->observed, sizeof(g->observed), "%s, in %u of %u connections",
			    path_words((enum path_sign)i), p->times[i], p->tls);
		else
			finding_say(
			    g->observed, sizeof(g->observed), "%s", path_words((enum path_sign)i));
		finding_say(g->expected, sizeof(g->expected), "no tunnel but the company's own");
		g->samples = p->times[i];
		g->from_us = p->first_us;
		g->to_us = p->seen_us;
		g->flow[0] = p->flow[i];
	}
}

/* What the machine's SYNs, and its packets' TTL, say of the way they came. */
static void
add_way(struct finding *f, const struct rd04 *m, const struct sight *s)
{
	const unsigned hops = (unsigned)__builtin_popcountll(m->hops);
	const struct path_link *link;
	struct signal *g;
	uint16_t mtu;

	link = path_link(s, &mtu);
	if (link != NULL && mtu == m->mtu && m->mtu_times >= LINK_LEAST) {
		g = finding_signal(f, "link_mtu", link->weight);
		finding_say(g->observed, sizeof(g->observed), "MTU %u: %s", mtu, link->name);
		finding_say(g->expected, sizeof(g->expected), "1500, or a line's 1492 or 1454");
		g->samples = m->mtu_times;
		g->from_us = m->mtu_us;
		g->to_us = s->now_us;
		g->flow[0] = s->flow->id;
	}
	if (hops < 2)
		return;
	g = finding_signal(f, "hops_change", HOPS_WEIGHT);
	finding_say(g->observed, sizeof(g->observed), "%u different numbers of hops", hops);
	finding_say(g->expected, sizeof(g->expected), "always the same");
	g->samples = hops;
	g->to_us = s->now_us;
	g->flow[0] = s->flow->id;
}

static struct finding *
begin(const struct rd04 *m, const struct sight *s, struct findings *out)
{
	struct finding *f = finding_add(out, &detect_rd04, s);

	f->level = LEVEL_INVENTORY;
	f->context = true;
	finding_against(f,
	    "Private VPNs, relays of phones and browsers, and filters of "
	    "networks are common and lawful.");
	add_way(f, m, s);
	return f;
}

static void
tell_pair(const struct rd04 *m, const struct pair *p, const struct sight *s, struct findings *out)
{
	const uint32_t signs = signs_of(p);
	char machine[WORDS], far[WORDS], addr[ADDR_TEXT];
	struct finding *f = begin(m, s, out);
	unsigned first = 0;

	while ((signs >> first & 1) == 0)
		first++;
	add_signs(f, p, signs);
	finding_say(f->key, sizeof(f->key), "tunnel %s", addr_format(&s->peer, addr));
	words_machine(s->end, machine);
	finding_say(f->message, sizeof(f->message),
	    "%s has a tunnel or proxy under its traffic with %s: %s. What goes on inside cannot be "
	    "seen.",
	    machine, words_far(&s->peer, s->peer_place, s->peer_name, far),
	    path_words((enum path_sign)first));
	words_capital(f->message);
	if ((signs & LATE_SIGNS) != 0)
		finding_against(f,
		    "Slow machines, checks of certificates and satellite links "
		    "answer late too.");
	if ((signs & 1u << PATH_INSIDE) != 0)
		finding_against(f, "Some exchanges of a web page have a handshake's sizes.");
}

static void
tell_link(
    const struct rd04 *m, const struct path_link *link, const struct sight *s, struct findings *out)
{
	struct finding *f = begin(m, s, out);
	char machine[WORDS];

	finding_say(f->key, sizeof(f->key), "link of MTU %u", m->mtu);
	words_machine(s->end, machine);
	finding_say(f->message, sizeof(f->message),
	    "%s comes over a link of MTU %u: %s, or a clamp on the way.", machine, m->mtu,
	    link->name);
	words_capital(f->message);
	finding_against(f, "Mobile networks and DS-Lite lines have such links too.");
}

/* The link of the last flow; another begins anew. */
static void
note_way(struct rd04 *m, const struct sight *s)
{
	uint16_t mtu;

	if (s->phase != EVENT_FLOW_CLOSE || s->flow->proto != PROTO_TCP)
		return;
	if (addr_is_v4(&s->flow->end[s->inner])) /* IPv6 goes another way */
		m->hops |= 1ull << (path_hops(s) & 63);
	if (path_link(s, &mtu) == NULL) {
		count(&m->plain_times);
		return;
	}
	if (mtu != m->mtu) {
		m->mtu = mtu;
		m->mtu_times = 0;
		m->mtu_us = s->flow->first_us;
	}
	count(&m->mtu_times);
}

static bool
rd04_cares(const struct sight *s)
{
	const bool over = s->phase == EVENT_FLOW_CLOSE;
	uint16_t mtu;

	if (s->allowed != NULL || s->sanctioned_peer || s->peer_end != NULL)
		return false;
	return (over && (path_is_tls(s) || path_link(s, &mtu) != NULL)) || path_signs(s) != 0;
}

static void
rd04_see(void *mem, const struct sight *s, struct findings *out)
{
	struct rd04 *m = mem;
	struct pair *p = find_pair(m, s);
	const struct path_link *link;
	uint32_t signs;
	uint16_t mtu;

	note_way(m, s);
	note_flow(p, s);
	signs = signs_of(p);
	if (weight_of(signs) >= TOLD_LEAST) {
		if ((signs & ~p->told) == 0 && s->now_us - p->told_us < AGAIN_US)
			return;
		p->told = signs;
		p->told_us = s->now_us;
		tell_pair(m, p, s, out);
		return;
	}
	link = path_link(s, &mtu);
	if (link == NULL || link->weight < TOLD_LEAST || m->mtu_times < LINK_LEAST ||
	    m->plain_times < LINK_LEAST || (m->told_us != 0 && s->now_us - m->told_us < AGAIN_US))
		return;
	m->told_us = s->now_us;
	tell_link(m, link, s, out);
}

const struct detector detect_rd04 = {
	.rule = "RD-04",
	.name = "A tunnel under the endpoint's traffic",
	.family = FAMILY_RD,
	.group = GROUP_PATH,
	.subject = SUBJECT_ENDPOINT,
	.sights = 1u << SIGHT_FLOW,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_EDGE | 1u << VANTAGE_SITE,
	.attack = { "T1572", "T1090" },
	.next_steps = {
	    "Check whether it is the company's own VPN or proxy: then write an exception, or its range.",
	    "Look for remote-control findings on the same machine: the tunnel may carry the session.",
	    "Compare the tunnel's hours with the person's work.",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct rd04),
	.cares = rd04_cares,
	.see = rd04_see,
};
