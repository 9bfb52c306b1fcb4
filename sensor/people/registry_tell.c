/*
 * registry_tell: what the wire says of who has an address: DHCP, RADIUS, mDNS.
 */
#include "people/registry_private.h"

#define SESSION_US (24 * 3600 * 1000000LL) /* after the last accounting without a stop */
#define SAID_US    (24 * 3600 * 1000000LL) /* after an mDNS announcement */

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
	l->mac_who = people_by_mac(r->people, mac);
	if (l->mac_who == NULL)
		l->mac_who = people_by_name(r->people, l->name);
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
	l->user_who = people_by_account(r->people, clean);
	l->account = account_key(clean);
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
	l->said_who = people_by_name(r->people, l->said);
	l->said_until_us = now_us + SAID_US;
}
