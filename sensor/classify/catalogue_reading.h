/*
 * catalogue_reading: what the readers of products and of their facts share.
 */
#ifndef FARHAND_CLASSIFY_CATALOGUE_READING_H
#define FARHAND_CLASSIFY_CATALOGUE_READING_H

#include "classify/catalogue_store.h"
#include "ops/yaml.h"

struct reading {
	struct catalogue *c;
	struct yaml *y;
	unsigned file;
	unsigned product; /* 1.., the one whose facts are read */
};

/* Room for one more of an array; false, nothing changed, when out of memory. */
bool reading_more(void **array, unsigned used, unsigned *room, size_t each);
void reading_no_memory(struct reading *r, const struct yaml_node *at);

/* An item of a list that is to be a mapping; NULL, and said, if it is not. */
const struct yaml_node *reading_item(struct reading *r, const struct yaml_node *list, size_t i);
/* Every fact says where it is from: it will be doubted one day. */
void reading_source(struct reading *r, const struct yaml_node *map);
/* Add a text that is compared with the wire; a text that is there already is said. */
void reading_add(
    struct reading *r, const struct yaml_node *at, const struct entry *like, const char *text);
/* All lists of facts of r->product. */
void reading_facts(struct reading *r, const struct yaml_node *map);

#endif
