/*
 * LF-04: a box on the LAN signals to others in the sender's field of ARP requests.
 *
 * A laptop farm's controller was seen to pass orders this way: requests to everyone, of
 * address 0.0.0.0, whose hardware address of the sender is not the sender's but six bytes
 * of an order, and others in each [threat H24, R18].  A host that asks whether an address
 * is free sends such requests too, but in its own name [RFC 5227], and never gets here.
 * A repeater may pass on those of its clients under its own address: then the senders are
 * hardware addresses, and that is inventory.
 */
#include "farhand/detector.h"

#include "detect/words.h"

#define MEMORY_US (10 * MINUTE_US)
#define AGAIN_US  DAY_US
#define SENDERS   16
#define SHOWN     5

enum { SENDERS_LEAST = 3, IMPOSSIBLE_LEAST = 2 };

extern const struct detector detect_lf04;

struct sender {
	struct mac mac;
	int64_t at_us; /* last said; 0: none */
};

struct lf04 {
	struct sender sender[SENDERS]; /* the latest ones */
	uint32_t said;                 /* requests since the first */
	int64_t first_us, told_us;
	uint8_t told; /* 1 + enum level, 0: not yet */
};

/* Routers that stand in for each other, and containers, have addresses of their own. */
static bool
is_virtual(const struct mac *m)
{
	static const uint8_t blocks[][5] = { { 0x00, 0x00, 0x5e, 0x00, 0x01 }, /* VRRP, CARP */
		{ 0x00, 0x00, 0x5e, 0x00, 0x02 }, { 0x00, 0x00, 0x0c, 0x07, 0xac } /* HSRP */ };

	for (unsigned i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (memcmp(m->b, blocks[i], sizeof(blocks[i])) == 0)
			return true;
	}
	return m->b[0] == 0x02 && m->b[1] == 0x42;
}

/* Text, with nothing or zeros after it. */
static bool
is_text(const struct mac *m)
{
	unsigned n = 0;

	while (n < sizeof(m->b) && m->b[n] >= ' ' && m->b[n] <= '~')
		n++;
	for (unsigned i = n; i < sizeof(m->b); i++) {
		if (m->b[i] != 0)
			return false;
	}
	return n >= 3;
}

/* No interface sends with the address of a group. */
static bool
is_impossible(const struct mac *m)
{
	return (m->b[0] & 1) != 0 || is_text(m);
}

static void
note(struct lf04 *m, const struct sight *s)
{
	struct sender *at = &m->sender[0];

	for (unsigned i = 0; i < SENDERS; i++) {
		struct sender *a = &m->sender[i];

		if (a->at_us != 0 && mac_equal(&a->mac, &s->masked_as)) {
			at = a;
			break;
		}
		if (a->at_us < at->at_us)
			at = a;
	}
	at->mac = s->masked_as;
	at->at_us = s->now_us;
	m->first_us = m->said++ == 0 ? s->now_us : m->first_us;
}

/* How many senders of the window there are, and how many of them cannot be. */
static unsigned
count(const struct lf04 *m, int64_t now_us, unsigned *impossible)
{
	unsigned n = 0;

	*impossible = 0;
	for (unsigned i = 0; i < SENDERS; i++) {
		if (m->sender[i].at_us == 0 || now_us - m->sender[i].at_us >= MEMORY_US)
			continue;
		n++;
		*impossible += is_impossible(&m->sender[i].mac) ? 1 : 0;
	}
	return n;
}

static void
say_senders(const struct lf04 *m, int64_t now_us, char *out, size_t room)
{
	char mac[MAC_TEXT];
	unsigned shown = 0;
	size_t n = 0;

	out[0] = '\0';
	for (unsigned i = 0; i < SENDERS && shown < SHOWN; i++) {
		const struct sender *a = &m->sender[i];

		if (a->at_us == 0 || now_us - a->at_us >= MEMORY_US)
			continue;
		finding_say(
		    out + n, room - n, "%s%s", shown++ > 0 ? ", " : "", mac_format(&a->mac, mac));
		n = strlen(out);
	}
}

static void
add_signals(struct finding *f, const struct lf04 *m, const struct sight *s, unsigned senders,
    unsigned impossible)
{
	char list[SHOWN * (MAC_TEXT + 2)];
	struct signal *g;

	say_senders(m, s->now_us, list, sizeof(list));
	g = finding_signal(f, "arp_senders", f->level == LEVEL_HIGH ? 2.0f : 0.25f);
	finding_say(g->observed, sizeof(g->observed), "requests in the name of %u: %s%s", senders,
	    list, senders > SHOWN ? " ..." : "");
	finding_say(g->expected, sizeof(g->expected), "a host asks in its own name");
	g->samples = m->said;
	g->from_us = m->first_us;
	g->to_us = s->now_us;
	if (impossible == 0)
		return;
	g = finding_signal(f, "arp_impossible_senders", f->level == LEVEL_HIGH ? 2.5f : 0.0f);
	finding_say(g->observed, sizeof(g->observed),
	    "%u of them are text or a group's address, which no interface has", impossible);
	finding_say(g->expected, sizeof(g->expected), "hardware addresses");
	g->samples = impossible;
	g->from_us = m->first_us;
	g->to_us = s->now_us;
}

static void
tell(const struct lf04 *m, const struct sight *s, enum level level, unsigned senders,
    unsigned impossible, struct findings *out)
{
	struct finding *f = finding_add(out, &detect_lf04, s);
	char addr[ADDR_TEXT], mac[MAC_TEXT];

	f->level = level;
	addr_format(&s->end->addr, addr);
	mac_format(&s->end->mac, mac);
	finding_say(f->key, sizeof(f->key), "arp %s", mac);
	if (level == LEVEL_HIGH)
		finding_say(f->message, sizeof(f->message),
		    "The device at %s (%s) sends ARP requests whose senders cannot be: a way to "
		    "signal to other machines on the network unnoticed.",
		    addr, mac);
	else
		finding_say(f->message, sizeof(f->message),
		    "The device at %s (%s) sends ARP requests in the name of others.", addr, mac);
	add_signals(f, m, s, senders, impossible);
	if (level != LEVEL_HIGH)
		finding_against(f, "A repeater or bridge may pass on requests of its clients so.");
	finding_against(f, "What the requests mean, and whom they reach, is not on the wire.");
}

static bool
lf04_cares(const struct sight *s)
{
	return !is_virtual(&s->masked_as);
}

static void
lf04_see(void *mem, const struct sight *s, struct findings *out)
{
	struct lf04 *m = mem;
	unsigned senders, impossible;
	enum level level = LEVEL_INVENTORY;

	note(m, s);
	senders = count(m, s->now_us, &impossible);
	if (senders >= SENDERS_LEAST && impossible >= IMPOSSIBLE_LEAST)
		level = LEVEL_HIGH;
	if (m->told > (unsigned)level && s->now_us - m->told_us < AGAIN_US)
		return;
	m->told = (uint8_t)(level + 1);
	m->told_us = s->now_us;
	tell(m, s, level, senders, impossible, out);
}

const struct detector detect_lf04 = {
	.rule = "LF-04",
	.name = "ARP signalling",
	.family = FAMILY_LF,
	.group = GROUP_RELAY,
	.subject = SUBJECT_ENDPOINT,
	.sights = 1u << SIGHT_MASKED,
	.vantages = 1u << VANTAGE_SITE | 1u << VANTAGE_INSIDE,
	.attack = { "T1095", "T1205" },
	.next_steps = {
	    "Find the device by its hardware address and ask who runs it and what it is for.",
	    "See what each of the network's machines did in the minute after: meetings joined, "
	    "remote tools started.",
	    "Look at the device's long connections to the internet: the orders come that way.",
	    "Keep the capture; the orders are in the requests.",
	},
	.memory = sizeof(struct lf04),
	.cares = lf04_cares,
	.see = lf04_see,
};
