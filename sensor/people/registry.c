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
 * them are leases.c, macs.c, machines.c.
 */
#include "people/registry_private.h"

#include "ops/log.h"

#define SESSION_US (24 * 3600 * 1000000LL) /* after the last accounting without a stop */
#define SAID_US    (24 * 3600 * 1000000LL) /* after an mDNS announcement */

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
	r->machines = machines_new(rows);
	r->accounts = table_new(rows);
	r->account_machine = calloc(rows, sizeof(r->account_machine[0]));
	r->seen = table_new(rows);
	r->seen_machine = calloc(rows, sizeof(r->seen_machine[0]));
	if (r->leases == NULL || r->macs == NULL || r->machines == NULL || r->accounts == NULL ||
	    r->account_machine == NULL || r->seen == NULL || r->seen_machine == NULL)
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
	free(r->seen_machine);
	table_free(r->seen);
	free(r->account_machine);
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
	for (unsigned i = 0; i < r->cfg->homes; i++)
		if (prefix_has(&r->cfg->home[i], a))
			return true;
	return false;
}

const struct config_range *
registry_range(const struct registry *r, const struct addr *a, int64_t now_us)
{
	const struct config_range *best = NULL;

	for (unsigned i = 0; i < r->cfg->ranges; i++) {
		const struct config_range *range = &r->cfg->range[i];

		if (now_us < range->until_us && prefix_has(&range->net, a) &&
		    (best == NULL || range->net.bits > best->net.bits))
			best = range;
	}
	return best;
}

/* The account that stands for an anonymous person; zero if there is none. */
static struct addr
anonymous_account(const struct belief *b)
{
	static const struct addr none;

	return b->who == NULL && b->session != NULL ? account_key(b->session->user) : none;
}

static bool
is_owner(const struct machine *m, const struct belief *b)
{
	const struct addr account = anonymous_account(b);

	if (m == NULL)
		return false;
	if (b->who != NULL)
		return m->e.who == b->who;
	return m->e.who->anonymous && addr_equal(&m->account, &account);
}

/*
 * A machine's IPv4 and IPv6 addresses share a MAC.  So do, until it is known as
 * one, the hosts behind a router: one IPv4 address is the most it may have had.
 */
static bool
is_other_family(
    const struct registry *r, const struct machine *m, const struct addr *a, const struct mac *near)
{
	if (macs_v4(r->macs, near) > 1)
		return false;
	return addr_is_v4(a) ? !m->has_v4 : m->has_v4 || registry_is_link_local(a);
}

/* The machine a table has for a key; NULL: none, or it is gone. */
static struct machine *
machine_of(const struct registry *r, const struct table *t, const struct machine_ref *machine,
    const struct addr *key)
{
	const uint32_t slot = table_find(t, key);

	return slot != TABLE_NONE ? machines_get(r->machines, machine[slot]) : NULL;
}

static struct machine *
find_machine(const struct registry *r, const struct addr *a, const struct belief *b)
{
	struct machine *m;

	if (b->session != NULL) {
		const struct addr key = account_key(b->session->user);

		m = machine_of(r, r->accounts, r->account_machine, &key);
		if (is_owner(m, b))
			return m;
	}
	if (b->firm != NULL) {
		m = machines_get(r->machines, macs_machine(r->macs, b->firm));
		if (is_owner(m, b))
			return m;
	}
	m = machine_of(r, r->seen, r->seen_machine, a);
	if (is_owner(m, b) &&
	    (b->firm == NULL || mac_is_none(&m->e.mac) || mac_equal(b->firm, &m->e.mac)))
		return m;
	m = b->near != NULL ? machines_get(r->machines, macs_machine(r->macs, b->near)) : NULL;
	if (is_owner(m, b) && is_other_family(r, m, a, b->near))
		return m;
	return b->who != NULL ? machines_search(r->machines, b->who, a, b->firm) : NULL;
}

static struct machine *
add_machine(struct registry *r, const struct addr *a, const struct belief *b, enum vantage v,
    uint16_t source, int64_t now_us)
{
	struct person *own;
	struct machine *m = machines_add(r->machines, b->who, &r->people->nobody, &own);

	if (own != NULL)
		anonymous_id(a, b->session != NULL ? b->session->user : "", own->id);
	m->account = anonymous_account(b);
	m->e.vantage = v;
	m->e.source = source;
	m->e.first_us = now_us;
	return m;
}

/* Remember how this machine is found again. */
static void
bind_machine(
    struct registry *r, const struct addr *a, const struct belief *b, const struct machine *m)
{
	const struct machine_ref ref = machines_ref(r->machines, m);
	bool fresh;

	r->seen_machine[table_use(r->seen, a, &fresh)] = ref;
	if (b->dhcp != NULL || b->session != NULL || b->said != NULL)
		leases_use(r->leases, a); /* in use: others make room first */
	if (b->session != NULL) {
		const struct addr key = account_key(b->session->user);

		r->account_machine[table_use(r->accounts, &key, &fresh)] = ref;
	}
	if (b->firm != NULL)
		macs_bind(r->macs, b->firm, ref);
	else if (b->near != NULL &&
	    machines_get(r->machines, macs_machine(r->macs, b->near)) == NULL)
		macs_bind(r->macs, b->near, ref);
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
	else if (macs_is_router(r->macs, &e->mac))
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

struct endpoint *
registry_at(struct registry *r, const struct addr *a, const struct mac *mac, enum vantage v,
    uint16_t source, int64_t now_us)
{
	struct belief b;
	struct machine *m;

	if (addr_is_none(a) || addr_is_group(a))
		return NULL;
	registry_believe(r, a, mac, now_us, &b);
	/* Without a person a link-local address is still the known neighbour's. */
	if (!b.some && !(r->people->anonymous && b.near != NULL && registry_is_link_local(a)))
		return NULL;
	m = find_machine(r, a, &b);
	if (m == NULL && !b.some)
		return NULL;
	if (m == NULL)
		m = add_machine(r, a, &b, v, source, now_us);
	else
		machines_touch(r->machines, m);
	m->has_v4 |= addr_is_v4(a);
	update_endpoint(r, &m->e, a, &b, now_us);
	bind_machine(r, a, &b, m);
	return &m->e;
}

void
registry_lease(struct registry *r, const struct mac *mac, const struct addr *a, const char *name,
    const char *vendor, enum vantage v, uint16_t source, int64_t now_us, int64_t until_us)
{
	struct lease *l;

	if (addr_is_none(a) || addr_is_group(a) || mac_is_none(mac))
		return;
	l = leases_use(r->leases, a);
	if (!mac_equal(&l->mac, mac) || now_us >= l->mac_until_us)
		l->given_us = now_us;
	l->mac = *mac;
	l->mac_until_us = until_us;
	lease_text(l->name, sizeof(l->name), name);
	lease_text(l->vendor, sizeof(l->vendor), vendor);
	registry_at(r, a, mac, v, source, now_us);
}

void
registry_release(struct registry *r, const struct mac *mac, const struct addr *a, int64_t now_us)
{
	struct lease *l = leases_find(r->leases, a);

	if (l != NULL && mac_equal(&l->mac, mac) && now_us < l->mac_until_us)
		l->mac_until_us = now_us;
}

void
registry_account(struct registry *r, const char *user, const struct addr *framed,
    const struct addr *caller, bool stop, int64_t now_us)
{
	char clean[LEASE_NAME];
	struct lease *l;

	if (addr_is_none(framed) || addr_is_group(framed) || user[0] == '\0')
		return;
	lease_text(clean, sizeof(clean), user);
	l = leases_use(r->leases, framed);
	if (stop) {
		if (strcasecmp(l->user, clean) == 0)
			l->user_until_us = now_us;
		return;
	}
	if (strcasecmp(l->user, clean) != 0 || now_us >= l->user_until_us) {
		memset(&l->caller, 0, sizeof(l->caller));
		l->given_us = now_us;
	}
	memcpy(l->user, clean, sizeof(l->user));
	if (!addr_is_none(caller))
		l->caller = *caller;
	l->user_until_us = now_us + SESSION_US;
}

bool
registry_held_since(const struct registry *r, const struct addr *a, int64_t then_us)
{
	const struct lease *l = leases_find(r->leases, a);

	return l == NULL || l->given_us <= then_us;
}

void
registry_named(struct registry *r, const struct addr *a, const char *name, int64_t now_us)
{
	struct lease *l;

	if (addr_is_group(a) || name[0] == '\0' || !registry_is_local(r, a))
		return;
	l = leases_use(r->leases, a);
	lease_text(l->said, sizeof(l->said), name);
	l->said_until_us = now_us + SAID_US;
}
