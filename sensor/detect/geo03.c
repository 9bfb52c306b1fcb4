/*
 * GEO-03: the person's internet line moves faster than a person can.
 *
 *   A ----- d km, dt ----- B      d_eff = d - 2.04 (rA + rB) - floor
 *
 * [research: algorithms 6.]  2.04 turns the databases' 67 % radius into 99 %; the
 * floor is 100 km between fixed lines, 500 km where one is mobile, or may be.
 * IPv4 and IPv6 are placed by different data and are followed apart.  Lines that
 * are not where their users are (hosting, VPN, office, satellite) are skipped;
 * going to and fro is one event a day; a pair of places that was used on three
 * days is a habit.
 */
#include "farhand/detector.h"

#include <math.h>

#include "detect/words.h"

#define RADIUS_FACTOR     2.04
#define FLOOR_FIXED_KM    100.0
#define FLOOR_MOBILE_KM   500.0
#define LEAST_KM          500.0
#define LEAST_TOGETHER_KM 1000.0
#define LEAST_KMH         1000.0
#define LEAST_DT_US       (60 * SECOND_US)
#define TOGETHER_US       (5 * MINUTE_US)
#define HABITS            8
#define HABIT_DAYS        3
#define HABIT_US          (30 * DAY_US)

extern const struct detector detect_geo03;

/* The line last used, of one address family. */
struct line {
	int64_t last_us; /* 0: none */
	struct addr addr;
	struct place place;
};

/* Two regions between which this person changes, in either direction. */
struct habit {
	uint32_t region[2]; /* ascending */
	int64_t last_us, told_us;
	int64_t last_day;
	uint8_t days;
};

struct geo03 {
	struct line line[2]; /* IPv4, IPv6 */
	struct habit habit[HABITS];
};

/* A leap, and what it takes. */
struct leap {
	double km, effective_km, kmh;
	int64_t dt_us;
	bool together;
};

static bool
is_followed(const struct place *p)
{
	return p->has_point && fabsf(p->lat) <= 90.0f && fabsf(p->lon) <= 180.0f &&
	    p->network != NETWORK_HOSTING && p->network != NETWORK_VPN &&
	    p->network != NETWORK_OFFICE && p->network != NETWORK_SATELLITE;
}

static bool
may_be_mobile(const struct place *p)
{
	return p->network == NETWORK_MOBILE || p->network == NETWORK_UNKNOWN;
}

/* One network in one whole degree: a network number, or the country where unknown. */
static uint32_t
region_of(const struct place *p)
{
	const uint32_t net =
	    p->asn != 0 ? p->asn : (uint32_t)(uint8_t)p->country[0] << 8 | (uint8_t)p->country[1];
	const uint32_t lat = (uint32_t)(int32_t)floorf(p->lat),
		       lon = (uint32_t)(int32_t)floorf(p->lon);

	return ((net * 2654435761u) ^ (lat * 362u + lon)) * 2246822519u;
}

static bool
is_leap(const struct line *from, const struct sight *s, struct leap *out)
{
	const struct place *a = &from->place, *b = s->egress_place;
	const double floor_km =
	    may_be_mobile(a) || may_be_mobile(b) ? FLOOR_MOBILE_KM : FLOOR_FIXED_KM;
	double effective_km;

	if (place_same_country(a, b) &&
	    (a->network == NETWORK_MOBILE) != (b->network == NETWORK_MOBILE))
		return false;
	out->km = place_distance_km(a, b);
	effective_km =
	    out->km - RADIUS_FACTOR * ((double)a->radius_km + (double)b->radius_km) - floor_km;
	out->effective_km = effective_km > 0 ? effective_km : 0;
	out->dt_us = s->now_us > from->last_us ? s->now_us - from->last_us : 0;
	out->kmh = out->effective_km * 3600e6 /
	    (double)(out->dt_us > LEAST_DT_US ? out->dt_us : LEAST_DT_US);
	out->together = out->dt_us < TOGETHER_US && out->effective_km > LEAST_TOGETHER_KM;
	return out->together || (out->kmh > LEAST_KMH && out->effective_km > LEAST_KM);
}

/* Is this change between two regions news: neither a habit nor told within a day? */
static bool
is_news(struct geo03 *m, const struct place *a, const struct place *b, int64_t now_us)
{
	const uint32_t ra = region_of(a), rb = region_of(b);
	const uint32_t low = ra < rb ? ra : rb, high = ra < rb ? rb : ra;
	struct habit *h = NULL, *oldest = &m->habit[0];

	for (unsigned i = 0; i < HABITS && h == NULL; i++) {
		struct habit *x = &m->habit[i];

		if (x->last_us != 0 && x->region[0] == low && x->region[1] == high)
			h = x;
		else if (x->last_us < oldest->last_us)
			oldest = x;
	}
	if (h == NULL || now_us - h->last_us > HABIT_US) {
		h = h != NULL ? h : oldest;
		*h = (struct habit){ .region = { low, high }, .last_day = -1 };
	}
	h->last_us = now_us;
	if (h->last_day != now_us / DAY_US) {
		h->last_day = now_us / DAY_US;
		h->days = (uint8_t)(h->days < 255 ? h->days + 1 : 255);
	}
	if (h->days > HABIT_DAYS || (h->told_us != 0 && now_us - h->told_us < DAY_US))
		return false;
	h->told_us = now_us;
	return true;
}

static void
add_signals(struct finding *f, const struct line *from, const struct sight *s, const struct leap *l)
{
	char a[WORDS], b[WORDS], span[WORDS];
	struct signal *g = finding_signal(
	    f, l->together ? "two_places_at_once" : "travel_speed", l->together ? 4.0f : 3.0f);

	words_place(&from->place, a);
	words_place(s->egress_place, b);
	words_span(l->dt_us, span);
	finding_say(g->observed, sizeof(g->observed),
	    "%s to %s: %.0f km, %.0f after all doubt, in %s", a, b, l->km, l->effective_km, span);
	if (l->together)
		finding_say(
		    g->expected, sizeof(g->expected), "within 5 minutes, less than 1000 km apart");
	else
		finding_say(
		    g->expected, sizeof(g->expected), "less than 1000 km/h, as airliners fly");
	g->samples = 2;
	g->from_us = from->last_us;
	g->to_us = s->now_us;
}

static void
tell(const struct line *from, const struct sight *s, const struct leap *l, struct findings *out)
{
	struct finding *f = finding_add(out, &detect_geo03, s);
	const struct place *a = &from->place, *b = s->egress_place;
	const bool forward = strcmp(a->country, b->country) <= 0;
	const bool unknown = a->network == NETWORK_UNKNOWN || b->network == NETWORK_UNKNOWN;
	char who[WORDS], pa[WORDS], pb[WORDS], span[WORDS], before[ADDR_TEXT], addr[ADDR_TEXT];

	words_place(a, pa);
	words_place(b, pb);
	f->level = l->together && !unknown ? LEVEL_HIGH : LEVEL_MEDIUM;
	finding_say(
	    f->key, sizeof(f->key), "%.40s and %.40s", forward ? pa : pb, forward ? pb : pa);
	words_person(s->who, who);
	finding_say(f->message, sizeof(f->message),
	    "%s worked through %s in %s and %s later through %s in %s, %.0f km away.", who,
	    addr_format(&from->addr, before), pa, words_span(l->dt_us, span),
	    addr_format(&s->end->egress, addr), pb, l->km);
	words_capital(f->message);
	add_signals(f, from, s, l);
	if (unknown)
		finding_against(f,
		    "The kind of network is unknown (no ASN database, or not listed): "
		    "switching a VPN on looks the same.");
	finding_against(f,
	    "Switching a VPN, a phone's hotspot or a company proxy moves an address "
	    "in seconds.");
	finding_against(f, "A database that moved a range to another city looks the same.");
}

static bool
geo03_cares(const struct sight *s)
{
	return is_followed(s->egress_place);
}

static void
geo03_see(void *mem, const struct sight *s, struct findings *out)
{
	struct geo03 *m = mem;
	struct line *l = &m->line[addr_is_v4(&s->end->egress) ? 0 : 1];
	struct leap leap;

	if (l->last_us != 0 && !addr_equal(&l->addr, &s->end->egress) && is_leap(l, s, &leap) &&
	    is_news(m, &l->place, s->egress_place, s->now_us))
		tell(l, s, &leap, out);
	l->last_us = s->now_us;
	l->addr = s->end->egress;
	l->place = *s->egress_place;
}

const struct detector detect_geo03 = {
	.rule = "GEO-03",
	.name = "Impossible travel",
	.family = FAMILY_GEO,
	.group = GROUP_GEO,
	.subject = SUBJECT_PERSON,
	.sights = 1u << SIGHT_EGRESS,
	.vantages = 1u << VANTAGE_INSIDE | 1u << VANTAGE_EDGE | 1u << VANTAGE_SITE,
	.needs = NEEDS_PLACES,
	.attack = { "T1078", "T1133" },
	.next_steps = {
	    "Check whether the person switched a VPN or a phone's hotspot on at that moment.",
	    "Check travel requests, and whether two machines or two people used the account.",
	    "If the account itself may be shared, follow the procedure for stolen credentials.",
	    "Do not contact the person before HR and legal agree on how.",
	},
	.memory = sizeof(struct geo03),
	.cares = geo03_cares,
	.see = geo03_see,
};
