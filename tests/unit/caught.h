/*
 * caught: what goes to stderr between two calls, for tests of messages.
 */
#ifndef FARHAND_TEST_CAUGHT_H
#define FARHAND_TEST_CAUGHT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct caught {
	int kept; /* the real stderr */
	FILE *file;
	char text[16384];
};

static inline void
caught_begin(struct caught *c)
{
	fflush(stderr);
	c->file = tmpfile();
	c->kept = dup(2);
	if (c->file == NULL || c->kept < 0 || dup2(fileno(c->file), 2) < 0)
		abort();
}

/* Ends the catching; returns c->text. */
static inline const char *
caught_end(struct caught *c)
{
	size_t n;

	fflush(stderr);
	if (dup2(c->kept, 2) < 0)
		abort();
	close(c->kept);
	rewind(c->file);
	n = fread(c->text, 1, sizeof(c->text) - 1, c->file);
	c->text[n] = '\0';
	fclose(c->file);
	return c->text;
}

/* A file with this text; path is a template of mkstemp's. */
static inline void
caught_write(char *path, const char *text)
{
	const int fd = mkstemp(path);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	close(fd);
}

/* Write "F" for the path wherever it was said. */
static inline void
caught_shorten(struct caught *c, const char *path)
{
	for (char *at = c->text; (at = strstr(at, path)) != NULL;) {
		*at++ = 'F';
		memmove(at, at + strlen(path) - 1, strlen(at + strlen(path) - 1) + 1);
	}
}

#endif
