/*
 * registry: which machine is at an address, and whose it is.
 *
 *   address, MAC ──▶ what is believed of it ──▶ person ──▶ machine
 *                    account  VPN session            an account's,
 *                    lease    DHCP: MAC, name        else a MAC's that is certain,
 *                    address, prefix   people.yaml   else the one last seen there,
 *                    MAC of the frame                else the MAC's other family,
 *                    mDNS name                       else a new one
 *
 * The second column is belief.c, the last is here.  The bounded tables behind
 * them are leases.c, macs.c, machines.c; what fills leases is registry_tell.c.
 */
#include "people/registry_private.h"

#include "ops/log.h"

static struct nets *
index_homes(const struct config *cfg)
{
	struct net list[CONFIG_PREFIXES];

	for (unsigned i = 0; i < cfg->homes; i++)
		list[i] = (struct net){ cfg->home[i], i };
	return nets_new(list, cfg->homes);
}

static struct nets *
index_ranges(const struct config *cfg)
{
	struct net list[CONFIG_PREFIXES];

	for (unsigned i = 0; i < cfg->ranges; i++)
		list[i] = (struct net){ cfg->range[i].net, i };
	return nets_new(list, cfg->ranges);
}

struct registry *
registry_new(const struct config *cfg, const char *people,
    bool (*known_product)(void *arg, const char *id), void *arg)
{
	const uint32_t rows = cfg->limits.endpoints;
	struct registry *r = calloc(1, sizeof(*r));

	if (r == NULL)
		goto err0;
	r->cfg = cfg;
	r->people = people_read(people, known_product, arg);
	if (r->people == NULL) {
		registry_free(r);
		return NULL;
	}
	r->leases = leases_new(rows);
	r->macs = macs_new(rows);
	r->machines = machines_new(rows, &r->people->nobody);
	r->accounts = table_new(rows);
	r->seen = table_new(rows);
	r->homes = index_homes(cfg);
	r->ranges = index_ranges(cfg);
	if (r->leases == NULL || r->macs == NULL || r->machines == NULL || r->accounts == NULL ||
	    r->seen == NULL || r->homes == NULL || r->ranges == NULL)
		goto err0;
	return r;
err0:
	registry_free(r);
	log_error("no memory for %u endpoints", rows);
	return NULL;
}

void
registry_free(struct registry *r)
{
	if (r == NULL)
		return;
	nets_free(r->ranges);
	nets_free(r->homes);
	table_free(r->seen);
	table_free(r->accounts);
	machines_free(r->machines);
	macs_free(r->macs);
	leases_free(r->leases);
	people_free(r->people);
	free(r);
}

unsigned
registry_persons(const struct registry *r)
{
	return r->people->persons;
}

const struct person *
registry_person(const struct registry *r, unsigned i)
{
	return i < r->people->persons ? &r->people->person[i] : NULL;
}

uint64_t
registry_evicted(const struct registry *r)
{
	return machines_evicted(r->machines);
}

bool
registry_is_home(const struct registry *r, const struct addr *a)
{
	return nets_find(r->homes, a) != NETS_NONE;
}

const struct config_range *
registry_range(const struct registry *r, const struct addr *a, int64_t now_us)
{
	uint32_t at = nets_find(r->ranges, a);

	for (; at != NETS_NONE; at = nets_around(r->ranges, at)) {
		const struct config_range *range = &r->cfg->range[nets_value(r->ranges, at)];

		if (now_us < range->until_us)
			return range;
	}
	return NULL;
}

uint32_t
registry_fetch(
    const struct registry *r, const struct addr *a, const struct mac *mac, unsigned round)
{
	struct machine_ref last;
	uint32_t slot;

	if (round < 2)
		macs_fetch(r->macs, mac, round);
	if (round == 0) {
		leases_fetch(r->leases, a);
		table_fetch(r->seen, a);
		return 0;
	}
	slot = table_fetch_slot(r->seen, a);
	if (round != 2 || slot == TABLE_NONE)
		return 0;
	last = table_machine(r->seen, slot);
	machines_fetch(r->machines, last);
	return last.id;
}

/* The account that stands for an anonymous person; zero if there is none. */
static struct addr
anonymous_account(const struct belief *b)
{
	static const struct addr none;

	return b->who == NULL && b->session != NULL ? b->session->account : none;
}

static bool
is_owner(const struct machine *m, const struct belief *b)
{
	const struct addr account = anonymous_account(b);

	if (m == NULL)
		return false;
	if (b->who != NULL)
		return m->e.who == b->who;
	return m->anonymous && addr_equal(&m->account, &account);
}

/*
 * A machine's IPv4 and IPv6 addresses share a MAC.  So do, until it is known as
 * one, the hosts behind a router: one IPv4 address is the most it may have had.
 */
static bool
is_other_family(const struct machine *m, const struct addr *a, const struct mac_seen *near)
{
	if (near->v4 > 1)
		return false;
	return addr_is_v4(a) ? !m->has_v4 : m->has_v4 || registry_is_link_local(a);
}

/* The machine of a session's account; NULL: none, or it is gone. */
static struct machine *
account_machine(const struct registry *r, const struct lease *session)
{
	const uint32_t slot = table_find(r->accounts, &session->account);

	if (slot == TABLE_NONE)
		return NULL;
	return machines_get(r->machines, table_machine(r->accounts, slot));
}

/* last: the machine last seen at the address, NULL if none. */
static struct machine *
find_machine(
    const struct registry *r, const struct addr *a, const struct belief *b, struct machine *last)
{
	struct machine *m;

	if (b->session != NULL) {
		m = account_machine(r, b->session);
		if (is_owner(m, b))
			return m;
	}
	if (b->firm != NULL) {
		m = machines_get(r->machines, macs_machine(r->macs, b->firm));
		if (is_owner(m, b))
			return m;
	}
	if (is_owner(last, b) &&
	    (b->firm == NULL || mac_is_none(&last->e.mac) || mac_equal(b->firm, &last->e.mac)))
		return last;
	m = b->near != NULL ? machines_get(r->machines, macs_bound(r->macs, b->near_seen)) : NULL;
	if (is_owner(m, b) && is_other_family(m, a, b->near_seen))
		return m;
	return b->who != NULL ? machines_search(r->machines, b->who, a, b->firm) : NULL;
}

static struct machine *
add_machine(struct registry *r, const struct addr *a, const struct belief *b, enum vantage v,
    uint16_t source, int64_t now_us)
{
	struct person *own;
	struct machine *m = machines_add(r->machines, b->who, &own);

	if (own != NULL)
		anonymous_id(a, b->session != NULL ? b->session->user : "", own->id);
	m->account = anonymous_account(b);
	m->e.vantage = v;
	m->e.source = source;
	m->e.first_us = now_us;
	return m;
}

/* Remember how this machine is found again.  slot: the address's of those seen, if it has one. */
static void
bind_machine(struct registry *r, const struct addr *a, uint32_t slot, const struct belief *b,
    const struct machine *m)
{
	const struct machine_ref ref = machines_ref(r->machines, m);
	bool fresh;

	if (slot == TABLE_NONE)
		slot = table_add(r->seen, a);
	else
		table_touch(r->seen, slot);
	table_bind(r->seen, slot, ref);
	if (b->dhcp != NULL || b->session != NULL || b->said != NULL)
		leases_use(r->leases, a); /* in use: others make room first */
	if (b->session != NULL)
		table_bind(r->accounts, table_use(r->accounts, &b->session->account, &fresh), ref);
	if (b->firm != NULL)
		macs_bind(r->macs, macs_use(r->macs, b->firm), ref);
	else if (b->near != NULL &&
	    machines_get(r->machines, macs_bound(r->macs, b->near_seen)) == NULL)
		macs_bind(r->macs, b->near_seen, ref);
}

/* Bring the endpoint up to what is believed now. */
static void
update_endpoint(const struct registry *r, struct endpoint *e, const struct addr *a,
    const struct belief *b, int64_t now_us)
{
	static const struct addr none;

	e->addr = *a;
	e->bound_by = b->how;
	if (now_us > e->last_us)
		e->last_us = now_us;
	if (b->firm != NULL || b->near != NULL)
		e->mac = b->firm != NULL ? *b->firm : *b->near;
	else if (!mac_is_none(&e->mac) && macs_is_router(r->macs, &e->mac))
		memset(&e->mac, 0, sizeof(e->mac));
	if (b->dhcp != NULL && b->dhcp->name[0] != '\0')
		memcpy(e->name, b->dhcp->name, sizeof(e->name));
	else if (b->said != NULL)
		memcpy(e->name, b->said->said, sizeof(e->name));
	if (b->dhcp != NULL && b->dhcp->vendor[0] != '\0')
		memcpy(e->vendor, b->dhcp->vendor, sizeof(e->vendor));
	if (b->session != NULL && !addr_is_none(&b->session->caller)) {
		e->egress = b->session->caller;
		e->egress_by = EGRESS_LEASE;
	} else if (e->egress_by == EGRESS_LEASE) {
		e->egress = none;
		e->egress_by = EGRESS_NONE;
	}
}

/* The machine last seen at an address; NULL: none, or it is gone. */
static struct machine *
last_machine(const struct registry *r, uint32_t slot)
{
	return slot != TABLE_NONE ? machines_get(r->machines, table_machine(r->seen, slot)) : NULL;
}

struct endpoint *
registry_at(struct registry *r, const struct addr *a, const struct mac *mac, enum vantage v,
    uint16_t source, int64_t now_us)
{
	struct belief b;
	struct machine *m;
	uint32_t slot;

	if (addr_is_none(a) || addr_is_group(a))
		return NULL;
	registry_believe(r, a, mac, now_us, &b);
	/* Without a person a link-local address is still the known neighbour's. */
	if (!b.some && !(r->people->anonymous && b.near != NULL && registry_is_link_local(a)))
		return NULL;
	slot = table_find(r->seen, a);
	m = find_machine(r, a, &b, last_machine(r, slot));
	if (m == NULL && !b.some)
		return NULL;
	if (m == NULL)
		m = add_machine(r, a, &b, v, source, now_us);
	else
		machines_touch(r->machines, m);
	m->has_v4 |= addr_is_v4(a);
	update_endpoint(r, &m->e, a, &b, now_us);
	bind_machine(r, a, slot, &b, m);
	return &m->e;
}

const struct endpoint *
registry_by_mac(const struct registry *r, const struct mac *mac)
{
	const struct machine *m = machines_get(r->machines, macs_machine(r->macs, mac));

	if (m == NULL || !mac_equal(&m->e.mac, mac) || macs_is_router(r->macs, mac))
		return NULL;
	return &m->e;
}
