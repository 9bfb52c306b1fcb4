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

bool
registry_is_local(const struct registry *r, const struct addr *a)
{
	return registry_is_link_local(a) || (!addr_is_v4(a) && (a->b[0] & 0xfe) == 0xfc) ||
	    registry_is_home(r, a);
}

/* Whom people.yaml names, in the order of belief. */
static const struct person *
named_person(
    const struct people *p, const struct addr *a, const struct belief *b, enum bound_by *how)
{
	const struct person *who = NULL;

	*how = BOUND_LEASE;
	if (b->session != NULL)
		who = people_by_account(p, b->session->user);
	if (who == NULL && b->dhcp != NULL)
		who = people_by_mac(p, &b->dhcp->mac);
	if (who == NULL && b->dhcp != NULL)
		who = people_by_name(p, b->dhcp->name);
	if (who != NULL)
		return who;
	*how = BOUND_ADDRESS;
	who = people_by_addr(p, a);
	if (who != NULL)
		return who;
	*how = BOUND_PREFIX;
	who = people_by_prefix(p, a);
	if (who != NULL)
		return who;
	*how = BOUND_MAC;
	if (b->near != NULL)
		who = people_by_mac(p, b->near);
	if (who != NULL)
		return who;
	*how = BOUND_NAME;
	return b->said != NULL ? people_by_name(p, b->said->said) : NULL;
}

void
registry_believe(struct registry *r, const struct addr *a, const struct mac *mac, int64_t now_us,
    struct belief *b)
{
	const struct lease *l = leases_find(r->leases, a);

	memset(b, 0, sizeof(*b));
	if (mac != NULL && !mac_is_none(mac) && (mac->b[0] & 1) == 0 && macs_see(r->macs, mac, a) &&
	    registry_is_local(r, a))
		b->near = mac;
	if (l != NULL && now_us < l->mac_until_us)
		b->dhcp = l;
	if (l != NULL && now_us < l->user_until_us)
		b->session = l;
	if (l != NULL && now_us < l->said_until_us)
		b->said = l;
	b->who = named_person(r->people, a, b, &b->how);
	b->some = b->who != NULL;
	if (!b->some && r->people->anonymous) {
		b->some = b->session != NULL || registry_is_home(r, a);
		b->how = b->session != NULL ? BOUND_LEASE : BOUND_NONE;
	}
	if (b->dhcp != NULL)
		b->firm = &b->dhcp->mac;
	else if (b->who != NULL && b->how == BOUND_MAC)
		b->firm = b->near;
}
