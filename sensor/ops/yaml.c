/*
 * yaml: a file into a tree.
 *
 * libyaml gives events; a stack of open collections turns them into nodes:
 *
 *   a: [1]      MAP-START "a" LIST-START "1" LIST-END MAP-END
 *   stack       map       map map,list   ..  map      -
 *
 * Aliases are refused (ten lines of them make a tree of gigabytes), so are
 * duplicate keys (YAML lets the last win in silence), and keys that are lists.
 */
#include "ops/yaml_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "ops/log.h"

#define FILE_BYTES (8u << 20)
#define NODES      1000000u
#define DEPTH      32

struct builder {
	struct yaml *y;
	struct yaml_node *open[DEPTH];
	unsigned depth;
	char *key; /* of the mapping on top, read and not yet used */
	unsigned key_line;
	bool ended; /* the first document */
};

static void
node_free(struct yaml_node *n)
{
	for (size_t i = 0; i < n->children; i++)
		node_free(n->child[i]);
	free(n->child);
	free(n->key);
	free(n->text);
	free(n);
}

static bool
node_append(struct yaml_node *to, struct yaml_node *n)
{
	if (to->children == to->room) {
		const size_t room = to->room > 0 ? to->room * 2 : 4;
		struct yaml_node **child = realloc(to->child, room * sizeof(*child));

		if (child == NULL)
			return false;
		to->child = child;
		to->room = room;
	}
	to->child[to->children++] = n;
	return true;
}

static bool
refuse(struct builder *b, unsigned line, const char *what)
{
	log_at(b->y->path, line, "%s", what);
	return false;
}

/* Hang a new node where it belongs: under the collection on top, or as the root. */
static bool
build_node(struct builder *b, enum tree_kind kind, const yaml_event_t *ev, struct yaml_node **out)
{
	const unsigned line = (unsigned)ev->start_mark.line + 1;
	struct yaml_node *top = b->depth > 0 ? b->open[b->depth - 1] : NULL;
	struct yaml_node *n;

	if (++b->y->nodes > NODES)
		return refuse(b, line, "too many values; expected at most 1000000");
	n = calloc(1, sizeof(*n));
	if (n == NULL)
		return refuse(b, line, "out of memory");
	n->kind = kind;
	n->line = line;
	n->key = b->key;
	n->key_line = b->key_line;
	b->key = NULL;
	if (top == NULL) {
		b->y->root = n;
	} else if (!node_append(top, n)) {
		node_free(n);
		return refuse(b, line, "out of memory");
	}
	*out = n;
	return true;
}

static bool
build_scalar(struct builder *b, const yaml_event_t *ev)
{
	const struct yaml_node *top = b->depth > 0 ? b->open[b->depth - 1] : NULL;
	const unsigned line = (unsigned)ev->start_mark.line + 1;
	const char *value = (const char *)ev->data.scalar.value;
	struct yaml_node *n;
	char *text;

	if (memchr(value, '\0', ev->data.scalar.length) != NULL)
		return refuse(b, line, "a zero byte in a text; expected characters");
	text = strdup(value);
	if (text == NULL)
		return refuse(b, line, "out of memory");
	if (top != NULL && top->kind == TREE_MAP && b->key == NULL) {
		b->key = text;
		b->key_line = line;
		return true;
	}
	if (!build_node(b, TREE_SCALAR, ev, &n)) {
		free(text);
		return false;
	}
	n->text = text;
	n->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return true;
}

static bool
build_open(struct builder *b, enum tree_kind kind, const yaml_event_t *ev)
{
	const struct yaml_node *top = b->depth > 0 ? b->open[b->depth - 1] : NULL;
	const unsigned line = (unsigned)ev->start_mark.line + 1;
	struct yaml_node *n;

	if (top != NULL && top->kind == TREE_MAP && b->key == NULL)
		return refuse(b, line, "a list or mapping as a key; expected a word");
	if (b->depth == DEPTH)
		return refuse(b, line, "nested too deep; expected at most 32 levels");
	if (!build_node(b, kind, ev, &n))
		return false;
	b->open[b->depth++] = n;
	return true;
}

static int
by_key(const void *a, const void *b)
{
	const struct yaml_node *x = *(struct yaml_node *const *)a,
			       *y = *(struct yaml_node *const *)b;
	const int c = strcmp(x->key, y->key);

	return c != 0 ? c : (x->key_line > y->key_line) - (x->key_line < y->key_line);
}

/* Close the collection on top; a mapping must not have a key twice. */
static bool
build_close(struct builder *b)
{
	const struct yaml_node *n = b->open[--b->depth];
	struct yaml_node **sorted;
	bool good = true;

	if (n->kind != TREE_MAP || n->children < 2)
		return true;
	sorted = malloc(n->children * sizeof(struct yaml_node *));
	if (sorted == NULL)
		return refuse(b, n->line, "out of memory");
	memcpy(sorted, n->child, n->children * sizeof(struct yaml_node *));
	qsort(sorted, n->children, sizeof(struct yaml_node *), by_key);
	for (size_t i = 1; i < n->children; i++) {
		if (strcmp(sorted[i - 1]->key, sorted[i]->key) != 0)
			continue;
		log_at(b->y->path, sorted[i]->key_line,
		    "key '%s' again, first on line %u; expected each key once", sorted[i]->key,
		    sorted[i - 1]->key_line);
		good = false;
	}
	free(sorted);
	return good;
}

static bool
build_event(struct builder *b, const yaml_event_t *ev)
{
	const unsigned line = (unsigned)ev->start_mark.line + 1;

	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->ended)
			return refuse(b, line, "a second document; expected one in a file");
		return true;
	case YAML_DOCUMENT_END_EVENT:
		b->ended = true;
		return true;
	case YAML_ALIAS_EVENT:
		return refuse(b, line, "an alias (*name); expected the value itself");
	case YAML_SCALAR_EVENT:
		return build_scalar(b, ev);
	case YAML_SEQUENCE_START_EVENT:
		return build_open(b, TREE_LIST, ev);
	case YAML_MAPPING_START_EVENT:
		return build_open(b, TREE_MAP, ev);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return build_close(b);
	default:
		return true;
	}
}

/* libyaml counts lines in its scanner, but only bytes in its reader. */
static void
say_syntax(const struct yaml *y, const yaml_parser_t *p, const char *text, size_t n)
{
	unsigned line = (unsigned)p->problem_mark.line + 1;

	if (p->error == YAML_READER_ERROR) {
		line = 1;
		for (size_t i = 0; i < n && i < p->problem_offset; i++)
			line += text[i] == '\n';
	}
	log_at(y->path, line, "not YAML: %s%s%s", p->problem != NULL ? p->problem : "out of memory",
	    p->context != NULL ? " " : "", p->context != NULL ? p->context : "");
}

static bool
build(struct yaml *y, const char *text, size_t n)
{
	struct builder b = { .y = y };
	yaml_parser_t parser;
	yaml_event_t ev;
	bool good = true, more = true;

	if (!yaml_parser_initialize(&parser))
		return refuse(&b, 0, "out of memory");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, n);
	while (good && more) {
		if (!yaml_parser_parse(&parser, &ev)) {
			say_syntax(y, &parser, text, n);
			good = false;
			break;
		}
		more = ev.type != YAML_STREAM_END_EVENT;
		good = build_event(&b, &ev);
		yaml_event_delete(&ev);
	}
	yaml_parser_delete(&parser);
	free(b.key);
	if (good && y->root == NULL) { /* all comments: a mapping with nothing in it */
		y->root = calloc(1, sizeof(*y->root));
		if (y->root == NULL)
			return refuse(&b, 0, "out of memory");
		y->root->kind = TREE_MAP;
		y->root->line = 1;
	}
	return good;
}

struct yaml *
yaml_open_text(const char *name, const char *text, size_t n)
{
	struct yaml *y = calloc(1, sizeof(*y));

	if (y == NULL || (y->path = strdup(name)) == NULL) {
		log_at(name, 0, "out of memory");
		free(y);
		return NULL;
	}
	if (n > FILE_BYTES) {
		log_at(name, 0, "larger than 8 MiB; expected a file people edit");
		yaml_close(y);
		return NULL;
	}
	if (!build(y, text, n)) {
		yaml_close(y);
		return NULL;
	}
	return y;
}

struct yaml *
yaml_open(const char *path)
{
	struct yaml *y = NULL;
	FILE *f = fopen(path, "rb");
	char *text;
	size_t n;

	if (f == NULL) {
		log_at(path, 0, "cannot be read: %s", strerror(errno));
		return NULL;
	}
	text = malloc(FILE_BYTES + 1);
	if (text == NULL) {
		log_at(path, 0, "out of memory");
		goto err0;
	}
	n = fread(text, 1, FILE_BYTES + 1, f);
	if (ferror(f)) {
		log_at(path, 0, "cannot be read: %s", strerror(errno));
		goto err1;
	}
	y = yaml_open_text(path, text, n);
err1:
	free(text);
err0:
	fclose(f);
	return y;
}

void
yaml_close(struct yaml *y)
{
	if (y == NULL)
		return;
	if (y->root != NULL)
		node_free(y->root);
	for (unsigned i = 0; i < y->words; i++)
		free(y->word[i]);
	free(y->path);
	free(y);
}
