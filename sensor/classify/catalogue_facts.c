/*
 * catalogue_facts: the facts of one product.  Facts are lists of small mappings,
 * one shape for all: what is compared, how it may be used, where it is from.
 */
#include "classify/catalogue_reading.h"

#include <stdlib.h>

#include "classify/catalogue_check.h"

static const char *const uses[] = { "agent", "viewer", "either", "website", NULL };

bool
reading_more(void **array, unsigned used, unsigned *room, size_t each)
{
	const unsigned want = *room > 0 ? *room * 2 : 64;
	void *p;

	if (used < *room)
		return true;
	p = realloc(*array, want * each);
	if (p == NULL)
		return false;
	*array = p;
	*room = want;
	return true;
}

void
reading_no_memory(struct reading *r, const struct yaml_node *at)
{
	yaml_wrong(r->y, at, "out of memory");
}

void
reading_source(struct reading *r, const struct yaml_node *map)
{
	const struct yaml_node *n = yaml_need(r->y, map, "source");
	const char *text;

	if (yaml_text(r->y, n, &text) && text[0] == '\0')
		yaml_wrong(r->y, n, "an empty source; expected where the fact is from");
}

void
reading_add(
    struct reading *r, const struct yaml_node *at, const struct entry *like, const char *text)
{
	unsigned owner = 0;

	if (!lookup_add(&r->c->lookup, like, text, &owner))
		reading_no_memory(r, at);
	else if (owner != 0)
		yaml_wrong(r->y, at, "'%s' again, a fact of product '%s'; expected each fact once",
		    text, r->c->item[owner - 1].p->id);
}

const struct yaml_node *
reading_item(struct reading *r, const struct yaml_node *list, size_t i)
{
	const struct yaml_node *n = yaml_item(list, i);

	if (yaml_is_map(n))
		return n;
	yaml_wrong(
	    r->y, n, "no mapping; expected '{ name: ..., source: ... }' or lines of 'key: value'");
	return NULL;
}

static void
read_fact(struct reading *r, const struct yaml_node *map, enum fact fact)
{
	const bool device = fact == FACT_HOST_NAME || fact == FACT_SERVICE;
	const struct yaml_node *n = yaml_need(r->y, map, "name");
	struct entry like = { .fact = (uint8_t)fact, .product = (uint16_t)r->product };
	const char *text, *wrong;
	bool sure = true, exact = true;
	unsigned use = NAME_EITHER;

	if (fact == FACT_DOMAIN || fact >= FACT_PATH) {
		yaml_word(r->y, yaml_need(r->y, map, "use"), uses, &use);
		yaml_bool(r->y, yaml_get(r->y, map, "sure"), &sure);
	}
	if (fact == FACT_CERTIFICATE || fact == FACT_ALPN || fact == FACT_JA4)
		yaml_bool(r->y, yaml_get(r->y, map, "sure"), &sure);
	if (device)
		yaml_bool(r->y, yaml_get(r->y, map, "exact"), &exact);
	reading_source(r, map);
	like.use = (uint8_t)use;
	like.weak = !sure;
	like.exact = exact;
	if (!yaml_text(r->y, n, &text))
		return;
	wrong = check_fact(fact, text);
	if (wrong != NULL)
		yaml_wrong(r->y, n, "'%s' %s", text, wrong);
	else
		reading_add(r, n, &like, text);
}

static void
read_mac(struct reading *r, const struct yaml_node *map)
{
	const struct yaml_node *n = yaml_need(r->y, map, "block");
	struct mac_block b = { .exact = true, .product = (uint16_t)r->product };
	struct catalogue *c = r->c;
	void *array = c->mac;
	const char *text;

	yaml_bool(r->y, yaml_get(r->y, map, "exact"), &b.exact);
	reading_source(r, map);
	if (!yaml_text(r->y, n, &text))
		return;
	if (!check_mac_block(text, &b.m, &b.nibbles)) {
		yaml_wrong(r->y, n,
		    "MAC block '%s'; expected 6, 7 or 9 hex digits of a registered "
		    "block, such as '04:C9:8B:1'",
		    text);
		return;
	}
	for (unsigned i = 0; i < c->macs; i++) {
		if (c->mac[i].nibbles != b.nibbles || !mac_block_has(&b, &c->mac[i].m))
			continue;
		yaml_wrong(r->y, n,
		    "MAC block '%s' again, a fact of product '%s'; expected each once", text,
		    c->item[c->mac[i].product - 1].p->id);
		return;
	}
	if (!reading_more(&array, c->macs, &c->mac_room, sizeof(b))) {
		reading_no_memory(r, n);
		return;
	}
	c->mac = array;
	c->mac[c->macs++] = b;
	c->mac_thirds[b.m.b[2] / 64] |= 1ull << b.m.b[2] % 64;
}

void
reading_facts(struct reading *r, const struct yaml_node *map)
{
	static const struct {
		const char *key;
		enum fact fact;
	} lists[] = { { "domains", FACT_DOMAIN }, { "certificates", FACT_CERTIFICATE },
		{ "alpn", FACT_ALPN }, { "ja4", FACT_JA4 }, { "host_names", FACT_HOST_NAME },
		{ "services", FACT_SERVICE }, { "paths", FACT_PATH }, { "titles", FACT_TITLE },
		{ "websockets", FACT_WEBSOCKET }, { "agents", FACT_AGENT },
		{ "servers", FACT_SERVER } };
	const struct yaml_node *list, *n;
	const struct entry like = { .fact = FACT_NDPI, .product = (uint16_t)r->product };
	const char *text;

	for (size_t k = 0; k < sizeof(lists) / sizeof(lists[0]); k++) {
		list = yaml_get(r->y, map, lists[k].key);
		for (size_t i = 0; i < yaml_count(r->y, list); i++) {
			n = reading_item(r, list, i);
			read_fact(r, n, lists[k].fact);
			yaml_done(r->y, n);
		}
	}
	list = yaml_get(r->y, map, "macs");
	for (size_t i = 0; i < yaml_count(r->y, list); i++) {
		n = reading_item(r, list, i);
		read_mac(r, n);
		yaml_done(r->y, n);
	}
	list = yaml_get(r->y, map, "ndpi");
	for (size_t i = 0; i < yaml_count(r->y, list); i++) {
		n = yaml_item(list, i);
		if (!yaml_text(r->y, n, &text))
			continue;
		if (check_fact(FACT_NDPI, text) != NULL)
			yaml_wrong(r->y, n, "'%s' %s", text, check_fact(FACT_NDPI, text));
		else
			reading_add(r, n, &like, text);
	}
}
