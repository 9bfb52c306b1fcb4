/*
 * starts: which flows are watched from their first packet on, and where that is kept.
 *
 *   id -> set | id | id | id | id |      four places; a free one, else the oldest
 *             | start ...         |
 */
#include "classify/starts.h"

#include <stdlib.h>

#include "classify/start.h"

enum { SETS = 1024, WAYS = 4, LINE_BYTES = 64 };

_Static_assert(sizeof(struct start) <= 64, "a line of the cache");

struct set {
	uint64_t id[WAYS]; /* of the row; 0: free */
	struct start at[WAYS];
};

struct starts {
	struct set set[SETS];
};

struct starts *
starts_new(void)
{
	return calloc(1, sizeof(struct starts));
}

void
starts_free(struct starts *s)
{
	free(s);
}

/* Ids rise by one a frame: neighbours go to different sets. */
static size_t
place_of(uint64_t id)
{
	return (id * 0x9e3779b97f4a7c15u) >> 54 & (SETS - 1);
}

static struct set *
set_of(struct starts *s, uint64_t id)
{
	return &s->set[place_of(id)];
}

void
starts_fetch(const struct starts *s, const struct flow_row *row)
{
	const struct set *set = &s->set[place_of(row->id)];

	for (size_t i = 0; i < sizeof(*set); i += LINE_BYTES)
		__builtin_prefetch((const char *)set + i, 1);
}

static struct start *
find(struct set *set, uint64_t id)
{
	for (int i = 0; i < WAYS; i++) {
		if (set->id[i] == id)
			return &set->at[i];
	}
	return NULL;
}

static bool
is_kept(const struct start *s)
{
	return s->kind == START_VPN && start_vpn_is_kept(&s->vpn);
}

/* A place for a new flow: ids rise with time.  NULL: all are kept. */
static struct start *
take(struct set *set, uint64_t id)
{
	int oldest = -1;

	for (int i = 0; i < WAYS; i++) {
		if (set->id[i] != 0 && is_kept(&set->at[i]))
			continue;
		if (oldest < 0 || set->id[i] < set->id[oldest])
			oldest = i;
	}
	if (oldest < 0)
		return NULL;
	set->id[oldest] = id;
	return &set->at[oldest];
}

static void
leave(struct set *set, struct flow_row *row)
{
	row->watched = 0;
	for (int i = 0; i < WAYS; i++) {
		if (set->id[i] == row->id)
			set->id[i] = 0;
	}
}

void
start_say(struct flows *t, struct flow_row *row, enum obs_kind kind, uint32_t num)
{
	struct obs_list *facts = flows_facts(t, row, OBS_HEAD);

	if (facts != NULL)
		obs_num(facts, kind, num);
}

/* Nobody knows what it is; that it looks encrypted is no name. */
static bool
is_nameless(struct flows *t, const struct flow_row *row)
{
	const struct obs_list *told;
	struct obs o;
	size_t at = 0;

	if (row->product != 0 || row->ndpi_lower != 0 || row->every != 0)
		return false;
	told = flows_told(t, row);
	if (told == NULL)
		return true;
	while (obs_next(told, &at, &o)) {
		if (o.kind != OBS_FULLY_ENCRYPTED && o.kind != OBS_OPENVPN_OPCODES &&
		    o.kind != OBS_OPENVPN_ACKS)
			return false;
	}
	return true;
}

static bool
opens_as_tls(const struct packet *p)
{
	return p->proto == PROTO_TCP && p->payload.n > 2 && p->payload.p[0] == 22 &&
	    p->payload.p[1] == 3;
}

static bool
begin(struct start *s, const struct start_sight *at)
{
	s->kind = opens_as_tls(at->p) ? START_TLS : START_VPN;
	if (s->kind == START_TLS)
		return start_tls_begin(&s->tls, at);
	return start_vpn_begin(&s->vpn, at);
}

void
starts_begin(
    struct starts *s, struct flows *t, struct flow_row *row, const struct packet *p, enum side from)
{
	const struct start_sight at = { t, row, p, from };
	struct set *set;
	struct start *start;

	if (!opens_as_tls(p) && !is_nameless(t, row))
		return;
	set = set_of(s, row->id);
	start = take(set, row->id);
	row->watched = start != NULL;
	if (start != NULL && !begin(start, &at))
		leave(set, row);
}

void
starts_see(
    struct starts *s, struct flows *t, struct flow_row *row, const struct packet *p, enum side from)
{
	const struct start_sight at = { t, row, p, from };
	struct set *set = set_of(s, row->id);
	struct start *start = find(set, row->id);
	bool more = false;

	if (start != NULL && start->kind == START_TLS)
		more = start_tls_see(&start->tls, &at);
	else if (start != NULL && is_nameless(t, row))
		more = start_vpn_see(&start->vpn, &at);
	if (!more)
		leave(set, row);
}

void
starts_finish(struct starts *s, struct flows *t, struct flow_row *row)
{
	struct start *start = row->watched ? find(set_of(s, row->id), row->id) : NULL;

	if (start != NULL && start->kind == START_TLS)
		start_tls_finish(&start->tls, t, row);
}

void
starts_drop(struct starts *s, struct flow_row *row)
{
	if (row->watched)
		leave(set_of(s, row->id), row);
}
