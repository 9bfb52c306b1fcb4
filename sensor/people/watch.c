/*
 * watch: the addresses people.yaml binds to persons, as a set and as a filter.
 *
 *   10.20.4.17/32  10.20.5.0/28  2001:db8::/48      sorted by first address, none in another
 *
 * The filter drops only what it understands to the ports: IP straight behind the link whose
 * addresses are no person's, in one piece, and neither a tunnel nor of use to tell who is
 * who.  All else is for the decoder to judge.  The kernel keeps a tag apart from the frame,
 * so that tagged IP is IP here too; a second tag makes it something else, which is passed.
 */
#include "people/watch.h"

#include <stdarg.h>

#include "ops/log.h"
#include "people/registry_private.h"

/*
 * Linux takes 4096 instructions.  About so many go to what is always passed, to an IPv4 and
 * to an IPv6 range.
 */
enum { COST_MOST = 4000, COST_ALWAYS = 200, COST_V4 = 8, COST_V6 = 18 };

struct watch {
	size_t n;
	struct prefix at[];
};

/* A text that grows as far as there is room. */
struct text {
	char *at;
	size_t used, room;
};

static const char always[] =
    /* ARP, MPLS, PPPoE, further tags. */
    "(not ip and not ip6)"
    /* Fragments have no ports; what they have is read when all are there. */
    " or (ip[6:2] & 0x3fff != 0) or ip6[6] = 44"
    /* IP in IP, GRE, AH, and the extension headers there may be before the ports. */
    " or ip proto 4 or ip proto 41 or ip proto 47 or ip proto 51"
    " or ip6[6] = 4 or ip6[6] = 41 or ip6[6] = 47 or ip6[6] = 51"
    " or ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 60 or ip6[6] = 135"
    /* GTP-U, VXLAN, Linux's VXLAN, GENEVE. */
    " or udp dst port 2152 or udp dst port 4789 or udp dst port 8472 or udp dst port 6081"
    /* DNS, DHCP, NetBIOS names, DHCPv6, mDNS, LLMNR, RADIUS. */
    " or udp port 53 or udp portrange 67-68 or udp port 137 or udp portrange 546-547"
    " or udp port 5353 or udp port 5355"
    " or udp portrange 1645-1646 or udp portrange 1812-1813";

static int
by_net(const void *a, const void *b)
{
	const struct prefix *x = a, *y = b;
	const int c = addr_cmp(&x->net, &y->net);

	return c != 0 ? c : (int)x->bits - (int)y->bits;
}

int
watch_new(const struct registry *r, struct watch **out)
{
	const struct people *p = r->people;
	const struct binding_list *lists[] = { &p->addrs, &p->prefixes };
	const size_t most = p->addrs.n + p->prefixes.n;
	size_t kept = 0;
	struct watch *w;

	*out = NULL;
	if (p->anonymous || p->macs.n > 0 || p->names.n > 0 || p->accounts.n > 0 || most == 0)
		return 0;
	w = calloc(1, sizeof(*w) + most * sizeof(w->at[0]));
	if (w == NULL) {
		log_error("no memory for %zu addresses", most);
		return -1;
	}
	for (int l = 0; l < 2; l++)
		for (size_t i = 0; i < lists[l]->n; i++)
			w->at[w->n++] = lists[l]->at[i].net;
	qsort(w->at, w->n, sizeof(w->at[0]), by_net);
	for (size_t i = 0; i < w->n; i++)
		if (kept == 0 || !prefix_has(&w->at[kept - 1], &w->at[i].net))
			w->at[kept++] = w->at[i];
	w->n = kept;
	*out = w;
	return 0;
}

void
watch_free(struct watch *w)
{
	free(w);
}

bool
watch_has(const struct watch *w, const struct addr *a)
{
	size_t from = 0, to = w->n;

	while (from < to) { /* the first that starts after a */
		const size_t middle = from + (to - from) / 2;

		if (addr_cmp(&w->at[middle].net, a) <= 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from > 0 && prefix_has(&w->at[from - 1], a);
}

__attribute__((format(printf, 2, 3))) static void
say(struct text *t, const char *format, ...)
{
	const size_t left = t->used < t->room ? t->room - t->used : 0;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->at + (left > 0 ? t->used : 0), left, format, args);
	va_end(args);
	t->used += n > 0 ? (size_t)n : 0;
}

/* Frames to or from a range; returns what that costs. */
static unsigned
say_range(struct text *t, const struct prefix *p)
{
	static const struct prefix v4 = { { { [10] = 0xff, [11] = 0xff } }, 96 };
	const bool is_v4 = p->bits >= 96 && addr_is_v4(&p->net);
	char text[ADDR_TEXT];

	if (is_v4 && p->bits > 96)
		say(t, " or ip net %s/%d", addr_format(&p->net, text), p->bits - 96);
	else if (prefix_has(p, &v4.net)) /* all of IPv4 is in it */
		say(t, " or ip");
	if (!is_v4 && p->bits > 0)
		say(t, " or ip6 net %s/%d", addr_format(&p->net, text), p->bits);
	else if (!is_v4)
		say(t, " or ip6");
	return is_v4 ? COST_V4 : COST_V6;
}

bool
watch_filter(const struct watch *w, char *out, size_t room)
{
	struct text t = { out, 0, room };
	unsigned cost = COST_ALWAYS;

	say(&t, "%s", always);
	for (size_t i = 0; i < w->n && cost <= COST_MOST; i++)
		cost += say_range(&t, &w->at[i]);
	return t.used < room && cost <= COST_MOST;
}
