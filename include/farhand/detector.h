/*
 * The contract of a detector: it sees what the desk sees of one subject, keeps
 * a small memory of it, and adds findings.
 *
 * It never sees payload and does no I/O.  The clock is sight->now_us.  Memory is
 * all zero when a subject is first seen and is lost when the subject's row is
 * evicted (bounded table, least recently seen first).
 */
#ifndef FARHAND_DETECTOR_H
#define FARHAND_DETECTOR_H

#include <stdarg.h>

#include "farhand/event.h"
#include "farhand/finding.h"
#include "farhand/scorecard.h"
#include "farhand/window.h"

#define SECOND_US 1000000LL
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)

enum sight_kind {
	SIGHT_FLOW,   /* a flow of an endpoint was named, goes on, or closed */
	SIGHT_WINDOW, /* half a minute of such a flow, by sizes and times: at its end */
	SIGHT_EGRESS, /* the public address an endpoint works through: on change, by the minute */
	SIGHT_DEVICE, /* a machine's MAC, name or certificate: on change, then daily */
	SIGHT_MASKED, /* it sent an ARP request in another's name: on change */
	SIGHT_KINDS
};

/*
 * One thing the desk sees of one endpoint.  A flow between two endpoints makes
 * two sights.  Everything is lent for the call.
 */
struct sight {
	enum sight_kind kind;
	int64_t now_us;
	uint64_t ordinal;
	enum vantage vantage;

	const struct endpoint *end; /* never NULL */
	const struct person *who;   /* never NULL; end->who */

	/* SIGHT_FLOW, SIGHT_WINDOW: its window is among the facts (window_find) */
	enum event_kind phase; /* EVENT_FLOW_NAMED, _UPDATE or _CLOSE; EVENT_WINDOW */
	const struct flow *flow;
	const struct obs_list *facts;
	enum side inner;               /* which end of the flow `end` is */
	enum role role;                /* of `end` */
	const struct product *product; /* NULL: none.  May be by DNS name only: see `by`, `sure` */
	enum by by;
	enum sureness sure;
	const struct endpoint *peer_end; /* the other end where it is ours too, else NULL */
	struct addr peer;
	const struct place *peer_place; /* never NULL */
	const char *peer_name;          /* SNI, certificate or resolved name; "" unknown */
	bool peer_is_vendor; /* peer_name is one of the product's vendor, by the catalogue */
	const struct allowance *allowed; /* by product, peer and time, else NULL */
	bool sanctioned_peer;            /* peer is a configured help-desk controller, or office */

	const struct scorecard *card; /* SIGHT_WINDOW: NULL: there is none */

	/* SIGHT_EGRESS: end->egress holds the address */
	const struct place *egress_place; /* never NULL */

	/* SIGHT_DEVICE: product the fact points to, and how */
	const char *device_fact;  /* "mac_block", "host_name" (DHCP, mDNS, LLMNR, NetBIOS),
				     "mdns_service", "mdns_model", "certificate", "cloud_host" */
	const char *device_value; /* the fact itself */
	bool fact_is_exact;       /* names one product and nothing else */

	/* SIGHT_MASKED */
	struct mac masked_as;    /* the sender it claims to be */
	struct addr masked_asks; /* whose hardware address it asks for */
};

enum {
	NEEDS_CLAIM = 1,    /* the person's claimed place */
	NEEDS_PLACES = 2,   /* a geolocation database */
	NEEDS_NETWORKS = 4, /* kinds of networks: an ASN database, or configured ranges */
	NEEDS_PRODUCT = 8   /* of a flow, what it is: of one that nobody names it is not asked */
};

enum subject_kind { SUBJECT_NONE, SUBJECT_ENDPOINT, SUBJECT_PERSON, SUBJECT_PEER, SUBJECT_EGRESS };

struct detector {
	const char *rule; /* "RD-01" */
	const char *name; /* "Remote control of an endpoint" */
	enum family family;
	enum group group;
	enum subject_kind subject; /* whose memory: sight->end, ->who, ->peer, or ->end->egress */
	uint32_t sights;           /* bit set of sight kinds it wants: 1u << SIGHT_FLOW ... */
	uint32_t vantages;         /* bit set of vantages at which it works */
	uint32_t needs;            /* bit set of what it cannot work without */
	const char *attack[4];     /* MITRE ATT&CK ids, NULL-ended if fewer */
	const char *next_steps[4]; /* what an analyst does next */
	size_t memory;
	/*
	 * A first look, without memory: false where see would do nothing whatever it
	 * remembers.  What nobody cares for costs no memory and displaces none.  Of a flow
	 * peer_place is not known yet, of one without a product neither are peer_name and
	 * sanctioned_peer: they are looked up when someone cares.
	 */
	bool (*cares)(const struct sight *s);
	void (*see)(void *mem, const struct sight *s, struct findings *out);
};

/*
 * A fresh finding about sight->end's person, filled with what the sight holds
 * (end, who, flow, inner, product, peer, place).  Never NULL: past the limit it
 * is a spare that is counted lost.
 */
static inline struct finding *
finding_add(struct findings *out, const struct detector *by, const struct sight *s)
{
	struct finding *f = &out->at[out->count];

	if (out->count < FINDINGS_MAX)
		out->count++;
	else
		out->lost++;
	memset(f, 0, sizeof(*f));
	f->by = by;
	f->end = s->end;
	f->who = s->who;
	f->persons = 1;
	f->person[0] = s->who;
	if (s->kind == SIGHT_FLOW || s->kind == SIGHT_WINDOW) {
		f->has_flow = true;
		f->flow = *s->flow;
		f->inner = s->inner;
		f->product = s->product;
		f->peer = s->peer;
		f->peer_place = *s->peer_place;
	} else if (s->kind == SIGHT_EGRESS) {
		f->peer = s->end->egress;
		f->peer_place = *s->egress_place;
	} else {
		f->product = s->product;
	}
	return f;
}

/* Add a signal; its texts are written with finding_say.  Never NULL. */
static inline struct signal *
finding_signal(struct finding *f, const char *name, float weight)
{
	static _Thread_local struct signal spare;
	struct signal *g = f->signals < FINDING_SIGNALS ? &f->signal[f->signals++] : &spare;

	memset(g, 0, sizeof(*g));
	g->name = name;
	g->weight = weight;
	f->llr += weight;
	return g;
}

/* printf into a fixed text of a finding, cut to fit. */
__attribute__((format(printf, 3, 4))) static inline void
finding_say(char *out, size_t room, const char *form, ...)
{
	va_list ap;

	va_start(ap, form);
	vsnprintf(out, room, form, ap);
	va_end(ap);
}

/* One line of what speaks against the finding. */
#define finding_against(f, ...)                                                                    \
	do {                                                                                       \
		if ((f)->against < FINDING_AGAINST)                                                \
			finding_say(                                                               \
			    (f)->speaks_against[(f)->against++], SIGNAL_TEXT, __VA_ARGS__);        \
	} while (0)

#endif
