/*
 * belief: what the wire and people.yaml say of an address, weighed.
 *
 * A frame's MAC is believed only next to it: addresses from beyond a router
 * carry the router's.  Who is on the LAN may say any name, so names come last.
 */
#include "people/registry_private.h"

bool
registry_is_link_local(const struct addr *a)
{
	if (addr_is_v4(a))
		return a->b[12] == 169 && a->b[13] == 254;
	return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

/* Link-local or unique-local: whoever has it is near. */
static bool
is_lan_only(const struct addr *a)
{
	return registry_is_link_local(a) || (!addr_is_v4(a) && (a->b[0] & 0xfe) == 0xfc);
}

bool
registry_is_local(const struct registry *r, const struct addr *a)
{
	return is_lan_only(a) || registry_is_home(r, a);
}

/* Whom people.yaml names, in the order of belief. */
static const struct person *
named_person(const struct registry *r, const struct addr *a, const struct belief *b,
    const struct person *near, enum bound_by *how)
{
	const struct person *who = NULL;

	*how = BOUND_LEASE;
	if (b->session != NULL)
		who = b->session->user_who;
	if (who == NULL && b->dhcp != NULL)
		who = b->dhcp->mac_who;
	if (who == NULL)
		who = people_by_net(r->people, a, how);
	if (who != NULL)
		return who;
	*how = BOUND_MAC;
	if (near != NULL)
		return near;
	*how = BOUND_NAME;
	return b->said != NULL ? b->said->said_who : NULL;
}

/* The frame's MAC counts as seen with the address; is it the machine's own? */
static void
believe_mac(struct registry *r, const struct addr *a, const struct mac *mac, bool home,
    const struct person **who, struct belief *b)
{
	struct mac_seen *s;

	if (mac == NULL || mac_is_none(mac) || (mac->b[0] & 1) != 0)
		return;
	s = macs_use(r->macs, mac);
	if (!macs_see(s, a) || !(home || is_lan_only(a)))
		return;
	if (!s->asked)
		s->who = people_by_mac(r->people, mac);
	s->asked = true;
	*who = s->who;
	b->near = mac;
	b->near_seen = s;
}

void
registry_believe(struct registry *r, const struct addr *a, const struct mac *mac, int64_t now_us,
    struct belief *b)
{
	const struct lease *l = leases_find(r->leases, a);
	const bool home = registry_is_home(r, a);
	const struct person *near = NULL;

	memset(b, 0, sizeof(*b));
	believe_mac(r, a, mac, home, &near, b);
	if (l != NULL && now_us < l->mac_until_us)
		b->dhcp = l;
	if (l != NULL && now_us < l->user_until_us)
		b->session = l;
	if (l != NULL && now_us < l->said_until_us)
		b->said = l;
	b->who = named_person(r, a, b, near, &b->how);
	b->some = b->who != NULL;
	if (!b->some && r->people->anonymous) {
		b->some = b->session != NULL || home;
		b->how = b->session != NULL ? BOUND_LEASE : BOUND_NONE;
	}
	if (b->dhcp != NULL)
		b->firm = &b->dhcp->mac;
	else if (b->who != NULL && b->how == BOUND_MAC)
		b->firm = b->near;
}
