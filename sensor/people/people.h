/*
 * people: people.yaml, read and checked: persons, and what is bound to them.
 *
 * Private to this room; read-only once read.  Names and accounts are kept and
 * looked up in lower case.
 */
#ifndef FARHAND_PEOPLE_H
#define FARHAND_PEOPLE_H

#include "farhand/endpoint.h"
#include "ops/yaml.h"
#include "people/nets.h"

/* One `endpoints` line; which field holds depends on its list. */
struct binding {
	uint32_t person;
	struct prefix net;
	struct mac mac;
	char text[64];
	const struct yaml_node *at; /* only while the file is open */
};

struct binding_list {
	struct binding *at;
	size_t n, room;
};

struct people {
	uint32_t persons;
	struct person *person; /* in order of the file */
	struct person nobody;  /* an anonymous person: no claim, the tools of everyone */
	bool anonymous;        /* hosts of home networks that are nobody's are followed too */
	struct binding_list addrs, prefixes, macs, names, accounts, ids;
	struct nets *nets; /* addrs and prefixes, by where they are there */
};

/* As registry_new tells; path NULL or "": nobody is named, everyone is followed. */
struct people *people_read(
    const char *path, bool (*known_product)(void *arg, const char *id), void *arg);
void people_free(struct people *p); /* NULL allowed */

/* NULL: nobody's.  *how, BOUND_ADDRESS or BOUND_PREFIX, is told of somebody's. */
const struct person *people_by_net(
    const struct people *p, const struct addr *a, enum bound_by *how);
const struct person *people_by_mac(const struct people *p, const struct mac *m);
/* A host name in any case; if it is a full one its first label will do. */
const struct person *people_by_name(const struct people *p, const char *name);
const struct person *people_by_account(const struct people *p, const char *user);

/* people_tools.c: the list `tools`, appended to a person's. */
void people_read_tools(struct yaml *y, const struct yaml_node *list, struct person *to,
    bool (*known_product)(void *arg, const char *id), void *arg);

/* bindings.c: add one; false: no memory.  Then, once all are in, sort and check them. */
bool bindings_add(struct binding_list *l, const struct binding *b);
void bindings_check(struct people *p, struct yaml *y);
void bindings_lower(char *text);

#endif
