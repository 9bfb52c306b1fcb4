/*
 * catalogue_read: one YAML file of products and networks into the catalogue.
 *
 *   products:
 *     - id: anydesk
 *       name: AnyDesk
 *       kind: remote-desktop
 *       attack: T1219.002
 *       controlled: server         (only where the protocol itself tells)
 *       ndpi: [AnyDesk]
 *       domains:      [{ name: net.anydesk.com, use: either, source: "..." }]
 *       certificates, alpn, ja4:          [{ name, source }]
 *       host_names, services:             [{ name, exact, source }]
 *       paths, titles, websockets, agents, servers:   [{ name, use, sure, source }]
 *       macs:                             [{ block, exact, source }]
 *   networks:
 *     - { asn: 16509, kind: hosting, name: Amazon, source: "..." }
 *
 * A later file may add facts to an id of an earlier one, and may change the kind
 * of a network: the operator knows it better than we do.
 */
#include "classify/catalogue_reading.h"

#include <stdlib.h>

#include "classify/catalogue_check.h"

static const char *const product_kinds[] = { "none", "remote-desktop", "rmm", "ip-kvm",
	"ide-tunnel", "shell", "vpn", "overlay", "proxy", "carrier", NULL };
static const char *const network_kinds[] = { "unknown", "fixed", "mobile", "satellite", "hosting",
	"vpn", NULL };
static const char *const sides[] = { "client", "server", NULL };

_Static_assert(sizeof(product_kinds) / sizeof(product_kinds[0]) == PRODUCT_KINDS + 1,
    "a word for every kind of product");

/* What makes a product: read only where it is first named.  False when out of memory. */
static bool
read_head(struct reading *r, const struct yaml_node *map, const char *id, struct item *out)
{
	struct product p = { .id = id };
	const struct yaml_node *name = yaml_need(r->y, map, "name");
	const struct yaml_node *attack = yaml_get(r->y, map, "attack");
	const char *text = "", *technique = "";
	unsigned kind = PRODUCT_NONE, side = SIDE_NONE;
	const struct yaml_node *n = yaml_need(r->y, map, "kind");

	yaml_text(r->y, name, &text);
	if (yaml_text(r->y, attack, &technique) && check_attack(technique) != NULL)
		yaml_wrong(r->y, attack, "'%s' %s", technique, check_attack(technique));
	if (yaml_word(r->y, n, product_kinds, &kind) && kind == PRODUCT_NONE)
		yaml_wrong(r->y, n, "kind 'none'; expected what the product is");
	yaml_word(r->y, yaml_get(r->y, map, "controlled"), sides, &side);
	p.name = text;
	p.kind = (enum product_kind)kind;
	p.attack = technique;
	out->controlled = (uint8_t)side;
	out->p = roll_product(r->c->roll, &p);
	return out->p != NULL;
}

/* The number of this product in the catalogue before; 0: none. */
static unsigned
number_before(const struct catalogue *c, const char *id)
{
	for (unsigned i = 0; i < c->items; i++) {
		if (c->item[i].file == 0 && strcmp(c->item[i].p->id, id) == 0)
			return i + 1;
	}
	return 0;
}

/* A product of this file; false if it cannot be kept. */
static bool
add_product(
    struct reading *r, const struct yaml_node *map, const struct yaml_node *at, const char *id)
{
	struct catalogue *c = r->c;
	struct item it = { .file = r->file };
	void *array = c->item;
	struct entry like = { .fact = FACT_ID };
	unsigned number = number_before(c, id);

	if (number == 0 && c->items == PRODUCTS_MAX) {
		yaml_wrong(r->y, at, "too many products; expected at most %d", PRODUCTS_MAX);
		return false;
	}
	if (!read_head(r, map, id, &it) ||
	    (number == 0 && !reading_more(&array, c->items, &c->item_room, sizeof(it)))) {
		reading_no_memory(r, at);
		return false;
	}
	c->item = array;
	if (number == 0)
		number = ++c->items;
	c->item[number - 1] = it;
	r->product = number;
	like.product = (uint16_t)number;
	reading_add(r, at, &like, id);
	return true;
}

/* More facts for a product of an earlier file, whose head stays as it is. */
static bool
extend_product(
    struct reading *r, const struct yaml_node *map, const struct yaml_node *at, unsigned known)
{
	static const char *const head[] = { "name", "kind", "attack", "controlled" };
	const struct item *it = &r->c->item[known - 1];

	if (it->file == r->file) {
		yaml_wrong(r->y, at, "product '%s' again; expected each id once", it->p->id);
		return false;
	}
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++) {
		const struct yaml_node *n = yaml_get(r->y, map, head[i]);

		if (n != NULL)
			yaml_wrong(r->y, n,
			    "'%s' of product '%s', which exists; expected only facts to add",
			    head[i], it->p->id);
	}
	r->product = known;
	return true;
}

static void
read_product(struct reading *r, const struct yaml_node *map)
{
	const struct yaml_node *n = yaml_need(r->y, map, "id");
	const char *id, *wrong;
	unsigned known;
	bool good;

	if (!yaml_text(r->y, n, &id))
		return;
	wrong = check_fact(FACT_ID, id);
	if (wrong != NULL) {
		yaml_wrong(r->y, n, "'%s' %s", id, wrong);
		return;
	}
	known = catalogue_by_id(r->c, id);
	good = known != 0 ? extend_product(r, map, n, known) : add_product(r, map, n, id);
	if (!good)
		return;
	reading_facts(r, map);
	yaml_done(r->y, map);
}

static void
read_network(struct reading *r, const struct yaml_node *map)
{
	const struct yaml_node *at = yaml_need(r->y, map, "asn"), *n = yaml_need(r->y, map, "kind");
	struct catalogue *c = r->c;
	void *array = c->network;
	const char *name;
	int64_t asn = 0;
	unsigned kind = NETWORK_UNKNOWN, place;

	yaml_text(r->y, yaml_need(r->y, map, "name"), &name);
	reading_source(r, map);
	yaml_done(r->y, map);
	if (!yaml_int(r->y, at, 1, UINT32_MAX, &asn) || !yaml_word(r->y, n, network_kinds, &kind))
		return;
	place = network_place(c, (uint32_t)asn);
	if (place < c->networks && c->network[place].asn == asn) {
		if (c->network[place].file == r->file)
			yaml_wrong(
			    r->y, at, "network %u again; expected each number once", (unsigned)asn);
		c->network[place].kind = (uint8_t)kind;
		c->network[place].file = r->file;
		return;
	}
	if (!reading_more(&array, c->networks, &c->network_room, sizeof(*c->network))) {
		reading_no_memory(r, at);
		return;
	}
	c->network = array;
	memmove(c->network + place + 1, c->network + place,
	    (c->networks - place) * sizeof(*c->network));
	c->network[place] = (struct network){ (uint32_t)asn, (uint8_t)kind, r->file };
	c->networks++;
}

unsigned
catalogue_read(struct catalogue *c, struct yaml *y, unsigned file)
{
	struct reading r = { .c = c, .y = y, .file = file };
	const struct yaml_node *root, *list;
	unsigned mistakes;

	if (y == NULL)
		return 1;
	root = yaml_root(y);
	list = yaml_get(y, root, "products");
	for (size_t i = 0; i < yaml_count(y, list); i++)
		read_product(&r, reading_item(&r, list, i));
	list = yaml_get(y, root, "networks");
	for (size_t i = 0; i < yaml_count(y, list); i++)
		read_network(&r, reading_item(&r, list, i));
	if (root != NULL)
		yaml_done(y, root);
	mistakes = yaml_mistakes(y);
	yaml_close(y);
	return mistakes;
}
