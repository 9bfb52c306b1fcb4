/*
 * inputs: the files a replay reads, in order.
 *
 * Every file is looked into before the first frame is handed on, so that a
 * mistyped name is told at once and not after an hour.
 */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "capture/inputs.h"
#include "ops/log.h"

static struct input *
add(struct inputs *list, const char *path)
{
	struct input *grown, *in;

	if (list->count == list->room) {
		const size_t room = list->room == 0 ? 16 : list->room * 2;

		grown = realloc(list->at, room * sizeof(*grown));
		if (grown == NULL)
			return NULL;
		list->at = grown;
		list->room = room;
	}
	in = &list->at[list->count];
	*in = (struct input){ strdup(path), INT64_MAX, -1, NULL };
	if (in->path == NULL)
		return NULL;
	list->count++;
	return in;
}

/* Add a file if it is a capture; what can be read only once stays open, untouched. */
static int
add_file(struct inputs *list, const char *path, const atomic_bool *stop, bool *foreign,
    char error[CAPTURE_ERROR])
{
	struct reader *r = reader_open(path, stop, foreign, error);
	struct frame first = { 0 };
	struct input *in;

	if (r == NULL)
		return -1;
	in = add(list, strcmp(path, "-") == 0 ? "standard input" : path);
	if (in == NULL) {
		snprintf(error, CAPTURE_ERROR, "out of memory");
		reader_close(r);
		return -1;
	}
	if (reader_is_once(r)) {
		in->opened = r;
		return 0;
	}
	if (reader_next(r, &first) == READER_FRAME) {
		in->first_us = first.at_us;
		in->link = first.link;
	}
	reader_close(r);
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct input *x = a, *y = b;

	if (x->first_us != y->first_us)
		return x->first_us < y->first_us ? -1 : 1;
	return strcmp(x->path, y->path);
}

/* A file, or a link to one; not a directory, pipe or device. */
static bool
is_file(const FTSENT *e)
{
	struct stat st;

	return e->fts_info == FTS_F ||
	    (e->fts_info == FTS_SL && stat(e->fts_accpath, &st) == 0 && S_ISREG(st.st_mode));
}

/* What is no capture may lie among captures; what cannot be read may have been one. */
static void
leave_out(struct inputs *list, const char *why)
{
	log_warn("%s; left out", why);
	list->unreadable++;
}

static bool
is_shut(const FTSENT *e)
{
	return e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS;
}

static int
add_directory(
    struct inputs *list, const char *path, const atomic_bool *stop, char error[CAPTURE_ERROR])
{
	char *roots[] = { (char *)(uintptr_t)path, NULL };
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const size_t before = list->count;
	char first[CAPTURE_ERROR] = "";
	unsigned skipped = 0;
	bool foreign;
	FTSENT *e;

	while (tree != NULL && !atomic_load(stop) && (e = fts_read(tree)) != NULL) {
		if (e->fts_level > 0 && e->fts_name[0] == '.') {
			fts_set(tree, e, FTS_SKIP);
			continue;
		}
		if (is_shut(e)) {
			snprintf(
			    error, CAPTURE_ERROR, "%s: %s", e->fts_path, strerror(e->fts_errno));
			leave_out(list, error);
		}
		if (!is_file(e) || add_file(list, e->fts_path, stop, &foreign, error) == 0)
			continue;
		if (!foreign)
			leave_out(list, error);
		else if (skipped++ == 0)
			memcpy(first, error, sizeof(first));
	}
	if (tree == NULL || list->count == before) {
		snprintf(error, CAPTURE_ERROR, "%s: %s", path,
		    tree == NULL ? strerror(errno) : "no capture in this directory");
		if (tree != NULL)
			fts_close(tree);
		return -1;
	}
	fts_close(tree);
	if (skipped > 0)
		log_info("%s: %u files are no captures, the first: %s", path, skipped, first);
	qsort(list->at + before, list->count - before, sizeof(*list->at), by_time);
	return 0;
}

int
inputs_collect(struct inputs *list, unsigned names, const char *const *name,
    const atomic_bool *stop, char error[CAPTURE_ERROR])
{
	struct stat st;
	bool foreign;
	int rc;

	if (names == 0) {
		snprintf(error, CAPTURE_ERROR, "no file to replay");
		return -1;
	}
	for (unsigned i = 0; i < names; i++) {
		if (strcmp(name[i], "-") != 0 && stat(name[i], &st) == 0 && S_ISDIR(st.st_mode))
			rc = add_directory(list, name[i], stop, error);
		else
			rc = add_file(list, name[i], stop, &foreign, error);
		if (rc != 0) {
			inputs_clear(list);
			return -1;
		}
	}
	return 0;
}

void
inputs_clear(struct inputs *list)
{
	for (size_t i = 0; i < list->count; i++) {
		reader_close(list->at[i].opened);
		free(list->at[i].path);
	}
	free(list->at);
	*list = (struct inputs){ 0 };
}
