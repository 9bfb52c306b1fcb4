/*
 * yaml_read: asking a tree for keys, and saying what was not expected.
 *
 * Which keys a reader asked a mapping for is kept with the mapping, as bits
 * over the file's list of words; that list is what "expected" offers.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/log.h"
#include "ops/yaml_tree.h"

const char *
yaml_path(const struct yaml *y)
{
	return y->path;
}

unsigned
yaml_mistakes(const struct yaml *y)
{
	return y->mistakes;
}

unsigned
yaml_line(const struct yaml_node *n)
{
	return n->line;
}

void
yaml_wrong(struct yaml *y, const struct yaml_node *at, const char *form, ...)
{
	char text[768];
	va_list args;

	va_start(args, form);
	vsnprintf(text, sizeof(text), form, args);
	va_end(args);
	log_at(y->path, at != NULL ? at->line : 0, "%s", text);
	y->mistakes++;
}

const struct yaml_node *
yaml_root(struct yaml *y)
{
	if (y->root->kind != TREE_MAP) {
		yaml_wrong(y, y->root, "the file is not a mapping; expected 'key: value' lines");
		return NULL;
	}
	return y->root;
}

/* "tools:" with every line under it commented out: an empty list, an empty mapping. */
static bool
is_nothing(const struct yaml_node *n)
{
	return n->kind == TREE_SCALAR && n->plain && n->text[0] == '\0';
}

/* Note that map was asked for key.  Words past the list's end are only not offered. */
static void
note_asked(struct yaml *y, struct yaml_node *map, const char *key)
{
	unsigned i = 0;

	while (i < y->words && strcmp(y->word[i], key) != 0)
		i++;
	if (i == y->words) {
		if (i == YAML_WORDS || (y->word[i] = strdup(key)) == NULL)
			return;
		y->words++;
	}
	map->asked[i / 64] |= (uint64_t)1 << (i % 64);
}

const struct yaml_node *
yaml_get(struct yaml *y, const struct yaml_node *map, const char *key)
{
	if (!yaml_is_map(map))
		return NULL;
	note_asked(
	    y, (struct yaml_node *)map, key); /* the reader's own note, not the file's content */
	for (size_t i = 0; i < map->children; i++) {
		if (strcmp(map->child[i]->key, key) != 0)
			continue;
		map->child[i]->known = true;
		return map->child[i];
	}
	return NULL;
}

const struct yaml_node *
yaml_need(struct yaml *y, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *n = yaml_get(y, map, key);

	if (n == NULL && (yaml_is_map(map) || (map != NULL && is_nothing(map))))
		yaml_wrong(y, map, "no '%s' here; expected '%s: ...'", key, key);
	return n;
}

/* How many letters to change, add or remove to make b of a; words beyond 31 letters are far. */
static unsigned
spelling_distance(const char *a, const char *b)
{
	const size_t na = strlen(a), nb = strlen(b);
	unsigned row[32];

	if (na > 31 || nb > 31)
		return 99;
	for (unsigned j = 0; j <= nb; j++)
		row[j] = j;
	for (unsigned i = 1; i <= na; i++) {
		unsigned diagonal = row[0];

		row[0] = i;
		for (unsigned j = 1; j <= nb; j++) {
			const unsigned above = row[j];
			unsigned least = diagonal + (a[i - 1] != b[j - 1]);

			if (above + 1 < least)
				least = above + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			diagonal = above;
			row[j] = least;
		}
	}
	return row[nb];
}

static void
say_unknown(struct yaml *y, const struct yaml_node *map, const struct yaml_node *n)
{
	const char *nearest = NULL;
	unsigned least = 3;
	char all[512] = "";
	size_t used = 0;

	for (unsigned i = 0; i < y->words; i++) {
		const unsigned far = spelling_distance(n->key, y->word[i]);

		if (!(map->asked[i / 64] >> (i % 64) & 1))
			continue;
		if (far < least) {
			least = far;
			nearest = y->word[i];
		}
		if (used < sizeof(all))
			used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s",
			    used > 0 ? ", " : "", y->word[i]);
	}
	y->mistakes++;
	if (nearest != NULL)
		log_at(
		    y->path, n->key_line, "unknown key '%.60s'; expected '%s'?", n->key, nearest);
	else
		log_at(y->path, n->key_line, "unknown key '%.60s'; expected one of: %s", n->key,
		    used > 0 ? all : "no keys");
}

void
yaml_done(struct yaml *y, const struct yaml_node *map)
{
	if (!yaml_is_map(map))
		return;
	for (size_t i = 0; i < map->children; i++)
		if (!map->child[i]->known)
			say_unknown(y, map, map->child[i]);
}

bool
yaml_is_map(const struct yaml_node *n)
{
	return n != NULL && n->kind == TREE_MAP;
}

bool
yaml_is_list(const struct yaml_node *n)
{
	return n != NULL && n->kind == TREE_LIST;
}

size_t
yaml_count(struct yaml *y, const struct yaml_node *list)
{
	if (list == NULL)
		return 0;
	if (list->kind != TREE_LIST) {
		if (!is_nothing(list))
			yaml_wrong(y, list, "not a list; expected '- item' lines or [item, item]");
		return 0;
	}
	return list->children;
}

const struct yaml_node *
yaml_item(const struct yaml_node *list, size_t i)
{
	return i < list->children ? list->child[i] : NULL;
}

size_t
yaml_entries(struct yaml *y, const struct yaml_node *map)
{
	if (map == NULL)
		return 0;
	if (map->kind != TREE_MAP) {
		if (!is_nothing(map))
			yaml_wrong(y, map, "not a mapping; expected 'key: value' lines");
		return 0;
	}
	return map->children;
}

const struct yaml_node *
yaml_entry(const struct yaml_node *map, size_t i, const char **key, unsigned *key_line)
{
	struct yaml_node *n;

	if (i >= map->children)
		return NULL;
	n = map->child[i];
	n->known = true;
	if (key != NULL)
		*key = n->key;
	if (key_line != NULL)
		*key_line = n->key_line;
	return n;
}
