/*
 * yaml_tree: what yaml.c builds and yaml_read.c reads.  Private to the two.
 */
#ifndef FARHAND_OPS_YAML_TREE_H
#define FARHAND_OPS_YAML_TREE_H

#include "ops/yaml.h"

#define YAML_WORDS 128 /* distinct keys remembered for "expected ..." */

enum tree_kind { TREE_SCALAR, TREE_LIST, TREE_MAP };

/* A value; in a mapping, together with its key. */
struct yaml_node {
	enum tree_kind kind;
	bool plain; /* a scalar without quotes: only such is a number or a bool */
	bool known; /* its key was asked for */
	unsigned line;
	unsigned key_line;
	char *key;  /* in a mapping, else NULL */
	char *text; /* of a scalar */
	struct yaml_node **child;
	size_t children, room;
	uint64_t asked[YAML_WORDS / 64]; /* of a mapping: which of the file's words */
};

struct yaml {
	char *path;
	unsigned mistakes;
	size_t nodes;
	struct yaml_node *root;
	unsigned words; /* every key any reader asked for */
	char *word[YAML_WORDS];
};

#endif
