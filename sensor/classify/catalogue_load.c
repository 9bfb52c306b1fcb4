/*
 * catalogue_load: which files make a catalogue, and what one keeps of the one before it.
 *
 *   DIRECTORY/products.yaml, networks.yaml      as shipped
 *   DIRECTORY.d/ *.yaml, OWN/ *.yaml            the operator's, each by name
 *
 * Flows are numbered by product, and findings point at products.  So a product keeps its
 * number in the catalogue that follows, also where that one no longer names it, and what
 * is pointed at lives, in the roll, as long as any of them.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "classify/catalogue_store.h"
#include "ops/log.h"
#include "ops/yaml.h"

#define PATH_ROOM 4096

static bool
same_product(const struct product *a, const struct product *b)
{
	return a->kind == b->kind && strcmp(a->id, b->id) == 0 && strcmp(a->name, b->name) == 0 &&
	    strcmp(a->attack, b->attack) == 0;
}

static void
free_product(struct product *p)
{
	free((char *)p->id);
	free((char *)p->name);
	free((char *)p->attack);
	free(p);
}

static struct product *
copy_product(const struct product *like)
{
	struct product *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->kind = like->kind;
	p->id = strdup(like->id);
	p->name = strdup(like->name);
	p->attack = strdup(like->attack);
	if (p->id != NULL && p->name != NULL && p->attack != NULL)
		return p;
	free_product(p);
	return NULL;
}

const struct product *
roll_product(struct roll *r, const struct product *like)
{
	struct product **more, *p;

	for (unsigned i = 0; i < r->products; i++) {
		if (same_product(r->product[i], like))
			return r->product[i];
	}
	if (r->products == r->room) {
		more = realloc(r->product, (r->room + 256) * sizeof(struct product *));
		if (more == NULL)
			return NULL;
		r->product = more;
		r->room += 256;
	}
	p = copy_product(like);
	if (p != NULL)
		r->product[r->products++] = p;
	return p;
}

static void
roll_leave(struct roll *r)
{
	if (r == NULL || --r->users > 0)
		return;
	for (unsigned i = 0; i < r->products; i++)
		free_product(r->product[i]);
	free(r->product);
	free(r);
}

void
catalogue_free(struct catalogue *c)
{
	if (c == NULL)
		return;
	roll_leave(c->roll);
	free(c->item);
	free(c->mac);
	free(c->network);
	lookup_free(&c->lookup);
	free(c);
}

struct catalogue *
catalogue_new(const struct catalogue *before)
{
	struct catalogue *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->roll = before != NULL ? before->roll : calloc(1, sizeof(*c->roll));
	if (c->roll == NULL)
		goto err;
	c->roll->users++;
	if (before == NULL || before->items == 0)
		return c;
	c->item = malloc(before->items * sizeof(c->item[0]));
	if (c->item == NULL)
		goto err;
	memcpy(c->item, before->item, before->items * sizeof(c->item[0]));
	c->items = c->item_room = before->items;
	for (unsigned i = 0; i < c->items; i++)
		c->item[i].file = 0;
	return c;
err:
	catalogue_free(c);
	return NULL;
}

static bool
ends_in(const char *name, const char *end)
{
	const size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

static int
is_yaml(const struct dirent *d)
{
	return d->d_name[0] != '.' && (ends_in(d->d_name, ".yaml") || ends_in(d->d_name, ".yml"));
}

/* Not alphasort: that one asks the locale. */
static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static unsigned
read_in(struct catalogue *c, const char *directory, const char *name)
{
	char path[PATH_ROOM];
	const int n = snprintf(path, sizeof(path), "%s/%s", directory, name);

	if (n < 0 || (size_t)n >= sizeof(path)) {
		log_error("%s: the path is too long", name);
		return 1;
	}
	if (!ends_in(name, ".yaml")) {
		log_error("%s: not read; expected a name that ends in .yaml", path);
		return 1;
	}
	return catalogue_read(c, yaml_open(path), ++c->files);
}

/* The operator's own files; that there are none is usual. */
static unsigned
read_all(struct catalogue *c, const char *directory)
{
	struct dirent **found;
	unsigned mistakes = 0;
	const int n = scandir(directory, &found, is_yaml, by_name);

	if (n < 0) {
		if (errno == ENOENT)
			return 0;
		log_error("%s: cannot be read: %s", directory, strerror(errno));
		return 1;
	}
	for (int i = 0; i < n; i++) {
		mistakes += read_in(c, directory, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	return mistakes;
}

static bool
same_place(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static unsigned
read_own(struct catalogue *c, const char *directory, const char *own)
{
	char beside[PATH_ROOM];
	size_t length = strlen(directory);
	unsigned mistakes;

	while (length > 1 && directory[length - 1] == '/')
		length--;
	if (length + sizeof(".d") > sizeof(beside)) {
		log_error("%s: the path is too long", directory);
		return 1;
	}
	memcpy(beside, directory, length);
	memcpy(beside + length, ".d", sizeof(".d"));
	mistakes = read_all(c, beside);
	if (own != NULL && own[0] != '\0' && !same_place(beside, own))
		mistakes += read_all(c, own);
	return mistakes;
}

struct catalogue *
catalogue_follow(const struct catalogue *before, const char *directory, const char *own)
{
	struct catalogue *c = catalogue_new(before);
	unsigned mistakes;

	if (c == NULL) {
		log_error("out of memory for the catalogue");
		return NULL;
	}
	mistakes = read_in(c, directory, "products.yaml");
	mistakes += read_in(c, directory, "networks.yaml");
	mistakes += read_own(c, directory, own);
	if (mistakes > 0) {
		catalogue_free(c);
		return NULL;
	}
	return c;
}

struct catalogue *
catalogue_load(const char *directory)
{
	return catalogue_follow(NULL, directory, NULL);
}
