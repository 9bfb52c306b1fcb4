/*
 * bindings: whose is this address, MAC, host name, account?  Sorted lists.
 *
 *   10.20.5.0/28   p1  cover
 *     10.20.5.3    p1  p1's own: fine
 *     10.20.5.4    p2  a mistake: within p1's
 *   10.20.5.16/28  p2  next cover
 *
 * Sorted by first address and then length, everything within a range follows
 * it; so one pass with the widest range so far finds all overlaps.  Hence whatever
 * is around an address is one person's, and the narrowest says how it is bound.
 */
#include "people/people.h"

static int
by_net(const void *a, const void *b)
{
	const struct binding *x = a, *y = b;
	const int c = addr_cmp(&x->net.net, &y->net.net);

	return c != 0 ? c : (int)x->net.bits - (int)y->net.bits;
}

static int
by_mac(const void *a, const void *b)
{
	const struct binding *x = a, *y = b;

	return memcmp(x->mac.b, y->mac.b, 6);
}

static int
by_text(const void *a, const void *b)
{
	const struct binding *x = a, *y = b;

	return strcmp(x->text, y->text);
}

void
bindings_lower(char *text)
{
	for (; *text != '\0'; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
}

bool
bindings_add(struct binding_list *l, const struct binding *b)
{
	if (l->n == l->room) {
		const size_t room = l->room > 0 ? l->room * 2 : 16;
		struct binding *at = realloc(l->at, room * sizeof(*at));

		if (at == NULL)
			return false;
		l->at = at;
		l->room = room;
	}
	l->at[l->n++] = *b;
	return true;
}

static void
sort(struct binding_list *l, int (*by)(const void *, const void *))
{
	if (l->n > 1)
		qsort(l->at, l->n, sizeof(l->at[0]), by);
}

/* Of two that clash, the one further down in the file is the mistake. */
static void
say_clash(const struct people *p, struct yaml *y, const struct binding *a, const struct binding *b,
    const char *what)
{
	const bool swapped = yaml_line(a->at) > yaml_line(b->at);
	const struct binding *first = swapped ? b : a, *second = swapped ? a : b;

	yaml_wrong(y, second->at, "%s '%s' has on line %u; expected each to be one person's, once",
	    what, p->person[first->person].id, yaml_line(first->at));
}

static void
check_once(const struct people *p, struct yaml *y, struct binding_list *l,
    int (*by)(const void *, const void *), const char *what)
{
	sort(l, by);
	for (size_t i = 1; i < l->n; i++)
		if (by(&l->at[i - 1], &l->at[i]) == 0)
			say_clash(p, y, &l->at[i - 1], &l->at[i], what);
}

/* One pass over addresses and prefixes together. */
static void
check_nets(const struct people *p, struct yaml *y, struct binding_list *all)
{
	const struct binding *cover = NULL;

	sort(all, by_net);
	for (size_t i = 0; i < all->n; i++) {
		const struct binding *b = &all->at[i];

		if (i > 0 && by_net(&all->at[i - 1], b) == 0)
			say_clash(p, y, &all->at[i - 1], b, "the same address or prefix");
		else if (cover != NULL && prefix_has(&cover->net, &b->net.net) &&
		    cover->person != b->person)
			say_clash(p, y, cover, b, "an overlap with what");
		if (cover == NULL || !prefix_has(&cover->net, &b->net.net))
			cover = b;
	}
}

/* Addresses come first, then prefixes. */
static struct nets *
index_nets(const struct people *p)
{
	const size_t addrs = p->addrs.n, n = addrs + p->prefixes.n;
	struct net *list = calloc(n + 1, sizeof(*list));
	struct nets *nets;

	for (size_t i = 0; list != NULL && i < n; i++) {
		const struct binding *b = i < addrs ? &p->addrs.at[i] : &p->prefixes.at[i - addrs];

		list[i] = (struct net){ b->net, (uint32_t)i };
	}
	nets = list != NULL ? nets_new(list, (uint32_t)n) : NULL;
	free(list);
	return nets;
}

void
bindings_check(struct people *p, struct yaml *y)
{
	struct binding_list all = { NULL, 0, 0 };
	bool good = true;

	check_once(p, y, &p->macs, by_mac, "the same MAC address");
	check_once(p, y, &p->names, by_text, "the same host name");
	check_once(p, y, &p->accounts, by_text, "the same account");
	check_once(p, y, &p->ids, by_text, "the same id");
	for (size_t i = 0; i < p->addrs.n && good; i++)
		good = bindings_add(&all, &p->addrs.at[i]);
	for (size_t i = 0; i < p->prefixes.n && good; i++)
		good = bindings_add(&all, &p->prefixes.at[i]);
	p->nets = index_nets(p);
	if (!good || p->nets == NULL)
		yaml_wrong(y, NULL, "out of memory");
	check_nets(p, y, &all);
	free(all.at);
}

static const struct person *
find(const struct people *p, const struct binding_list *l, const struct binding *key,
    int (*by)(const void *, const void *))
{
	const struct binding *b = l->n > 0 ? bsearch(key, l->at, l->n, sizeof(l->at[0]), by) : NULL;

	return b != NULL ? &p->person[b->person] : NULL;
}

const struct person *
people_by_net(const struct people *p, const struct addr *a, enum bound_by *how)
{
	const uint32_t at = nets_find(p->nets, a);
	size_t i;

	if (at == NETS_NONE)
		return NULL;
	i = nets_value(p->nets, at);
	*how = i < p->addrs.n ? BOUND_ADDRESS : BOUND_PREFIX;
	i = *how == BOUND_ADDRESS ? p->addrs.at[i].person : p->prefixes.at[i - p->addrs.n].person;
	return &p->person[i];
}

const struct person *
people_by_mac(const struct people *p, const struct mac *m)
{
	struct binding key;

	key.mac = *m;
	return find(p, &p->macs, &key, by_mac);
}

static const struct person *
find_text(const struct people *p, const struct binding_list *l, const char *text, size_t n)
{
	struct binding key = { .text = "" };

	if (n == 0 || n >= sizeof(key.text))
		return NULL;
	memcpy(key.text, text, n);
	bindings_lower(key.text);
	return find(p, l, &key, by_text);
}

const struct person *
people_by_name(const struct people *p, const char *name)
{
	const struct person *who = find_text(p, &p->names, name, strlen(name));

	return who != NULL ? who : find_text(p, &p->names, name, strcspn(name, "."));
}

const struct person *
people_by_account(const struct people *p, const char *user)
{
	return find_text(p, &p->accounts, user, strlen(user));
}
